import type { AggregateName } from '../plan/measure.ts';

/** An aggregate of stats: one of a plan, or one that is made of those. */
export type InsightsAggregate = AggregateName | 'count_over_time' | 'sum_over_time' | 'rate' | 'topk';

/** The aggregates of stats, by their names in lower case. */
export const AGGREGATES: ReadonlyMap<string, InsightsAggregate> = new Map<string, InsightsAggregate>([
  ['count', 'count'],
  ['count_distinct', 'count_distinct'],
  ['countdistinct', 'count_distinct'],
  ['sum', 'sum'],
  ['avg', 'avg'],
  ['min', 'min'],
  ['max', 'max'],
  ['pct', 'percentile'],
  ['stddev', 'stddev'],
  ['variance', 'variance'],
  ['values', 'list_distinct'],
  ['collect_values', 'list_distinct'],
  ['earliest', 'earliest'],
  ['latest', 'latest'],
  ['sortsfirst', 'sorts_first'],
  ['sortslast', 'sorts_last'],
  ['topk', 'topk'],
  ['rate', 'rate'],
  ['countovertime', 'count_over_time'],
  ['count_over_time', 'count_over_time'],
  ['sumovertime', 'sum_over_time'],
  ['sum_over_time', 'sum_over_time'],
  ['histogram', 'histogram'],
]);

/** The aggregates as people write them, each with what it gives. */
export const INSIGHTS_AGGREGATES: readonly { readonly syntax: string; readonly meaning: string }[] = [
  { syntax: 'count(*)', meaning: 'Events; with a field, events that have it' },
  { syntax: 'count_distinct(f)', meaning: 'Different values; exact here' },
  { syntax: 'sum(f)', meaning: 'Sum of numbers' },
  { syntax: 'avg(f)', meaning: 'Mean of numbers' },
  { syntax: 'min(f)', meaning: 'Smallest value' },
  { syntax: 'max(f)', meaning: 'Largest value' },
  { syntax: 'pct(f, p)', meaning: 'Value that p percent lie below, interpolated' },
  { syntax: 'stddev(f)', meaning: 'Standard deviation of the population' },
  { syntax: 'variance(f)', meaning: 'Variance of the population' },
  { syntax: 'values(f)', meaning: 'List of the different values' },
  { syntax: 'earliest(f)', meaning: 'Value of the first event' },
  { syntax: 'latest(f)', meaning: 'Value of the last event' },
  { syntax: 'sortsFirst(f)', meaning: 'First value in the order of sort' },
  { syntax: 'sortsLast(f)', meaning: 'Last value in the order of sort' },
  {
    syntax: 'topk(k, f)',
    meaning: 'The k most frequent values with their count, one row each; alone and without by',
  },
  { syntax: 'countOverTime(f)', meaning: 'Events that have the field, in each bin of by bin()' },
  { syntax: 'sumOverTime(f)', meaning: 'Sum of numbers in each bin of by bin()' },
  {
    syntax: 'rate(f, p)',
    meaning: 'How much the field changed from the first event to the last, per period',
  },
  {
    syntax: 'histogram(f, n)',
    meaning: 'Events in n ranges of equal width, as a map from the lower end of each range',
  },
];
