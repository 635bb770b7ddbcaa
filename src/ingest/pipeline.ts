import { WeirError } from '../base/index.ts';
import {
  type ColumnBatch,
  DEFAULT_FORMAT,
  formatHeader,
  type Layout,
  layoutOfFields,
} from '../record/index.ts';
import { openObject } from './open.ts';
import type { LayoutSource, OpenedObject, OpenedParquet } from './opened-object.ts';
import { type AddressTable, LineScanner, type ObjectCounts } from './scan/index.ts';
import type { ReadableObject } from './sources/source-object.ts';

/** What one object came to. Counts add up: `lines = ok + nodata + skipdata + malformed`. */
export interface ReadObject {
  readonly status: 'ok' | 'truncated' | 'refused';
  /** Why the status is not ok; null when it is. */
  readonly reason: string | null;
  readonly shape: string;
  /** Field names in order, as read; empty when there was no layout. */
  readonly layout: string;
  readonly layoutSource: LayoutSource | null;
  readonly layoutConfidence: number;
  readonly unknownFields: readonly string[];
  readonly counts: ObjectCounts;
  /** Bytes after decompression. */
  readonly bytesRead: number;
}

/** A line that is no record, kept word for word, and where it stood. */
export interface RejectedLine {
  readonly objectId: bigint;
  readonly uri: string;
  /** Line in the object, from 1; for wrapped records the ordinal of the wrapped line. */
  readonly lineNumber: number;
  readonly code: string;
  readonly reason: string;
  readonly text: string;
}

/** Where the pipeline hands its results. Each call is awaited before reading goes on. */
export interface PipelineSink {
  /** A batch over memory that is used again once the promise resolves, and what is known of its addresses. */
  takeBatch(batch: ColumnBatch, addresses: AddressTable): Promise<void>;
  takeMalformed(lines: readonly RejectedLine[]): Promise<void>;
}

export interface PipelineConfig {
  /** Layouts given by the user for text without header. */
  readonly given: readonly Layout[];
  /** Rows at which a batch is handed on. Memory is about 100 bytes a row for the default format, 250 for all fields. */
  readonly batchRows: number;
  readonly signal?: AbortSignal | undefined;
}

/** Refusals that another reading of the same bytes would repeat. */
const REFUSED_FOR_CONTENT: ReadonlySet<string> = new Set([
  'ingest.not-flow-logs',
  'ingest.ambiguous-layout',
  'ingest.binary',
  'ingest.bad-parquet',
]);
const NO_LAYOUT: Layout = { kind: 'vpc', columns: [] };
const MALFORMED_AT_ONCE = 10_000;

/**
 * Reads objects, one after another, into batches of columns, and accounts for each of their lines.
 *
 * The one place between sources and whoever stores rows: it opens, scans, counts and hands on, and knows no lake. What an
 * object means does not depend on the objects before it.
 * Use: `read` each object, then `flush` what is left in the last batch.
 */
export class IngestPipeline {
  readonly #config: PipelineConfig;
  readonly #sink: PipelineSink;
  readonly #scanner: LineScanner;
  #malformed: RejectedLine[] = [];
  #uri = '';

  constructor(config: PipelineConfig, sink: PipelineSink) {
    this.#config = config;
    this.#sink = sink;
    this.#scanner = new LineScanner(
      layoutOfFields(DEFAULT_FORMAT),
      config.batchRows,
      ({ objectId, lineNumber, code, reason, text }) =>
        this.#malformed.push({ objectId, uri: this.#uri, lineNumber, code, reason, text }),
    );
  }

  /**
   * Reads one object to its end; `objectId` goes into each of its rows. Bad data is counted and kept, never thrown.
   * Errors: `ingest.unreadable` (kind `input`) for an object that cannot be read, maybe after some of its rows went into
   * batches (`drop` them); what a failing store says (kind `service`); the reason of an aborted signal.
   */
  async read(object: ReadableObject, objectId: bigint): Promise<ReadObject> {
    this.#uri = object.uri;
    const opened = await openObject(object, { given: this.#config.given });
    // What the store could not give says nothing of the object: it is no refusal to remember.
    if (opened.kind === 'refused' && !REFUSED_FOR_CONTENT.has(opened.code)) {
      throw new WeirError('input', opened.code, opened.reason, { details: { uri: object.uri } });
    }
    const layout = layoutFor(opened);
    this.#scanner.beginObject(objectId, layout);
    if (opened.kind === 'parquet') await this.#readParquet(opened);
    else if (opened.kind !== 'empty' && opened.lines !== null) await this.#readLines(opened.lines);
    return describe(opened, layout, this.#scanner.endObject());
  }

  /** Forgets the rows and lines that were not handed on. */
  drop(): void {
    for (const builder of this.#scanner.filledBuilders()) builder.reset();
    this.#malformed = [];
  }

  /** Hands on the rows and lines that are left. */
  async flush(): Promise<void> {
    for (const builder of this.#scanner.filledBuilders()) {
      await this.#sink.takeBatch(builder.finish(), builder.addresses.table());
      builder.reset();
    }
    await this.handMalformed();
  }

  /** Hands on the malformed lines so far. */
  async handMalformed(): Promise<void> {
    if (this.#malformed.length === 0) return;
    const lines = this.#malformed;
    this.#malformed = [];
    await this.#sink.takeMalformed(lines);
  }

  async #readLines(lines: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const chunk of lines) {
      this.#config.signal?.throwIfAborted();
      let at = 0;
      while ((at = this.#scanner.scan(chunk, at)) < chunk.length) await this.flush();
      if (this.#malformed.length >= MALFORMED_AT_ONCE) await this.handMalformed();
    }
    if (this.#scanner.isFull()) await this.flush();
  }

  async #readParquet(opened: OpenedParquet): Promise<void> {
    for await (const { rows, columns } of opened.batches) {
      this.#config.signal?.throwIfAborted();
      const values = columns.map((column) => column.values);
      let row = 0;
      while ((row = this.#scanner.scanRows(values, rows, row)) < rows) await this.flush();
      if (this.#malformed.length >= MALFORMED_AT_ONCE) await this.handMalformed();
    }
    if (this.#scanner.isFull()) await this.flush();
  }
}

/** The layout to scan with: a refused object is read under none, so that each line of it is malformed. */
function layoutFor(opened: OpenedObject): Layout {
  return opened.kind === 'text' || opened.kind === 'parquet' ? opened.layout : NO_LAYOUT;
}

function describe(opened: OpenedObject, layout: Layout, counts: ObjectCounts): ReadObject {
  const outcome = opened.outcome();
  const base = { counts, bytesRead: outcome.bytesRead };
  const nothing = { layout: '', layoutSource: null, layoutConfidence: 1, unknownFields: [] };
  switch (opened.kind) {
    case 'empty':
      return { ...base, ...nothing, status: outcome.status, reason: outcome.reason, shape: 'empty' };
    case 'refused':
      return {
        ...base,
        ...nothing,
        status: 'refused',
        reason: opened.reason,
        shape: opened.shape ?? 'unknown',
      };
    case 'text':
    case 'parquet':
      return {
        ...base,
        status: outcome.status,
        reason: outcome.reason,
        shape: opened.kind === 'text' ? opened.shape : 'parquet',
        layout: formatHeader(layout),
        layoutSource: opened.kind === 'text' ? opened.layoutSource : 'parquet',
        layoutConfidence: opened.kind === 'text' ? opened.confidence : 1,
        unknownFields: opened.unknownFields,
      };
  }
}
