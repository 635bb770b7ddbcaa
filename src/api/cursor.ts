import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { z } from 'zod';
import { messageOf, WeirError } from '../base/index.ts';

/** Where a page of records ends, and of what: everything the next page needs. */
export interface Cursor {
  /** Version of the lake that the first page read. */
  readonly version: number;
  /** The present of the first page, for ages in the filter. */
  readonly nowSeconds: number;
  readonly startSeconds: number | null;
  readonly endSeconds: number | null;
  readonly where: string;
  /** Start of the last record given; null for records without one, which come last. */
  readonly at: number | null;
  /** Records with this start that were given already. */
  readonly skip: number;
}

const number = z.number().int().safe();
const cursorSchema = z.tuple([
  number,
  z.number(),
  z.number().nullable(),
  z.number().nullable(),
  z.string().max(20_000),
  number.nullable(),
  number.min(0),
]);
const MAX_CURSOR_BYTES = 64_000;

/** A cursor as opaque text for addresses. */
export function formatCursor(cursor: Cursor): string {
  const { version, nowSeconds, startSeconds, endSeconds, where, at, skip } = cursor;
  const text = JSON.stringify([version, nowSeconds, startSeconds, endSeconds, where, at, skip]);
  return deflateRawSync(text).toString('base64url');
}

/** Reads a cursor back. Errors: `api.bad-cursor` (kind `query`). */
export function parseCursor(text: string): Cursor {
  try {
    const bytes = inflateRawSync(Buffer.from(text, 'base64url'), { maxOutputLength: MAX_CURSOR_BYTES });
    const [version, nowSeconds, startSeconds, endSeconds, where, at, skip] = cursorSchema.parse(
      JSON.parse(bytes.toString()),
    );
    return { version, nowSeconds, startSeconds, endSeconds, where, at, skip };
  } catch (error) {
    throw new WeirError('query', 'api.bad-cursor', 'this is no cursor; take "next" of an answer as it is', {
      details: { reason: messageOf(error).slice(0, 200) },
    });
  }
}

/** The problem of a page whose state of the lake is not kept any more. */
export function expiredCursor(version: number): WeirError {
  return new WeirError(
    'query',
    'api.cursor-expired',
    'the state of the lake that the first page read is not kept any more; ask again without the cursor',
    { details: { version } },
  );
}
