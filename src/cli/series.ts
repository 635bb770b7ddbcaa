import type { PlanAnswer } from '../app/index.ts';
import { formatBytes, formatCount, formatDuration, formatIso } from '../base/index.ts';
import { decoded } from './decoded.ts';
import { resample, sparkline } from './strips.ts';
import { cellText, formatTable } from './table.ts';

/** Room that names and sums take beside the bars. */
const BESIDE = 44;
const MOST_SERIES = 40;

/**
 * The rows of time slices drawn as bars, one line for each group, by the first number beside the time; null when the
 * rows are not slices of time, or only one slice. `stepSeconds` is found from the rows when null.
 */
export function seriesTable(
  columns: PlanAnswer['columns'],
  rows: PlanAnswer['rows'],
  stepSeconds: number | null,
  width: number,
): string | null {
  const timeAt = columns.findIndex(({ type }) => type === 'seconds' || type === 'time');
  const isNumber = columns.map(({ type }) => type === 'number');
  const measureAt = isNumber.findIndex(
    (is, index) => is && isMeasure(rows, index, columns[index]?.name ?? ''),
  );
  if (timeAt < 0 || measureAt < 0) return null;
  const times = rows.map((row) => secondsOf(row[timeAt]));
  const edges = [...new Set(times.filter((time) => time !== null))].sort((a, b) => a - b);
  const [first] = edges;
  const last = edges.at(-1);
  if (first === undefined || last === undefined || first === last) return null;
  const step = stepSeconds ?? Math.min(...edges.slice(1).map((edge, index) => edge - (edges[index] ?? 0)));
  const steps = Math.round((last - first) / step) + 1;
  if (steps > 100_000) return null;
  const otherAt = columns.findIndex(({ name, type }) => name === 'other' && type === 'boolean');
  const keysAt = columns.flatMap((_, index) => {
    const isKey = isNumber[index] !== true || keyNumber(columns, index);
    return index !== timeAt && index !== otherAt && isKey ? [index] : [];
  });
  const series = new Map<string, number[]>();
  for (const [index, row] of rows.entries()) {
    const time = times[index] ?? null;
    if (time === null) continue;
    const name =
      row[otherAt] === true
        ? '(others)'
        : keysAt
            .map((index) => columns[index]?.name ?? '')
            .map((key, index) => cellText({ name: key }, decoded(key, row[keysAt[index] ?? -1])))
            .join('  ');
    const values = series.get(name) ?? Array.from({ length: steps }, () => 0);
    const at = Math.round((time - first) / step);
    values[at] = (values[at] ?? 0) + Number(row[measureAt] ?? 0);
    series.set(name, values);
  }
  if (series.size > MOST_SERIES) return null;
  const measure = columns[measureAt]?.name ?? '';
  const scaled = /byte/i.test(measure) ? formatBytes : formatCount;
  const room = Math.max(20, width - BESIDE);
  const lines = [...series].map(([name, values]) => {
    const drawn = resample(values, room);
    return [name, sparkline(drawn), scaled(Math.max(...values)), scaled(sumOf(values))];
  });
  const table = formatTable(
    [
      { name: keysAt.map((index) => columns[index]?.name ?? '').join('  ') },
      { name: measure },
      { name: 'most', align: 'right' },
      { name: 'sum', align: 'right' },
    ],
    lines,
  );
  return `${table}${formatIso(first)} to ${formatIso(last + step)}, one step ${formatDuration(step)}\n`;
}

/** Times of plans are Unix seconds; those of Logs Insights are text as AWS writes it. Null for a missing one. */
function secondsOf(value: unknown): number | null {
  if (typeof value === 'number') return value;
  const seconds = typeof value === 'string' ? Date.parse(`${value.replace(' ', 'T')}Z`) / 1000 : Number.NaN;
  return Number.isNaN(seconds) ? null : seconds;
}

/** Ports and protocols are numbers that name. */
function keyNumber(columns: PlanAnswer['columns'], index: number): boolean {
  const { name = '', type } = columns[index] ?? {};
  return type === 'number' && NAMING.has(name);
}

const NAMING = new Set([
  'protocol',
  'srcport',
  'dstport',
  'svc_port',
  'ip_version',
  'srcPort',
  'dstPort',
  'traffic_path',
]);

function isMeasure(rows: PlanAnswer['rows'], index: number, name: string): boolean {
  return !NAMING.has(name) && rows.some((row) => typeof row[index] === 'number');
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
