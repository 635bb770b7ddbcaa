import { DecoderState } from './decoder-state.ts';
import {
  COUNTED,
  DROP_REASONS,
  type DropCode,
  type DropReason,
  dropCodeOf,
  dropReasonOf,
} from './drop-reason.ts';
import { decodeLink } from './link-type.ts';
import { type CaptureDirection, type PacketView, WHOLE } from './packet-view.ts';

/** Called once per counted packet. The view is overwritten by the next packet: read it, do not keep it. */
export type PacketListener = (packet: PacketView) => void;

/**
 * Packets that were lost before the capture saw them. `lost` is how many since the previous such call for this
 * interface; the time is that of the statement, so the loss lies before it.
 */
export interface CaptureLoss {
  readonly interfaceIndex: number;
  readonly lost: number;
  readonly seconds: number;
  readonly nanos: number;
}

const NO_TIMESTAMP = dropCodeOf('no-timestamp');

/**
 * Where both capture formats hand over their packets: decodes, counts, and passes on. One per reader.
 * The arithmetic `packets = counted + Σ dropped` holds here by construction: each packet adds to one cell.
 */
export class PacketPipe {
  packets = 0;
  readonly state: DecoderState;
  readonly #listener: PacketListener;
  /** Cell 0 counts the packets passed on, cell i the reason `DROP_REASONS[i - 1]`. */
  readonly #cells = new Float64Array(DROP_REASONS.length + 1);
  readonly #firstAt = new Float64Array(DROP_REASONS.length + 1);
  #hasTime = false;

  constructor(listener: PacketListener, maxFragments: number, fragmentTimeoutSeconds: number) {
    this.state = new DecoderState(maxFragments, fragmentTimeoutSeconds);
    this.#listener = listener;
  }

  /** Sets the time of the packets to come. */
  setTime(seconds: number, nanos: number): void {
    const view = this.state.view;
    view.seconds = seconds;
    view.nanos = nanos;
    this.#hasTime = true;
  }

  /**
   * Decodes one packet at the time last set.
   * @param offset first captured byte in `bytes`
   * @param captured how many bytes were captured; `bytes` holds them all
   * @param wireLength bytes on the wire as stated; less than `captured` is taken as `captured`
   * @param direction what the record says; a link header that knows better overrides it
   */
  packet(
    bytes: Uint8Array,
    offset: number,
    captured: number,
    wireLength: number,
    interfaceIndex: number,
    linkType: number,
    isBigEndian: boolean,
    direction: CaptureDirection,
  ): void {
    const view = this.state.view;
    const wire = wireLength > captured ? wireLength : captured;
    view.interfaceIndex = interfaceIndex;
    view.wireLength = wire;
    view.srcPort = 0;
    view.dstPort = 0;
    view.tcpFlags = 0;
    view.icmpType = -1;
    view.icmpCode = -1;
    view.fragment = WHOLE;
    view.srcMacHigh = -1;
    view.dstMacHigh = -1;
    view.vlanId = -1;
    view.direction = direction;
    view.inDevice = 0;
    view.outDevice = 0;
    view.nflogHook = -1;
    view.nflogGroup = -1;
    view.nflogPrefix = null;
    this.packets++;
    const code = this.#hasTime
      ? decodeLink(this.state, bytes, offset, offset + captured, offset + wire, linkType, isBigEndian)
      : NO_TIMESTAMP;
    this.#count(code);
    if (code === COUNTED) this.#listener(view);
  }

  /** Counts a packet that could not even be handed to the decoder. */
  drop(code: DropCode): void {
    this.packets++;
    this.#count(code);
  }

  /** Packets passed on so far. */
  get counted(): number {
    return this.#cells[COUNTED] as number;
  }

  /** Drops so far: the count of each reason, and the number of the first packet it happened to. */
  drops(): { counts: Partial<Record<DropReason, number>>; firstAt: Partial<Record<DropReason, number>> } {
    const counts: Partial<Record<DropReason, number>> = {};
    const firstAt: Partial<Record<DropReason, number>> = {};
    for (let code = 1; code < this.#cells.length; code++) {
      const reason = dropReasonOf(code);
      const count = this.#cells[code] as number;
      if (reason === null || count === 0) continue;
      counts[reason] = count;
      firstAt[reason] = this.#firstAt[code] as number;
    }
    return { counts, firstAt };
  }

  #count(code: DropCode): void {
    const cells = this.#cells;
    if (code !== COUNTED && cells[code] === 0) this.#firstAt[code] = this.packets;
    (cells[code] as number)++;
  }
}
