import type { DecoderState } from './decoder-state.ts';
import { COUNTED, type DropCode, dropCodeOf } from './drop-reason.ts';
import { FIRST_FRAGMENT, LATER_FRAGMENT, type PacketView, WHOLE } from './packet-view.ts';
import { decodeTransport } from './transport.ts';

const IP_VERSION = dropCodeOf('ip-version');
const IP_CUT = dropCodeOf('ip-cut');
const IP_HEADER = dropCodeOf('ip-header');
const IPV6_EXTENSION = dropCodeOf('ipv6-extension');

const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const DESTINATION_OPTIONS = 60;

/**
 * IPv4 (RFC 791) from `offset`.
 *
 * @param end where the captured bytes stop
 * @param wireEnd where the frame stopped on the wire, in the same coordinates; may lie beyond the buffer
 */
export function decodeIpv4(
  state: DecoderState,
  bytes: Uint8Array,
  offset: number,
  end: number,
  wireEnd: number,
): DropCode {
  if (end - offset < 20)
    return end - offset > 0 && (bytes[offset] as number) >> 4 !== 4 ? IP_VERSION : IP_CUT;
  const first = bytes[offset] as number;
  if (first >> 4 !== 4) return IP_VERSION;
  const headerLength = (first & 15) << 2;
  let ipLength = ((bytes[offset + 2] as number) << 8) | (bytes[offset + 3] as number);
  // Segmentation offload hands the capture packets whose length field is still zero.
  if (ipLength === 0) ipLength = wireEnd - offset;
  if (headerLength < 20 || ipLength < headerLength) return IP_HEADER;
  const view = state.view;
  if (ipLength > wireEnd - offset) state.beyondWire++;
  if (end - offset < headerLength) return IP_CUT;

  view.ipVersion = 4;
  view.ipLength = ipLength;
  view.ttl = bytes[offset + 8] as number;
  view.src0 = 0;
  view.src1 = 0;
  view.src2 = 0xffff;
  view.src3 = readWord(bytes, offset + 12);
  view.dst0 = 0;
  view.dst1 = 0;
  view.dst2 = 0xffff;
  view.dst3 = readWord(bytes, offset + 16);
  const protocol = bytes[offset + 9] as number;
  view.protocol = protocol;

  const fragmentBits = (((bytes[offset + 6] as number) << 8) | (bytes[offset + 7] as number)) & 0x3fff;
  const payload = offset + headerLength;
  if (fragmentBits === 0) {
    view.fragment = WHOLE;
    return decodeTransport(view, bytes, payload, end, offset + ipLength, false);
  }
  const id = ((bytes[offset + 4] as number) << 8) | (bytes[offset + 5] as number);
  if ((fragmentBits & 0x1fff) !== 0) return decodeLaterFragment(state, id, protocol);
  return decodeFirstFragment(state, bytes, payload, end, offset + ipLength, id, protocol);
}

/** IPv6 (RFC 8200) from `offset`: extension headers are walked, the transport after them counts. Bounds as for IPv4. */
export function decodeIpv6(
  state: DecoderState,
  bytes: Uint8Array,
  offset: number,
  end: number,
  wireEnd: number,
): DropCode {
  if (end - offset < 40)
    return end - offset > 0 && (bytes[offset] as number) >> 4 !== 6 ? IP_VERSION : IP_CUT;
  if ((bytes[offset] as number) >> 4 !== 6) return IP_VERSION;
  const payloadLength = ((bytes[offset + 4] as number) << 8) | (bytes[offset + 5] as number);
  const nextHeader = bytes[offset + 6] as number;
  let ipLength = 40 + payloadLength;
  // Zero stands for a jumbogram or for segmentation offload, except when nothing follows by declaration (59).
  if (payloadLength === 0 && nextHeader !== 59) ipLength = wireEnd - offset;
  if (ipLength < 40) return IP_HEADER;
  const view = state.view;
  if (ipLength > wireEnd - offset) state.beyondWire++;

  view.ipVersion = 6;
  view.ipLength = ipLength;
  view.ttl = bytes[offset + 7] as number;
  view.src0 = readWord(bytes, offset + 8);
  view.src1 = readWord(bytes, offset + 12);
  view.src2 = readWord(bytes, offset + 16);
  view.src3 = readWord(bytes, offset + 20);
  view.dst0 = readWord(bytes, offset + 24);
  view.dst1 = readWord(bytes, offset + 28);
  view.dst2 = readWord(bytes, offset + 32);
  view.dst3 = readWord(bytes, offset + 36);
  view.fragment = WHOLE;
  return decodeAfterIpv6(state, bytes, offset + 40, end, offset + ipLength, nextHeader);
}

/** Walks extension headers. Each is at least 8 bytes, so the loop ends with the packet. AH, ESP and mobility count by number. */
function decodeAfterIpv6(
  state: DecoderState,
  bytes: Uint8Array,
  start: number,
  end: number,
  ipEnd: number,
  firstHeader: number,
): DropCode {
  const view = state.view;
  let at = start;
  let header = firstHeader;
  let id = 0;
  let idHeader = 0;
  while (
    header === HOP_BY_HOP ||
    header === ROUTING ||
    header === DESTINATION_OPTIONS ||
    header === FRAGMENT
  ) {
    if (ipEnd - at < 8) return IPV6_EXTENSION;
    if (end - at < 8) return IP_CUT;
    const next = bytes[at] as number;
    let length = 8;
    if (header === FRAGMENT) {
      const bits = ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
      if ((bits & 0xfff8) !== 0) return decodeLaterFragment(state, readWord(bytes, at + 4), next);
      // Offset 0 without "more fragments" is an atomic fragment (RFC 6946): a whole packet.
      if ((bits & 1) !== 0 && view.fragment === WHOLE) {
        id = readWord(bytes, at + 4);
        idHeader = next;
        view.fragment = FIRST_FRAGMENT;
      }
    } else {
      length = ((bytes[at + 1] as number) + 1) << 3;
      if (ipEnd - at < length) return IPV6_EXTENSION;
    }
    at += length;
    header = next;
  }
  view.protocol = header;
  if (view.fragment === WHOLE) return decodeTransport(view, bytes, at, end, ipEnd, false);
  return decodeFirstFragment(state, bytes, at, end, ipEnd, id, idHeader);
}

function decodeFirstFragment(
  state: DecoderState,
  bytes: Uint8Array,
  payload: number,
  end: number,
  ipEnd: number,
  id: number,
  headerProtocol: number,
): DropCode {
  const view = state.view;
  view.fragment = FIRST_FRAGMENT;
  const code = decodeTransport(view, bytes, payload, end, ipEnd, true);
  if (code === COUNTED) state.fragments.remember(view, id, headerProtocol);
  return code;
}

/** A later fragment always counts; without its first one it has ports 0 and the protocol its own header states. */
function decodeLaterFragment(state: DecoderState, id: number, headerProtocol: number): DropCode {
  const view: PacketView = state.view;
  view.fragment = LATER_FRAGMENT;
  view.protocol = headerProtocol;
  state.fragments.recall(view, id, headerProtocol);
  return COUNTED;
}

/** Four bytes, big-endian, as a signed 32-bit integer. */
export function readWord(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)
  );
}
