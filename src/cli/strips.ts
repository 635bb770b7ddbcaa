const BARS = '▁▂▃▄▅▆▇█';

/** Numbers as a row of bars, the highest as `█`; zero is a space, so that silence looks silent. */
export function sparkline(values: readonly number[]): string {
  const highest = Math.max(0, ...values);
  return values
    .map((value) => {
      if (value <= 0 || highest === 0) return ' ';
      return BARS[Math.min(BARS.length - 1, Math.floor((value / highest) * BARS.length))] ?? ' ';
    })
    .join('');
}

/** Values of equal steps drawn together until at most `width` are left; each stands for the sum of its steps. */
export function resample(values: readonly number[], width: number): readonly number[] {
  const step = Math.max(1, Math.ceil(values.length / width));
  const sums: number[] = [];
  for (const [index, value] of values.entries()) {
    const at = Math.floor(index / step);
    sums[at] = (sums[at] ?? 0) + value;
  }
  return sums;
}

interface Stretch {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly state: 'covered' | 'idle' | 'skipped' | 'unknown';
}

/** What a column shows is the last of these in it: traffic outweighs silence, and a gap outweighs both. */
const ORDER = ['idle', 'covered', 'unknown', 'skipped'] as const;
const MARKS = { covered: '#', idle: '.', skipped: '!', unknown: '?' } as const;

/** A time line of marks, one state for each column; spaces where the interface has no say. */
export function coverageStrip(
  stretches: readonly Stretch[],
  range: { readonly startSeconds: number; readonly endSeconds: number },
  width: number,
): string {
  const seconds = Math.max(1, range.endSeconds - range.startSeconds);
  const worst: number[] = Array.from({ length: width }, () => -1);
  for (const { startSeconds, endSeconds, state } of stretches) {
    const first = Math.max(0, Math.floor(((startSeconds - range.startSeconds) / seconds) * width));
    const last = Math.min(width, Math.ceil(((endSeconds - range.startSeconds) / seconds) * width));
    for (let column = first; column < last; column++)
      worst[column] = Math.max(worst[column] ?? -1, ORDER.indexOf(state));
  }
  return worst
    .map((rank) => {
      const state = ORDER[rank];
      return state === undefined ? ' ' : MARKS[state];
    })
    .join('');
}
