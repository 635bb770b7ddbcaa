import type { TableName } from '../../record/index.ts';
import { SqlWriter } from '../compile/dialect.ts';
import { duckdb } from '../dialects/duckdb.ts';
import { conjuncts, type Expression } from '../plan/expression.ts';
import { isGrouped, type Plan } from '../plan/plan.ts';
import { columnsOf } from '../plan/walk.ts';
import { type AddressRole, knows, ROLLUPS, type Rollup, rollupMeasure, startOfMonth } from './rollup.ts';

/** What is known of a table of the lake. Times are Unix seconds of the earliest and latest record start in it. */
export interface TableFacts {
  readonly rows?: number;
  readonly startSeconds?: number | null;
  readonly endSeconds?: number | null;
  /** For `ip_month`: the end of the last month merged into it; days before have left `ip_day`. Without it, it is not used. */
  readonly mergedUntilSeconds?: number;
  /** The files of the table by the time that they hold, null being unknown; absent when nobody knows their sizes. */
  readonly partitions?: readonly {
    readonly startSeconds: number | null;
    readonly endSeconds: number | null;
    readonly sizeBytes: number;
  }[];
  /** For records: true when none is without log_status, so that nothing else tells which ones count. */
  readonly hasStatuses?: boolean;
}

/** The tables that exist, with what is known of them. A table that is not listed is not there. */
export type Inventory = Readonly<Partial<Record<TableName, TableFacts>>>;

/** The table that answers a plan, and why not a smaller one. */
export interface Choice {
  readonly table: TableName;
  /** Null for the table of records. */
  readonly rollup: Rollup | null;
  readonly role: AddressRole;
  /** Where months end and days take over; null for all but `ip_month`. */
  readonly mergedUntilSeconds: number | null;
  /** True when log_status alone tells which records count. */
  readonly hasStatuses: boolean;
  readonly why: string;
  readonly passedOver: readonly { readonly table: TableName; readonly why: string }[];
  /** What the answer may lack, such as records that expired before the range asked. */
  readonly warnings: readonly string[];
}

/** An inventory with every table, nothing known of them: what a lake has once it holds a record. */
export const EVERY_TABLE: Inventory = {
  flows: {},
  tgw_flows: {},
  ip_day: {},
  ip_month: {},
  eni_5m: {},
  svc_1h: {},
};

/**
 * Picks the smallest table that answers a plan exactly. Pure: plan and inventory in, choice out. Candidates go by
 * their rows where the inventory knows them, else by their usual size.
 */
export function chooseTable(plan: Plan, inventory: Inventory): Choice {
  const passedOver: { table: TableName; why: string }[] = [];
  const reach = inventory[plan.source];
  for (const rollup of bySize(inventory)) {
    const role = addressRole(plan);
    const why = reasonAgainst(plan, rollup, role, inventory);
    if (why === null)
      return {
        table: rollup.table,
        rollup,
        role,
        mergedUntilSeconds: inventory[rollup.table]?.mergedUntilSeconds ?? null,
        hasStatuses: false,
        why: `holds every column and sum asked, per ${rollup.grain}`,
        passedOver,
        warnings: [],
      };
    passedOver.push({ table: rollup.table, why });
  }
  const why = isGrouped(plan) ? 'no rollup answers it exactly' : 'records were asked for';
  return {
    table: plan.source,
    rollup: null,
    role: null,
    mergedUntilSeconds: null,
    hasStatuses: reach?.hasStatuses === true,
    why,
    passedOver,
    warnings: reachWarnings(plan, reach),
  };
}

function bySize(inventory: Inventory): readonly Rollup[] {
  const rows = (rollup: Rollup): number => inventory[rollup.table]?.rows ?? Number.NaN;
  const known = ROLLUPS.every(
    (rollup) => !(inventory[rollup.table] !== undefined && Number.isNaN(rows(rollup))),
  );
  return known ? [...ROLLUPS].sort((a, b) => (rows(a) || 0) - (rows(b) || 0)) : ROLLUPS;
}

/** Why a rollup cannot answer, for people; null when it can. */
function reasonAgainst(plan: Plan, rollup: Rollup, role: AddressRole, inventory: Inventory): string | null {
  const facts = inventory[rollup.table];
  if (facts === undefined) return 'it is not in this lake';
  const merged = reasonOfMerging(plan, rollup, inventory.ip_month?.mergedUntilSeconds);
  if (merged !== null) return merged;
  if (!isGrouped(plan)) return 'it holds sums, and records were asked for';
  if (plan.statuses !== 'ok') return 'it leaves out NODATA and SKIPDATA records, which count here';
  if (plan.bidirectional) return 'it cannot be read backwards';
  if (!rollup.isAddressed && plan.source !== 'flows') return 'it holds VPC records only';
  const expressions = [plan.filter, ...plan.dimensions.map((dimension) => dimension.value)];
  const addresses = rollup.isAddressed ? reasonOfAddress(plan, role) : null;
  return (
    addresses ??
    reasonOfColumns(expressions, rollup) ??
    reasonOfMeasures(plan, rollup, role) ??
    reasonOfTime(plan, rollup, facts)
  );
}

function reasonOfColumns(expressions: readonly Expression[], rollup: Rollup): string | null {
  const { columns, pairs } = columnsOf(expressions);
  for (const pair of pairs) {
    if (!(rollup.isAddressed && pair === 'ip')) return `it has no column for either ${pair}`;
  }
  for (const name of columns) if (!knows(rollup, name)) return `it has no column ${name}`;
  return null;
}

function reasonOfAddress(plan: Plan, role: AddressRole): string | null {
  const { columns } = columnsOf([plan.filter, ...plan.dimensions.map((dimension) => dimension.value)]);
  if (columns.has('srcaddr') && columns.has('dstaddr'))
    return 'it knows one address of a flow, not both together';
  return role === null ? 'no single address is asked about' : null;
}

function reasonOfMeasures(plan: Plan, rollup: Rollup, role: AddressRole): string | null {
  const writer = new SqlWriter(duckdb);
  const own = role === 'src' ? 'srcaddr' : role === 'dst' ? 'dstaddr' : null;
  for (const measure of plan.measures) {
    const { columns } = columnsOf([measure.value, measure.where].filter((each) => each != null));
    for (const address of ['srcaddr', 'dstaddr'])
      if (rollup.isAddressed && address !== own && columns.has(address))
        return 'it knows one address of a flow, not both together';
    const where = measure.where === undefined ? null : reasonOfColumns([measure.where], rollup);
    if (where !== null && rollupMeasure(measure, rollup, writer) === null) return where;
    if (rollupMeasure(measure, rollup, writer) === null) return `it cannot tell ${measure.name}`;
    if (role === 'both' && measure.aggregate !== 'min' && measure.aggregate !== 'max')
      return 'a flow from an address to itself is in it twice';
  }
  return null;
}

/** Merged months have left the index of days, so a range that reaches into them is one for the months. */
function reasonOfMerging(
  { time }: Plan,
  { grain }: Rollup,
  mergedUntilSeconds: number | undefined,
): string | null {
  if (grain !== 'month' && grain !== 'day') return null;
  if (mergedUntilSeconds === undefined) return grain === 'month' ? 'no month has been merged yet' : null;
  const isBehind = time.startSeconds !== null && time.startSeconds >= mergedUntilSeconds;
  if (grain === 'month') return isBehind ? 'the range begins after the merged months' : null;
  return isBehind ? null : 'older days of the range are merged into months';
}

function reasonOfTime(plan: Plan, rollup: Rollup, facts: TableFacts): string | null {
  const { startSeconds, endSeconds } = plan.time;
  const fits = (seconds: number): boolean =>
    rollup.grain === 'month'
      ? startOfMonth(seconds) === seconds ||
        (seconds >= (facts.mergedUntilSeconds ?? Number.POSITIVE_INFINITY) && seconds % 86_400 === 0)
      : seconds % rollup.grainSeconds === 0;
  const isAfterAll = (seconds: number): boolean => facts.endSeconds != null && seconds > facts.endSeconds;
  const isBeforeAll = (seconds: number): boolean =>
    facts.startSeconds != null && seconds <= facts.startSeconds;
  if (startSeconds !== null && !fits(startSeconds) && !isBeforeAll(startSeconds))
    return `the range does not begin on a whole ${rollup.grain}`;
  if (endSeconds !== null && !fits(endSeconds) && !isAfterAll(endSeconds))
    return `the range does not end on a whole ${rollup.grain}`;
  if (plan.bucket === null) return null;
  const { grainSeconds } = rollup;
  const bucketFits = grainSeconds > 0 && plan.bucket.seconds % grainSeconds === 0;
  if (!bucketFits) return `its rows are wider than ${plan.bucket.seconds} s`;
  // Rows of the earlier period are moved onto the buckets asked, where each must fall into one.
  return (plan.compareShiftSeconds ?? 0) % grainSeconds === 0
    ? null
    : `a ${rollup.grain} of the earlier period lies across two buckets`;
}

/** The one address that a plan reads. Both ends at once must stand alone at the top of the filter. */
function addressRole(plan: Plan): AddressRole {
  const { columns, pairs } = columnsOf([plan.filter, ...plan.dimensions.map((dimension) => dimension.value)]);
  if (pairs.has('ip')) {
    const terms = conjuncts(plan.filter);
    const eithers = terms.filter((term) => term.kind === 'either');
    const inner = terms.filter((term) => term.kind !== 'either' && columnsOf([term]).pairs.size > 0);
    const isAlone =
      eithers.length === 1 && inner.length === 0 && !columns.has('srcaddr') && !columns.has('dstaddr');
    return isAlone ? 'both' : null;
  }
  if (columns.has('srcaddr')) return columns.has('dstaddr') ? null : 'src';
  return columns.has('dstaddr') ? 'dst' : null;
}

function reachWarnings(plan: Plan, reach: TableFacts | undefined): readonly string[] {
  if (reach === undefined) {
    const { startSeconds, endSeconds } = plan.time;
    const isBounded = startSeconds !== null || endSeconds !== null;
    return [`this lake holds no ${plan.source}${isBounded ? ' of that time' : ''}`];
  }
  const first = reach.startSeconds;
  const asked = plan.time.startSeconds;
  return first != null && asked !== null && asked < first - 86_400
    ? [`${plan.source} begins ${Math.round((first - asked) / 86_400)} days after the range asked`]
    : [];
}
