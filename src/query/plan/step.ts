import type { Expression } from './expression.ts';
import type { Dimension, Measure } from './measure.ts';

/** A computed column. */
export interface NamedExpression {
  readonly name: string;
  readonly value: Expression;
}

/** One key of a sort. `natural` asks for the order of Logs Insights, where numbers come after text. */
export interface SortKey {
  readonly value: Expression;
  readonly descending: boolean;
  readonly natural: boolean;
}

/**
 * What a plan does to the rows it has, one operation at a time.
 * - `where` keeps rows that meet the condition.
 * - `extend` adds columns; each may use those before it, and a name that exists is replaced.
 * - `group` makes one row per distinct tuple of keys; `after` are columns computed from keys and measures.
 * - `sort` orders; ties keep no order.
 * - `limit` keeps the first rows.
 * - `dedup` keeps the first row of each tuple of keys, in the order of `sort`; rows with a missing key stay.
 * - `unnest` makes one row per item of a list, `ordinal` of the item dropped.
 * - `lookup` adds columns of a small table by equal keys or, with `cidr`, by the longest block that holds the address.
 * - `fill` adds the empty buckets of a time column between the first and the last one.
 * - `window` adds values computed over the rows in their order, or over all rows.
 * - `join` puts the rows of an inner plan beside those with equal keys; a missing key equals nothing.
 * - `append` puts the rows of an inner plan beside those at the same place, at most `most` of them.
 * - `compare` has one row per tuple of keys found in either the rows or those of an inner plan, with both values.
 * - `session` numbers runs of rows with equal keys whose times lie at most `gapMs` apart; missing without all keys.
 * - `totals` gives these columns and one more row at the end, with the sums of some of them.
 * - `estimate` has one row instead, the bytes of the files that the steps before it would open: `estimatedBytes`.
 * - `project` gives the columns of the answer, in order.
 */
export type Step =
  | { readonly kind: 'where'; readonly condition: Expression }
  | { readonly kind: 'extend'; readonly columns: readonly NamedExpression[] }
  | {
      readonly kind: 'group';
      readonly keys: readonly Dimension[];
      readonly measures: readonly Measure[];
      readonly after: readonly NamedExpression[];
    }
  | { readonly kind: 'sort'; readonly keys: readonly SortKey[] }
  | { readonly kind: 'limit'; readonly count: number }
  | { readonly kind: 'dedup'; readonly keys: readonly Expression[]; readonly order: readonly SortKey[] }
  | { readonly kind: 'unnest'; readonly list: Expression; readonly name: string }
  | {
      readonly kind: 'lookup';
      readonly table: LookupTable;
      readonly keys: readonly { readonly column: string; readonly value: Expression }[];
      readonly outputs: readonly { readonly column: string; readonly name: string }[];
      readonly cidr: boolean;
    }
  | {
      readonly kind: 'fill';
      readonly time: string;
      readonly stepMs: number;
      readonly keys: readonly string[];
      readonly values: Readonly<Record<string, number>>;
    }
  | { readonly kind: 'window'; readonly columns: readonly WindowColumn[] }
  | {
      readonly kind: 'join';
      readonly way: 'inner' | 'left';
      readonly inner: number;
      readonly keys: readonly { readonly value: Expression; readonly column: string }[];
      readonly columns: readonly InnerColumn[];
    }
  | {
      readonly kind: 'append';
      readonly inner: number;
      readonly columns: readonly InnerColumn[];
      readonly most: number;
    }
  | {
      readonly kind: 'compare';
      readonly inner: number;
      readonly keys: readonly string[];
      readonly values: readonly InnerColumn[];
    }
  | {
      readonly kind: 'session';
      readonly keys: readonly Expression[];
      readonly time: Expression;
      readonly gapMs: number;
      readonly name: string;
    }
  | {
      readonly kind: 'totals';
      readonly columns: readonly NamedExpression[];
      readonly sums: readonly string[];
    }
  | { readonly kind: 'estimate' }
  | { readonly kind: 'project'; readonly columns: readonly NamedExpression[] };

/**
 * A value over rows: `sum` up to the row, `lag` the value `parameter` rows before, `filldown` the last one that is not
 * missing; over all rows `total` is the sum and `percentile` that of `parameter` percent.
 */
export interface WindowColumn {
  readonly name: string;
  readonly function: 'sum' | 'lag' | 'filldown' | 'total' | 'percentile';
  readonly value: Expression;
  /** 0 for functions without one. */
  readonly parameter: number;
}

/** A column of an inner plan under the name it gets. */
export interface InnerColumn {
  readonly column: string;
  readonly name: string;
}

/** A small table that a caller handed over: header and rows of text. */
export interface LookupTable {
  readonly name: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Every kind of step. */
export type StepKind = Step['kind'];
