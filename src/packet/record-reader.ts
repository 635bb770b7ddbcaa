/**
 * One capture format, as `CaptureReader` drives it: it is shown bytes that begin at a record, takes every whole
 * record it finds, and says how much it wants to see for the next one.
 */
export interface RecordReader {
  readonly format: 'pcap' | 'pcapng';
  /** Bytes from the current record's start that are needed to go on; more than were shown when `parse` stops early. */
  needed: number;
  /** Bytes to throw away unseen before the next record (a block too large to hold, of a kind nobody needs). */
  skip: number;
  /** Why reading cannot go on; null while it can. */
  problem: string | null;
  /**
   * Takes the whole records of `bytes[start, end)`, where `start` is the beginning of one.
   * Gives the offset of the first byte not taken. Never throws.
   */
  parse(bytes: Uint8Array, start: number, end: number): number;
}

/** A record larger than this is no packet: it is the limit of libpcap for all but a few exotic links. */
export const MAX_PACKET_BYTES = 262_144;

export function readU16(bytes: Uint8Array, at: number, isBigEndian: boolean): number {
  const a = bytes[at] as number;
  const b = bytes[at + 1] as number;
  return isBigEndian ? (a << 8) | b : (b << 8) | a;
}

/** Unsigned, 0 to 2^32 - 1. */
export function readU32(bytes: Uint8Array, at: number, isBigEndian: boolean): number {
  const a = bytes[at] as number;
  const b = bytes[at + 1] as number;
  const c = bytes[at + 2] as number;
  const d = bytes[at + 3] as number;
  return (isBigEndian ? (a << 24) | (b << 16) | (c << 8) | d : (d << 24) | (c << 16) | (b << 8) | a) >>> 0;
}
