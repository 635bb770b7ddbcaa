const PREFIXES = ['', 'k', 'M', 'G', 'T', 'P', 'E'];

/** A count with an SI prefix and at most three significant digits: `999`, `1.23 k`, `45.6 M`. */
export function formatCount(value: number): string {
  return scaled(value, '');
}

/** Bytes with SI prefixes (powers of 1000): `999 B`, `1.23 kB`, `45.6 MB`. */
export function formatBytes(value: number): string {
  return scaled(value, 'B');
}

/**
 * `10MB`, `1.5 GiB`, `500k`, `1024`: SI prefixes are powers of 1000, `KiB` and its kin powers of 1024.
 * The trailing `B` is optional. Null when it is no size.
 */
export function parseSize(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgtp]?)(i?)b?$/i.exec(text.trim());
  if (match === null) return null;
  const power = ['', 'k', 'm', 'g', 't', 'p'].indexOf((match[2] ?? '').toLowerCase());
  if (match[3] !== '' && power === 0) return null;
  return Number(match[1]) * (match[3] === '' ? 1000 : 1024) ** power;
}

function scaled(value: number, unit: string): string {
  const sign = value < 0 ? '-' : '';
  let rest = Math.abs(value);
  let prefix = 0;
  while (rest >= 999.5 && prefix < PREFIXES.length - 1) {
    rest /= 1000;
    prefix++;
  }
  const digits = prefix === 0 && Number.isInteger(rest) ? String(rest) : rest.toPrecision(3);
  const suffix = `${PREFIXES[prefix] ?? ''}${unit}`;
  return suffix === '' ? `${sign}${digits}` : `${sign}${digits} ${suffix}`;
}
