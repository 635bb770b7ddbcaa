/**
 * How many records per second go into the spool, and from there to each kind of destination?
 * Yardsticks in the same run: plain appends of the same text, gzip, DuckDB's own conversion, and a bare HTTP post of the
 * same bytes. CloudWatch Logs and Firehose are a server in another process that answers yes to everything.
 *
 *   npx tsx bench/deliver.ts [--records 1000000] [--per-window 100]
 */
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createEngineParquetWriter } from '../src/app/deliver-parquet.ts';
import { silentReporter } from '../src/base/index.ts';
import {
  createCarrier,
  type DeliveryTarget,
  defaultDelivererConfig,
  openDeliverer,
  type RecordBlock,
} from '../src/deliver/index.ts';
import { DEFAULT_FORMAT, formatLogFormat } from '../src/record/index.ts';
import { openStore } from '../src/storage/index.ts';

if (process.argv[2] === 'server') await serveYes();

const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '1000000' },
    'per-window': { type: 'string', default: '100' },
  },
});
const RECORDS = Number(values.records);
const PER_WINDOW = Number(values['per-window']);
const START = Math.floor(Date.now() / 300_000) * 300 - 600;
const folder = mkdtempSync(join(tmpdir(), 'weir-bench-deliver-'));
process.env['AWS_ACCESS_KEY_ID'] = 'bench';
process.env['AWS_SECRET_ACCESS_KEY'] = 'bench';

const server = spawn(process.execPath, [...process.execArgv, import.meta.filename, 'server'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const endpoint = await new Promise<string>((resolve) => {
  server.stdout.once('data', (text: Buffer) => resolve(text.toString().trim()));
});
const parquetWriter = createEngineParquetWriter({
  threads: 1,
  memoryLimitBytes: 600e6,
  tempDirectory: join(folder, 'engine'),
});
try {
  const blocks = makeBlocks();
  const textBytes = blocks.reduce((sum, block) => sum + block.lines.length, 0);
  console.log(`${RECORDS} records in ${blocks.length} windows, ${(textBytes / 1e6).toFixed(0)} MB of text`);
  yardsticks(blocks);
  const objects = (fileFormat: 'plain-text' | 'parquet'): DeliveryTarget['destination'] => ({
    kind: 'objects',
    root: join(folder, fileFormat),
    prefix: '',
    fileFormat,
    hive: false,
    perHour: false,
    serviceName: 'aws-service',
  });
  await measure('gzip text in a directory', objects('plain-text'), blocks);
  await measure('Parquet in a directory', objects('parquet'), blocks);
  const region = 'us-east-1';
  await measure(
    'CloudWatch Logs',
    { kind: 'log-group', group: '/bench', region, streamSuffix: '-all' },
    blocks,
  );
  await measure('Firehose', { kind: 'firehose', stream: 'bench', region }, blocks);
  await postBytes(blocks);
} finally {
  parquetWriter.close();
  server.kill();
  rmSync(folder, { recursive: true });
}

/** Windows of 60 s over five minutes, an interface each. */
function makeBlocks(): readonly RecordBlock[] {
  return Array.from({ length: Math.ceil(RECORDS / PER_WINDOW) }, (_, n) => {
    const window = Math.floor((n * PER_WINDOW * 5) / RECORDS);
    const start = START + window * 60;
    const source = `eni-${String(n % 1000).padStart(17, '0')}`;
    const lines = Array.from({ length: PER_WINDOW }, (_, i) => {
      const noise = (n * PER_WINDOW + i) * 2_654_435_761;
      const port = 1024 + (noise % 60_000);
      return `2 123456789012 ${source} 10.${noise % 200}.${noise % 251}.${i % 250} 10.0.0.${n % 250} ${port} 443 6 ${1 + (noise % 40)} ${40 + (noise % 90_000)} ${start} ${start + 59} ACCEPT OK\n`;
    });
    return {
      source,
      startSeconds: start,
      endSeconds: start + 59,
      records: PER_WINDOW,
      lines: Buffer.from(lines.join('')),
    };
  });
}

function report(what: string, seconds: number, more = ''): void {
  const rate = `${(RECORDS / seconds / 1e6).toFixed(2)} M records/s`;
  console.log(`${what.padEnd(44)} ${seconds.toFixed(2).padStart(7)} s  ${rate.padStart(18)}  ${more}`);
}

function yardsticks(blocks: readonly RecordBlock[]): void {
  const path = join(folder, 'plain');
  writeFileSync(path, '');
  let begun = performance.now();
  for (const block of blocks) appendFileSync(path, block.lines);
  report('yardstick: append to a file', (performance.now() - begun) / 1000);
  begun = performance.now();
  spawnSync('gzip', ['-6', '-k', path]);
  report(
    'yardstick: gzip -6',
    (performance.now() - begun) / 1000,
    `${(statSync(`${path}.gz`).size / 1e6).toFixed(1)} MB`,
  );
}

async function measure(
  what: string,
  destination: DeliveryTarget['destination'],
  blocks: readonly RecordBlock[],
): Promise<void> {
  const spool = mkdtempSync(join(folder, 'spool-'));
  const deliverer = await openDeliverer(
    { ...defaultDelivererConfig, spool: { ...defaultDelivererConfig.spool, directory: spool } },
    {
      nowMs: Date.now,
      random: Math.random,
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      reporter: silentReporter,
      carrierOf: (target, workDirectory) =>
        createCarrier(target, workDirectory, {
          openStore: (root) => openStore(root),
          parquetWriter,
          gzipLevel: 6,
          aws: { endpoint },
          wait: async () => {},
        }),
      onProblem: async (_, problem) => {
        if (problem !== null) throw new Error(problem);
      },
    },
  );
  const flowLogId = 'fl-0123456789abcdef0';
  deliverer.setTargets([
    {
      flowLogId,
      accountId: '123456789012',
      region: 'us-east-1',
      logFormat: formatLogFormat(DEFAULT_FORMAT),
      destination,
    },
  ]);
  let begun = performance.now();
  for (const block of blocks) deliverer.add(flowLogId, block);
  report(`${what}: into the spool`, (performance.now() - begun) / 1000);
  begun = performance.now();
  const cpu = process.cpuUsage();
  const left = await deliverer.drain(Date.now() + 600_000);
  const { user, system } = process.cpuUsage(cpu);
  const [counts] = deliverer.counts();
  if (left !== 0 || counts?.delivered !== RECORDS)
    throw new Error(`${left} left, ${counts?.delivered} delivered`);
  const seconds = (performance.now() - begun) / 1000;
  const memory = (process.resourceUsage().maxRSS / 1024).toFixed(0);
  report(
    `${what}: delivered`,
    seconds,
    `${counts.requests} requests, ${(counts.bytes / 1e6).toFixed(1)} MB, ${((user + system) / 1e6 / seconds).toFixed(2)} cores, peak ${memory} MB`,
  );
  await deliverer.stop();
}

/** The same bytes as one post after the other, without a client. */
async function postBytes(blocks: readonly RecordBlock[]): Promise<void> {
  const begun = performance.now();
  for (let at = 0; at < blocks.length; at += 100) {
    const body = Buffer.concat(blocks.slice(at, at + 100).map((block) => block.lines));
    await (await fetch(endpoint, { method: 'POST', body })).text();
  }
  report('yardstick: bare posts of the text', (performance.now() - begun) / 1000);
}

/** Answers every call of either service with success. */
async function serveYes(): Promise<never> {
  const { createServer } = await import('node:http');
  const listening = createServer((request, response) => {
    const isFirehose = String(request.headers['x-amz-target']).startsWith('Firehose');
    request.on('data', () => {});
    request.on('end', () => {
      const answer = isFirehose ? { FailedPutCount: 0, RequestResponses: [] } : {};
      response.setHeader('content-type', 'application/x-amz-json-1.1');
      response.end(JSON.stringify(answer));
    });
  });
  listening.listen(0, '127.0.0.1', () => {
    const address = listening.address();
    if (address !== null && typeof address === 'object') console.log(`http://127.0.0.1:${address.port}`);
  });
  return new Promise(() => {});
}
