import type { TableName } from '../record/index.ts';
import {
  bucketCondition,
  COUNTED,
  dayCondition,
  isAligned,
  recordCondition,
  type TimeRange,
} from './time-range.ts';

/** What a top list is ranked by. */
export type Measure = 'bytes' | 'packets' | 'flows' | 'rejects';

/** A question to sums over records: which columns it groups by or filters on, and when. */
export interface SumQuestion {
  readonly table: 'flows' | 'tgw_flows';
  readonly groupBy: readonly string[];
  readonly filterOn: readonly string[];
  readonly range: TimeRange;
}

/** A table that answers a question, and how. */
export interface TableChoice {
  readonly table: TableName;
  /** One sentence. */
  readonly why: string;
  /** Tables that were looked at and cannot answer, each with the reason. */
  readonly rejected: readonly { readonly table: TableName; readonly why: string }[];
  /** What stands after FROM. */
  readonly source: string;
  /** Condition for the time range and the rows that count. */
  readonly condition: string;
  /** Columns of the question that the table lacks by name, as SQL over the table. */
  readonly columns: Readonly<Record<string, string>>;
  /** SQL of each measure, to be summed. */
  readonly measures: Readonly<Record<Measure, string>>;
}

/** What the choice knows of the lake; `LakeReader` has it. */
export interface Inventory {
  rowCounts(): Readonly<Record<TableName, number>>;
  newestPartition(table: TableName): string | null;
}

interface Candidate {
  readonly table: TableName;
  /** Null when the table can answer. */
  cannot(question: SumQuestion, inventory: Inventory): string | null;
  describe(
    question: SumQuestion,
    inventory: Inventory,
  ): Pick<TableChoice, 'source' | 'condition' | 'columns' | 'measures'>;
}

const ROLLUP: Readonly<Record<Measure, string>> = {
  bytes: 'sum(bytes)',
  packets: 'sum(packets)',
  flows: 'sum(flows)',
  rejects: "coalesce(sum(flows) FILTER (action = 'REJECT'), 0)",
};

const RECORDS: Readonly<Record<Measure, string>> = {
  bytes: 'sum(bytes)',
  packets: 'sum(packets)',
  flows: 'count(*)',
  rejects: "count(*) FILTER (action = 'REJECT')",
};

/** `action` does not exist in transit gateway records: nothing is rejected there. */
const TGW_RECORDS = { ...RECORDS, rejects: '0' };

const ADDRESSES: Readonly<Record<string, string>> = { srcaddr: 'src', dstaddr: 'dst' };
const IP_DAY_COLUMNS = new Set(['srcaddr', 'dstaddr', 'account_id', 'vpc_id', 'direction', 'day']);
const VOLUME_COLUMNS = [
  'account_id',
  'vpc_id',
  'interface_id',
  'direction',
  'action',
  'protocol',
  'remote_scope',
];
const ENI_COLUMNS = new Set([...VOLUME_COLUMNS, 'ip_version', 'hour', 'day']);
const SVC_COLUMNS = new Set([...VOLUME_COLUMNS, 'svc_port', 'hour', 'day']);

const BUCKET_TIMES = {
  hour: "date_trunc('hour', ts)",
  day: "CAST(ts AT TIME ZONE 'UTC' AS DATE)",
};

const CANDIDATES: readonly Candidate[] = [
  {
    table: 'ip_day',
    cannot: (question, inventory) => {
      const used = usedColumns(question);
      const addresses = used.filter((column) => column in ADDRESSES);
      if (addresses.length !== 1)
        return 'it holds one address per row: one of srcaddr, dstaddr must be asked for';
      return (
        missingColumn(used, IP_DAY_COLUMNS) ??
        unaligned(question.range, 86_400, 'whole UTC days') ??
        mergedMonths(question, inventory)
      );
    },
    describe: (question, inventory) => {
      const address = usedColumns(question).find((column) => column in ADDRESSES) ?? 'srcaddr';
      const role = ADDRESSES[address] ?? '';
      const kind = question.table === 'flows' ? 'vpc' : 'tgw';
      const isMerged = isUntimed(question) && inventory.rowCounts().ip_month > 0;
      return {
        // Months that compaction merged have left ip_day, so only both together are the whole index.
        source: isMerged
          ? '(SELECT * EXCLUDE (day) FROM ip_day UNION ALL BY NAME SELECT * EXCLUDE (month) FROM ip_month)'
          : 'ip_day',
        condition: `role = '${role}' AND record_kind = '${kind}' AND ${dayCondition(question.range)}`,
        columns: { [address]: 'ip' },
        measures: { ...ROLLUP, rejects: 'sum(rejects)' },
      };
    },
  },
  bucketCandidate('eni_5m', ENI_COLUMNS, 300, 'whole 5 minutes'),
  bucketCandidate('svc_1h', SVC_COLUMNS, 3600, 'whole hours'),
];

/**
 * The smallest table that answers the question exactly: among those that have its columns and whose grain fits its
 * time range, the one with the fewest rows; the records themselves otherwise.
 */
export function chooseTable(question: SumQuestion, inventory: Inventory): TableChoice {
  const rowCounts = inventory.rowCounts();
  const looked = CANDIDATES.map((candidate) => ({
    candidate,
    cannot: candidate.cannot(question, inventory),
  }));
  const rejected = looked.flatMap(({ candidate, cannot }) =>
    cannot === null ? [] : [{ table: candidate.table, why: cannot }],
  );
  const able = looked
    .filter(({ cannot }) => cannot === null)
    .map(({ candidate }) => candidate)
    .sort((a, b) => rowCounts[a.table] - rowCounts[b.table]);
  const best = able[0];
  const records = rowCounts[question.table];
  if (best === undefined || rowCounts[best.table] > records) {
    return {
      table: question.table,
      why:
        best === undefined
          ? 'only the records have all of it'
          : 'the records are fewer than the rows of any rollup',
      rejected,
      source: question.table,
      condition: `${COUNTED} AND ${recordCondition(question.range)}`,
      columns: {},
      measures: question.table === 'flows' ? RECORDS : TGW_RECORDS,
    };
  }
  return {
    table: best.table,
    why: `it has the columns, and ${rowCounts[best.table]} rows where ${question.table} has ${records}`,
    rejected,
    ...best.describe(question, inventory),
  };
}

function bucketCandidate(
  table: 'eni_5m' | 'svc_1h',
  columns: ReadonlySet<string>,
  grainSeconds: number,
  grainName: string,
): Candidate {
  return {
    table,
    cannot: (question) => {
      if (question.table !== 'flows') return 'it sums VPC records only';
      return (
        missingColumn(usedColumns(question), columns) ?? unaligned(question.range, grainSeconds, grainName)
      );
    },
    describe: (question) => ({
      source: table,
      condition: bucketCondition(question.range, 'month'),
      columns: Object.fromEntries(
        usedColumns(question).flatMap((column) =>
          column in BUCKET_TIMES ? [[column, BUCKET_TIMES[column as 'hour']]] : [],
        ),
      ),
      measures: ROLLUP,
    }),
  };
}

/** Merged months have lost their days: a range must lie behind them, or span everything. */
function mergedMonths(question: SumQuestion, inventory: Inventory): string | null {
  const newest = inventory.newestPartition('ip_month');
  if (newest === null || isUntimed(question)) return null;
  const { startSeconds } = question.range;
  const firstOpenDay = Date.UTC(Number(newest.slice(0, 4)), Number(newest.slice(5, 7)), 1) / 1000;
  const lies = startSeconds !== null && startSeconds >= firstOpenDay;
  return lies ? null : `its days up to ${newest.slice(0, 7)} are merged into whole months`;
}

function isUntimed({ range, groupBy, filterOn }: SumQuestion): boolean {
  const open = range.startSeconds === null && range.endSeconds === null;
  return open && !groupBy.includes('day') && !filterOn.includes('day');
}

function usedColumns(question: SumQuestion): readonly string[] {
  return [...new Set([...question.groupBy, ...question.filterOn])];
}

function missingColumn(used: readonly string[], present: ReadonlySet<string>): string | null {
  const missing = used.filter((column) => !present.has(column));
  return missing.length === 0 ? null : `it has no ${missing.join(', ')}`;
}

function unaligned(range: TimeRange, seconds: number, grain: string): string | null {
  return isAligned(range, seconds) ? null : `its grain is ${grain}, and the time range is cut finer`;
}
