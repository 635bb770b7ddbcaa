/**
 * Captures to measure with: the shared sample of real packets repeated to the wanted length, or, where that is absent, a
 * seeded mix of TCP, UDP and ICMP on both IP versions.
 */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as build from '../test/support/packet-builder.ts';

const SAMPLE = resolve(import.meta.dirname, '../../shared/data/pcap/bench/merged-139k-snap128.pcap.gz');
const SYNTHETIC_PACKETS = 50_000;

export interface BenchCapture {
  /** What the packets are, for the report. */
  readonly origin: string;
  readonly bytes: Uint8Array;
  readonly packets: number;
}

/** A little-endian pcap file of at least `packets` packets; each round is shifted in time so that windows stay distinct. */
export function benchCapture(packets: number, file: string = SAMPLE): BenchCapture {
  if (!existsSync(file)) return repeated('seeded mix', syntheticCapture(), packets);
  const bytes = readFileSync(file);
  return repeated('real packets, snapped at 128', bytes[0] === 0x1f ? gunzipSync(bytes) : bytes, packets);
}

function repeated(origin: string, capture: Uint8Array, packets: number): BenchCapture {
  const header = capture.subarray(0, 24);
  const body = capture.subarray(24);
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const starts: number[] = [];
  for (let at = 0; at < body.length; at += 16 + view.getUint32(at + 8, true)) starts.push(at);
  const shift = view.getUint32(starts.at(-1) ?? 0, true) - view.getUint32(0, true) + 1;
  const rounds = Math.max(1, Math.ceil(packets / starts.length));
  const bytes = new Uint8Array(24 + rounds * body.length);
  bytes.set(header);
  const out = new DataView(bytes.buffer);
  for (let round = 0; round < rounds; round++) {
    const base = 24 + round * body.length;
    bytes.set(body, base);
    for (const at of starts) out.setUint32(base + at, view.getUint32(at, true) + round * shift, true);
  }
  return { origin, bytes, packets: rounds * starts.length };
}

function syntheticCapture(): Uint8Array {
  let state = 1;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const frames = Array.from({ length: SYNTHETIC_PACKETS }, (_, i) => {
    const ports = { srcPort: 1024 + random(4000), dstPort: [443, 53, 22, 8080][random(4)] ?? 443 };
    const kind = random(10);
    const payload = new Uint8Array(random(60));
    const inner =
      kind < 7
        ? build.tcp({ ...ports, flags: [2, 18, 16, 24, 17][random(5)] ?? 16, payload })
        : build.udp({ ...ports, payload });
    const protocol = kind < 7 ? 6 : 17;
    const host = random(200);
    const packet =
      random(5) === 0
        ? build.ipv6(
            { src: `2001:db8::${host.toString(16)}`, dst: '2001:db8::1', nextHeader: protocol },
            inner,
          )
        : build.ipv4({ src: `10.0.0.${host}`, dst: `203.0.113.${random(250)}`, protocol }, inner);
    return { bytes: build.ethernet(packet), seconds: 1_700_000_000 + Math.floor(i / 500) };
  });
  return build.pcap(frames);
}
