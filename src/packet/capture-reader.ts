import type { CaptureEnd, CaptureInterface, CaptureSummary } from './capture-summary.ts';
import { type CaptureLoss, type PacketListener, PacketPipe } from './packet-pipe.ts';
import { PcapReader, pcapVariantOf } from './pcap-reader.ts';
import { PcapngReader, SECTION_HEADER } from './pcapng-reader.ts';
import { type RecordReader, readU32 } from './record-reader.ts';

export interface CaptureOptions {
  /** Datagrams whose fragments are matched at once; 64 bytes each. */
  readonly maxFragments: number;
  /** Capture seconds after which a datagram's first fragment is forgotten. */
  readonly fragmentTimeoutSeconds: number;
  /** Called when a pcapng capture says that packets were lost before it saw them; null to only sum them up. */
  readonly onLoss: ((loss: CaptureLoss) => void) | null;
  /** Called when a pcapng capture describes an interface, before its first packet; null when nobody asks. */
  readonly onInterface: ((index: number, name: string | null) => void) | null;
}

export const defaultCaptureOptions: CaptureOptions = {
  maxFragments: 16_384,
  fragmentTimeoutSeconds: 30,
  onLoss: null,
  onInterface: null,
};

type Format = RecordReader & { readonly interfaces: readonly CaptureInterface[] };

/** Enough to tell the formats apart. */
const MAGIC_BYTES = 4;

/**
 * Reads one uncompressed pcap or pcapng capture, given in pieces of any size, and calls the listener for each counted
 * packet before `push` returns. The whole file in one piece is the fastest way.
 *
 * **Errors**: bad bytes never throw; they end up in the summary. What the listener throws passes through, and the
 * reader is of no use after that.
 * **Cost**: one pass; pieces are read where they lie, only a record that straddles two of them is copied. Memory is
 * the fragment table plus the largest straddling record (16 MiB at most).
 */
export class CaptureReader {
  readonly #pipe: PacketPipe;
  readonly #onLoss: ((loss: CaptureLoss) => void) | null;
  readonly #onInterface: CaptureOptions['onInterface'];
  #format: Format | null = null;
  #end: CaptureEnd | null = null;
  /** The beginning of a record that the pieces so far did not finish. */
  #carry = new Uint8Array(4096);
  #carried = 0;
  #toSkip = 0;
  #skipFrom = 0;
  /** Bytes before the current piece. */
  #before = 0;

  constructor(listener: PacketListener, options: Partial<CaptureOptions> = {}) {
    const { maxFragments, fragmentTimeoutSeconds, onLoss, onInterface } = {
      ...defaultCaptureOptions,
      ...options,
    };
    this.#pipe = new PacketPipe(listener, maxFragments, fragmentTimeoutSeconds);
    this.#onLoss = onLoss;
    this.#onInterface = onInterface;
  }

  /** True once reading cannot go on (corrupt, or no capture at all): further pieces are only measured. */
  get isStopped(): boolean {
    return this.#end !== null;
  }

  /** Reads the next piece. The caller may reuse its memory as soon as this returns. */
  push(piece: Uint8Array): void {
    let at = 0;
    while (at < piece.length && this.#end === null) {
      if (this.#toSkip > 0) {
        const step = Math.min(this.#toSkip, piece.length - at);
        this.#toSkip -= step;
        at += step;
      } else if (this.#carried > 0) at = this.#pushStraddling(piece, at);
      else at = this.#pushInPlace(piece, at);
    }
    this.#before += piece.length;
  }

  /**
   * Says that there are no more pieces and gives the final summary.
   * @param inputFault why the pieces stopped too early (a broken gzip stream); null when they simply ended
   */
  end(inputFault: string | null = null): CaptureSummary {
    if (this.#end === null) this.#end = this.#endOfInput(inputFault);
    return this.summary();
  }

  /** What has been read so far; for a live capture, call it as often as you like. */
  summary(): CaptureSummary {
    const interfaces = this.#format?.interfaces ?? [];
    const drops = this.#pipe.drops();
    return {
      format: this.#format?.format ?? null,
      interfaces: [...interfaces],
      bytes: this.#before,
      packets: this.#pipe.packets,
      counted: this.#pipe.counted,
      dropped: drops.counts,
      firstDropped: drops.firstAt,
      lost: interfaces.reduce((sum, one) => sum + (one.lost ?? 0), 0),
      orphanFragments: this.#pipe.state.fragments.orphans,
      evictedFragments: this.#pipe.state.fragments.evicted,
      beyondWire: this.#pipe.state.beyondWire,
      end: this.#end ?? { kind: 'complete' },
    };
  }

  /** Reads whole records where they lie and keeps the rest of the piece. */
  #pushInPlace(piece: Uint8Array, at: number): number {
    if (this.#format === null) {
      if (piece.length - at < MAGIC_BYTES) return this.#keep(piece, at, MAGIC_BYTES);
      this.#format = this.#detect(piece, at);
      if (this.#format === null) return this.#stop('not-a-capture', 0, describeMagic(piece, at), piece);
    }
    const format = this.#format;
    const next = format.parse(piece, at, piece.length);
    if (format.problem !== null) return this.#stop('corrupt', this.#before + next, format.problem, piece);
    if (format.skip > 0) return this.#startSkip(format, this.#before + next, 0, next);
    return next < piece.length ? this.#keep(piece, next, format.needed) : next;
  }

  /** Completes the kept beginning of one record, as far as the piece allows, and reads it from there. */
  #pushStraddling(piece: Uint8Array, from: number): number {
    const wanted = this.#format?.needed ?? MAGIC_BYTES;
    const at = this.#keep(piece, from, wanted, wanted - this.#carried);
    if (this.#carried < wanted) return at;
    const start = this.#before + at - this.#carried;
    if (this.#format === null) {
      this.#format = this.#detect(this.#carry, 0);
      return this.#format === null
        ? this.#stop('not-a-capture', 0, describeMagic(this.#carry, 0), piece)
        : at;
    }
    const format = this.#format;
    const taken = format.parse(this.#carry, 0, this.#carried);
    if (format.problem !== null) return this.#stop('corrupt', start + taken, format.problem, piece);
    if (format.skip > 0) return this.#startSkip(format, start, this.#carried, at);
    if (taken > 0) this.#carried = 0;
    return at;
  }

  /** Adds up to `most` bytes of the piece to the carry, which is made able to hold `capacity`. */
  #keep(piece: Uint8Array, at: number, capacity: number, most: number = piece.length - at): number {
    const step = Math.min(most, piece.length - at);
    if (this.#carry.length < capacity) {
      const larger = new Uint8Array(capacity);
      larger.set(this.#carry.subarray(0, this.#carried));
      this.#carry = larger;
    }
    this.#carry.set(piece.subarray(at, at + step), this.#carried);
    this.#carried += step;
    return at + step;
  }

  #startSkip(format: Format, recordOffset: number, alreadyHeld: number, at: number): number {
    this.#skipFrom = recordOffset;
    this.#toSkip = format.skip - alreadyHeld;
    this.#carried = 0;
    format.skip = 0;
    return at;
  }

  #detect(bytes: Uint8Array, at: number): Format | null {
    const variant = pcapVariantOf(bytes, at);
    if (variant !== null) return new PcapReader(variant, this.#pipe);
    if (readU32(bytes, at, true) !== SECTION_HEADER) return null;
    return new PcapngReader(this.#pipe, this.#onLoss, this.#onInterface);
  }

  #stop(kind: 'corrupt' | 'not-a-capture', offsetBytes: number, message: string, piece: Uint8Array): number {
    this.#end = { kind, offsetBytes, message };
    this.#carried = 0;
    return piece.length;
  }

  #endOfInput(inputFault: string | null): CaptureEnd {
    if (this.#toSkip > 0) {
      return {
        kind: 'truncated',
        offsetBytes: this.#skipFrom,
        message: `the last block lacks ${this.#toSkip} bytes`,
      };
    }
    if (this.#format === null) {
      const message = `${this.#before} bytes are too few for a capture`;
      return { kind: 'not-a-capture', offsetBytes: 0, message };
    }
    const offsetBytes = this.#before - this.#carried;
    if (inputFault !== null) return { kind: 'truncated', offsetBytes, message: inputFault };
    if (this.#carried === 0) return { kind: 'complete' };
    return {
      kind: 'truncated',
      offsetBytes,
      message: `the capture ends ${this.#carried} bytes into a record`,
    };
  }
}

function describeMagic(bytes: Uint8Array, at: number): string {
  const isGzip = bytes[at] === 0x1f && bytes[at + 1] === 0x8b;
  if (isGzip) return 'gzip data inside what should be an uncompressed capture';
  const magic = readU32(bytes, at, true).toString(16).padStart(8, '0');
  return `begins with ${magic}, which is neither pcap nor pcapng`;
}
