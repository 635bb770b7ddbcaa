/**
 * How many packets per second do reading and decoding alone take, from a capture in the page cache?
 * Yardstick in the same run: nfpcapd, which also aggregates and writes, when it is installed.
 *
 *   npx tsx bench/packet.ts [--packets 4000000] [--capture FILE]
 */
import { spawnSync } from 'node:child_process';
import { createReadStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { CaptureReader, type PacketView, readCapture } from '../src/packet/index.ts';
import { benchCapture } from './capture-fixture.ts';

const { values } = parseArgs({ options: { packets: { type: 'string' }, capture: { type: 'string' } } });
let sum = 0;
const folder = mkdtempSync(join(tmpdir(), 'weir-bench-packet-'));
try {
  await run();
} finally {
  rmSync(folder, { recursive: true });
}

async function run(): Promise<void> {
  const { origin, bytes, packets } = benchCapture(Number(values.packets ?? 4_000_000), values.capture);
  const capture = join(folder, 'bench.pcap');
  writeFileSync(capture, bytes);
  console.log(
    `${packets} packets (${origin}), ${(bytes.length / 1e6).toFixed(0)} MB, node ${process.version}`,
  );
  for (let round = 0; round < 4; round++) report('one buffer', packets, timeBuffer(bytes));
  for (let round = 0; round < 3; round++) report('file stream', packets, await timeStream(capture));
  const zipped = `${capture}.gz`;
  writeFileSync(zipped, gzipSync(bytes, { level: 1 }));
  report('gzip file stream', packets, await timeStream(zipped));
  reportNfpcapd(capture, packets);
  const heapBefore = process.memoryUsage().rss;
  await timeStream(capture);
  console.log(
    `memory grown by one more stream: ${((process.memoryUsage().rss - heapBefore) / 1e6).toFixed(1)} MB`,
  );
}

/** Adds up a few fields, as the cheapest real listener would. */
function onPacket(packet: PacketView): void {
  sum = (sum + packet.ipLength + (packet.src3 ^ packet.dst3) + packet.srcPort + packet.tcpFlags) | 0;
}

function timeBuffer(bytes: Uint8Array): number {
  const reader = new CaptureReader(onPacket);
  const started = performance.now();
  reader.push(bytes);
  reader.end();
  return performance.now() - started;
}

async function timeStream(file: string): Promise<number> {
  const started = performance.now();
  await readCapture(createReadStream(file, { highWaterMark: 1 << 20 }), onPacket);
  return performance.now() - started;
}

function report(name: string, packets: number, ms: number): void {
  console.log(
    `${name.padEnd(24)} ${ms.toFixed(0).padStart(6)} ms  ${(packets / ms / 1000).toFixed(2).padStart(6)} Mpps`,
  );
}

function reportNfpcapd(capture: string, packets: number): void {
  for (let round = 0; round < 3; round++) {
    const out = join(folder, `nfpcapd-${round}`);
    mkdirSync(out);
    const started = performance.now();
    const { error, status } = spawnSync('nfpcapd', ['-r', capture, '-w', out, '-t', '60']);
    if (error !== undefined || status !== 0) {
      console.log('nfpcapd is not installed (Debian package nfdump): no yardstick');
      return;
    }
    report('nfpcapd, whole chain', packets, performance.now() - started);
  }
}
