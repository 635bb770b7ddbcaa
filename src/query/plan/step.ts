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
 * - `window` adds a running value over the rows in their order.
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
  | { readonly kind: 'project'; readonly columns: readonly NamedExpression[] };

/** A running value: `sum` up to the row, `lag` the value `rows` before, `filldown` the last one that is not missing. */
export interface WindowColumn {
  readonly name: string;
  readonly function: 'sum' | 'lag' | 'filldown';
  readonly value: Expression;
  readonly rows: number;
}

/** A small table that a caller handed over: header and rows of text. */
export interface LookupTable {
  readonly name: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Every kind of step. */
export type StepKind = Step['kind'];
