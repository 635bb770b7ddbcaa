/**
 * How many packets per second become written flow log records, from a capture in the page cache to a file?
 * Yardsticks in the same run, when installed: nfpcapd and softflowd, which do the same job in C.
 *
 *   npx tsx bench/record.ts [--packets 4000000] [--capture FILE] [--format v2] [--flows 5000000]
 *
 * With `--flows` instead: the memory of a window with that many flows alive.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { recordCaptures } from '../src/app/index.ts';
import { silentReporter } from '../src/base/index.ts';
import { FlowRecorder, LineWriter, NO_FACTS, PlainObserver } from '../src/flow/index.ts';
import { PacketView } from '../src/packet/index.ts';
import { DEFAULT_FORMAT } from '../src/record/index.ts';
import { benchCapture } from './capture-fixture.ts';

const { values } = parseArgs({
  options: {
    packets: { type: 'string' },
    capture: { type: 'string' },
    format: { type: 'string' },
    flows: { type: 'string' },
  },
});
const ROUNDS = 5;
const folder = mkdtempSync(join(tmpdir(), 'weir-bench-record-'));
try {
  if (values.flows === undefined) await compare();
  else await fill(Number(values.flows));
} finally {
  rmSync(folder, { recursive: true });
}

/** Rounds alternate, so that a busy machine is as busy for one as for the other. */
async function compare(): Promise<void> {
  const { origin, bytes, packets } = benchCapture(Number(values.packets ?? 4_000_000), values.capture);
  const capture = join(folder, 'bench.pcap');
  writeFileSync(capture, bytes);
  console.log(
    `${packets} packets (${origin}), ${(bytes.length / 1e6).toFixed(0)} MB, node ${process.version}`,
  );
  const weir: number[] = [];
  const nfpcapd: number[] = [];
  const softflowd: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    weir.push(await timeWeir(capture, packets));
    timeProgram(nfpcapd, 'nfpcapd', ['-r', capture, '-w', outFolder('nfpcapd', round), '-t', '60']);
    timeProgram(softflowd, 'softflowd', ['-r', capture, '-n', '127.0.0.1:9', '-d']);
  }
  const rate = (times: readonly number[]): number => packets / Math.min(...times) / 1000;
  const print = (name: string, times: readonly number[]): void => {
    if (times.length > 0)
      console.log(
        `${name.padEnd(12)} best ${rate(times).toFixed(2)} Mpps of ${times.map((ms) => ms.toFixed(0)).join(', ')} ms`,
      );
    else console.log(`${name.padEnd(12)} is not installed: no yardstick`);
  };
  print('weir record', weir);
  print('nfpcapd', nfpcapd);
  print('softflowd', softflowd);
  if (nfpcapd.length > 0) console.log(`ratio to nfpcapd: ${(rate(weir) / rate(nfpcapd)).toFixed(2)}`);
  console.log(
    `peak memory: ${(process.resourceUsage().maxRSS / 1000).toFixed(0)} MB (the capture itself included)`,
  );
}

async function timeWeir(capture: string, packets: number): Promise<number> {
  const out = outFolder('weir', 0);
  const started = performance.now();
  const { result } = await recordCaptures({
    captures: [capture],
    out,
    format: values.format,
    reporter: silentReporter,
  });
  const ms = performance.now() - started;
  const lost = packets - result.counted - Object.values(result.dropped).reduce((sum, n) => sum + n, 0);
  console.log(
    `${result.counted} packets in ${result.records} records, ${(statSync(join(out, 'bench.log')).size / 1e6).toFixed(1)} MB, ` +
      `${lost} unaccounted for: ${ms.toFixed(0)} ms`,
  );
  return ms;
}

function timeProgram(times: number[], program: string, args: readonly string[]): void {
  const started = performance.now();
  const { error, status } = spawnSync(program, args);
  if (error === undefined && status === 0) times.push(performance.now() - started);
}

function outFolder(name: string, round: number): string {
  const path = join(folder, `${name}-${round}`);
  mkdirSync(path, { recursive: true });
  return path;
}

/** One packet for each of so many flows, twice, in one window. */
async function fill(flows: number): Promise<void> {
  let written = 0;
  const writer = new LineWriter(DEFAULT_FORMAT, NO_FACTS, (bytes) => {
    written += bytes.length;
  });
  const recorder = new FlowRecorder(new PlainObserver(), (window, table) => writer.write(window, table), {
    maxFlows: flows,
    intervalSeconds: 600,
  });
  const packet = new PacketView();
  packet.src2 = packet.dst2 = 0xffff;
  packet.protocol = 17;
  packet.ipLength = 100;
  packet.seconds = 1_700_000_000;
  for (let round = 0; round < 2; round++) {
    const started = performance.now();
    for (let i = 0; i < flows; i++) {
      packet.src3 = Math.imul(i, 0x9e3779b1);
      packet.dst3 = (0x0a00_0000 + (i >>> 8)) | 0;
      packet.srcPort = i & 0xffff;
      packet.dstPort = 443;
      recorder.add(packet);
    }
    const ms = performance.now() - started;
    console.log(
      `round ${round}: ${recorder.liveFlows} flows alive, ${(flows / ms / 1000).toFixed(2)} Mpps, ` +
        `${(process.memoryUsage().rss / 1e6).toFixed(0)} MB resident`,
    );
  }
  const started = performance.now();
  recorder.end();
  writer.flush();
  console.log(
    `written: ${writer.counts().ok} records, ${(written / 1e6).toFixed(0)} MB in ${(performance.now() - started).toFixed(0)} ms`,
  );
}
