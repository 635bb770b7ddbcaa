/**
 * Why a regular expression is refused, or null when it is fine. Accepted is what RE2 and JavaScript read alike: no
 * look-around, no back-references, no possessive or atomic forms. Linear time on every engine follows from that.
 */
export function checkRegex(pattern: string): string | null {
  if (pattern.length > 1000) return 'it is longer than 1000 characters';
  if (/\(\?(?:=|!|<=|<!)/.test(pattern)) return 'look-ahead and look-behind are not available';
  if (/(?<!\\)(?:\\\\)*\\[1-9]/.test(pattern) || /\\k</.test(pattern))
    return 'back-references are not available';
  if (/\(\?>|[*+?}]\+/.test(pattern)) return 'atomic groups and possessive repetition are not available';
  const inner = pattern.replace(/^\(\?i\)/, '').replaceAll('(?P<', '(?<');
  return compiles(inner) ? null : 'it does not parse; check brackets and repetition';
}

function compiles(pattern: string): boolean {
  try {
    return new RegExp(pattern) instanceof RegExp;
  } catch {
    return false;
  }
}
