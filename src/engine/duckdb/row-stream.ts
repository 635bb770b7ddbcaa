import type { DuckDBDataChunk, DuckDBResult } from '@duckdb/node-api';
import type { JsonValue, ResultColumn } from '../frame.ts';
import type { StatementWatch } from './statement-watch.ts';
import { type PlainValue, toJsonValue, toPlainValue } from './values.ts';

/** Some rows of an answer, about two thousand. */
export interface RowBatch {
  readonly rows: number;
  /** One array of JSON values per row, as in a `ResultFrame`. */
  toRows(): readonly (readonly JsonValue[])[];
  /** The values of a column, exact. */
  column(index: number): readonly PlainValue[];
}

/**
 * The rows of a statement as the engine makes them: what is not asked for is not made, so memory does not grow with the
 * answer. `close` must be called in the end; it stops a statement that has rows left.
 */
export interface RowStream {
  readonly columns: readonly ResultColumn[];
  /** The next rows; null after the last. Errors: those of `query`. */
  next(): Promise<RowBatch | null>;
  close(): Promise<void>;
}

/** A stream over a result that is being made; `end` is called when it is closed. */
export function rowStream(result: DuckDBResult, watch: StatementWatch, end: () => void): RowStream {
  const types = result.columnTypes().map(String);
  let isDone = false;
  let isClosed = false;
  let fetching: Promise<unknown> = Promise.resolve();
  const fetch = async (): Promise<RowBatch | null> => {
    try {
      if (watch.stopped !== null) throw watch.errorOf('stopped between rows');
      const chunk = await result.fetchChunk();
      isDone = chunk === null || chunk.rowCount === 0;
      return chunk === null || chunk.rowCount === 0 ? null : batchOf(chunk);
    } catch (error) {
      isDone = true;
      throw watch.errorOf(error);
    }
  };
  return {
    columns: result.deduplicatedColumnNames().map((name, index) => ({ name, type: types[index] ?? '' })),
    next: () => {
      if (isDone) return Promise.resolve(null);
      const next = fetch();
      fetching = next.catch(() => {});
      return next;
    },
    close: async () => {
      if (isClosed) return;
      isClosed = true;
      if (!isDone) watch.stop('cancelled');
      await fetching;
      // The engine lets go of a statement when it has seen the interrupt.
      if (!isDone) await result.fetchChunk().catch(() => {});
      end();
    },
  };
}

function batchOf(chunk: DuckDBDataChunk): RowBatch {
  return {
    rows: chunk.rowCount,
    toRows: () => chunk.getRows().map((row) => row.map(toJsonValue)),
    column: (index) => chunk.getColumnValues(index).map(toPlainValue),
  };
}
