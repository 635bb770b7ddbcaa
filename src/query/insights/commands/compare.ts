import { call, column, type Expression, literal } from '../../plan/expression.ts';
import type { NamedExpression, Step } from '../../plan/step.ts';
import { readsColumn, rebuild } from '../../plan/walk.ts';
import { ParseStop, problem, type Span } from '../../problem.ts';
import { parsePeriod } from '../period.ts';
import { earlierPlan } from '../plan-of.ts';
import type { Query } from '../query.ts';
import { enterGroups } from './groups.ts';
import { describePatterns, ensurePatterns } from './pattern.ts';

const DAY = 86_400;

/** `diff [previousDay | previousWeek | previousMonth]`: beside the equal period just before, or the same time then. */
export function parseDiff(query: Query, command: Span): void {
  const { startSeconds, endSeconds } = boundsOf(query, command, 'diff');
  const shift = query.takeWord('previousday')
    ? DAY
    : query.takeWord('previousweek')
      ? 7 * DAY
      : query.takeWord('previousmonth')
        ? startSeconds - monthsBefore(startSeconds, 1)
        : endSeconds - startSeconds;
  if (!query.atEnd())
    throw query.unexpected(query.lexer.peek(), 'previousDay, previousWeek or previousMonth');
  compareWith(query, shift);
}

/** `logcompare timeshift 7d`: beside the same range that much earlier. */
export function parseLogCompare(query: Query, command: Span): void {
  const { startSeconds } = boundsOf(query, command, 'logcompare');
  if (!query.takeWord('timeshift'))
    throw query.unexpected(query.lexer.peek(), '"timeshift" and a period such as 7d');
  query.takeSymbol('-');
  const token = query.lexer.next();
  const period = token.kind === 'period' ? parsePeriod(token.text) : null;
  if (period === null) throw query.unexpected(token, 'a period such as 7d');
  const shift =
    period.kind === 'fixed'
      ? Math.round(period.ms / 1000)
      : period.unit === 'week'
        ? period.count * 7 * DAY
        : startSeconds - monthsBefore(startSeconds, period.count * MONTHS[period.unit]);
  if (shift < 1) throw query.unexpected(token, 'a period of at least one second');
  compareWith(query, shift);
}

const MONTHS = { month: 1, quarter: 3, year: 12 } as const;

/** An earlier period is as long as the one asked, so that one needs two ends. */
function boundsOf(
  query: Query,
  command: Span,
  name: string,
): { readonly startSeconds: number; readonly endSeconds: number } {
  const { time, nowSeconds } = query.environment.options;
  const { startSeconds } = time;
  const endSeconds = time.endSeconds ?? nowSeconds;
  if (startSeconds !== null && startSeconds < endSeconds) {
    query.environment.enterTime({ startSeconds, endSeconds });
    return { startSeconds, endSeconds };
  }
  const wanted =
    'a time range with a start and an end, from the caller or from "SOURCE … start=-1d end=now",';
  throw new ParseStop(problem('query.argument-kind', command, { name, wanted }));
}

/**
 * Puts the rows beside those of an earlier period. Groups are compared column by column: `previous_x` is the value then,
 * `diff_x` the difference, a count or sum that is not there being 0. Events are compared by their patterns.
 */
function compareWith(query: Query, shiftSeconds: number): void {
  ensurePatterns(query);
  const keys = query.groupKeys;
  const isKey = new Set(keys);
  const { isPattern, additive } = query;
  const values = isPattern
    ? ['@sampleCount']
    : query.columns().flatMap(({ name }) => (isKey.has(name) ? [] : [name]));
  const makers = [...query.inner];
  const { steps, late } = onOneAxis(query, shiftSeconds * 1000);
  const moved = late.map((name) => ({ name, value: later(column(name), shiftSeconds * 1000) }));
  const columns: NamedExpression[] = [...keys, ...values].map((name) => ({ name, value: column(name) }));
  const earlier = query.planOf(
    moved.length === 0 ? steps : [...steps, { kind: 'extend', columns: moved }],
    columns,
    makers,
  );
  const inner = query.inner.push(() => earlierPlan(earlier(), shiftSeconds)) - 1;
  query.push({
    kind: 'compare',
    inner,
    keys,
    values: values.map((name) => ({ column: name, name: previousOf(name) })),
  });
  const zeros = values
    .filter((name) => additive.has(name))
    .flatMap((name) => [name, previousOf(name)])
    .map((name) => ({ name, value: call('coalesce', [column(name), literal(0)]) }));
  if (zeros.length > 0) query.push({ kind: 'extend', columns: zeros });
  if (isPattern) return describePatterns(query, previousOf('@sampleCount'));
  query.push({
    kind: 'extend',
    columns: values.map((name) => ({
      name: `diff_${name}`,
      value: call('subtract', [column(name), column(previousOf(name))]),
    })),
  });
  const { bucket, timeKeys } = query;
  enterGroups(
    query,
    keys.map((name) => ({ name, value: column(name) })),
    [...keys, ...values.flatMap((name) => [name, previousOf(name), `diff_${name}`])],
  );
  query.bucket = bucket;
  query.timeKeys = timeKeys;
}

/**
 * The steps for an earlier period whose times lie beside those asked: what was at nine a week ago stands at nine. Buckets
 * that the shift is a multiple of are moved when they are made, which are `late`; others are made of moved times.
 */
function onOneAxis(
  query: Query,
  shiftMs: number,
): { readonly steps: readonly Step[]; readonly late: readonly string[] } {
  const at = query.steps.findLastIndex((step) => step.kind === 'group');
  const late = new Set(query.timeKeys);
  const steps = query.steps.map((step, i): Step => {
    if (step.kind !== 'group' || i !== at) return step;
    const keys = step.keys.map((key) => {
      if (!late.has(key.name) || isMultiple(key.value, shiftMs)) return key;
      const value = rebuild(key.value, (node) =>
        node.kind === 'column' && node.name === 'event_time' ? later(node, shiftMs) : node,
      );
      if (readsColumn(key.value, 'event_time')) late.delete(key.name);
      return { ...key, value };
    });
    return { ...step, keys };
  });
  return { steps, late: [...late] };
}

function isMultiple(key: Expression, shiftMs: number): boolean {
  const size = key.kind === 'call' && key.name === 'time_floor' ? key.args[1] : undefined;
  return size?.kind === 'literal' && shiftMs % Number(size.value) === 0;
}

function later(time: Expression, shiftMs: number): Expression {
  return call('frommillis', [call('add', [time, literal(shiftMs)])]);
}

function previousOf(name: string): string {
  return `previous_${name}`;
}

/** The same time of day some months before; the last day of a shorter month when it has no such day. */
function monthsBefore(seconds: number, months: number): number {
  const date = new Date(seconds * 1000);
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - months, 1);
  const days = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - months + 1, 0)).getUTCDate();
  const day = Math.min(date.getUTCDate(), days);
  return first / 1000 + (day - 1) * DAY + (((seconds % DAY) + DAY) % DAY);
}
