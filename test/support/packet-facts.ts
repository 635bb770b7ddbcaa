import {
  type CaptureOptions,
  CaptureReader,
  type CaptureSummary,
  type PacketSnapshot,
  snapshotOf,
} from '../../src/packet/index.ts';
import { type CapturedFrame, type PcapFields, pcap } from './packet-builder.ts';

export interface Decoded {
  readonly packets: readonly PacketSnapshot[];
  readonly summary: CaptureSummary;
}

/** What the reader makes of capture bytes shown in pieces of one size (all at once when absent). */
export function decodeBytes(
  bytes: Uint8Array,
  pieceSize: number = bytes.length,
  options: Partial<CaptureOptions> = {},
): Decoded {
  const packets: PacketSnapshot[] = [];
  const reader = new CaptureReader((packet) => packets.push(snapshotOf(packet)), options);
  for (let at = 0; at < bytes.length; at += Math.max(1, pieceSize))
    reader.push(bytes.slice(at, at + Math.max(1, pieceSize)));
  return { packets, summary: reader.end() };
}

/** What the reader makes of a pcap capture with these frames. */
export function decodeFrames(
  frames: readonly CapturedFrame[],
  fields: PcapFields = {},
  options: Partial<CaptureOptions> = {},
): Decoded {
  return decodeBytes(pcap(frames, fields), undefined, options);
}

/** The drops of a summary added up; `packets - counted` when nothing is lost on the way. */
export function droppedTotal(summary: CaptureSummary): number {
  return Object.values(summary.dropped).reduce((sum, count) => sum + count, 0);
}
