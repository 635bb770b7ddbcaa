import { recordScope } from '../compile/scan.ts';
import { and, call, column, conjuncts, type Expression } from '../plan/expression.ts';
import type { Bucket, Plan } from '../plan/plan.ts';
import type { Step } from '../plan/step.ts';
import { columnsOf } from '../plan/walk.ts';

/**
 * The same plan with as much of its steps as possible in its head: leading conditions become the filter, and a first
 * grouping by plain fields and a time bucket becomes dimensions, bucket and measures, so that a smaller table may
 * answer.
 */
export function normalizePlan(plan: Plan): Plan {
  const { filters, steps } = hoisted(plan);
  const filter = and([plan.filter, ...filters]);
  const filtered: Plan = { ...plan, ...withoutStatus(filter), steps };
  const [group] = steps;
  return group?.kind === 'group' ? (groupedHead(filtered, group) ?? filtered) : filtered;
}

/**
 * Conditions on fields of records that stand before anything but computed columns.
 * Computed columns that the first grouping does not read are dropped with it.
 */
function hoisted(plan: Plan): { readonly filters: readonly Expression[]; readonly steps: readonly Step[] } {
  const filters: Expression[] = [];
  const kept: Step[] = [];
  const computed = new Set<string>();
  let rest = plan.steps;
  for (let step = rest[0]; step !== undefined; step = rest[0]) {
    if (step.kind === 'extend') for (const entry of step.columns) computed.add(entry.name);
    const isFree =
      step.kind === 'where' &&
      readsRecords([step.condition], plan) &&
      [...columnsOf([step.condition]).columns].every((name) => !computed.has(name));
    if (step.kind === 'where' && isFree) filters.push(step.condition);
    else if (step.kind === 'extend') kept.push(step);
    else break;
    rest = rest.slice(1);
  }
  const [next] = rest;
  const values =
    next?.kind === 'group' ? [...next.keys, ...next.measures].flatMap(({ value }) => value ?? []) : null;
  const isUnread = values !== null && [...columnsOf(values).columns].every((name) => !computed.has(name));
  return { filters, steps: isUnread ? rest : [...kept, ...rest] };
}

/** `logStatus = "OK"` as the plan says it, which rollups understand. */
function withoutStatus(filter: Expression): Pick<Plan, 'filter' | 'statuses'> {
  const isOk = (term: Expression): boolean =>
    term.kind === 'test' &&
    term.value.kind === 'column' &&
    term.value.name === 'log_status' &&
    term.test.kind === 'compare' &&
    term.test.operator === '=' &&
    term.test.value === 'OK';
  const terms = conjuncts(filter);
  if (!terms.some(isOk)) return { filter, statuses: 'any' };
  return { filter: and(terms.filter((term) => !isOk(term))), statuses: 'ok' };
}

/** Null when the grouping needs more than a head can say. */
function groupedHead(plan: Plan, group: Extract<Step, { kind: 'group' }>): Plan | null {
  let bucket: Bucket | null = null;
  const dimensions = [];
  const back = [];
  for (const key of group.keys) {
    const size = bucketSeconds(key.value);
    if (size !== null && bucket === null) {
      bucket = { name: key.name, seconds: size };
      // The head counts in seconds, Logs Insights in milliseconds.
      back.push({ name: key.name, value: call('seconds_time', [column(key.name)]) });
    } else if (key.value.kind === 'column' && key.value.name !== 'event_time') dimensions.push(key);
    else return null;
  }
  const isPlain = group.measures.every(
    ({ value }) => value === null || (value.kind === 'column' && value.name !== 'event_time'),
  );
  const values = group.measures.flatMap(({ value }) => value ?? []);
  if (!isPlain || !readsRecords([...values, ...dimensions.map((entry) => entry.value)], plan)) return null;
  // An ungrouped question over no records still has one row, which a head without columns would lose.
  if (group.measures.length === 0 && dimensions.length === 0 && bucket === null) return null;
  const rest = plan.steps.slice(1);
  const extend = [...back, ...group.after];
  const steps: readonly Step[] = extend.length === 0 ? rest : [{ kind: 'extend', columns: extend }, ...rest];
  return { ...plan, dimensions, bucket, measures: group.measures, steps };
}

/** The size of a plain time bucket in whole seconds; null for any other key. */
function bucketSeconds(value: Expression): number | null {
  if (value.kind !== 'call' || value.name !== 'time_floor') return null;
  const [time, size] = value.args;
  const isEventTime = time?.kind === 'column' && time.name === 'event_time';
  const ms = size?.kind === 'literal' && typeof size.value === 'number' ? size.value : 0;
  return isEventTime && ms > 0 && ms % 1000 === 0 ? ms / 1000 : null;
}

function readsRecords(expressions: readonly Expression[], plan: Plan): boolean {
  const scope = recordScope(plan.source);
  return [...columnsOf(expressions).columns].every((name) => scope.column(name) !== undefined);
}
