import type { CaptureInterface } from './capture-summary.ts';
import type { PacketPipe } from './packet-pipe.ts';
import { DIRECTION_UNKNOWN } from './packet-view.ts';
import { MAX_PACKET_BYTES, type RecordReader, readU32 } from './record-reader.ts';

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
/** A Linux patch of the nineties wrote 8 more bytes per record under a magic of its own; libpcap still reads it. */
const PATCHED_RECORD_HEADER_BYTES = 24;

interface PcapVariant {
  readonly isBigEndian: boolean;
  readonly nanosPerUnit: number;
  readonly recordHeaderBytes: number;
}

/** The variant a file's first four bytes announce; null when they are not a pcap magic. */
export function pcapVariantOf(bytes: Uint8Array, at: number): PcapVariant | null {
  for (const isBigEndian of [false, true]) {
    const magic = readU32(bytes, at, isBigEndian);
    if (magic === 0xa1b2c3d4)
      return { isBigEndian, nanosPerUnit: 1000, recordHeaderBytes: RECORD_HEADER_BYTES };
    if (magic === 0xa1b23c4d) return { isBigEndian, nanosPerUnit: 1, recordHeaderBytes: RECORD_HEADER_BYTES };
    if (magic === 0xa1b2cd34) {
      return { isBigEndian, nanosPerUnit: 1000, recordHeaderBytes: PATCHED_RECORD_HEADER_BYTES };
    }
  }
  return null;
}

/** Classic pcap: one header, then records. The bytes shown must begin at the file header. */
export class PcapReader implements RecordReader {
  readonly format = 'pcap';
  needed = FILE_HEADER_BYTES;
  skip = 0;
  problem: string | null = null;
  readonly interfaces: CaptureInterface[] = [];
  readonly #pipe: PacketPipe;
  readonly #isBigEndian: boolean;
  readonly #nanosPerUnit: number;
  readonly #headerBytes: number;
  #hasHeader = false;
  #linkType = 0;

  constructor(variant: PcapVariant, pipe: PacketPipe) {
    this.#pipe = pipe;
    this.#isBigEndian = variant.isBigEndian;
    this.#nanosPerUnit = variant.nanosPerUnit;
    this.#headerBytes = variant.recordHeaderBytes;
  }

  parse(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    if (!this.#hasHeader) {
      if (end - at < FILE_HEADER_BYTES) return at;
      this.#readHeader(bytes, at);
      at += FILE_HEADER_BYTES;
    }
    const pipe = this.#pipe;
    const isBigEndian = this.#isBigEndian;
    const headerBytes = this.#headerBytes;
    const nanosPerUnit = this.#nanosPerUnit;
    const linkType = this.#linkType;
    for (;;) {
      if (end - at < headerBytes) {
        this.needed = headerBytes;
        return at;
      }
      const captured = readU32(bytes, at + 8, isBigEndian);
      if (captured > MAX_PACKET_BYTES) {
        this.problem = `a packet record of ${captured} bytes; no more than ${MAX_PACKET_BYTES} are plausible`;
        return at;
      }
      const next = at + headerBytes + captured;
      if (next > end) {
        this.needed = headerBytes + captured;
        return at;
      }
      this.#setTime(readU32(bytes, at, isBigEndian), readU32(bytes, at + 4, isBigEndian) * nanosPerUnit);
      const wireLength = readU32(bytes, at + 12, isBigEndian);
      pipe.packet(bytes, at + headerBytes, captured, wireLength, 0, linkType, isBigEndian, DIRECTION_UNKNOWN);
      at = next;
    }
  }

  /** A fraction of a second or more in the fraction field is carried over rather than refused. */
  #setTime(seconds: number, nanos: number): void {
    if (nanos < 1_000_000_000) this.#pipe.setTime(seconds, nanos);
    else this.#pipe.setTime(seconds + Math.floor(nanos / 1e9), nanos % 1e9);
  }

  #readHeader(bytes: Uint8Array, at: number): void {
    this.#hasHeader = true;
    // The upper half of the word says whether frames end in a checksum; only the lower half is the link type.
    this.#linkType = readU32(bytes, at + 20, this.#isBigEndian) & 0xffff;
    const interfaceZero = {
      index: 0,
      section: 0,
      name: null,
      linkType: this.#linkType,
      snapLength: readU32(bytes, at + 16, this.#isBigEndian),
    };
    this.interfaces.push({ ...interfaceZero, lost: null });
  }
}
