import type { QueryAnswer, QueryBody } from '../../../src/api/index.ts';
import type { TimeSeries } from '../charts/time-chart.tsx';
import { sliceCount, type TimeAxis } from '../charts/time-chart.tsx';
import type { FieldValue } from '../filter.ts';
import type { Quantity } from '../format.ts';
import { fieldValueOf, valuesText } from '../parts/field-value.tsx';
import { filterOf, type ViewProps } from '../view.ts';

/** A question of the explorer, as the address holds it. */
export interface ExploreQuestion {
  /** Fields to group by; none for the whole. */
  readonly by: readonly string[];
  readonly measure: string;
  readonly count: number;
}

/** Measures that can be chosen, with what they count. */
export const EXPLORE_MEASURES: readonly {
  readonly name: string;
  readonly label: string;
  readonly quantity: Quantity;
  readonly isSum: boolean;
}[] = [
  { name: 'bytes', label: 'Bytes', quantity: 'bytes', isSum: true },
  { name: 'packets', label: 'Packets', quantity: 'count', isSum: true },
  { name: 'flows', label: 'Records', quantity: 'count', isSum: true },
  { name: 'rejects', label: 'Rejected records', quantity: 'count', isSum: true },
  { name: 'sources', label: 'Distinct sources', quantity: 'count', isSum: false },
  { name: 'destinations', label: 'Distinct destinations', quantity: 'count', isSum: false },
  { name: 'ports', label: 'Distinct destination ports', quantity: 'count', isSum: false },
  { name: 'interfaces', label: 'Distinct interfaces', quantity: 'count', isSum: false },
];

/** Fields offered first; every other field of the catalogue can be typed. */
export const COMMON_FIELDS: readonly string[] = [
  'action',
  'direction',
  'srcaddr',
  'dstaddr',
  'svc_port',
  'dstport',
  'protocol',
  'interface_id',
  'remote_scope',
  'ip_version',
  'vpc_id',
  'subnet_id',
  'instance_id',
  'account_id',
  'az_id',
];

/** The value of `by` in the address that groups by nothing; an absent one has a default. */
export const NOTHING = '-';

/** The question of an address; what it leaves out has a default. */
export function questionOf({ address }: Pick<ViewProps, 'address'>): ExploreQuestion {
  const { by, measure, n } = address.parameters;
  return {
    by: by === undefined ? ['action'] : by.split(',').filter((name) => name !== '' && name !== NOTHING),
    measure: EXPLORE_MEASURES.find((entry) => entry.name === measure)?.name ?? 'bytes',
    count: Math.min(50, Math.max(1, Number(n) || 7)),
  };
}

/** The request that answers a question over time. */
export function seriesBody(question: ExploreQuestion, view: ViewProps): QueryBody {
  const { startSeconds, endSeconds, bucketSeconds } = view.range;
  const where = filterOf(view);
  return {
    from: String(startSeconds),
    to: String(endSeconds),
    ...(where === '' ? {} : { where }),
    by: [...question.by],
    measures: [question.measure],
    bucketSeconds,
    limit: question.count,
    other: true,
  };
}

/** One line of the answer: a group, or the rest. */
export interface ExploreSeries extends TimeSeries {
  /** Null for the rest. */
  readonly group: readonly FieldValue[] | null;
}

const MEANINGS: Readonly<Record<string, TimeSeries['colour']>> = {
  'action ACCEPT': '--accept',
  'action REJECT': '--reject',
};
const COLOURS: readonly TimeSeries['colour'][] = [
  '--series-1',
  '--series-2',
  '--series-3',
  '--series-4',
  '--series-5',
  '--series-6',
  '--series-7',
  '--series-8',
];

/** The answer over time as series, the largest first and the rest last. */
export function seriesOf(
  answer: QueryAnswer,
  question: ExploreQuestion,
  axis: TimeAxis,
): readonly ExploreSeries[] {
  const at = (name: string): number => answer.columns.findIndex((column) => column.name === name);
  const [time, measure, other] = [at('time'), at(question.measure), at('other')];
  const found = new Map<
    string,
    { readonly group: readonly FieldValue[] | null; readonly values: number[] }
  >();
  for (const row of answer.rows) {
    const isOther = other >= 0 && row[other] === true;
    const group = isOther ? null : question.by.map((field) => fieldValueOf(field, row[at(field)]));
    const key = JSON.stringify(group);
    const entry = found.get(key) ?? { group, values: Array.from({ length: sliceCount(axis) }, () => 0) };
    const index = Math.round((Number(row[time]) - axis.startSeconds) / axis.bucketSeconds);
    if (index >= 0 && index < entry.values.length) entry.values[index] = Number(row[measure] ?? 0);
    found.set(key, entry);
  }
  const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
  const sorted = [...found.values()].sort(
    (a, b) => Number(a.group === null) - Number(b.group === null) || total(b.values) - total(a.values),
  );
  return sorted.map(({ group, values }, index) => ({
    group,
    values,
    name: group === null ? 'Other' : group.length === 0 ? 'all' : valuesText(group),
    colour: group === null ? '--series-other' : colourFor(group, index),
  }));
}

function colourFor(group: readonly FieldValue[], index: number): TimeSeries['colour'] {
  const [first] = group;
  const meaning =
    group.length === 1 && first !== undefined ? MEANINGS[`${first.field} ${String(first.value)}`] : undefined;
  return meaning ?? COLOURS[index % COLOURS.length] ?? '--series-other';
}

/** What a series comes to over the whole range: the numbers of its row in the table. */
export function statisticsOf(values: readonly number[]): {
  readonly min: number;
  readonly average: number;
  readonly p95: number;
  readonly max: number;
  readonly last: number;
  readonly total: number;
} {
  const sorted = values.toSorted((a, b) => a - b);
  const total = values.reduce((sum, value) => sum + value, 0);
  return {
    min: sorted[0] ?? 0,
    average: values.length === 0 ? 0 : total / values.length,
    p95: sorted[Math.max(0, Math.ceil(sorted.length * 0.95) - 1)] ?? 0,
    max: sorted.at(-1) ?? 0,
    last: values.at(-1) ?? 0,
    total,
  };
}
