import { WeirError } from '../../base/index.ts';
import type { Measure } from '../plan/measure.ts';
import { bucketOrigin, isGrouped, type OrderKey, type Plan } from '../plan/plan.ts';
import { type Choice, chooseTable, type Inventory } from '../planner/choose.ts';
import { stretchesOf } from '../planner/edges.ts';
import { rollupMeasure, rollupRelation, rollupScope, rollupSeconds } from '../planner/rollup.ts';
import { measureSql } from './aggregate.ts';
import { quoteName, type SqlWriter } from './dialect.ts';
import { expressionSql } from './expression.ts';
import { type ChosenPart, inOneScan, partsOf, unionOf } from './parts.ts';
import { freeName, type GroupedSql, type Rows, tail } from './rows.ts';
import { fromWhere, recordNames, recordRelation, recordScope } from './scan.ts';
import { topGroups } from './top.ts';
import type { TypedSql } from './types.ts';

/** The rows of a plan before its steps, and the tables they come from. */
export interface Head {
  readonly rows: Rows;
  readonly choices: readonly Choice[];
  /** The statement without a subquery around it, where the question is that simple; null otherwise. */
  readonly flatSql: string | null;
}

/** Compiles what a plan asks of the lake itself: scan, grouping, order and limit. */
export function headRows(plan: Plan, inventory: Inventory, writer: SqlWriter): Head {
  if (!isGrouped(plan)) return recordHead(plan, inventory, writer);
  assertComparable(plan);
  const parts = inOneScan(
    partsOf(plan).flatMap((part) =>
      stretchesOf(part.plan, inventory).map((stretch) => ({ ...part, ...stretch })),
    ),
  );
  const [only] = parts;
  const choices = parts.map((part) => part.choice);
  if (only === undefined) throw new RangeError('a plan has at least one part');
  const isPlain = parts.length === 1 && only.splitSeconds === null;
  const selects = parts.map((part) => ({ part, grouped: groupedSelect(plan, part, writer) }));
  const [first] = selects;
  const grouped = isPlain && first !== undefined ? first.grouped : unionOf(plan, selects, writer);
  const rows = isPlain && plan.limit?.other !== true && !hasSeries(plan) ? simpleRows(plan, grouped) : null;
  return {
    rows: rows ?? topGroups(plan, grouped, orderOf(plan)),
    choices,
    flatSql: rows === null ? null : `${grouped.sql}${tail(rows)}`,
  };
}

/** An earlier period is as long as the one asked, so that one needs two ends. */
function assertComparable({ compareShiftSeconds, time }: Plan): void {
  if (compareShiftSeconds === null || (time.startSeconds !== null && time.endSeconds !== null)) return;
  throw new WeirError(
    'query',
    'query.compare-unbounded',
    'a comparison with an earlier period needs a time range with a start and an end',
  );
}

/** The order that an answer has when none was asked: series by time, rankings by their first measure. */
export function orderOf(plan: Plan): readonly OrderKey[] {
  if (plan.dimensions.length === 0 && plan.bucket === null) return [];
  const names = plan.dimensions.map((dimension) => dimension.name);
  const asked = new Set(plan.order.map((key) => key.name));
  const first = plan.measures[0];
  const lead: readonly OrderKey[] =
    plan.order.length > 0
      ? plan.order
      : plan.bucket !== null
        ? [{ name: plan.bucket.name, descending: false }]
        : first === undefined
          ? []
          : [{ name: first.name, descending: true }];
  // Ties are broken by the dimensions, so that the same question gives the same rows.
  const rest = names.filter((name) => !asked.has(name)).map((name) => ({ name, descending: false }));
  return [...lead, ...rest];
}

/** True when rows are points of series, so that a limit counts series. */
export function hasSeries(plan: Plan): boolean {
  return plan.bucket !== null && plan.dimensions.length > 0 && plan.limit !== null;
}

function recordHead(plan: Plan, inventory: Inventory, writer: SqlWriter): Head {
  const choice = chooseTable(plan, inventory);
  const relation = recordRelation(plan, choice.hasStatuses, writer);
  const scope = recordScope(plan.source);
  const columns = new Map(
    plan.columns.map((name): [string, TypedSql] => [
      name,
      scope.column(name) ?? { sql: 'NULL', type: 'none' },
    ]),
  );
  const rows: Rows = {
    ...relation,
    columns,
    base: scope,
    order: plan.order.map(({ name, descending }) => {
      const sql = scope.column(name)?.sql ?? quoteName(name);
      return `${sql}${descending ? ' DESC' : ''} NULLS LAST`;
    }),
    count: plan.limit?.count ?? null,
    taken: recordNames(plan.source),
  };
  return { rows, choices: [choice], flatSql: null };
}

/** One SELECT with GROUP BY. Names of the answer stand as they are, so that the SQL reads like one's own. */
function groupedSelect(
  whole: Plan,
  { plan, choice, shiftSeconds, splitSeconds }: ChosenPart,
  writer: SqlWriter,
): GroupedSql {
  const { rollup } = choice;
  const isEarlier =
    splitSeconds === null
      ? null
      : rollup === null
        ? `"start" < ${writer.bind(splitSeconds)}`
        : `"ts" < ${writer.fact('timestamp.of-seconds', writer.bind(splitSeconds))}`;
  const scope = rollup === null ? recordScope(plan.source) : rollupScope(rollup);
  const relation =
    rollup === null
      ? recordRelation(plan, choice.hasStatuses, writer)
      : rollupRelation(plan, rollup, choice.role, choice.mergedUntilSeconds, writer);
  const columns = new Map<string, TypedSql>();
  const items: string[] = [];
  const taken = new Set<string>();
  const add = (name: string, value: TypedSql): void => {
    const quoted = freeName(name, taken);
    items.push(value.sql === quoted ? quoted : `${value.sql} AS ${quoted}`);
    columns.set(name, { ...value, sql: quoted });
  };
  if (plan.bucket !== null) {
    const seconds = rollup === null ? '"start"' : rollupSeconds(rollup, writer);
    const shift =
      isEarlier === null ? shiftSeconds : `CASE WHEN ${isEarlier} THEN ${shiftSeconds} ELSE 0 END`;
    const origin = bucketOrigin(plan.bucket.seconds);
    const shifted = shift === 0 ? seconds : `(${seconds} + ${shift})`;
    const moved = origin === 0 ? shifted : `(${shifted} - ${origin})`;
    const floor = writer.fact('time.bucket', moved, String(plan.bucket.seconds));
    add(plan.bucket.name, { sql: origin === 0 ? floor : `(${floor} + ${origin})`, type: 'seconds' });
  }
  for (const { name, value } of plan.dimensions) add(name, expressionSql(value, writer, scope));
  if (isEarlier !== null) items.push(`CASE WHEN ${isEarlier} THEN 1 ELSE 0 END AS "is_earlier"`);
  const keys = items.length;
  for (const measure of whole.measures.map((_, i) => plan.measures[i])) {
    if (measure === undefined) continue;
    const value = rollup === null ? null : rollupMeasure(measure, rollup, writer);
    add(measure.name, value ?? secondsOf(measure, measureSql(measure, writer, scope)));
  }
  const groups = keys === 0 ? '' : ` GROUP BY ${Array.from({ length: keys }, (_, i) => i + 1).join(', ')}`;
  return { sql: `SELECT ${items.join(', ')} ${fromWhere(relation)}${groups}`, columns };
}

/** First and last times of records are Unix seconds, whichever table they come from. */
function secondsOf(measure: Measure, value: TypedSql): TypedSql {
  const isTime =
    measure.value?.kind === 'column' && (measure.value.name === 'start' || measure.value.name === 'end');
  const isEdge = measure.aggregate === 'min' || measure.aggregate === 'max';
  return isTime && isEdge ? { ...value, type: 'seconds' } : value;
}

/** The plain case: the grouped SELECT is the statement itself, with ORDER BY and LIMIT after it. */
function simpleRows(plan: Plan, grouped: GroupedSql): Rows {
  return {
    from: `(${grouped.sql}) AS r`,
    conditions: [],
    columns: grouped.columns,
    base: null,
    order: orderOf(plan).flatMap((key) => {
      const value = grouped.columns.get(key.name);
      return value === undefined ? [] : [`${value.sql}${key.descending ? ' DESC' : ''} NULLS LAST`];
    }),
    count: plan.limit?.count ?? null,
    taken: new Set([...grouped.columns.keys()].map((name) => name.toLowerCase())),
  };
}
