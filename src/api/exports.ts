import { createReadStream, rmSync, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { WeirError } from '../base/index.ts';
import type { LakeSession, RowBatch, RowStream } from '../engine/index.ts';
import { arrowWriter } from './arrow.ts';
import type { ApiContext } from './context.ts';
import type { AnswerTable } from './contract/query.ts';
import { MEDIA_TYPES, type TableFormat } from './formats.ts';
import { statementOf } from './plan-answer.ts';
import type { TableRows } from './route.ts';
import { csvText, ndjsonText } from './table-text.ts';

/**
 * Sends rows while the engine makes them, so that memory does not grow with them; Parquet is written to a file of the
 * engine first, because its end describes the whole. The session is held until the last byte or until the caller goes.
 *
 * Errors: those of the engine before the first byte; later ones break the connection, since the status is sent.
 */
export async function exportRows(
  context: ApiContext,
  { question, maxRows }: TableRows,
  format: TableFormat,
): Promise<Response> {
  const compiled = question.kind === 'plan' ? await statementOf(context, question.plan) : null;
  const limits = { timeoutMs: context.config.exportTimeoutMs, signal: context.signal };
  const { session, close } = await context.openSession('export');
  try {
    if (format === 'parquet') {
      const sql = compiled?.literalSql ?? (question.kind === 'sql' ? question.sql : '');
      const path = await copyRows(session, sql, question.kind, maxRows, limits);
      close();
      return fileResponse(path);
    }
    const rows = await (compiled === null
      ? session.askStream(question.kind === 'sql' ? question.sql : '', limits)
      : session.stream(compiled.sql, { ...limits, parameters: compiled.parameters }));
    const isSmall = maxRows !== null && maxRows <= context.config.maxRows;
    const first = isSmall ? await firstBatches(rows, maxRows) : [];
    const count = first.reduce((sum, batch) => sum + batch.rows, 0);
    const pieces = piecesOf(rows, first, format, maxRows);
    const release = async (): Promise<void> => {
      await rows.close();
      close();
    };
    const headers = {
      'content-type': MEDIA_TYPES[format],
      ...(isSmall && count > maxRows ? { 'weir-truncated': 'true' } : {}),
    };
    return new Response(streamOf(pieces, release, AbortSignal.timeout(limits.timeoutMs)), { headers });
  } catch (error) {
    close();
    throw error;
  }
}

async function copyRows(
  session: LakeSession,
  sql: string,
  kind: 'plan' | 'sql',
  maxRows: number | null,
  limits: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<string> {
  if (kind === 'plan') return session.copy(maxRows === null ? sql : limited(sql, maxRows), limits);
  return session.askCopy(sql, { ...limits, ...(maxRows === null ? {} : { maxRows }) });
}

function limited(sql: string, maxRows: number): string {
  return `SELECT * FROM (${sql}) AS r LIMIT ${maxRows}`;
}

/** As many batches as tell whether there are more rows than wanted, which is said before the first byte. */
async function firstBatches(rows: RowStream, maxRows: number): Promise<readonly RowBatch[]> {
  const batches: RowBatch[] = [];
  for (let count = 0; count <= maxRows; ) {
    const batch = await rows.next();
    if (batch === null) break;
    batches.push(batch);
    count += batch.rows;
  }
  return batches;
}

async function* piecesOf(
  rows: RowStream,
  first: readonly RowBatch[],
  format: Exclude<TableFormat, 'parquet'>,
  maxRows: number | null,
): AsyncGenerator<Uint8Array> {
  const encode = encoderOf(rows, format);
  yield encode.head();
  let left = maxRows ?? Number.POSITIVE_INFINITY;
  for (let index = 0; left > 0; index++) {
    const batch = first[index] ?? (await rows.next());
    if (batch === null) break;
    yield encode.batch(batch, left);
    left -= batch.rows;
    // Rows that are at hand already would keep everybody else waiting.
    await setImmediate();
  }
  yield encode.end();
}

interface Encoder {
  head(): Uint8Array;
  batch(batch: RowBatch, left: number): Uint8Array;
  end(): Uint8Array;
}

const NOTHING = new Uint8Array(0);

function encoderOf(rows: RowStream, format: 'csv' | 'ndjson' | 'arrow'): Encoder {
  const names = rows.columns.map((column) => column.name);
  if (format === 'arrow') {
    const writer = arrowWriter(rows.columns);
    return {
      head: () => NOTHING,
      batch: (batch, left) => writer.write(batch, left),
      end: () => writer.end(),
    };
  }
  const text = format === 'csv' ? csvText(names) : ndjsonText(names);
  return {
    head: () => Buffer.from(text.head),
    batch: (batch, left) => {
      const all = batch.toRows();
      return Buffer.from(text.rows(all.length > left ? all.slice(0, left) : all));
    },
    end: () => NOTHING,
  };
}

/**
 * Bytes as they are asked for; `release` runs when they end, fail, or nobody wants them any more. A reader that does not
 * read holds a session no longer than `deadline`.
 */
function streamOf(
  pieces: AsyncGenerator<Uint8Array>,
  release: () => Promise<void>,
  deadline: AbortSignal,
): ReadableStream<Uint8Array> {
  let isOver = false;
  const end = async (): Promise<void> => {
    isOver = true;
    await release();
  };
  return new ReadableStream<Uint8Array>({
    start: (controller) => {
      const onDeadline = async (): Promise<void> => {
        if (isOver) return;
        await end();
        controller.error(deadline.reason);
      };
      deadline.addEventListener('abort', () => void onDeadline());
    },
    pull: async (controller) => {
      try {
        for (;;) {
          const { done, value } = await pieces.next();
          if (isOver) return;
          if (done === true) {
            await end();
            controller.close();
            return;
          }
          if (value.length === 0) continue;
          controller.enqueue(value);
          return;
        }
      } catch (error) {
        if (isOver) return;
        await end();
        controller.error(error);
      }
    },
    cancel: end,
  });
}

/** A small table that is at hand, in another form; JSON when it cannot have that form and nobody insists. */
export function tableResponse(value: unknown, format: TableFormat, isAsked: boolean): Response {
  if (isTable(value) && (format === 'csv' || format === 'ndjson')) {
    const names = value.columns.map((column) => column.name);
    const text = format === 'csv' ? csvText(names) : ndjsonText(names);
    const headers = {
      'content-type': MEDIA_TYPES[format],
      ...(value.truncated ? { 'weir-truncated': 'true' } : {}),
    };
    return new Response(text.head + text.rows(value.rows), { headers });
  }
  if (!isAsked) return Response.json(value);
  throw new WeirError(
    'query',
    'api.bad-format',
    `this answer has no form "${format}"; without it, it is JSON`,
  );
}

function isTable(value: unknown): value is AnswerTable {
  return typeof value === 'object' && value !== null && 'columns' in value && 'rows' in value;
}

/** The bytes of a file, which is removed with the last of them. */
function fileResponse(path: string): Response {
  const file = createReadStream(path);
  file.once('close', () => rmSync(path, { force: true }));
  const headers = { 'content-type': MEDIA_TYPES.parquet, 'content-length': String(statSync(path).size) };
  return new Response(Readable.toWeb(file) as ReadableStream<Uint8Array>, { headers });
}
