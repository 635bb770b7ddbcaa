import { close, fdatasync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { decodeFrame, encodeFrame, type RecordBlock } from './record-block.ts';

const flush = promisify(fdatasync);
const closeFile = promisify(close);

/** A spool file that takes no more records. */
export interface Segment {
  readonly path: string;
  /** Order within its flow log. */
  readonly sequence: number;
  /** Hex that no other segment of this flow log has with the same sequence. */
  readonly nonce: string;
  /** Unix seconds of the five-minute slot; 0 where the destination has no slots. */
  readonly slotSeconds: number;
  readonly records: number;
  /** Bytes of the lines, without the spool's own frames. */
  readonly textBytes: number;
  /** Bytes of the file. */
  readonly fileBytes: number;
}

/** A spool file that is being written. */
export class OpenSegment {
  readonly path: string;
  readonly sequence: number;
  readonly nonce: string;
  readonly slotSeconds: number;
  /** When its first record came, Unix milliseconds. */
  readonly openedMs: number;
  records = 0;
  textBytes = 0;
  fileBytes = 0;
  readonly #fd: number;
  #isDirty = false;
  #syncing: Promise<void> = Promise.resolve();

  constructor(path: string, name: SegmentName, openedMs: number) {
    this.path = path;
    this.sequence = name.sequence;
    this.nonce = name.nonce;
    this.slotSeconds = name.slotSeconds;
    this.openedMs = openedMs;
    this.#fd = openSync(path, 'wx', 0o600);
  }

  /**
   * Appends a block: once this returns it survives the death of the process, and after `sync` that of the machine.
   * Throws what the disk throws; nothing of the block counts then, and what is torn is passed over by readers.
   */
  append(block: RecordBlock): void {
    const frame = encodeFrame(block);
    this.#isDirty = true;
    try {
      for (let done = 0; done < frame.length; )
        done += writeSync(this.#fd, frame, done, frame.length - done, this.fileBytes + done);
    } catch (error) {
      // The room that half a frame takes is better given back; the next frame is written over it in any case.
      ftruncateSync(this.#fd, this.fileBytes);
      throw error;
    }
    this.fileBytes += frame.length;
    this.textBytes += block.lines.length;
    this.records += block.records;
  }

  /** Flushes what was appended to the disk. */
  async sync(): Promise<void> {
    if (!this.#isDirty) return;
    // Cleared first: what is appended during the flush is not known to be on the disk after it.
    this.#isDirty = false;
    this.#syncing = flush(this.#fd);
    try {
      await this.#syncing;
    } catch (error) {
      this.#isDirty = true;
      throw error;
    }
  }

  /** Closes the file. Nothing may be appended any more. */
  async close(): Promise<Segment> {
    await this.#syncing.catch(() => {});
    this.#isDirty = false;
    await closeFile(this.#fd);
    const { path, sequence, nonce, slotSeconds, records, textBytes, fileBytes } = this;
    return { path, sequence, nonce, slotSeconds, records, textBytes, fileBytes };
  }
}

/** What a spool file's name says. */
export interface SegmentName {
  readonly sequence: number;
  readonly slotSeconds: number;
  readonly nonce: string;
}

/** `00001763658000000-1763657700-1a2b3c4d.records`: sorted as text, files are in the order they were opened. */
export function formatSegmentName({ sequence, slotSeconds, nonce }: SegmentName): string {
  return `${String(sequence).padStart(17, '0')}-${slotSeconds}-${nonce}.records`;
}

/** Inverse of `formatSegmentName`; null for any other name. */
export function parseSegmentName(name: string): SegmentName | null {
  const match = /^(\d{17})-(\d+)-([0-9a-f]+)\.records$/.exec(name);
  return match === null
    ? null
    : { sequence: Number(match[1]), slotSeconds: Number(match[2]), nonce: match[3] ?? '' };
}

/** What a read of a segment met beside its blocks. */
export interface SegmentDamage {
  /** Bytes that belong to no whole frame: a torn tail, or damage on the disk. */
  damagedBytes: number;
}

const READ_BYTES = 4 << 20;

/**
 * The blocks of a spool file, in order. Bytes that are no whole frame are passed over and counted in `damage`, and the
 * frames behind them are found again. Cost: one pass, 4 MiB at a time; a block keeps its 4 MiB alive.
 */
export async function* readSegment(path: string, damage: SegmentDamage): AsyncGenerator<RecordBlock> {
  const file = await open(path, 'r');
  try {
    let buffer = Buffer.allocUnsafe(READ_BYTES);
    let filled = 0;
    for (let isEnd = false; !isEnd; ) {
      const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, null);
      isEnd = bytesRead === 0;
      filled += bytesRead;
      const bytes = buffer.subarray(0, filled);
      let at = 0;
      while (at < filled) {
        const found = decodeFrame(bytes, at, isEnd);
        if (found.kind === 'short') break;
        if (found.kind === 'block') yield found.block;
        else damage.damagedBytes += found.length;
        at += found.length;
      }
      // Blocks given out are views of the old buffer, so the rest moves into a new one.
      const rest = filled - at;
      const next = Buffer.allocUnsafe(Math.max(READ_BYTES, rest * 2));
      buffer.copy(next, 0, at, filled);
      buffer = next;
      filled = rest;
    }
  } finally {
    await file.close();
  }
}

/** Counts what a spool file holds, as after a crash. */
export async function inspectSegment(path: string, name: SegmentName): Promise<Segment & SegmentDamage> {
  const damage = { damagedBytes: 0 };
  let records = 0;
  let textBytes = 0;
  for await (const block of readSegment(path, damage)) {
    records += block.records;
    textBytes += block.lines.length;
  }
  const { size } = await stat(path);
  return { path, ...name, records, textBytes, fileBytes: size, damagedBytes: damage.damagedBytes };
}

/** All blocks of a segment, for those that are small enough to be held. */
export async function blocksOf(segment: Segment): Promise<readonly RecordBlock[]> {
  const blocks: RecordBlock[] = [];
  for await (const block of readSegment(segment.path, { damagedBytes: 0 })) blocks.push(block);
  return blocks;
}
