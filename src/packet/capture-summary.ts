import type { DropReason } from './drop-reason.ts';

/** One interface of a capture. A classic pcap file has exactly one, without a name. */
export interface CaptureInterface {
  /** Position in `CaptureSummary.interfaces`; numbering goes on across the sections of a pcapng file. */
  readonly index: number;
  /** Which section of the file described it, from 0. */
  readonly section: number;
  /** `if_name` as written; null when not stated. */
  readonly name: string | null;
  /** LINKTYPE number of the tcpdump.org registry. */
  readonly linkType: number;
  /** Most bytes kept of a packet; 0 means no limit was stated. */
  readonly snapLength: number;
  /** Packets the kernel or the interface lost, as last reported by the capture; null when it never said. */
  readonly lost: number | null;
}

/**
 * How reading ended: at the end of the last record (`complete`), inside one (`truncated`: a capture still being
 * written, or cut), at bytes that cannot be a record (`corrupt`: nothing after them can be trusted), or before
 * it began (`not-a-capture`).
 */
export type CaptureEnd =
  | { readonly kind: 'complete' }
  | {
      readonly kind: 'truncated' | 'corrupt' | 'not-a-capture';
      /** Offset in the uncompressed capture where the unfinished or bad record begins. */
      readonly offsetBytes: number;
      /** What was found and what was expected. */
      readonly message: string;
    };

/** What a capture was and what became of its packets. `packets = counted + Σ dropped`, always. */
export interface CaptureSummary {
  readonly format: 'pcap' | 'pcapng' | null;
  readonly interfaces: readonly CaptureInterface[];
  /** Uncompressed bytes read. */
  readonly bytes: number;
  /** Packet records read whole. A record cut by the end of the capture is not a packet; see `end`. */
  readonly packets: number;
  /** Packets handed to the listener. */
  readonly counted: number;
  /** Packets not handed on, by reason; reasons that did not occur are absent. */
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>;
  /** Number (from 1) of the first packet of each dropped reason, to find it again in the capture. */
  readonly firstDropped: Readonly<Partial<Record<DropReason, number>>>;
  /** Packets that were lost before they reached the capture, over all interfaces, as far as it says. */
  readonly lost: number;
  /** Later fragments that kept ports 0 because their first one was not known. */
  readonly orphanFragments: number;
  /** Datagrams that the bounded fragment table forgot before their time. */
  readonly evictedFragments: number;
  /**
   * IP packets whose own length is larger than what the capture says was on the wire. They count by their own length,
   * as flow exporters do: taps and brokers slice packets without keeping the length. Many of them where nothing slices
   * are forged.
   */
  readonly beyondWire: number;
  readonly end: CaptureEnd;
}
