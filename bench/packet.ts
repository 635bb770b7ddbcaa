/**
 * How many packets per second do reading and decoding alone take, from a capture in the page cache?
 * Yardstick in the same run: nfpcapd (which also aggregates and writes), when it is installed.
 *
 *   npx tsx bench/packet.ts [--packets 4000000] [--capture FILE]
 */
import { spawnSync } from 'node:child_process';
import { createReadStream, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { CaptureReader, type PacketView, readCapture } from '../src/packet/index.ts';

const { values } = parseArgs({ options: { packets: { type: 'string' }, capture: { type: 'string' } } });
const SAMPLE = resolve(import.meta.dirname, '../../shared/data/pcap/bench/merged-139k-snap128.pcap.gz');
const wanted = Number(values.packets ?? 4_000_000);
const folder = mkdtempSync(join(tmpdir(), 'weir-bench-packet-'));
try {
  await run();
} finally {
  rmSync(folder, { recursive: true });
}

async function run(): Promise<void> {
  const once = readFileSync(values.capture ?? SAMPLE);
  const capture = join(folder, 'bench.pcap');
  writeFileSync(capture, repeated(once[0] === 0x1f ? gunzipSync(once) : once, wanted));
  const bytes = readFileSync(capture);
  console.log(`${(bytes.length / 1e6).toFixed(0)} MB, node ${process.version}`);
  for (let round = 0; round < 5; round++) report('one buffer, decode', bytes.length, timeBuffer(bytes));
  for (let round = 0; round < 3; round++) {
    const started = performance.now();
    let sum = 0;
    const pieces = createReadStream(capture, { highWaterMark: 1 << 20 });
    const summary = await readCapture(pieces, (packet) => {
      sum += packet.ipLength;
    });
    report('file stream, decode', bytes.length, {
      packets: summary.packets,
      check: sum,
      ms: performance.now() - started,
    });
  }
  runNfpcapd(capture, bytes.length);
  console.log(`peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
}

interface Timing {
  readonly packets: number;
  readonly check: number;
  readonly ms: number;
}

function timeBuffer(bytes: Uint8Array): Timing {
  let sum = 0;
  const onPacket = (packet: PacketView): void => {
    sum = (sum + packet.ipLength + (packet.src3 ^ packet.dst3) + packet.srcPort + packet.tcpFlags) | 0;
  };
  const reader = new CaptureReader(onPacket);
  const started = performance.now();
  reader.push(bytes);
  const ms = performance.now() - started;
  return { packets: reader.end().packets, check: sum, ms };
}

function report(name: string, bytes: number, { packets, check, ms }: Timing): void {
  const rate = packets / ms / 1000;
  console.log(
    `${name.padEnd(22)} ${packets} packets ${ms.toFixed(0)} ms ${rate.toFixed(2)} Mpps ${(bytes / ms / 1e3).toFixed(0)} MB/s (check ${check})`,
  );
}

/** The records of a pcap file over and over, each round shifted in time so that windows and flows stay distinct. */
function repeated(capture: Uint8Array, packets: number): Uint8Array {
  const header = capture.subarray(0, 24);
  const body = capture.subarray(24);
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const starts: number[] = [];
  for (let at = 0; at < body.length; at += 16 + view.getUint32(at + 8, true)) starts.push(at);
  const first = view.getUint32(0, true);
  const last = view.getUint32(starts.at(-1) ?? 0, true);
  const rounds = Math.max(1, Math.ceil(packets / starts.length));
  const out = new Uint8Array(24 + rounds * body.length);
  out.set(header);
  const outView = new DataView(out.buffer);
  for (let round = 0; round < rounds; round++) {
    const base = 24 + round * body.length;
    out.set(body, base);
    const shift = round * (last - first + 1);
    for (const at of starts) outView.setUint32(base + at, view.getUint32(at, true) + shift, true);
  }
  return out;
}

function runNfpcapd(capture: string, bytes: number): void {
  const out = join(folder, 'nfpcapd');
  mkdirSync(out);
  const started = performance.now();
  const result = spawnSync('nfpcapd', ['-r', capture, '-w', out, '-t', '60'], { encoding: 'utf8' });
  const ms = performance.now() - started;
  if (result.error !== undefined) {
    console.log('nfpcapd               not installed, no yardstick');
    return;
  }
  const processed = /processed:\s*(\d+)/i.exec(result.stdout + result.stderr)?.[1];
  report('nfpcapd (whole chain)', bytes, { packets: Number(processed ?? 0), check: result.status ?? -1, ms });
  if (processed === undefined)
    console.log((result.stdout + result.stderr).trim().split('\n').slice(-4).join('\n'));
}
