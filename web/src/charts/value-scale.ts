/** A value axis: from `min` to `max` in steps of `interval`, zero always among them. */
export interface ValueScale {
  readonly min: number;
  readonly max: number;
  readonly interval: number;
}

/**
 * The axis that holds everything up to `above` over zero and `below` under it, in round steps, about `steps` of them.
 * Both are sizes, not negative. Without anything to show the axis goes to one.
 */
export function valueScale(above: number, below: number, steps: number): ValueScale {
  const span = above + below;
  if (span < 1e-9) return { min: 0, max: 1, interval: 1 };
  const interval = roundStep(span / Math.max(1, steps));
  return {
    min: below === 0 ? 0 : -Math.ceil(below / interval) * interval,
    max: above === 0 ? 0 : Math.ceil(above / interval) * interval,
    interval,
  };
}

/** The value at a share of the height, 0 at the top. */
export function valueAt(scale: ValueScale, share: number): number {
  return scale.max - share * (scale.max - scale.min);
}

/** The next of 1, 2, 2.5, 5, 10 times a power of ten. */
function roundStep(wanted: number): number {
  const power = 10 ** Math.floor(Math.log10(wanted));
  const factor = [1, 2, 2.5, 5, 10].find((step) => step * power >= wanted * 0.999_999) ?? 10;
  return factor * power;
}
