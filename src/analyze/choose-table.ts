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
  /** Condition for the time range and the rows that count. */
  readonly condition: string;
  /** Columns of the question that the table lacks by name, as SQL over the table. */
  readonly columns: Readonly<Record<string, string>>;
  /** SQL of each measure, to be summed. */
  readonly measures: Readonly<Record<Measure, string>>;
}

interface Candidate {
  readonly table: TableName;
  /** Null when the table can answer. */
  cannot(question: SumQuestion): string | null;
  describe(question: SumQuestion): Pick<TableChoice, 'condition' | 'columns' | 'measures'>;
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
    cannot: (question) => {
      const used = usedColumns(question);
      const addresses = used.filter((column) => column in ADDRESSES);
      if (addresses.length !== 1)
        return 'it holds one address per row: one of srcaddr, dstaddr must be asked for';
      return missingColumn(used, IP_DAY_COLUMNS) ?? unaligned(question.range, 86_400, 'whole UTC days');
    },
    describe: (question) => {
      const address = usedColumns(question).find((column) => column in ADDRESSES) ?? 'srcaddr';
      const role = ADDRESSES[address] ?? '';
      const kind = question.table === 'flows' ? 'vpc' : 'tgw';
      return {
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
export function chooseTable(
  question: SumQuestion,
  rowCounts: Readonly<Record<TableName, number>>,
): TableChoice {
  const looked = CANDIDATES.map((candidate) => ({ candidate, cannot: candidate.cannot(question) }));
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
      condition: `${COUNTED} AND ${recordCondition(question.range)}`,
      columns: {},
      measures: question.table === 'flows' ? RECORDS : TGW_RECORDS,
    };
  }
  return {
    table: best.table,
    why: `it has the columns, and ${rowCounts[best.table]} rows where ${question.table} has ${records}`,
    rejected,
    ...best.describe(question),
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
