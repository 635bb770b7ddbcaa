import { type FileMetaData, parquetMetadataAsync, parquetScan, parquetSchema } from 'hyparquet';
import { isWeirError, messageOf } from '../../base/index.ts';
import { type Layout, layoutOf } from '../../record/index.ts';
import type { OpenedObject, ParquetBatch, ParquetColumn, ReadOutcome } from '../opened-object.ts';
import { Damage } from '../shapes/damage.ts';
import type { DecodedBytes } from '../shapes/decode.ts';
import { plainNames } from '../shapes/field-names.ts';
import type { ReadableObject } from '../sources/source-object.ts';
import type { TypedValues } from '../typed-values.ts';
import { BlockFile, type RangeSource } from './block-file.ts';
import { GroupReaders } from './group-readers.ts';
import { PAGE_CODECS } from './page-codecs.ts';

/**
 * Rows decoded at a time. Bounds the memory of row groups of a million rows (some 60 MB for all fields); smaller steps would
 * decode large pages again and again.
 */
const BATCH_ROWS = 131_072;

/** Parquet inside gzip has no random access and is unpacked into memory, up to this. */
const MAX_UNPACKED_BYTES = 512 * 1024 * 1024;

/** A file needs one of these to pass for flow logs: a `version` or `region` column proves nothing. */
const TELLING = ['srcaddr', 'dstaddr', 'pkt-srcaddr', 'pkt-dstaddr', 'interface-id', 'tgw-id', 'log-status'];

/** Times of typed columns become Unix seconds, as in AWS's own files. */
const PARSERS = {
  timestampFromMilliseconds: (value: bigint) => value / 1000n,
  timestampFromMicroseconds: (value: bigint) => value / 1_000_000n,
  timestampFromNanoseconds: (value: bigint) => value / 1_000_000_000n,
  dateFromDays: (days: number) => days * 86_400,
};

/**
 * Opens a Parquet object by the column names in its schema: AWS's own types, or numbers as text.
 * Gives `refused` when the file is damaged in its metadata or has no flow log columns. Damage further in ends the batches
 * early and shows in the outcome.
 * Cost: one request for a file up to 8 MB; otherwise one for the metadata and one per row group.
 */
export async function openParquet(object: ReadableObject, decoded: DecodedBytes): Promise<OpenedObject> {
  const isReread = decoded.encodings.length === 0 && !decoded.chunks.isWhole;
  const source = isReread ? object : await unpack(decoded);
  await decoded.chunks.close();
  const file = source === null ? null : new BlockFile(source);
  const outcome = (): ReadOutcome => outcomeOf(decoded.damage, file);
  if (file === null) {
    return refuse(
      `it is Parquet inside ${decoded.encodings.join(' in ')} and too large to unpack; unpack it first`,
      outcome,
    );
  }
  try {
    const metadata = await parquetMetadataAsync(file, { geoparquet: false });
    const names = parquetSchema(metadata).children.map((child) => child.element.name);
    const layout = layoutOfColumns(plainNames(names));
    if (layout === null) {
      const reason = `its columns (${names.slice(0, 12).join(', ')}) are not those of flow logs`;
      return refuse(reason, outcome, 'ingest.not-flow-logs');
    }
    const codec = unknownCodec(metadata);
    if (codec !== null) {
      return refuse(
        `its pages are compressed with ${codec}, which Weir does not read; write it anew`,
        outcome,
      );
    }
    const columns = names.map((sourceName, at) => ({
      sourceName,
      name: layout.columns[at]?.name ?? sourceName,
    }));
    return {
      kind: 'parquet',
      layout,
      columns,
      unknownFields: layout.columns.flatMap(({ field, name }) => (field === undefined ? [name] : [])),
      rows: Number(metadata.num_rows),
      batches: readBatches(file, metadata, columns, decoded.damage),
      outcome,
    };
  } catch (error) {
    if (isWeirError(error)) throw error;
    return refuse(`the Parquet file is damaged or cut off (${messageOf(error)})`, outcome);
  }
}

/** The layout that column names mean; null when they are not those of flow logs. */
function layoutOfColumns(names: readonly string[]): Layout | null {
  const layout = layoutOf(names);
  const known = layout?.columns.flatMap(({ field }) => field?.name ?? []) ?? [];
  return known.length >= 2 && known.some((name) => TELLING.includes(name)) ? layout : null;
}

/** A compression that pages have and nobody here reads; null when there is none. */
function unknownCodec(metadata: FileMetaData): string | null {
  for (const { columns } of metadata.row_groups) {
    for (const { meta_data: column } of columns) {
      const codec = column?.codec ?? 'UNCOMPRESSED';
      if (codec !== 'UNCOMPRESSED' && PAGE_CODECS[codec] === undefined) return codec;
    }
  }
  return null;
}

async function* readBatches(
  file: BlockFile,
  metadata: FileMetaData,
  columns: readonly ParquetColumn[],
  damage: Damage,
): AsyncGenerator<ParquetBatch> {
  let row = 0;
  try {
    const options = { file, metadata, compressors: PAGE_CODECS, parsers: PARSERS, useOffsetIndex: false };
    const scan = await parquetScan({ ...options, geoparquet: false });
    for (const [group, range] of scan.ranges.entries()) {
      await loadGroup(file, metadata, group);
      const readers = new GroupReaders(file, metadata, group, scan);
      for (row = range.rowStart; row < range.rowEnd; row += BATCH_ROWS) {
        const rowEnd = Math.min(row + BATCH_ROWS, range.rowEnd);
        const parts: { name: string; values: TypedValues }[] = [];
        for (const { sourceName, name } of columns) {
          parts.push({ name, values: await readers.read(sourceName, row, rowEnd) });
        }
        yield { rows: rowEnd - row, columns: parts };
      }
    }
  } catch (error) {
    if (isWeirError(error)) throw error;
    damage.note(
      `the Parquet data is damaged (${messageOf(error)}); the rows from ${row + 1} on could not be read`,
    );
  }
}

/** Fetches all columns of a row group in one piece. */
async function loadGroup(file: BlockFile, metadata: FileMetaData, group: number): Promise<void> {
  let start = Number.POSITIVE_INFINITY;
  let end = 0;
  for (const { meta_data: column } of metadata.row_groups[group]?.columns ?? []) {
    if (column === undefined) continue;
    const from = Number(column.dictionary_page_offset ?? column.data_page_offset);
    start = Math.min(start, from, Number(column.data_page_offset));
    end = Math.max(end, from + Number(column.total_compressed_size));
  }
  if (start < end && end <= file.byteLength) await file.load(start, end);
}

async function unpack(decoded: DecodedBytes): Promise<RangeSource | null> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of decoded.chunks) {
    size += chunk.length;
    if (size > MAX_UNPACKED_BYTES) return null;
    parts.push(chunk);
  }
  const bytes = Buffer.concat(parts);
  return { sizeBytes: bytes.length, range: (start, end) => Promise.resolve(bytes.subarray(start, end)) };
}

function outcomeOf(damage: Damage, file: BlockFile | null): ReadOutcome {
  return {
    status: damage.reason === null ? 'ok' : 'truncated',
    reason: damage.reason,
    bytesRead: file?.bytesRead ?? 0,
    controlMessages: 0,
    duplicateEvents: 0,
  };
}

function refuse(reason: string, outcome: () => ReadOutcome, code = 'ingest.bad-parquet'): OpenedObject {
  return { kind: 'refused', code, reason, shape: 'parquet', lines: null, outcome };
}
