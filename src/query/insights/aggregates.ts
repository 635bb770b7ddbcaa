import type { AggregateName } from '../plan/measure.ts';

/** The aggregates of stats, by their names in lower case. */
export const AGGREGATES: ReadonlyMap<string, AggregateName> = new Map<string, AggregateName>([
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
]);

/** The aggregates as people write them. */
export const INSIGHTS_AGGREGATES: readonly string[] =
  'count(*) count(f) count_distinct(f) sum(f) avg(f) min(f) max(f) pct(f, p) stddev(f) variance(f) values(f) earliest(f) latest(f) sortsFirst(f) sortsLast(f)'.split(
    /(?<=\)) /,
  );

/** Functions that exist in some edition and are refused here, each with what to do instead. */
export const REFUSED_FUNCTIONS: ReadonlyMap<string, string> = new Map([
  ['topk', 'use "stats count(*) as n by field | sort n desc | limit k"'],
  ['rate', 'its result is not documented; use "stats count(*) by bin(period)" and divide'],
  ['countovertime', 'use "stats count(*) by bin(period)"'],
  ['sumovertime', 'use "stats sum(field) by bin(period)"'],
  ['histogram', 'use "stats count(*) by floor(field / width)"'],
]);
