import type { QueryBody } from '../../../src/api/index.ts';
import { filterOf, type ViewProps } from '../view.ts';
import { type ExploreMeasure, exploreMeasure } from './measures.ts';

/** How an answer is drawn. */
export type Shape = 'stacked' | 'lines' | 'grid' | 'bars' | 'heatmap' | 'sankey' | 'table';

/** The shapes in the order they are offered, with what each is for. */
export const SHAPES: readonly { readonly name: Shape; readonly label: string; readonly meaning: string }[] = [
  {
    name: 'stacked',
    label: 'Stacked',
    meaning: 'Groups on top of each other over time: the whole and its parts',
  },
  { name: 'lines', label: 'Lines', meaning: 'Each group as a line over time: to compare them' },
  {
    name: 'grid',
    label: 'Grid',
    meaning: 'A small chart for each group, each on its own scale: to compare rhythms',
  },
  { name: 'bars', label: 'Bars', meaning: 'Groups over the whole range, ranked' },
  {
    name: 'heatmap',
    label: 'Heatmap',
    meaning: 'A row for each group, stronger where there is more: rhythms of many groups',
  },
  { name: 'sankey', label: 'Sankey', meaning: 'How two or more fields go together: who sends to whom' },
  { name: 'table', label: 'Table', meaning: 'Each group with its statistics, sorted as you like' },
];

/** What an answer may be compared with; the value of `compare` in the address. */
export const COMPARISONS = [
  { name: 'period', label: 'the period before' },
  { name: 'day', label: 'a day before' },
  { name: 'week', label: 'a week before' },
] as const;

/** A question of the explorer, as the address holds it. */
export interface ExploreQuestion {
  /** Fields to group by; none for the whole. */
  readonly by: readonly string[];
  readonly measure: ExploreMeasure;
  readonly shape: Shape;
  /** Groups that stand alone, as asked. */
  readonly count: number;
  /** How much earlier the comparison lies; null when none is asked. */
  readonly compareSeconds: number | null;
  /** The same in words; empty when none is asked. */
  readonly compareLabel: string;
}

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

/** How many groups may stand alone, as offered. */
export const COUNTS: readonly number[] = [3, 5, 8, 12, 20, 40];

/** The value of `by` in the address that groups by nothing; an absent one has a default. */
export const NOTHING = '-';
/** More groups than colours would have to share them. */
const COLOURED = 8;
const DEFAULT_COUNT = 8;
const MAX_COUNT = 50;
const MAX_FIELDS = 6;

/** The question of an address; what it leaves out has a default. */
export function questionOf({ address, range }: Pick<ViewProps, 'address' | 'range'>): ExploreQuestion {
  const { by, measure, n, shape, compare } = address.parameters;
  const { startSeconds, endSeconds, bucketSeconds } = range;
  const shifts: Readonly<Record<string, number>> = {
    period: endSeconds - startSeconds,
    // On the grid of the slices, which may be wider than a day.
    day: Math.ceil(86_400 / bucketSeconds) * bucketSeconds,
    week: Math.ceil((7 * 86_400) / bucketSeconds) * bucketSeconds,
  };
  const fields = by === undefined ? ['action'] : by.split(',');
  return {
    by: fields.filter((name) => name !== '' && name !== NOTHING).slice(0, MAX_FIELDS),
    measure: exploreMeasure(measure),
    shape: SHAPES.find((entry) => entry.name === shape)?.name ?? 'stacked',
    count: Math.min(MAX_COUNT, Math.max(1, Math.floor(Number(n)) || DEFAULT_COUNT)),
    compareSeconds: compare === undefined ? null : (shifts[compare] ?? null),
    compareLabel: COMPARISONS.find(({ name }) => name === compare)?.label ?? '',
  };
}

/** Groups that stand alone in the shape: where colour tells them apart there are only eight. */
export function shownCount({ count, shape }: ExploreQuestion): number {
  return shape === 'stacked' || shape === 'lines' ? Math.min(count, COLOURED) : count;
}

/** True for shapes over time. */
export function isOverTime(shape: Shape): boolean {
  return shape !== 'bars' && shape !== 'sankey';
}

/** The request that answers a question. */
export function requestBody(question: ExploreQuestion, view: ViewProps): QueryBody {
  return {
    ...wholeBody(question, view),
    by: [...question.by],
    limit: shownCount(question),
    other: true,
  };
}

/** The same about the whole, by direction alone: what is left for "Other" above and below the axis. */
export function directionBody(question: ExploreQuestion, view: ViewProps): QueryBody {
  return { ...wholeBody(question, view), by: ['direction'], limit: COLOURED, other: false };
}

/** True when the answer is drawn above and below the axis. */
export function isMirrored({ by, shape, measure }: ExploreQuestion): boolean {
  return by.includes('direction') && (shape === 'lines' || (shape === 'stacked' && measure.isSum));
}

function wholeBody(question: ExploreQuestion, view: ViewProps): QueryBody {
  const { startSeconds, endSeconds, bucketSeconds } = view.range;
  const where = filterOf(view);
  return {
    from: String(startSeconds),
    to: String(endSeconds),
    ...(where === '' ? {} : { where }),
    measures: [question.measure.asked],
    ...(isOverTime(question.shape) ? { bucketSeconds } : {}),
    ...(question.compareSeconds === null ? {} : { compareSeconds: question.compareSeconds }),
  };
}
