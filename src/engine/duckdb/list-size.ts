import type { SqlNode } from './sql-node.ts';

/** Lists of more items than this are refused: the engine makes them in one piece, which nothing stops. */
export const MOST_ITEMS = 1_000_000;

const UNIT_SECONDS: Readonly<Record<string, number>> = {
  microsecond: 1e-6,
  millisecond: 1e-3,
  second: 1,
  minute: 60,
  hour: 3600,
  day: 86_400,
  week: 604_800,
  month: 2_592_000,
  quarter: 7_776_000,
  year: 31_536_000,
};

/**
 * The items that `range(from, to, step)` and its kin make where all three are constants, numbers or times, infinite for a
 * step of nothing. Null where a bound is no constant.
 */
export function itemsOf(args: readonly SqlNode[]): number | null {
  const [first, second, third] = args;
  const from = second === undefined ? 0 : constantOf(first);
  const to = constantOf(second ?? first);
  const step = third === undefined ? 1 : stepOf(third);
  if (from === null || to === null || step === null) return null;
  const items = (to - from) / step;
  // Nobody knows how far it is from one remote time to another.
  return step === 0 || Number.isNaN(items) ? Infinity : Math.max(0, items);
}

/** The least that a step may be between times that are not known: a minute. */
const LEAST_STEP_SECONDS = 60;

/** True for a list of times between bounds that are not known, in steps of less than a minute, or in steps that are computed. */
export function isFineTimes(args: readonly SqlNode[]): boolean {
  const [, , third] = args;
  if (third === undefined) return false;
  const step = stepOf(third);
  return step === null || (isInterval(third) && Math.abs(step) < LEAST_STEP_SECONDS);
}

function isInterval(node: SqlNode): boolean {
  const name = nameOf(node);
  if (name.startsWith('to_')) return true;
  return node['class'] === 'CAST' && (node['cast_type'] as SqlNode | undefined)?.['id'] === 'INTERVAL';
}

function nameOf(node: SqlNode): string {
  return node['class'] === 'FUNCTION' ? String(node['function_name']).toLowerCase() : '';
}

/** Seconds of an interval, or a plain number. */
function stepOf(node: SqlNode): number | null {
  const unit = /^to_([a-z]+?)s$/.exec(nameOf(node))?.[1];
  if (unit !== undefined) {
    const count = constantOf(((node['children'] ?? []) as readonly SqlNode[])[0]);
    const seconds = Object.hasOwn(UNIT_SECONDS, unit) ? UNIT_SECONDS[unit] : undefined;
    return count === null || seconds === undefined ? null : count * seconds;
  }
  if (!isInterval(node)) return constantOf(node);
  const text = valueOf(node['child'] as SqlNode | undefined);
  const match = typeof text === 'string' ? /^\s*(-?[\d.]+)\s*([a-z]+?)s?\s*$/i.exec(text) : null;
  const seconds = UNIT_SECONDS[match?.[2]?.toLowerCase() ?? ''];
  return match === null || seconds === undefined ? null : Number(match[1]) * seconds;
}

/** A number, a date or time as seconds, or the negative of one; null for anything that is no constant. */
function constantOf(node: SqlNode | undefined): number | null {
  if (node === undefined) return null;
  const inner = node['child'] as SqlNode | undefined;
  if (node['class'] === 'CAST' && inner !== undefined && inner['class'] !== 'CONSTANT')
    return constantOf(inner);
  if (nameOf(node) === 'trunc') return constantOf(((node['children'] ?? []) as readonly SqlNode[])[0]);
  const value = valueOf(node);
  if (typeof value === 'number') return value;
  if (typeof value === 'object' && value !== null) return Infinity;
  if (typeof value !== 'string') return null;
  if (value.trim() !== '' && !Number.isNaN(Number(value))) return Number(value);
  const isTime = node['class'] === 'CAST' && /^(?:DATE|TIMESTAMP)/.test(castOf(node));
  const ms = isTime ? Date.parse(value.length === 10 ? value : `${value.replace(' ', 'T')}Z`) : Number.NaN;
  if (!Number.isNaN(ms)) return ms / 1000;
  return isTime ? remoteTimeOf(value) : null;
}

/** Times before the first year are infinitely long ago, those after the year 9999 infinitely far; null for others. */
function remoteTimeOf(text: string): number | null {
  if (/\(bc\)/i.test(text)) return -Infinity;
  return /^\s*\d{5}/.test(text) ? Infinity : null;
}

function castOf(node: SqlNode): string {
  return String((node['cast_type'] as SqlNode | undefined)?.['id']);
}

function valueOf(node: SqlNode | undefined): unknown {
  if (node?.['class'] === 'CAST') return valueOf(node['child'] as SqlNode);
  return node?.['class'] === 'CONSTANT' ? (node['value'] as SqlNode | undefined)?.['value'] : undefined;
}
