import { isWeirError } from '../base/index.ts';
import type { Layout } from '../record/index.ts';
import { detectLayout } from './layout/detect.ts';
import { sampleLines } from './layout/sample.ts';
import type { LayoutHints, OpenedObject, ReadOutcome, RefusedObject, TextShape } from './opened-object.ts';
import { openParquet } from './parquet/open-parquet.ts';
import { type DecodedBytes, decode } from './shapes/decode.ts';
import { foreignKindOf } from './shapes/foreign.ts';
import { archiveOf, isBinary } from './shapes/magic.ts';
import { TextReading } from './shapes/text-reading.ts';
import { unwrapperFor } from './shapes/text-shape.ts';
import type { ReadableObject } from './sources/source-object.ts';

/** Text looked at before reading begins: shape and layout are told from it. */
const PEEK_BYTES = 64 * 1024;

/**
 * Opens an object: finds out by content how its bytes are compressed, how its records are wrapped and what their
 * values mean, and hands out its lines or batches. Nothing is told from the name.
 *
 * Gives `refused` for what cannot be read as flow logs, `empty` for what has no line; damaged data is neither (see
 * `ReadOutcome`). Errors: only those of a store that fails (kind `service`).
 * Cost: reads some 64 KiB, or the whole of an object under 1 MiB; some 0.1 ms beyond that.
 */
export async function openObject(object: ReadableObject, hints: LayoutHints = {}): Promise<OpenedObject> {
  try {
    const decoded = await decode(object, PEEK_BYTES);
    return decoded.magic === 'parquet' ? await openParquet(object, decoded) : await openText(decoded, hints);
  } catch (error) {
    if (!isWeirError(error) || error.kind !== 'input') throw error;
    return refused(error.code, error.message, null, null, () => unread);
  }
}

const unread: ReadOutcome = {
  status: 'ok',
  reason: null,
  bytesRead: 0,
  controlMessages: 0,
  duplicateEvents: 0,
};

async function openText(decoded: DecodedBytes, hints: LayoutHints): Promise<OpenedObject> {
  const { chunks, encodings, damage } = decoded;
  const head = chunks.head(PEEK_BYTES);
  const isWholeHead = chunks.isWhole && head.length < PEEK_BYTES;
  const rawSample = sampleLines(head, isWholeHead);
  // JSON of any size may stand on one line: its beginning tells the shape, though it is no sample of records.
  const shapeSample = rawSample.length === 0 ? sampleLines(head, true) : rawSample;
  const unwrapper = unwrapperFor(shapeSample, damage);
  const reading = new TextReading(decoded, unwrapper);
  const first = await reading.unwrapFirst();
  const sample = first === null ? rawSample : sampleLines(first.bytes, first.isWhole);
  const outcome = (): ReadOutcome => reading.outcome();
  if (sample.length === 0 && (first?.isWhole ?? isWholeHead)) {
    for await (const _ of reading.lines(null)) continue;
    return { kind: 'empty', outcome };
  }
  const finding = detectLayout(sample, hints);
  const shape = unwrapper?.shape ?? 'text';
  if (finding.kind === 'refused') {
    if (!isBinary(head)) {
      const foreign = finding.code === 'ingest.not-flow-logs' ? foreignKindOf(head) : null;
      const reason =
        foreign === null ? finding.reason : `it holds ${foreign}, not flow logs of AWS, and is not read`;
      const cut = damage.reason === null ? '' : `; ${damage.reason}`;
      return refused(finding.code, reason + cut, shape, reading.rawLines(), outcome);
    }
    await chunks.close();
    const archive = archiveOf(head);
    const reason =
      archive === null
        ? 'the object is binary data, neither text nor Parquet; it has no lines'
        : `the object is ${archive}, which Weir does not open; unpack it first`;
    return refused('ingest.binary', reason, null, null, outcome);
  }
  return {
    kind: 'text',
    shape,
    encodings,
    layout: finding.layout,
    layoutSource: finding.source,
    confidence: finding.confidence,
    layoutReason: finding.reason,
    unknownFields: unknownFields(finding.layout),
    lineNumbers: unwrapper?.lineNumbers ?? 'source',
    lines: reading.lines(first?.bytes ?? null),
    outcome,
  };
}

function unknownFields(layout: Layout): readonly string[] {
  return layout.columns.flatMap((column) => (column.field === undefined ? [column.name] : []));
}

function refused(
  code: string,
  reason: string,
  shape: TextShape | null,
  lines: AsyncIterable<Uint8Array> | null,
  outcome: () => ReadOutcome,
): RefusedObject {
  return { kind: 'refused', code, reason, shape, lines, outcome };
}
