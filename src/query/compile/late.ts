import { columnBySpelling } from '../columns.ts';
import type { Expression } from '../plan/expression.ts';
import type { Measure } from '../plan/measure.ts';
import type { Plan } from '../plan/plan.ts';
import { isBroad } from '../planner/estimate.ts';
import type { SqlWriter } from './dialect.ts';
import { groupedSelect } from './grouped.ts';
import type { ChosenPart } from './parts.ts';
import { orderOf, rankingMeasure } from './ranking.ts';
import { freeName, type Rows, tail } from './rows.ts';
import { fromWhere } from './scan.ts';
import type { TypedSql } from './types.ts';

/** More groups than this are no short list, and joining records to them costs more than it spares. */
const MOST_KEPT = 1000;

/**
 * The measures that are better counted for the groups of the answer only, the records being read once for the order and a
 * second time for those groups: distinct values of every group are a hash table of them all, which takes several times as
 * long as the scan.
 *
 * Empty where one pass is better: the order needs the distinct counts, groups are few, a filter leaves few records, or the
 * engine would compute the answer again for each use.
 */
export function lateMeasures(plan: Plan, part: ChosenPart, writer: SqlWriter): readonly Measure[] {
  const { limit, bucket, dimensions, filter } = plan;
  const isWorthIt =
    writer.dialect.sharesWith &&
    part.choice.rollup === null &&
    bucket === null &&
    limit !== null &&
    limit.count <= MOST_KEPT &&
    dimensions.some(({ value }) => isOfManyValues(value)) &&
    isBroad(filter);
  if (!isWorthIt) return [];
  const order = orderOf(plan);
  const ranking = new Set([...order.map((key) => key.name), rankingMeasure(plan, order)?.name]);
  return plan.measures.filter((measure) => isLate(measure) && !ranking.has(measure.name));
}

/** The rows of an answer with the measures that it lacks, in the order of the plan. The row of the rest has none of them. */
export function withLate(
  plan: Plan,
  part: ChosenPart,
  late: readonly Measure[],
  rows: Rows,
  writer: SqlWriter,
): Rows {
  const keys = plan.dimensions.flatMap(({ name }) => rows.columns.get(name)?.sql ?? []);
  const isListed = rows.columns.has('other') ? [`NOT "other"`] : [];
  const listed = fromWhere({ from: '"listed"', conditions: isListed });
  const asked = { ...part, plan: { ...part.plan, measures: late } };
  const counted = groupedSelect({ ...plan, measures: late }, asked, writer, { from: listed, keys });
  const columns = new Map<string, TypedSql>();
  const items: string[] = [];
  const names = [...plan.dimensions, ...plan.measures].map((entry) => entry.name);
  const taken = new Set(rows.taken);
  for (const name of new Set([...names, ...rows.columns.keys()])) {
    const own = rows.columns.get(name);
    const column = own ?? counted.columns.get(name);
    if (column === undefined) continue;
    const sql = own?.sql ?? freeName(name, taken);
    columns.set(name, { ...column, sql });
    items.push(`${own === undefined ? 'l' : 'k'}.${column.sql} AS ${sql}`);
  }
  const same = [...keys.map((key) => `k.${key} IS NOT DISTINCT FROM l.${key}`), ...isListed];
  const entries = `"listed" AS (SELECT * ${fromWhere(rows)}${tail(rows)}), "late" AS (${counted.sql})`;
  const from = `(WITH ${entries} SELECT ${items.join(', ')} FROM "listed" AS k LEFT JOIN "late" AS l ON ${same.join(' AND ')}) AS r`;
  return { ...rows, from, conditions: [], columns, count: null, taken };
}

function isLate({ aggregate }: Measure): boolean {
  return aggregate === 'count_distinct' || aggregate === 'list_distinct';
}

function isOfManyValues(value: Expression): boolean {
  if (value.kind !== 'column') return false;
  const kind = columnBySpelling(value.name)?.kind;
  return kind === 'address' || kind === 'port';
}
