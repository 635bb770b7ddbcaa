import { createHash } from 'node:crypto';
import type { SqlSession } from '../base/index.ts';
import { IDENTITY_LENGTH } from './lake-commit.ts';

/** What became of a source object. */
export type LedgerStatus = 'ok' | 'truncated' | 'duplicate' | 'refused';

/** One source object for the ledger; times of the commit are added by the commit. See the table `ledger`. */
export interface LedgerEntry {
  readonly objectId: bigint;
  readonly uri: string;
  readonly etag: string;
  readonly sizeBytes: number;
  readonly status: LedgerStatus;
  readonly reason: string | null;
  readonly shape: string | null;
  readonly layout: string | null;
  readonly layoutSource: 'header' | 'parquet' | 'given' | 'inferred' | null;
  readonly layoutConfidence: number | null;
  readonly unknownFields: string | null;
  readonly lines: number;
  readonly ok: number;
  readonly nodata: number;
  readonly skipdata: number;
  readonly malformed: number;
  readonly bytesRead: number;
  readonly firstStartSeconds: number | null;
  readonly lastEndSeconds: number | null;
}

/** A line that is no record, word for word. */
export interface MalformedLine {
  readonly objectId: bigint;
  readonly uri: string;
  readonly lineNumber: number;
  readonly code: string;
  readonly reason: string;
  readonly text: string;
}

/** An object before it is read. */
export interface ObjectVersion {
  readonly uri: string;
  readonly etag: string;
  readonly sizeBytes: number;
}

/** An object the ledger holds. */
export interface KnownObject {
  readonly objectId: bigint;
  readonly uri: string;
  readonly status: LedgerStatus;
  readonly reason: string | null;
  /** Lines that were counted of it. */
  readonly lines: number;
}

/**
 * What the ledger says of an object: `new`, with the newest other version of the same address whose lines count, if any; `known`, this version was ingested or refused before; `duplicate`, the same
 * bytes (etag and size) were ingested under another address.
 */
export type LookUp =
  | { readonly kind: 'new'; readonly earlier?: KnownObject }
  | { readonly kind: 'known'; readonly entry: KnownObject }
  | { readonly kind: 'duplicate'; readonly entry: KnownObject };

/**
 * The id of an object version: 62 bits of SHA-256 over address and etag, so that every worker gives it the same one
 * without asking. Two of a million objects share an id once in ten million lakes.
 */
export function objectIdOf(uri: string, etag: string): bigint {
  return createHash('sha256').update(`${uri}\0${etag}`).digest().readBigUInt64BE() >> 2n;
}

/**
 * What makes a ledger row unique: address, etag, and whether it was refused, so that an object refused for want of a
 * layout can be ingested later with one.
 */
export function objectIdentity(entry: Pick<LedgerEntry, 'uri' | 'etag' | 'status'>): string {
  const text = `${entry.uri}\0${entry.etag}\0${entry.status === 'refused' ? 'refused' : ''}`;
  return createHash('sha256').update(text).digest('base64url').slice(0, IDENTITY_LENGTH);
}

/** What two objects with the same bytes share; null for those that are read from nothing: refused, noted as copies, empty. */
export function contentIdentity(entry: Pick<LedgerEntry, 'etag' | 'sizeBytes' | 'status'>): string | null {
  if (entry.sizeBytes === 0 || entry.status === 'refused' || entry.status === 'duplicate') return null;
  const text = `content\0${entry.etag}\0${entry.sizeBytes}`;
  return createHash('sha256').update(text).digest('base64url').slice(0, IDENTITY_LENGTH);
}

/** Looks objects up in the ledger, in the order given. `ledger` is the SQL of its files. */
export async function lookUpObjects(
  session: SqlSession,
  ledger: string,
  objects: readonly ObjectVersion[],
): Promise<LookUp[]> {
  const answers: LookUp[] = objects.map(() => ({ kind: 'new' }));
  if (objects.length === 0) return answers;
  const rows = await session.rows(
    `WITH asked AS (${ASKED}), same AS (
       SELECT asked.n, CASE WHEN l.uri = asked.uri THEN 0 ELSE 1 END AS is_other, l.object_id, l.uri, l.status, l.reason,
         l.lines, l.ingested_at
       FROM asked JOIN ${ledger} AS l ON l.etag = asked.etag AND (l.uri = asked.uri
         OR (l.size_bytes = asked.size AND asked.size > 0 AND l.status NOT IN ('duplicate', 'refused'))))
     SELECT n, is_other, object_id::VARCHAR AS object_id, uri, status, reason, lines FROM (
       FROM same UNION ALL BY NAME
       SELECT asked.n, 2 AS is_other, l.object_id, l.uri, l.status, l.reason, l.lines, l.ingested_at
       FROM asked JOIN ${ledger} AS l ON l.uri = asked.uri AND l.etag <> asked.etag
       WHERE l.status NOT IN ('duplicate', 'refused') AND l.lines > 0)
     QUALIFY row_number() OVER (PARTITION BY n ORDER BY is_other, status = 'refused', ingested_at DESC) = 1`,
    [
      JSON.stringify(
        objects.map(({ uri, etag, sizeBytes }, n) => ({
          n,
          uri,
          etag,
          size: sizeBytes,
          refused: false,
          read: true,
        })),
      ),
    ],
  );
  for (const row of rows) {
    const entry: KnownObject = {
      objectId: BigInt(String(row['object_id'])),
      uri: String(row['uri']),
      status: row['status'] as LedgerStatus,
      reason: row['reason'] as string | null,
      lines: Number(row['lines']),
    };
    answers[Number(row['n'])] = answerOf(Number(row['is_other']), entry);
  }
  return answers;
}

function answerOf(kind: number, entry: KnownObject): LookUp {
  if (kind === 2) return { kind: 'new', earlier: entry };
  return { kind: kind === 0 ? 'known' : 'duplicate', entry };
}

/** Which of these entries the ledger holds already, by `objectIdentity` or `contentIdentity`. */
export async function committedBefore(
  session: SqlSession,
  ledger: string,
  entries: readonly LedgerEntry[],
): Promise<LedgerEntry[]> {
  if (entries.length === 0) return [];
  const asked = entries.map(({ uri, etag, sizeBytes, status }, n) => ({
    n,
    uri,
    etag,
    size: sizeBytes,
    refused: status === 'refused',
    read: status !== 'refused' && status !== 'duplicate' && sizeBytes > 0,
  }));
  const rows = await session.rows(
    `WITH asked AS (${ASKED}) SELECT DISTINCT asked.n FROM asked JOIN ${ledger} AS l
     ON l.etag = asked.etag AND ((l.uri = asked.uri AND (l.status = 'refused') = asked.refused)
       OR (asked.read AND l.size_bytes = asked.size AND l.status NOT IN ('duplicate', 'refused'))) ORDER BY 1`,
    [JSON.stringify(asked)],
  );
  return rows.flatMap((row) => entries[Number(row['n'])] ?? []);
}

const ASKED =
  `SELECT unnest(from_json($1, '[{"n": "BIGINT", "uri": "VARCHAR", "etag": "VARCHAR", "size": "BIGINT", ` +
  `"refused": "BOOLEAN", "read": "BOOLEAN"}]'), recursive := true)`;

/** An entry as a row of the table `ledger`. */
export function ledgerRow(entry: LedgerEntry, nowMs: number): Readonly<Record<string, unknown>> {
  return {
    object_id: entry.objectId,
    uri: entry.uri,
    etag: entry.etag,
    size_bytes: entry.sizeBytes,
    status: entry.status,
    reason: entry.reason,
    shape: entry.shape,
    layout: entry.layout,
    layout_source: entry.layoutSource,
    layout_confidence: entry.layoutConfidence,
    unknown_fields: entry.unknownFields,
    lines: entry.lines,
    ok: entry.ok,
    nodata: entry.nodata,
    skipdata: entry.skipdata,
    malformed: entry.malformed,
    bytes_read: entry.bytesRead,
    first_start: isoOrNull(entry.firstStartSeconds),
    last_end: isoOrNull(entry.lastEndSeconds),
    ingested_at: new Date(nowMs).toISOString(),
  };
}

/** A line as a row of the table `malformed`. */
export function malformedRow(line: MalformedLine): Readonly<Record<string, unknown>> {
  return {
    object_id: line.objectId,
    uri: line.uri,
    line_number: line.lineNumber,
    code: line.code,
    reason: line.reason,
    text: line.text,
  };
}

function isoOrNull(seconds: number | null): string | null {
  return seconds === null || seconds < 0 || seconds > 253_402_300_799
    ? null
    : new Date(seconds * 1000).toISOString();
}
