import type { ColumnBatch, FieldValue, FlowRecord } from '../../src/record/index.ts';

/** The rows of a batch as plain records, null where a value is not valid; absent columns are absent. */
export function batchRows(batch: ColumnBatch): FlowRecord[] {
  return Array.from({ length: batch.rows }, (_, row) => {
    const record: Record<string, FieldValue> = {};
    for (const column of batch.columns) {
      const isValid = ((column.valid[row >> 3] ?? 0) & (1 << (row & 7))) !== 0;
      if (!isValid) record[column.name] = null;
      else if (column.kind === 'int32') record[column.name] = column.values[row] ?? null;
      else if (column.kind === 'text')
        record[column.name] = column.dictionary[column.codes[row] ?? 0] ?? null;
      else
        record[column.name] =
          BigInt(column.words[row * 2] ?? 0) | (BigInt(column.words[row * 2 + 1] ?? 0) << 32n);
    }
    return record;
  });
}
