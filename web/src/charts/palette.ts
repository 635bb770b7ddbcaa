/** Colours of the theme on screen, for canvases, which know no variables. Read again when the theme changes. */
export function colourOf(variable: `--${string}`): string {
  return getComputedStyle(document.documentElement).getPropertyValue(variable).trim();
}
