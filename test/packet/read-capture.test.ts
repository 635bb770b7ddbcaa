import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { capturedPackets, type PacketSnapshot, readCapture } from '../../src/packet/index.ts';
import * as build from '../support/packet-builder.ts';
import { decodeBytes } from '../support/packet-facts.ts';

const frame = (srcPort: number): build.CapturedFrame => ({
  bytes: build.ethernet(
    build.ipv4({ src: '10.0.0.1', dst: '10.0.0.2', protocol: 17 }, build.udp({ srcPort, dstPort: 53 })),
  ),
});
const capture = build.pcap(Array.from({ length: 3000 }, (_, i) => frame(i)));
const plain = decodeBytes(capture);

async function read(
  bytes: Uint8Array,
  size: number,
): Promise<{ ports: number[]; summary: Awaited<ReturnType<typeof readCapture>> }> {
  const ports: number[] = [];
  const summary = await readCapture(build.inPieces(bytes, size), (packet) => ports.push(packet.srcPort));
  return { ports, summary };
}

describe('reading a stream', () => {
  it.each([
    { name: 'plain', bytes: capture },
    { name: 'gzip', bytes: gzipSync(capture) },
    {
      name: 'gzip in two members',
      bytes: build.concat(gzipSync(capture.subarray(0, 777)), gzipSync(capture.subarray(777))),
    },
  ])('$name gives the same packets in pieces of any size', async ({ bytes }) => {
    for (const size of [97, 1000, 65_536, bytes.length]) {
      const { ports, summary } = await read(bytes, size);
      expect(ports).toEqual(plain.packets.map((packet) => packet.srcPort));
      expect(summary).toEqual(plain.summary);
    }
  });

  it.each([0.3, 0.6, 0.999])('a gzip stream cut at %f gives what is there and says so', async (part) => {
    const zipped = gzipSync(capture);
    const { ports, summary } = await read(zipped.subarray(0, Math.floor(zipped.length * part)), 1000);
    expect(ports.length).toBeGreaterThan(0);
    expect(ports).toEqual(plain.packets.slice(0, ports.length).map((packet) => packet.srcPort));
    expect(summary.end).toMatchObject({ kind: 'truncated', message: expect.stringContaining('gzip') });
    expect(summary.packets).toBe(ports.length);
  });

  it('a broken gzip stream does not throw', async () => {
    const zipped = gzipSync(capture);
    zipped.fill(0xff, zipped.length / 2, zipped.length / 2 + 50);
    const { summary } = await read(zipped, 1000);
    expect(summary.end).toMatchObject({ kind: expect.stringMatching(/truncated|corrupt/) });
  });

  it('a gzip stream does not hold packets back until more bytes come', async () => {
    const seen: number[] = [];
    let before = 0;
    async function* live(): AsyncGenerator<Uint8Array> {
      yield gzipSync(capture.subarray(0, 24 + 10 * 58));
      before = seen.length;
      yield gzipSync(capture.subarray(24 + 10 * 58));
    }
    await readCapture(live(), (packet) => seen.push(packet.srcPort));
    expect([before, seen.length]).toEqual([10, 3000]);
  });

  it('hands each packet on as soon as its bytes are there', async () => {
    const seen: number[] = [];
    const counts: number[] = [];
    const second = 24 + 16 + 42;
    async function* live(): AsyncGenerator<Uint8Array> {
      yield capture.subarray(0, second);
      counts.push(seen.length);
      yield capture.subarray(second, second + 30);
      counts.push(seen.length);
      yield capture.subarray(second + 30, second + 58);
      counts.push(seen.length);
    }
    await readCapture(live(), (packet) => seen.push(packet.srcPort));
    expect(counts).toEqual([1, 1, 2]);
  });

  it('stops asking for bytes once nothing after them can be trusted', async () => {
    let asked = 0;
    let isClosed = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          asked++;
          yield Buffer.from('this is not a capture');
        }
      } finally {
        isClosed = true;
      }
    }
    const summary = await readCapture(endless(), () => {});
    expect(summary.end.kind).toBe('not-a-capture');
    expect([asked, isClosed]).toEqual([1, true]);
  });

  it('an empty stream is no capture, and a failing stream fails', async () => {
    expect((await read(new Uint8Array(0), 1)).summary.end.kind).toBe('not-a-capture');
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield capture.subarray(0, 100);
      throw new Error('the pipe broke');
    }
    await expect(readCapture(failing(), () => {})).rejects.toThrow('the pipe broke');
    async function* failingGzip(): AsyncGenerator<Uint8Array> {
      yield gzipSync(capture).subarray(0, 100);
      throw new Error('the pipe broke');
    }
    await expect(readCapture(failingGzip(), () => {})).rejects.toThrow('the pipe broke');
  });

  it('also gives copies, one by one, with the summary at the end', async () => {
    const packets: PacketSnapshot[] = [];
    const iterator = capturedPackets(build.inPieces(gzipSync(capture), 500));
    let step = await iterator.next();
    for (; step.done !== true; step = await iterator.next()) packets.push(step.value);
    expect(packets).toEqual(plain.packets);
    expect(step.value).toEqual(plain.summary);
  });
});
