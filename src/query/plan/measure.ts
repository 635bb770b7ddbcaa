import type { Expression } from './expression.ts';

/** A column of the answer that rows are grouped by. */
export interface Dimension {
  readonly name: string;
  readonly value: Expression;
}

/** How the values of a group become one. Missing values are skipped; `count` without a value counts rows. */
export type AggregateName =
  | 'count'
  | 'count_distinct'
  | 'sum'
  | 'avg'
  | 'min'
  | 'max'
  | 'percentile'
  | 'stddev'
  | 'variance'
  | 'list_distinct'
  | 'earliest'
  | 'latest'
  | 'sorts_first'
  | 'sorts_last'
  | 'histogram';

/**
 * A number (or list) of the answer computed over a group. `parameter` is the percent of `percentile`, the number of ranges of
 * `histogram`; `where` narrows
 * the rows that count.
 */
export interface Measure {
  readonly name: string;
  readonly aggregate: AggregateName;
  readonly value: Expression | null;
  readonly parameter?: number;
  readonly where?: Expression;
}
