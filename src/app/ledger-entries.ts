import type { ReadObject, SourceObject } from '../ingest/index.ts';
import { type LedgerEntry, objectIdOf } from '../lake/index.ts';

/** A source object at the version that was looked at. */
export interface ObjectAt {
  readonly object: SourceObject;
  readonly etag: string;
}

/** What the ledger says of an object that was read. */
export function readEntry({ object, etag }: ObjectAt, read: ReadObject): LedgerEntry {
  const { counts } = read;
  return {
    objectId: objectIdOf(object.uri, etag),
    uri: object.uri,
    etag,
    sizeBytes: object.sizeBytes,
    status: read.status,
    reason: read.reason,
    shape: read.shape,
    layout: read.layout === '' ? null : read.layout,
    layoutSource: read.layoutSource,
    layoutConfidence: read.layoutConfidence,
    unknownFields: read.unknownFields.length === 0 ? null : read.unknownFields.join(' '),
    lines: counts.lines,
    ok: counts.ok,
    nodata: counts.nodata,
    skipdata: counts.skipdata,
    malformed: counts.malformed,
    bytesRead: read.bytesRead,
    firstStartSeconds: counts.firstStart,
    lastEndSeconds: counts.lastEnd,
  };
}

/** What the ledger says of an object that has the bytes of another. */
export function copyEntry({ object, etag }: ObjectAt, reason: string): LedgerEntry {
  return {
    objectId: objectIdOf(object.uri, etag),
    uri: object.uri,
    etag,
    sizeBytes: object.sizeBytes,
    status: 'duplicate',
    reason,
    shape: null,
    layout: null,
    layoutSource: null,
    layoutConfidence: null,
    unknownFields: null,
    lines: 0,
    ok: 0,
    nodata: 0,
    skipdata: 0,
    malformed: 0,
    bytesRead: 0,
    firstStartSeconds: null,
    lastEndSeconds: null,
  };
}
