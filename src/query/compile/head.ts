import { WeirError } from '../../base/index.ts';
import { isGrouped, type Plan } from '../plan/plan.ts';
import { type Choice, chooseTable, type Inventory } from '../planner/choose.ts';
import { stretchesOf } from '../planner/edges.ts';
import { quoteName, type SqlWriter } from './dialect.ts';
import { groupedSelect } from './grouped.ts';
import { lateMeasures, withLate } from './late.ts';
import { inOneScan, partsOf, unionOf } from './parts.ts';
import { orderOf } from './ranking.ts';
import { type Rows, tail } from './rows.ts';
import { recordNames, recordRelation, recordScope } from './scan.ts';
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
  const late = isPlain ? lateMeasures(plan, only, writer) : [];
  if (late.length > 0) {
    const measures = plan.measures.filter((measure) => !late.includes(measure));
    const early = { ...plan, measures };
    const grouped = groupedSelect(early, { ...only, plan: { ...only.plan, measures } }, writer);
    const rows = withLate(plan, only, late, topGroups(early, grouped, orderOf(plan)), writer);
    return { rows, choices, flatSql: null };
  }
  const selects = parts.map((part) => ({ part, grouped: groupedSelect(plan, part, writer) }));
  const [first] = selects;
  const grouped = isPlain && first !== undefined ? first.grouped : unionOf(plan, selects, writer);
  const rows = topGroups(plan, grouped, orderOf(plan));
  const isFlat = isPlain && plan.limit?.other !== true && !hasSeries(plan);
  return { rows, choices, flatSql: isFlat ? `${grouped.sql}${tail(rows)}` : null };
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
