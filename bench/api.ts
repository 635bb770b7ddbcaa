/**
 * Question: how long does the console wait for its API, alone and with eight people at once?
 *
 *   npx tsx bench/api.ts v2-10m [--keep DIR] [--runs 25]
 *
 * Everything goes through HTTP on loopback. No question is asked twice in its first round, so none is answered from
 * memory; the second round asks the same again, which is what a reload and a colleague's link do. Yardsticks on 2 quiet
 * cores, 95th percentile: overview 300 ms, a top list over the whole range 500 ms, an ad hoc filter with grouping 1.5 s, an
 * entity page (its requests together) 500 ms; eight people at once, who look at each view for a second, at most three times
 * that. Eight who never pause are reported as well, against the same limits: then two cores are always full. A fixed
 * statement of the engine alone runs between the rounds, for comparison on a busy machine. Exit code 1 when one is missed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ingest, openReadSession, resolveConfig, serve, withLakeFiles } from '../src/app/index.ts';
import { silentReporter } from '../src/base/index.ts';
import { compactLake, lakeStatus } from '../src/lake/index.ts';
import { benchInput } from './inputs.ts';

const { values, positionals } = parseArgs({
  options: { keep: { type: 'string' }, runs: { type: 'string', default: '25' } },
  allowPositionals: true,
});
const runs = Number(values.runs);
const lake = values.keep ?? mkdtempSync(join(tmpdir(), 'weir-bench-lake-'));
const config = resolveConfig({ flags: { 'lake.location': lake, 'serve.port': '47391' } });
const PEOPLE = 8;
const TOP_FIELDS = [
  'srcaddr',
  'dstaddr',
  'svc_port',
  'svc_port,protocol',
  'srcport',
  'dstport',
  'protocol',
  'interface_id',
  'action',
  'direction',
];
let missed = 0;
try {
  await fillLake();
  await measure();
} finally {
  if (values.keep === undefined) rmSync(lake, { recursive: true, force: true });
}
process.exitCode = missed === 0 ? 0 : 1;

/** One view: its requests, told apart by `n` so that no two are the same. */
interface View {
  readonly name: string;
  readonly limitMs: number;
  readonly requests: (n: number) => readonly Asked[];
}

interface Asked {
  readonly path: string;
  readonly body?: unknown;
}

async function fillLake(): Promise<void> {
  const status = await withLakeFiles(config, silentReporter, lakeStatus);
  if (status.tables.some(({ table, rows }) => table === 'flows' && rows > 0)) return;
  const input = await benchInput(positionals[0] ?? 'v2-1m');
  await ingest({ sources: [input.folder], lake, reporter: silentReporter });
  await withLakeFiles(config, silentReporter, (open) => compactLake(open));
}

async function measure(): Promise<void> {
  const read = await openReadSession(config);
  const yardstick = async (): Promise<number> =>
    timed(() => read.session.query('SELECT count(*), sum(bytes) FROM flows WHERE packets > 3'));
  // Any address of the lake: those that somebody opens are the few that talk most as well as those nobody knows.
  const addresses = (
    await read.session.query('SELECT ip FROM ip_day GROUP BY ip ORDER BY hash(ip) LIMIT 2000')
  ).rows.map(([ip]) => String(ip));
  const serving = await serve(config, { token: null, webDirectory: null, version: 'bench' });
  const ask = async ({ path, body }: Asked): Promise<void> => {
    const init =
      body === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(`${serving.address}${path}`, init);
    const text = await response.text();
    // Too slow is what is measured here; anything else is a fault of the bench.
    if (response.status !== 200 && response.status !== 504) throw new Error(`${path}: ${text}`);
  };
  const open = (view: View, n: number): Promise<number> =>
    timed(() => Promise.all(view.requests(n).map(ask)));
  await yardstick();
  say(`${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}, ${runs} runs, lake ${lake}`);
  const views = viewsOf(addresses);
  for (const view of views) {
    await open(view, -1);
    const [first, again, engine, processor]: [number[], number[], number[], number[]] = [[], [], [], []];
    for (let n = 0; n < runs; n++) {
      engine.push(await yardstick());
      const before = processorMs();
      first.push(await open(view, n));
      processor.push(processorMs() - before);
    }
    for (let n = 0; n < runs; n++) again.push(await open(view, n));
    report(
      view.name,
      first,
      view.limitMs,
      `processor ${p95(processor).toFixed(0)} ms, again ${p95(again).toFixed(0)} ms, engine alone ${p95(engine).toFixed(0)} ms`,
    );
  }
  for (const [round, pauseMs] of [1000, 0].entries()) {
    say(`${PEOPLE} people at once, each opening every view in another order, ${pauseMs} ms between views`);
    const times = await together(views, round, pauseMs, open);
    for (const view of views) report(view.name, times.get(view) ?? [], view.limitMs * 3, 'eight at once');
  }
  say(`load ${loadavg()[0]?.toFixed(1)}`);
  await serving.close();
  read.close();
}

/** The waits of all people for each view. Questions differ between people and rounds. */
async function together(
  views: readonly View[],
  round: number,
  pauseMs: number,
  open: (view: View, n: number) => Promise<number>,
): Promise<ReadonlyMap<View, number[]>> {
  const times = new Map<View, number[]>(views.map((view) => [view, []]));
  const turns = Math.max(1, Math.round(runs / PEOPLE)) * views.length;
  const person = async (who: number): Promise<void> => {
    for (let n = 0; n < turns; n++) {
      const view = views[(n + who * 3) % views.length];
      if (view === undefined) continue;
      times.get(view)?.push(await open(view, 100 + (round * PEOPLE + who) * turns + n));
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  };
  await Promise.all(Array.from({ length: PEOPLE }, (_, who) => person(who)));
  return times;
}

function viewsOf(addresses: readonly string[]): readonly View[] {
  const addressOf = (n: number): string => addresses[Math.abs(n) % addresses.length] ?? '';
  return [
    {
      name: 'overview',
      limitMs: 300,
      // A filter that leaves nothing out makes each one a question of its own; the rollups answer it all the same.
      requests: (n) => {
        const where = `protocol != ${150 + ((n + 50) % 50)} and protocol != ${200 + Math.floor((n + 50) / 50)}`;
        return [{ path: `/api/overview?where=${encodeURIComponent(where)}` }];
      },
    },
    ...TOP_FIELDS.map(
      (by): View => ({
        name: `top ${by}`,
        limitMs: 500,
        requests: (n) => {
          const where = encodeURIComponent(`protocol != ${150 + Math.floor((n + 10) / 900)}`);
          return [{ path: `/api/top?by=${by}&limit=${10 + ((n + 10) % 900)}&where=${where}` }];
        },
      }),
    ),
    {
      name: 'filter and group',
      limitMs: 1500,
      requests: (n) => [
        {
          path: '/api/query',
          body: {
            where: `bytes > ${1000 + n} and not dstport = 443`,
            by: ['srcaddr', 'dstport'],
            measures: ['bytes', 'flows', 'destinations'],
            limit: 20,
          },
        },
      ],
    },
    {
      name: 'rejects by source in time',
      limitMs: 1500,
      requests: (n) => [
        {
          path: '/api/query',
          body: {
            where: `action = REJECT and packets < ${100 + n}`,
            by: ['srcaddr'],
            measures: ['flows', 'ports'],
            bucketSeconds: 3600,
            limit: 10,
          },
        },
      ],
    },
    {
      name: 'entity page',
      limitMs: 500,
      requests: (n) => {
        const where = encodeURIComponent(`ip = ${addressOf(n)}`);
        return [
          { path: `/api/entity?kind=address&value=${encodeURIComponent(addressOf(n))}` },
          { path: `/api/overview?where=${where}` },
          { path: '/api/coverage' },
        ];
      },
    },
    {
      name: 'records of an address',
      limitMs: 500,
      requests: (n) => [
        { path: `/api/records?limit=100&where=${encodeURIComponent(`ip = ${addressOf(n + 200)}`)}` },
      ],
    },
  ];
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Processor time of all threads: what a busy machine cannot change; two cores share it when nobody else is there. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function p95(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * 0.95) - 1)] ?? 0;
}

function report(name: string, times: readonly number[], limitMs: number, note: string): void {
  const sorted = times.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const slow = p95(times);
  if (slow > limitMs) missed++;
  const verdict = slow <= limitMs ? 'ok' : 'MISSED';
  say(
    `${name.padEnd(28)} p50 ${middle.toFixed(0).padStart(5)}  p95 ${slow.toFixed(0).padStart(5)} ms of ${limitMs}  ${verdict.padEnd(6)}  ${note}`,
  );
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
