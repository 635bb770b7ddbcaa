/**
 * The judge of `src/packet`'s capture readers: a whole capture in memory, walked with a DataView. It knows only sound
 * captures, which is what the shared data holds.
 */
import { gunzipSync } from 'node:zlib';

export interface RawPacket {
  readonly data: Uint8Array;
  readonly wireLength: number;
  readonly linkType: number;
  readonly isBigEndian: boolean;
  readonly interfaceIndex: number;
  /** Whole seconds; null for a packet without a time. Only right for the default and the nanosecond resolution. */
  readonly seconds: number | null;
}

export function rawPackets(file: Uint8Array): RawPacket[] {
  const bytes =
    file[0] === 0x1f && file[1] === 0x8b ? new Uint8Array(gunzipSync(file)) : new Uint8Array(file);
  const view = new DataView(bytes.buffer);
  return view.getUint32(0) === 0x0a0d0d0a ? pcapngPackets(bytes, view) : pcapPackets(bytes, view);
}

function pcapPackets(bytes: Uint8Array, view: DataView): RawPacket[] {
  const little = bytes[0] !== 0xa1;
  const linkType = view.getUint32(20, little) % 65_536;
  const packets: RawPacket[] = [];
  for (let at = 24; at < bytes.length; ) {
    const captured = view.getUint32(at + 8, little);
    packets.push({
      data: bytes.subarray(at + 16, at + 16 + captured),
      wireLength: view.getUint32(at + 12, little),
      linkType,
      isBigEndian: !little,
      interfaceIndex: 0,
      seconds: view.getUint32(at, little),
    });
    at += 16 + captured;
  }
  return packets;
}

function pcapngPackets(bytes: Uint8Array, view: DataView): RawPacket[] {
  const packets: RawPacket[] = [];
  let interfaces: { linkType: number; snapLength: number; unitsPerSecond: bigint; index: number }[] = [];
  let described = 0;
  let little = true;
  let lastSeconds: number | null = null;
  const push = (
    id: number,
    at: number,
    captured: number,
    wireLength: number,
    seconds: number | null,
  ): void => {
    const one = interfaces[id];
    if (one === undefined) throw new Error(`interface ${id} was not described`);
    const data = bytes.subarray(at, at + captured);
    packets.push({
      data,
      wireLength,
      linkType: one.linkType,
      isBigEndian: !little,
      interfaceIndex: one.index,
      seconds,
    });
  };
  for (let at = 0; at < bytes.length; at += view.getUint32(at + 4, little)) {
    if (view.getUint32(at) === 0x0a0d0d0a) {
      little = view.getUint32(at + 8) !== 0x1a2b3c4d;
      interfaces = [];
    }
    const type = view.getUint32(at, little);
    const length = view.getUint32(at + 4, little);
    if (type === 1) {
      const tsresol = optionByte(view, at + 16, at + length - 4, 9, little) ?? 6;
      const linkType = view.getUint16(at + 8, little);
      const snapLength = view.getUint32(at + 12, little);
      interfaces.push({ linkType, snapLength, unitsPerSecond: 10n ** BigInt(tsresol), index: described++ });
    }
    if (type === 6 || type === 2) {
      const id = type === 6 ? view.getUint32(at + 8, little) : view.getUint16(at + 8, little);
      const time = (BigInt(view.getUint32(at + 12, little)) << 32n) + BigInt(view.getUint32(at + 16, little));
      lastSeconds = Number(time / (interfaces[id]?.unitsPerSecond ?? 1n));
      push(id, at + 28, view.getUint32(at + 20, little), view.getUint32(at + 24, little), lastSeconds);
    }
    if (type === 3) {
      const wireLength = view.getUint32(at + 8, little);
      const limit = (interfaces[0]?.snapLength ?? 0) || Number.POSITIVE_INFINITY;
      push(0, at + 12, Math.min(wireLength, limit, length - 16), wireLength, lastSeconds);
    }
  }
  return packets;
}

/** The first byte of an option's value; null when the option is absent. */
function optionByte(
  view: DataView,
  from: number,
  end: number,
  wanted: number,
  little: boolean,
): number | null {
  for (let at = from; at + 4 <= end; at += 4 + Math.ceil(view.getUint16(at + 2, little) / 4) * 4) {
    if (view.getUint16(at, little) === wanted) return view.getUint8(at + 4);
  }
  return null;
}
