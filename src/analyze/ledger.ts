import { sqlString } from '../base/index.ts';
import type { ResultFrame } from '../engine/index.ts';
import { type Count, countOf } from './count.ts';
import type { AnalyzeDeps } from './deps.ts';

export interface LedgerQuestion {
  /** Only objects whose address contains this text. */
  readonly uri?: string;
  /** Only objects of this status: ok, truncated, duplicate, refused. */
  readonly status?: string;
  /** Rows at most; all when absent. */
  readonly limit?: number;
}

/** Sums over the ledger. `lines = ok + nodata + skipdata + malformed`, here as in each row. */
export interface LedgerTotals {
  readonly objects: Count;
  readonly lines: Count;
  readonly ok: Count;
  readonly nodata: Count;
  readonly skipdata: Count;
  readonly malformed: Count;
  readonly bytesRead: Count;
}

/** Columns of the ledger under the names of the JSON contract. */
const LEDGER_COLUMNS = `uri, status, lines, ok, nodata, skipdata, malformed, bytes_read AS "bytesRead", size_bytes AS "sizeBytes",
  reason, shape, layout, layout_source AS "layoutSource", layout_confidence AS "layoutConfidence",
  unknown_fields AS "unknownFields", first_start AS "firstStart", last_end AS "lastEnd", ingested_at AS "ingestedAt", etag`;

/** One row per source object, in the order of their addresses. */
export async function runLedger(deps: AnalyzeDeps, question: LedgerQuestion = {}): Promise<ResultFrame> {
  return deps.session.query(
    `SELECT ${LEDGER_COLUMNS} FROM ledger WHERE ${ledgerCondition(question)} ORDER BY uri, ingested_at, etag`,
    { ...deps.limits, ...(question.limit === undefined ? {} : { maxRows: question.limit }) },
  );
}

/** Lines that are no records, word for word, in the order of their objects. */
export async function runMalformed(deps: AnalyzeDeps, question: LedgerQuestion = {}): Promise<ResultFrame> {
  const condition = question.uri === undefined ? 'true' : `contains(uri, ${sqlString(question.uri)})`;
  return deps.session.query(
    `SELECT uri, line_number AS line, code, reason, text FROM malformed WHERE ${condition} ORDER BY uri, line_number`,
    { ...deps.limits, ...(question.limit === undefined ? {} : { maxRows: question.limit }) },
  );
}

/** The ledger in one line. */
export async function runLedgerTotals(
  deps: AnalyzeDeps,
  question: LedgerQuestion = {},
): Promise<LedgerTotals> {
  const sums = ['lines', 'ok', 'nodata', 'skipdata', 'malformed', 'bytes_read'];
  const { rows } = await deps.session.query(
    `SELECT count(*), ${sums.map((name) => `coalesce(sum(${name}), 0)`).join(', ')} FROM ledger WHERE ${ledgerCondition(question)}`,
    deps.limits,
  );
  const [objects = 0, lines = 0, ok = 0, nodata = 0, skipdata = 0, malformed = 0, bytesRead = 0] = (
    rows[0] ?? []
  ).map(countOf);
  return { objects, lines, ok, nodata, skipdata, malformed, bytesRead };
}

/** What the ledger says of one source object. */
export interface LedgerObject {
  readonly uri: string;
  readonly etag: string;
  readonly sizeBytes: number;
  readonly layout: string | null;
  readonly layoutSource: 'header' | 'parquet' | 'given' | 'inferred' | null;
  readonly layoutConfidence: number | null;
  /** ISO 8601, UTC. */
  readonly ingestedAt: string | null;
}

/** The source object that `object_id` of a record names; null when the ledger does not know it. */
export async function runLedgerObject(deps: AnalyzeDeps, objectId: bigint): Promise<LedgerObject | null> {
  const { rows } = await deps.session.query(
    `SELECT uri, etag, size_bytes, layout, layout_source, layout_confidence, ingested_at FROM ledger
     WHERE object_id = $1 AND status <> 'refused' LIMIT 1`,
    { ...deps.limits, parameters: [objectId] },
  );
  const [row] = rows;
  if (row === undefined) return null;
  const [uri, etag, sizeBytes, layout = null, layoutSource = null, confidence = null, ingestedAt = null] =
    row;
  return {
    uri: String(uri),
    etag: String(etag),
    sizeBytes: Number(sizeBytes),
    layout: layout as string | null,
    layoutSource: layoutSource as LedgerObject['layoutSource'],
    layoutConfidence: confidence as number | null,
    ingestedAt: ingestedAt as string | null,
  };
}

function ledgerCondition(question: LedgerQuestion): string {
  const parts = [
    ...(question.uri === undefined ? [] : [`contains(uri, ${sqlString(question.uri)})`]),
    ...(question.status === undefined ? [] : [`status = ${sqlString(question.status)}`]),
  ];
  return parts.length === 0 ? 'true' : parts.join(' AND ');
}
