/**
 * How fast is the EC2 API? One server process does all of the work of signed requests over HTTP on one core: signature,
 * parameters, rules, journal with fdatasync, XML. The clients run here, beside it, and send at a fixed rate, so a slow
 * answer shows as latency and not as fewer requests (no coordinated omission): latency counts from the moment a request
 * was due. Yardstick in the same run: the same server answering a constant text, which is the price of HTTP alone.
 *
 * Run: npx tsx bench/ec2-api.ts [--rate 500] [--seconds 20] [--flow-logs 1000]
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openJournalStore } from '../src/service/index.ts';
import { OWNER_KEY, startEndpoint } from '../test/support/ec2-endpoint.ts';
import { fakeInterface } from '../test/support/fake-inventory.ts';
import { startServer } from '../test/support/http-starter.ts';
import { signedHeaders } from '../test/support/sign-request.ts';

const TARGET = { requestsPerSecond: 500, p99Ms: 50 };

/** Enough that none of them reaches its 250 flow logs. */
const INTERFACES = 100;

interface Ready {
  readonly apiPort: number;
  readonly constantPort: number;
}
interface Usage {
  readonly cpuSeconds: number;
  readonly rssBytes: number;
}

/** The measured process: the API over a journal, and the yardstick beside it. */
async function serve(folder: string): Promise<void> {
  const store = await openJournalStore(join(folder, 'journal'), { nowMs: Date.now });
  const api = await startEndpoint({ store });
  for (let i = 0; i < INTERFACES; i++) api.inventory.addInterface(fakeInterface(`eni-b${i}`));
  const constant = await startServer(async () => new Response('<ok/>'));
  process.on('message', (message) => {
    if (message === 'usage') {
      const { user, system } = process.cpuUsage();
      process.send?.({
        cpuSeconds: (user + system) / 1e6,
        rssBytes: process.memoryUsage().rss,
      } satisfies Usage);
    } else {
      process.exit(0);
    }
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.({ apiPort: api.port, constantPort: constant.port } satisfies Ready);
}

async function drive(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rate: { type: 'string', default: String(TARGET.requestsPerSecond) },
      seconds: { type: 'string', default: '20' },
      'flow-logs': { type: 'string', default: '1000' },
    },
  });
  const [rate, seconds, flowLogs] = [
    Number(values.rate),
    Number(values.seconds),
    Number(values['flow-logs']),
  ];
  const folder = mkdtempSync(join(tmpdir(), 'weir-bench-'));
  const server = fork(import.meta.filename, ['server', folder], { execArgv: ['--import', 'tsx'] });
  try {
    const [ready] = (await once(server, 'message')) as [Ready];
    await fill(ready.apiPort, flowLogs);
    const constant = await measure(server, ready.constantPort, () => 'Action=Nothing', rate, seconds);
    print('constant text (yardstick)', constant);
    const describe = await measure(server, ready.apiPort, describeForm, rate, seconds);
    print(`describe, 10 of ${flowLogs}`, describe);
    const mixed = await measure(server, ready.apiPort, mixedForm, rate, seconds);
    print('mixed: 8 describe, 1 create, 1 tag', mixed);
    const isMet = [describe, mixed].every(
      (run) =>
        run.failures === 0 && run.p99Ms <= TARGET.p99Ms && run.perSecond >= rate * 0.99 && run.cores <= 1,
    );
    console.log(
      `target ${TARGET.requestsPerSecond}/s, p99 <= ${TARGET.p99Ms} ms, one core: ${isMet ? 'met' : 'MISSED'}`,
    );
    if (!isMet) process.exitCode = 1;
  } finally {
    server.send('stop');
    await once(server, 'exit');
    rmSync(folder, { recursive: true, force: true });
  }
}

let created = 0;
const createForm = (): string =>
  `Action=CreateFlowLogs&Version=2016-11-15&ResourceType=NetworkInterface&ResourceId.1=eni-b${created % INTERFACES}` +
  `&TrafficType=ALL&LogDestinationType=s3&LogDestination=${encodeURIComponent(`arn:aws:s3:::bench-${created++}`)}`;
const describeForm = (): string => 'Action=DescribeFlowLogs&Version=2016-11-15&MaxResults=10';
let turn = 0;
let lastId = '';
/** Tags the newest flow log that an answer has shown; deletes nothing, so the state grows as in life. */
const mixedForm = (): string => {
  turn++;
  if (turn % 10 === 0) return createForm();
  if (turn % 10 === 5 && lastId !== '') {
    return `Action=CreateTags&Version=2016-11-15&ResourceId.1=${lastId}&Tag.1.Key=n&Tag.1.Value=${turn}`;
  }
  return describeForm();
};

async function fill(port: number, flowLogs: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const forms = Array.from({ length: flowLogs }, createForm);
  const results = await Promise.all(forms.map((form) => send(agent, port, form)));
  if (results.includes(false)) throw new Error('the state could not be filled');
  agent.destroy();
}

interface Measured {
  readonly perSecond: number;
  readonly failures: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly cores: number;
  readonly rssBytes: number;
}

async function measure(
  server: ChildProcess,
  port: number,
  formOf: () => string,
  rate: number,
  seconds: number,
): Promise<Measured> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const latencies: number[] = [];
  let failures = 0;
  const before = await usageOf(server);
  const started = performance.now();
  const pending: Promise<void>[] = [];
  for (let i = 0; i < rate * seconds; i++) {
    const dueMs = started + (i * 1000) / rate;
    const waitMs = dueMs - performance.now();
    if (waitMs > 1) await new Promise((resolve) => setTimeout(resolve, waitMs));
    pending.push(
      (async () => {
        if (!(await send(agent, port, formOf()))) failures++;
        latencies.push(performance.now() - dueMs);
      })(),
    );
  }
  await Promise.all(pending);
  const elapsedSeconds = (performance.now() - started) / 1000;
  const after = await usageOf(server);
  agent.destroy();
  latencies.sort((a, b) => a - b);
  const at = (share: number): number =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  return {
    perSecond: latencies.length / elapsedSeconds,
    failures,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    maxMs: at(1),
    cores: (after.cpuSeconds - before.cpuSeconds) / elapsedSeconds,
    rssBytes: after.rssBytes,
  };
}

async function usageOf(server: ChildProcess): Promise<Usage> {
  server.send('usage');
  const [usage] = (await once(server, 'message')) as [Usage];
  return usage;
}

function send(agent: Agent, port: number, form: string): Promise<boolean> {
  const headers = signedHeaders(`127.0.0.1:${port}`, form, { ...OWNER_KEY, nowMs: Date.now() });
  return new Promise((resolve) => {
    const request = httpRequest({ agent, host: '127.0.0.1', port, method: 'POST', headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => {
        lastId = /<item>(fl-[0-9a-f]{17})<\/item>/.exec(text)?.[1] ?? lastId;
        resolve(response.statusCode === 200);
      });
    });
    request.on('error', () => resolve(false));
    request.end(form);
  });
}

function print(name: string, run: Measured): void {
  const ms = (value: number): string => value.toFixed(1).padStart(7);
  console.log(
    `${name.padEnd(36)} ${run.perSecond.toFixed(0).padStart(5)}/s  p50 ${ms(run.p50Ms)} ms  p99 ${ms(run.p99Ms)} ms  max ${ms(run.maxMs)} ms  ` +
      `${run.cores.toFixed(2)} cores  ${(run.rssBytes / 1e6).toFixed(0)} MB  ${run.failures} failures`,
  );
}

if (process.argv[2] === 'server') await serve(process.argv[3] ?? '');
else await drive();
