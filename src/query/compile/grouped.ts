import { columnBySpelling } from '../columns.ts';
import type { Measure } from '../plan/measure.ts';
import { bucketOrigin, type Plan } from '../plan/plan.ts';
import { isBroad } from '../planner/estimate.ts';
import { rollupMeasure, rollupRelation, rollupScope, rollupSeconds } from '../planner/rollup.ts';
import { measureSql } from './aggregate.ts';
import type { SqlWriter } from './dialect.ts';
import { expressionSql } from './expression.ts';
import type { ChosenPart } from './parts.ts';
import { freeName, type GroupedSql } from './rows.ts';
import { fromWhere, type Relation, recordRelation, recordScope } from './scan.ts';
import type { TypedSql } from './types.ts';

/** Groups that are known already: `FROM …`, and their dimensions in it. */
export interface KeptGroups {
  readonly from: string;
  readonly keys: readonly string[];
}

/**
 * One SELECT with GROUP BY. Names of the answer stand as they are, so that the SQL reads like one's own. With
 * `kept` only groups that are in a relation, whose `keys` are one per dimension; that takes records.
 */
export function groupedSelect(
  whole: Plan,
  { plan, choice, shiftSeconds, splitSeconds }: ChosenPart,
  writer: SqlWriter,
  kept: KeptGroups | null = null,
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
  const portKey = isEarlier === null && rollup === null ? portKeyOf(plan, writer) : null;
  if (portKey === null)
    for (const { name, value } of plan.dimensions) add(name, expressionSql(value, writer, scope));
  else add(plan.dimensions[0]?.name ?? '', { ...portKey, sql: writer.fact('key.port-value', portKey.sql) });
  if (isEarlier !== null) items.push(`CASE WHEN ${isEarlier} THEN 1 ELSE 0 END AS "is_earlier"`);
  const keys = items.length;
  for (const measure of whole.measures.map((_, i) => plan.measures[i])) {
    if (measure === undefined) continue;
    const value = rollup === null ? null : rollupMeasure(measure, rollup, writer);
    add(measure.name, value ?? secondsOf(measure, measureSql(measure, writer, scope)));
  }
  const groupBy = portKey?.sql ?? Array.from({ length: keys }, (_, i) => i + 1).join(', ');
  const groups = keys === 0 ? '' : ` GROUP BY ${groupBy}`;
  const source = kept === null ? relation : keptOnly(relation, kept, plan, writer);
  return { sql: `SELECT ${items.join(', ')} ${fromWhere(source)}${groups}`, columns };
}

/** The keys get names with a blank, which no column of records has, so that those stay clear. */
function keptOnly(
  relation: Relation,
  { from, keys }: KeptGroups,
  { source, dimensions }: Plan,
  writer: SqlWriter,
): Relation {
  const scope = recordScope(source);
  const items = keys.map((key, i) => `${key} AS "kept ${i + 1}"`);
  const same = dimensions.map(
    ({ value }, i) => `${expressionSql(value, writer, scope).sql} IS NOT DISTINCT FROM "kept ${i + 1}"`,
  );
  const kept = `(SELECT ${items.join(', ')} ${from}) AS k`;
  return { ...relation, from: `${relation.from} JOIN ${kept} ON ${same.join(' AND ')}` };
}

/**
 * Records grouped by one port and nothing else: as a number of 16 bits the engine counts them in an array, where a hash table
 * over the whole lake takes twice the time. Null for all other groups, and where a filter leaves so few records that
 * making the array would take longer.
 */
function portKeyOf({ source, filter, bucket, dimensions }: Plan, writer: SqlWriter): TypedSql | null {
  const [only] = dimensions;
  if (!isBroad(filter) || bucket !== null || dimensions.length !== 1 || only?.value.kind !== 'column')
    return null;
  if (columnBySpelling(only.value.name)?.kind !== 'port') return null;
  const column = recordScope(source).column(only.value.name);
  return column === undefined ? null : { ...column, sql: writer.fact('key.port', column.sql) };
}

/** First and last times of records are Unix seconds, whichever table they come from. */
function secondsOf(measure: Measure, value: TypedSql): TypedSql {
  const isTime =
    measure.value?.kind === 'column' && (measure.value.name === 'start' || measure.value.name === 'end');
  const isEdge = measure.aggregate === 'min' || measure.aggregate === 'max';
  return isTime && isEdge ? { ...value, type: 'seconds' } : value;
}
