import type { CaptureInterface } from './capture-summary.ts';
import { dropCodeOf } from './drop-reason.ts';
import type { CaptureLoss, PacketPipe } from './packet-pipe.ts';
import { type CaptureDirection, DIRECTION_UNKNOWN } from './packet-view.ts';
import { type Moment, readMoment, type TimeResolution, timeResolutionOf } from './pcapng-time.ts';
import { type RecordReader, readU16, readU32 } from './record-reader.ts';

export const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const OBSOLETE_PACKET = 2;
const SIMPLE_PACKET = 3;
const INTERFACE_STATISTICS = 5;
const ENHANCED_PACKET = 6;

const OPTION_END = 0;
const IF_NAME = 2;
const IF_TSRESOL = 9;
const IF_TSOFFSET = 14;
const ISB_IFDROP = 5;
const ISB_OSDROP = 7;
const EPB_DROPCOUNT = 4;
const PACKET_FLAGS = 2;

/** A block we must hold in one piece is refused above this size (libpcap has the same limit). */
const MAX_BLOCK_BYTES = 16 * 1024 * 1024;
/** Interfaces remembered per capture. Packets of later ones are dropped as `interface-unknown`. */
const MAX_INTERFACES = 65_536;

const INTERFACE_UNKNOWN = dropCodeOf('interface-unknown');
const RECORD_MALFORMED = dropCodeOf('record-malformed');

interface NgInterface {
  readonly index: number;
  readonly section: number;
  readonly name: string | null;
  readonly linkType: number;
  readonly snapLength: number;
  readonly resolution: TimeResolution;
  /** Lost packets by the newest statistics block (a running total); null when none came. */
  statedLost: number | null;
  /** Lost packets summed over the packet blocks that say so; null when none did. */
  summedLost: number | null;
}

/**
 * pcapng: sections of blocks, each section in its own byte order with its own interfaces. Blocks of unknown kinds are
 * stepped over without being held, whatever their size.
 */
export class PcapngReader implements RecordReader {
  readonly format = 'pcapng';
  needed = 12;
  skip = 0;
  problem: string | null = null;
  readonly #pipe: PacketPipe;
  readonly #onLoss: ((loss: CaptureLoss) => void) | null;
  readonly #onInterface: ((index: number, name: string | null) => void) | null;
  readonly #all: NgInterface[] = [];
  #ofSection: NgInterface[] = [];
  #sections = 0;
  #isBigEndian = false;
  readonly #moment: Moment = { seconds: 0, nanos: 0 };

  constructor(
    pipe: PacketPipe,
    onLoss: ((loss: CaptureLoss) => void) | null,
    onInterface: ((index: number, name: string | null) => void) | null,
  ) {
    this.#pipe = pipe;
    this.#onLoss = onLoss;
    this.#onInterface = onInterface;
  }

  get interfaces(): readonly CaptureInterface[] {
    return this.#all.map((one) => ({
      index: one.index,
      section: one.section,
      name: one.name,
      linkType: one.linkType,
      snapLength: one.snapLength,
      lost: lostOf(one),
    }));
  }

  parse(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (this.problem === null) {
      if (end - at < 12) {
        this.needed = 12;
        return at;
      }
      const isSection = readU32(bytes, at, true) === SECTION_HEADER;
      if (isSection && !this.#readByteOrder(bytes, at)) return at;
      const isBigEndian = this.#isBigEndian;
      const type = readU32(bytes, at, isBigEndian);
      const length = readU32(bytes, at + 4, isBigEndian);
      if (length < 12 || (length & 3) !== 0) {
        this.problem = `a pcapng block of ${length} bytes; lengths are multiples of 4 from 12 up`;
        return at;
      }
      if (!isKnownBlock(type)) {
        if (length > end - at) {
          this.skip = length;
          return at;
        }
        at += length;
        continue;
      }
      if (length > MAX_BLOCK_BYTES) {
        this.problem = `a pcapng block of type ${type} with ${length} bytes; at most ${MAX_BLOCK_BYTES} are accepted`;
        return at;
      }
      if (length > end - at) {
        this.needed = length;
        return at;
      }
      if (readU32(bytes, at + length - 4, isBigEndian) !== length) {
        this.problem = `a pcapng block whose two length fields differ (${length} at its start)`;
        return at;
      }
      this.#readBlock(bytes, at, at + length - 4, type);
      if (this.problem !== null) return at;
      at += length;
    }
    return at;
  }

  /** The byte order of a new section; false (with a problem) when its magic is neither way round. */
  #readByteOrder(bytes: Uint8Array, at: number): boolean {
    const magic = readU32(bytes, at + 8, true);
    if (magic !== 0x1a2b3c4d && magic !== 0x4d3c2b1a) {
      this.problem = `a pcapng section with byte-order magic 0x${magic.toString(16)}; expected 0x1a2b3c4d either way round`;
      return false;
    }
    this.#isBigEndian = magic === 0x1a2b3c4d;
    return true;
  }

  /** @param bodyEnd offset of the trailing length */
  #readBlock(bytes: Uint8Array, at: number, bodyEnd: number, type: number): void {
    if (type === ENHANCED_PACKET || type === OBSOLETE_PACKET) this.#readPacket(bytes, at, bodyEnd, type);
    else if (type === SIMPLE_PACKET) this.#readSimplePacket(bytes, at, bodyEnd);
    else if (type === SECTION_HEADER) this.#startSection(bytes, at, bodyEnd);
    else if (type === INTERFACE_DESCRIPTION) this.#readInterface(bytes, at, bodyEnd);
    else this.#readStatistics(bytes, at, bodyEnd);
  }

  #startSection(bytes: Uint8Array, at: number, bodyEnd: number): void {
    const major = bodyEnd - at < 16 ? -1 : readU16(bytes, at + 12, this.#isBigEndian);
    if (major !== 1) {
      this.problem =
        major < 0 ? 'a pcapng section header without a version' : `pcapng version ${major}; only 1 is known`;
      return;
    }
    this.#ofSection = [];
    this.#sections++;
  }

  #readInterface(bytes: Uint8Array, at: number, bodyEnd: number): void {
    if (bodyEnd - at < 16) {
      this.problem = 'a pcapng interface description shorter than its fixed part';
      return;
    }
    if (this.#all.length >= MAX_INTERFACES) return;
    const isBigEndian = this.#isBigEndian;
    let name: string | null = null;
    let tsresol = 6;
    let offsetSeconds = 0;
    forEachOption(bytes, at + 16, bodyEnd, isBigEndian, (code, from, length) => {
      if (code === IF_NAME) name = new TextDecoder().decode(bytes.subarray(from, from + length));
      else if (code === IF_TSRESOL && length >= 1) tsresol = bytes[from] as number;
      else if (code === IF_TSOFFSET && length >= 8)
        offsetSeconds = Number(BigInt.asIntN(64, readU64(bytes, from, isBigEndian)));
    });
    const one: NgInterface = {
      index: this.#all.length,
      section: this.#sections - 1,
      name,
      linkType: readU16(bytes, at + 8, isBigEndian),
      snapLength: readU32(bytes, at + 12, isBigEndian),
      resolution: timeResolutionOf(tsresol, offsetSeconds),
      statedLost: null,
      summedLost: null,
    };
    this.#all.push(one);
    this.#ofSection.push(one);
    this.#onInterface?.(one.index, name);
  }

  #readPacket(bytes: Uint8Array, at: number, bodyEnd: number, type: number): void {
    const isBigEndian = this.#isBigEndian;
    if (bodyEnd - at < 28) return this.#pipe.drop(RECORD_MALFORMED);
    const id =
      type === ENHANCED_PACKET ? readU32(bytes, at + 8, isBigEndian) : readU16(bytes, at + 8, isBigEndian);
    const captured = readU32(bytes, at + 20, isBigEndian);
    if (captured > bodyEnd - at - 28) return this.#pipe.drop(RECORD_MALFORMED);
    const one = this.#ofSection[id];
    if (one === undefined) return this.#pipe.drop(INTERFACE_UNKNOWN);
    const moment = this.#moment;
    readMoment(
      moment,
      readU32(bytes, at + 12, isBigEndian),
      readU32(bytes, at + 16, isBigEndian),
      one.resolution,
    );
    this.#pipe.setTime(moment.seconds, moment.nanos);
    const options = at + 28 + ((captured + 3) & ~3);
    let direction: CaptureDirection = DIRECTION_UNKNOWN;
    if (type === OBSOLETE_PACKET) {
      const drops = readU16(bytes, at + 10, isBigEndian);
      if (drops !== 0 && drops !== 0xffff) this.#addLoss(one, drops);
    }
    if (bodyEnd - options >= 4) direction = this.#readPacketOptions(bytes, options, bodyEnd, type, one);
    const wireLength = readU32(bytes, at + 24, isBigEndian);
    this.#pipe.packet(bytes, at + 28, captured, wireLength, one.index, one.linkType, isBigEndian, direction);
  }

  /** Direction by the flags option (1 received, 2 sent), and the packets lost before this one. */
  #readPacketOptions(
    bytes: Uint8Array,
    from: number,
    bodyEnd: number,
    type: number,
    one: NgInterface,
  ): CaptureDirection {
    const isBigEndian = this.#isBigEndian;
    let flags = 0;
    forEachOption(bytes, from, bodyEnd, isBigEndian, (code, at, length) => {
      if (code === PACKET_FLAGS && length >= 4) flags = readU32(bytes, at, isBigEndian) & 3;
      else if (code === EPB_DROPCOUNT && length >= 8 && type === ENHANCED_PACKET) {
        this.#addLoss(one, Number(readU64(bytes, at, isBigEndian)));
      }
    });
    return flags === 1 || flags === 2 ? flags : DIRECTION_UNKNOWN;
  }

  /** A simple packet belongs to the first interface and has no time: it takes that of the packet before it. */
  #readSimplePacket(bytes: Uint8Array, at: number, bodyEnd: number): void {
    if (bodyEnd - at < 12) return this.#pipe.drop(RECORD_MALFORMED);
    const one = this.#ofSection[0];
    if (one === undefined) return this.#pipe.drop(INTERFACE_UNKNOWN);
    const wireLength = readU32(bytes, at + 8, this.#isBigEndian);
    let captured = Math.min(wireLength, bodyEnd - at - 12);
    if (one.snapLength > 0) captured = Math.min(captured, one.snapLength);
    this.#pipe.packet(
      bytes,
      at + 12,
      captured,
      wireLength,
      one.index,
      one.linkType,
      this.#isBigEndian,
      DIRECTION_UNKNOWN,
    );
  }

  #readStatistics(bytes: Uint8Array, at: number, bodyEnd: number): void {
    if (bodyEnd - at < 20) return;
    const isBigEndian = this.#isBigEndian;
    const one = this.#ofSection[readU32(bytes, at + 8, isBigEndian)];
    if (one === undefined) return;
    let lost: number | null = null;
    forEachOption(bytes, at + 20, bodyEnd, isBigEndian, (code, from, length) => {
      if ((code === ISB_IFDROP || code === ISB_OSDROP) && length >= 8) {
        lost = (lost ?? 0) + Number(readU64(bytes, from, isBigEndian));
      }
    });
    if (lost === null) return;
    const moment = this.#moment;
    readMoment(
      moment,
      readU32(bytes, at + 12, isBigEndian),
      readU32(bytes, at + 16, isBigEndian),
      one.resolution,
    );
    const before = lostOf(one) ?? 0;
    one.statedLost = Math.max(one.statedLost ?? 0, lost);
    this.#reportLoss(one, before);
  }

  #addLoss(one: NgInterface, lost: number): void {
    const before = lostOf(one) ?? 0;
    one.summedLost = (one.summedLost ?? 0) + lost;
    this.#reportLoss(one, before);
  }

  #reportLoss(one: NgInterface, before: number): void {
    const more = (lostOf(one) ?? 0) - before;
    if (more <= 0 || this.#onLoss === null) return;
    const { seconds, nanos } = this.#moment;
    this.#onLoss({ interfaceIndex: one.index, lost: more, seconds, nanos });
  }
}

/** Statistics blocks and packet options tell of the same losses, so the larger of the two stands, not their sum. */
function lostOf(one: NgInterface): number | null {
  if (one.statedLost === null) return one.summedLost;
  return Math.max(one.statedLost, one.summedLost ?? 0);
}

function isKnownBlock(type: number): boolean {
  return (
    type === ENHANCED_PACKET ||
    type === SECTION_HEADER ||
    (type >= INTERFACE_DESCRIPTION && type <= SIMPLE_PACKET) ||
    type === INTERFACE_STATISTICS
  );
}

/** Calls `visit` for each whole option of a list; stops at the end mark or where the list stops making sense. */
function forEachOption(
  bytes: Uint8Array,
  from: number,
  end: number,
  isBigEndian: boolean,
  visit: (code: number, at: number, length: number) => void,
): void {
  for (let at = from; end - at >= 4; ) {
    const code = readU16(bytes, at, isBigEndian);
    const length = readU16(bytes, at + 2, isBigEndian);
    if (code === OPTION_END || length > end - at - 4) return;
    visit(code, at + 4, length);
    at += 4 + ((length + 3) & ~3);
  }
}

function readU64(bytes: Uint8Array, at: number, isBigEndian: boolean): bigint {
  const first = BigInt(readU32(bytes, at, isBigEndian));
  const second = BigInt(readU32(bytes, at + 4, isBigEndian));
  return isBigEndian ? (first << 32n) | second : (second << 32n) | first;
}
