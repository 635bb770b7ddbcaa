import { isWeirError } from '../../base/index.ts';
import { layoutOf } from '../../record/index.ts';
import type { StoreOptions } from '../../storage/index.ts';
import { openObject } from '../open.ts';
import type { Encoding, LayoutHints, LayoutSource, OpenedObject, TextShape } from '../opened-object.ts';
import { listSources } from '../sources/list-objects.ts';
import type { SourceObject } from '../sources/source-object.ts';
import {
  type FoundLine,
  type LineSearch,
  searchLines,
  searchRows,
  type WantedRecord,
} from './line-search.ts';

/** An object as the ledger knows it. */
export interface KnownSource {
  readonly uri: string;
  /** Identity of the bytes that were ingested. */
  readonly etag: string;
  readonly sizeBytes: number;
  /** Field names in order, as it was read; null when it was not. */
  readonly layout: string | null;
  readonly layoutSource: LayoutSource | null;
}

/** The lines of a source object that hold a record, or why they cannot be shown. */
export interface RecordFinding {
  /**
   * `found`; `missing`: the object is the same and was read to its end without the record; `stopped`: time was up first;
   * `gone`, `changed` since it was ingested, `unreadable`.
   */
  readonly status: 'found' | 'missing' | 'stopped' | 'gone' | 'changed' | 'unreadable';
  /** The status in a sentence. */
  readonly detail: string;
  readonly lines: readonly FoundLine[];
  /** Lines or rows that were looked at. */
  readonly read: number;
  /** How the records are wrapped; null when the object was not opened. */
  readonly shape: TextShape | 'parquet' | null;
  /** Layers around the text, outermost first. */
  readonly encodings: readonly Encoding[];
  /** What line numbers count: lines of the object, wrapped records, or rows of Parquet. */
  readonly lineNumbers: 'source' | 'ordinal' | 'row' | null;
}

export interface FindOptions {
  /** How to reach S3. */
  readonly store?: StoreOptions;
  /** Ends the search; what was found until then is given. */
  readonly signal: AbortSignal;
}

/**
 * Opens the object that a record came from once more, with the readers it was ingested with, and gives every line that
 * holds the record. Only bytes that are the same as then are looked into.
 *
 * Errors: none of the object's (see `status`); kind `service` for a store that fails. Cost: an object on disk is read
 * twice, once to know it again.
 */
export async function findRecord(
  known: KnownSource,
  wanted: WantedRecord,
  { store, signal }: FindOptions,
): Promise<RecordFinding> {
  try {
    const object = await reopen(known.uri, store);
    if (object === null) return without('gone', `there is nothing at ${known.uri} any more`);
    const change = await changeOf(object, known, signal);
    if (change !== null) return change;
    const opened = await openObject(object, hintsFor(known));
    return await search(opened, wanted, signal);
  } catch (error) {
    if (!isWeirError(error) || error.kind !== 'input') throw error;
    return without('unreadable', error.message);
  }
}

/** The object of an address; null when it is not there. Standard input is never there again. */
async function reopen(uri: string, store: StoreOptions | undefined): Promise<SourceObject | null> {
  if (!/^(?:file|s3):\/\//i.test(uri)) return null;
  const listing = listSources([uri], store === undefined ? {} : { store });
  try {
    // The address itself sorts before all others that begin with it.
    for await (const object of listing.objects()) return object.uri === uri ? object : null;
    return null;
  } catch (error) {
    if (isWeirError(error) && error.code === 'ingest.no-such-source') return null;
    throw error;
  } finally {
    await listing.close();
  }
}

async function changeOf(
  object: SourceObject,
  known: KnownSource,
  signal: AbortSignal,
): Promise<RecordFinding | null> {
  const changed = `${known.uri} is not what was ingested: `;
  if (object.sizeBytes !== known.sizeBytes) {
    return without('changed', `${changed}it had ${known.sizeBytes} bytes and has ${object.sizeBytes}`);
  }
  const etag = await beforeAbort(object.identify(), signal);
  if (etag === null) return without('stopped', 'time was up before the object was known again');
  return etag === known.etag ? null : without('changed', `${changed}its bytes differ`);
}

/** What a promise gives; null when the signal fires first. */
async function beforeAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | null> {
  if (signal.aborted) return null;
  const aborted = new Promise<null>((resolve) => {
    signal.addEventListener('abort', () => resolve(null), { once: true });
  });
  return Promise.race([promise, aborted]);
}

/** What has no header is read under the layout that the ledger names, wherever that came from. */
function hintsFor({ layout, layoutSource }: KnownSource): LayoutHints {
  if (layoutSource === 'header' || layout === null) return {};
  const given = layoutOf(layout.split(' '));
  return given === null ? {} : { given: [given] };
}

async function search(
  opened: OpenedObject,
  wanted: WantedRecord,
  signal: AbortSignal,
): Promise<RecordFinding> {
  switch (opened.kind) {
    case 'text': {
      const { shape, encodings, lineNumbers, layout, lines } = opened;
      const about = { shape, encodings, lineNumbers };
      return { ...about, ...outcomeOf(await searchLines(lines, layout, wanted, signal), 'line') };
    }
    case 'parquet': {
      const about = { shape: 'parquet', encodings: [], lineNumbers: 'row' } as const;
      return { ...about, ...outcomeOf(await searchRows(opened, wanted, signal), 'row') };
    }
    case 'empty':
      return without('missing', 'the object has no lines');
    case 'refused':
      return without('unreadable', opened.reason);
  }
}

function outcomeOf(
  { lines, read, isWhole }: LineSearch,
  what: 'line' | 'row',
): Pick<RecordFinding, 'status' | 'detail' | 'lines' | 'read'> {
  const rest = isWhole ? '' : `; only the first ${read} ${what}s were looked at`;
  if (lines.length > 0) {
    const plural = lines.length === 1 ? '' : 's';
    return { status: 'found', detail: `${lines.length} ${what}${plural} of the object${rest}`, lines, read };
  }
  return isWhole
    ? { status: 'missing', detail: `none of the ${read} ${what}s of the object is this record`, lines, read }
    : { status: 'stopped', detail: `time was up after ${read} ${what}s`, lines, read };
}

function without(status: Exclude<RecordFinding['status'], 'found'>, detail: string): RecordFinding {
  return { status, detail, lines: [], read: 0, shape: null, encodings: [], lineNumbers: null };
}
