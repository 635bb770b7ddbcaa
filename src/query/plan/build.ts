import { WeirError } from '../../base/index.ts';
import { columnBySpelling, QUERY_COLUMNS } from '../columns.ts';
import { suggest } from '../suggest.ts';
import { ALWAYS, column, type Expression, test } from './expression.ts';
import type { Dimension, Measure } from './measure.ts';
import type { Limit, OrderKey, Plan, PlanSource, TimeRange } from './plan.ts';
import { readsColumn } from './walk.ts';

/** The parts of a simple question; what is absent is not asked. */
export interface Question {
  readonly source?: PlanSource;
  readonly time?: TimeRange;
  readonly statuses?: 'ok' | 'any';
  readonly filter?: Expression;
  /** Columns of records, when there are no groups. */
  readonly columns?: readonly string[];
  /** Dimensions by name, in any spelling of the columns. */
  readonly by?: readonly string[];
  /** Measures by name, see `MEASURES`. */
  readonly measures?: readonly string[];
  readonly bucketSeconds?: number;
  readonly order?: readonly OrderKey[];
  readonly limit?: number;
  readonly other?: boolean;
  readonly compareShiftSeconds?: number;
  readonly bidirectional?: boolean;
}

const sum = (name: string): Measure => ({ name, aggregate: 'sum', value: column(name) });
const distinct = (name: string, of: string): Measure => ({
  name,
  aggregate: 'count_distinct',
  value: column(of),
});
const isAction = (action: string): Expression =>
  test('action', { kind: 'compare', operator: '=', value: action });

/** The measures that can be asked by name, each with what it means. */
export const MEASURES: readonly { readonly measure: Measure; readonly meaning: string }[] = [
  { measure: sum('bytes'), meaning: 'Bytes' },
  { measure: sum('packets'), meaning: 'Packets' },
  { measure: { name: 'flows', aggregate: 'count', value: null }, meaning: 'Records' },
  {
    measure: { name: 'rejects', aggregate: 'count', value: null, where: isAction('REJECT') },
    meaning: 'Records with action REJECT',
  },
  {
    measure: { name: 'accepts', aggregate: 'count', value: null, where: isAction('ACCEPT') },
    meaning: 'Records with action ACCEPT',
  },
  {
    measure: { name: 'rejected_bytes', aggregate: 'sum', value: column('bytes'), where: isAction('REJECT') },
    meaning: 'Bytes of records with action REJECT',
  },
  {
    measure: { name: 'accepted_bytes', aggregate: 'sum', value: column('bytes'), where: isAction('ACCEPT') },
    meaning: 'Bytes of records with action ACCEPT',
  },
  { measure: distinct('sources', 'srcaddr'), meaning: 'Distinct source addresses' },
  { measure: distinct('destinations', 'dstaddr'), meaning: 'Distinct destination addresses' },
  { measure: distinct('ports', 'dstport'), meaning: 'Distinct destination ports' },
  { measure: distinct('interfaces', 'interface_id'), meaning: 'Distinct interfaces' },
  {
    measure: { name: 'avg_bytes', aggregate: 'avg', value: column('bytes') },
    meaning: 'Mean bytes of a record',
  },
  {
    measure: { name: 'max_bytes', aggregate: 'max', value: column('bytes') },
    meaning: 'Bytes of the largest record',
  },
  {
    measure: { name: 'p95_bytes', aggregate: 'percentile', value: column('bytes'), parameter: 95 },
    meaning: '95th percentile of bytes of a record',
  },
  {
    measure: { name: 'first_seen', aggregate: 'min', value: column('start') },
    meaning: 'Earliest start, Unix seconds',
  },
  {
    measure: { name: 'last_seen', aggregate: 'max', value: column('end') },
    meaning: 'Latest end, Unix seconds',
  },
];

/** The measure of a name; undefined for unknown names. */
export function measureByName(name: string): Measure | undefined {
  return MEASURES.find((entry) => entry.measure.name === name.toLowerCase())?.measure;
}

/**
 * The plan of a simple question. Groups count records with log_status OK, unless the filter says which ones; where
 * records are asked, all of them are meant.
 * Throws `query.unknown-field` or `query.unknown-measure` (kind `query`, details `{ name, suggestion }`).
 */
export function planOf(question: Question): Plan {
  const measures = (question.measures ?? []).map(knownMeasure);
  const dimensions = (question.by ?? []).map(dimensionOf);
  const grouped = measures.length > 0 || dimensions.length > 0 || question.bucketSeconds !== undefined;
  const asksStatus = question.filter !== undefined && readsColumn(question.filter, 'log_status');
  const limit: Limit | null =
    question.limit === undefined ? null : { count: question.limit, other: question.other ?? false };
  return {
    source: question.source ?? 'flows',
    time: question.time ?? { startSeconds: null, endSeconds: null },
    statuses: question.statuses ?? (grouped && !asksStatus ? 'ok' : 'any'),
    filter: question.filter ?? ALWAYS,
    columns: (question.columns ?? []).map((name) => dimensionOf(name).name),
    dimensions,
    bucket: question.bucketSeconds === undefined ? null : { name: 'time', seconds: question.bucketSeconds },
    measures,
    order: question.order ?? [],
    limit,
    compareShiftSeconds: question.compareShiftSeconds ?? null,
    bidirectional: question.bidirectional ?? false,
    steps: [],
  };
}

function dimensionOf(name: string): Dimension {
  const found = columnBySpelling(name);
  if (found !== undefined) return { name: found.name, value: column(found.name) };
  const suggestion = suggest(
    name,
    QUERY_COLUMNS.map((entry) => entry.name),
  );
  throw unknown('field', name, suggestion);
}

function knownMeasure(name: string): Measure {
  const found = measureByName(name);
  if (found !== undefined) return found;
  const names = MEASURES.map((entry) => entry.measure.name);
  throw unknown('measure', name, suggest(name, names));
}

function unknown(what: 'field' | 'measure', name: string, suggestion: string | null): WeirError {
  const help = suggestion === null ? '' : `; did you mean "${suggestion}"?`;
  return new WeirError('query', `query.unknown-${what}`, `there is no ${what} "${name}"${help}`, {
    details: { name, suggestion },
  });
}
