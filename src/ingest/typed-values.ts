/** A value that came typed: from Parquet, not from a line. */
export type PlainValue = string | number | bigint | null | undefined;

/**
 * The values of a column that came typed, one per row, in the form in which they cost least. `valid` has 1 for rows with a
 * value and 0 for null; it is null when every row has one.
 */
export type TypedValues =
  /** Any values. Null and undefined are null; text may be `-` or `None`. */
  | { readonly kind: 'plain'; readonly values: ArrayLike<PlainValue> }
  /** Text as codes into `texts`, which may still grow at its end. */
  | {
      readonly kind: 'coded';
      readonly codes: Int32Array;
      readonly texts: readonly string[];
      readonly valid: Uint8Array | null;
    }
  | { readonly kind: 'int32'; readonly values: Int32Array; readonly valid: Uint8Array | null }
  /** Signed 64-bit numbers as two words each, the low one first. */
  | { readonly kind: 'int64'; readonly words: Uint32Array; readonly valid: Uint8Array | null };

/** The value of one row; the slow way, for rows that are looked at one by one. */
export function valueAt(column: TypedValues, row: number): PlainValue {
  if (column.kind === 'plain') return column.values[row];
  if (column.valid !== null && column.valid[row] === 0) return null;
  switch (column.kind) {
    case 'coded':
      return column.texts[column.codes[row] as number];
    case 'int32':
      return column.values[row];
    case 'int64':
      return BigInt.asIntN(
        64,
        BigInt(column.words[row * 2] as number) | (BigInt(column.words[row * 2 + 1] as number) << 32n),
      );
  }
}
