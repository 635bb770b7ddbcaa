/** What a cell of an answer can be: JSON as it stands, so that every door shows the same thing. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** One column of an answer. `type` is the engine's own type name, `BIGINT` or `TIMESTAMP WITH TIME ZONE`. */
export interface ResultColumn {
  /** Distinct within the frame: a repeated name gets `:1`, `:2`, … */
  readonly name: string;
  readonly type: string;
}

/**
 * One answer of the engine.
 *
 * Shape: `rows[i][j]` is the value of `columns[j]`. Integers are numbers while JavaScript can hold them exactly and
 * decimal text beyond that; dates are `2026-01-31`, times `2026-01-31T14:00:00Z` (UTC, fraction only when there is
 * one), intervals and blobs text.
 */
export interface ResultFrame {
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly (readonly JsonValue[])[];
  /** True when the statement had more rows than the row limit let through. */
  readonly truncated: boolean;
  /** Wall time from start to last row. */
  readonly seconds: number;
}

/** The rows of a frame as objects keyed by column name: the shape of `-o json`. */
export function frameObjects(frame: ResultFrame): readonly { readonly [name: string]: JsonValue }[] {
  return frame.rows.map((row) =>
    Object.fromEntries(frame.columns.map((column, index) => [column.name, row[index] ?? null])),
  );
}
