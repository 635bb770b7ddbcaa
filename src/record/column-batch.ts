import type { RecordKind } from './field.ts';

/**
 * One column of a batch. Rows are dense; `valid` holds one bit per row (bit `row & 7` of byte `row >> 3`), set
 * where the value is not null. Values of null rows are 0.
 * - `int32`: one number per row.
 * - `int64`: two 32-bit words per row, low then high: the memory of a BigInt64Array without its boxing.
 * - `text`: a code into `dictionary` per row. Dictionary entries are distinct.
 */
export type BatchColumn =
  | { readonly kind: 'int32'; readonly name: string; readonly values: Int32Array; readonly valid: Uint8Array }
  | { readonly kind: 'int64'; readonly name: string; readonly words: Uint32Array; readonly valid: Uint8Array }
  | {
      readonly kind: 'text';
      readonly name: string;
      readonly codes: Uint32Array;
      readonly valid: Uint8Array;
      readonly dictionary: readonly string[];
    };

/**
 * Parsed records in columns: what the scanner makes and the engine loads. Column names are those of the lake tables
 * `flows` or `tgw_flows` (by `kind`), derived columns included, plus unknown fields under their own name. A column
 * that is absent is NULL for every row.
 */
export interface ColumnBatch {
  readonly kind: RecordKind;
  readonly rows: number;
  readonly columns: readonly BatchColumn[];
}
