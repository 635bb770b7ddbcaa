import { crc32 } from 'node:zlib';
import { assertInvariant } from '../base/index.ts';

/**
 * Records of one flow log, one interface (or transit gateway) and one aggregation window, as finished text. This is what
 * a recorder hands over: lines, not objects, so that a hundred thousand records a second cost a few copies.
 */
export interface RecordBlock {
  /** The id that names the CloudWatch stream: `eni-…`, or `tgw-…` for transit gateway records. At most 255 bytes. */
  readonly source: string;
  /** Unix seconds, whole; shared by all records of the block. */
  readonly startSeconds: number;
  /** Unix seconds, inclusive; decides the five-minute file on S3. */
  readonly endSeconds: number;
  /** How many lines there are. */
  readonly records: number;
  /** Whole lines in the flow log's format, each ending in a newline. */
  readonly lines: Uint8Array;
}

/** Bytes before the source name: magic, length, checksum, records, start, end, length of the source name. */
const HEADER_BYTES = 26;
const MAGIC = Buffer.from('WEIR');
const MAX_SOURCE_BYTES = 255;
/** No frame is longer; a length beyond it is damage, not data. */
const MAX_FRAME_BYTES = 64 << 20;
/** A block handed over is cut into frames of about this many bytes of text. */
export const MAX_BLOCK_BYTES = 1 << 20;

/** A block as bytes: a header with length and CRC-32, the source name, the lines. */
export function encodeFrame(block: RecordBlock): Buffer {
  const source = Buffer.from(block.source);
  assertInvariant(source.length <= MAX_SOURCE_BYTES, 'a source name has at most 255 bytes');
  const frame = Buffer.allocUnsafe(HEADER_BYTES + source.length + block.lines.length);
  MAGIC.copy(frame, 0);
  frame.writeUInt32LE(frame.length, 4);
  frame.writeUInt32LE(block.records, 12);
  frame.writeUInt32LE(block.startSeconds, 16);
  frame.writeUInt32LE(block.endSeconds, 20);
  frame.writeUInt16LE(source.length, 24);
  source.copy(frame, HEADER_BYTES);
  frame.set(block.lines, HEADER_BYTES + source.length);
  frame.writeUInt32LE(crc32(frame.subarray(12)), 8);
  return frame;
}

/** What stands at a place of a spool file. `length` is how many bytes it takes. */
export type FrameFound =
  | { readonly kind: 'block'; readonly length: number; readonly block: RecordBlock }
  /** The bytes end before the frame does: read more, or it is a torn tail. */
  | { readonly kind: 'short' }
  /** No frame begins here; the next one may begin `length` bytes on. */
  | { readonly kind: 'damaged'; readonly length: number };

/** Reads the frame at `at`. The block's lines are a view of `bytes`. `isEnd`: no bytes follow these. */
export function decodeFrame(bytes: Buffer, at: number, isEnd: boolean): FrameFound {
  const left = bytes.length - at;
  if (left < HEADER_BYTES)
    return !isEnd && isMagicAt(bytes, at, left) ? { kind: 'short' } : damaged(bytes, at, isEnd);
  const length = bytes.readUInt32LE(at + 4);
  const sourceLength = bytes.readUInt16LE(at + 24);
  const isPossible =
    isMagicAt(bytes, at, left) && length >= HEADER_BYTES + sourceLength && length <= MAX_FRAME_BYTES;
  if (!isPossible) return damaged(bytes, at, isEnd);
  // At the end a frame that promises more is torn, or its length is damaged and whole frames follow.
  if (left < length) return isEnd ? damaged(bytes, at, isEnd) : { kind: 'short' };
  if (crc32(bytes.subarray(at + 12, at + length)) !== bytes.readUInt32LE(at + 8))
    return damaged(bytes, at, isEnd);
  const linesAt = at + HEADER_BYTES + sourceLength;
  return {
    kind: 'block',
    length,
    block: {
      source: bytes.toString('utf8', at + HEADER_BYTES, linesAt),
      records: bytes.readUInt32LE(at + 12),
      startSeconds: bytes.readUInt32LE(at + 16),
      endSeconds: bytes.readUInt32LE(at + 20),
      lines: bytes.subarray(linesAt, at + length),
    },
  };
}

/** The block in pieces of at most about `MAX_BLOCK_BYTES`, cut between lines; usually itself. */
export function splitBlock(block: RecordBlock, maxBytes: number = MAX_BLOCK_BYTES): readonly RecordBlock[] {
  if (block.lines.length <= maxBytes) return [block];
  const text = Buffer.from(block.lines.buffer, block.lines.byteOffset, block.lines.byteLength);
  const pieces: RecordBlock[] = [];
  for (let from = 0; from < text.length; ) {
    let to = text.length;
    if (from + maxBytes < text.length) {
      const before = text.lastIndexOf(0x0a, from + maxBytes - 1);
      // A line longer than a piece stays whole.
      to = (before >= from ? before : text.indexOf(0x0a, from)) + 1;
    }
    const lines = text.subarray(from, to);
    pieces.push({ ...block, records: countLines(lines), lines });
    from = to;
  }
  return pieces;
}

/** How many newlines there are. */
export function countLines(text: Uint8Array): number {
  let count = 0;
  for (let at = text.indexOf(0x0a); at >= 0; at = text.indexOf(0x0a, at + 1)) count++;
  return count;
}

function isMagicAt(bytes: Buffer, at: number, left: number): boolean {
  for (let i = 0; i < MAGIC.length && i < left; i++) if (bytes[at + i] !== MAGIC[i]) return false;
  return true;
}

function damaged(bytes: Buffer, at: number, isEnd: boolean): FrameFound {
  const next = bytes.indexOf(MAGIC, at + 1);
  if (next >= 0) return { kind: 'damaged', length: next - at };
  // The magic may have begun in the last three bytes.
  const kept = isEnd ? 0 : MAGIC.length - 1;
  return { kind: 'damaged', length: Math.max(1, bytes.length - at - kept) };
}
