/**
 * Question: how fast are answers on a lake of ten million records, and is the SQL that plans become as good as SQL
 * written by hand?
 *
 *   npx tsx bench/query-lake.ts v2-10m [--keep DIR] [--runs 25]
 *
 * Yardsticks on 2 cores, 95th percentile, warm: overview 300 ms, any top list over the whole range 500 ms, an ad hoc
 * filter with grouping 1.5 s, an address 500 ms. Each compiled statement takes at most 1.1 times the processor time of
 * the best hand-written one for the same question in the same run, by the best of each, the two asked in turns: what a
 * busy machine adds to a wait says nothing of SQL. Reading, planning and compiling take at most 1 ms. Exit code 1 when
 * one is missed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { explainOnLake, planTop, runTop } from '../src/analyze/index.ts';
import { ingest, openReadSession, resolveConfig, withLakeFiles } from '../src/app/index.ts';
import { type SqlParameter, silentReporter } from '../src/base/index.ts';
import { compactLake } from '../src/lake/index.ts';
import { compilePlan, duckdb, EVERY_TABLE, parseFilter, planOf, valueOf } from '../src/query/index.ts';
import { benchInput } from './inputs.ts';
import { queryCases } from './query-cases.ts';

const { values, positionals } = parseArgs({
  options: { keep: { type: 'string' }, runs: { type: 'string', default: '25' } },
  allowPositionals: true,
});
const runs = Number(values.runs);
const input = await benchInput(positionals[0] ?? 'v2-1m');
const lake = values.keep ?? mkdtempSync(join(tmpdir(), 'weir-bench-lake-'));
const config = resolveConfig({ flags: { 'lake.location': lake } });
let missed = 0;
try {
  await ingest({ sources: [input.folder], lake, reporter: silentReporter });
  await withLakeFiles(config, silentReporter, (open) => compactLake(open));
  await measure();
} finally {
  if (values.keep === undefined) rmSync(lake, { recursive: true, force: true });
}
process.exitCode = missed === 0 ? 0 : 1;

async function measure(): Promise<void> {
  const read = await openReadSession(config);
  const { session, analyze } = read;
  const [firstSeen, lastSeen] = (
    await session.query('SELECT CAST(epoch(min(ts)) AS BIGINT), CAST(epoch(max(ts)) AS BIGINT) FROM svc_1h')
  ).rows[0] ?? [0, 0];
  const address = String(
    (await session.query("SELECT ip FROM ip_day WHERE scope = 'public' ORDER BY hash(ip) LIMIT 1"))
      .rows[0]?.[0],
  );
  const members = (
    await session.query("SELECT DISTINCT ip FROM ip_day WHERE scope = 'public' ORDER BY hash(ip) LIMIT 200")
  ).rows.map((row) => String(row[0]));
  for (const { name, plan, limitMs, byHand } of queryCases(
    Number(firstSeen),
    Number(lastSeen),
    address,
    members,
  )) {
    const { compiled, table } = await explainOnLake(analyze, plan);
    const ask = (sql: string, parameters: readonly SqlParameter[] = []) => session.query(sql, { parameters });
    const [ours, theirs] = await inTurns(
      () => ask(compiled.sql, compiled.parameters),
      () => ask(byHand),
    );
    assertSame(name, (await ask(compiled.sql, compiled.parameters)).rows, (await ask(byHand)).rows);
    const ratio = ours.processor / theirs.processor;
    // Below a few milliseconds the clock and the scheduler are what is measured.
    const isFair = ratio <= 1.1 || ours.processor - theirs.processor < 2;
    report(
      name,
      ours,
      limitMs,
      `from ${table}; processor ${ours.processor.toFixed(0)} ms, by hand ${theirs.processor.toFixed(0)} ms, ratio ${ratio.toFixed(2)}`,
      isFair,
    );
  }
  for (const fields of [
    'srcaddr',
    'dstaddr',
    'srcaddr,dstaddr',
    'dstport',
    'interface_id',
    'svc_port,protocol',
    'action,hour',
  ]) {
    const times = await repeated(async () => void (await runTop(analyze, { fields, limit: 10 })));
    const { explanation } = await planTop(analyze, { fields });
    report(`top ${fields}`, times, 500, `from ${explanation.table}`);
  }
  read.close();
  const texts = [
    'dstport = 22 and srcaddr in 10.0.0.0/8 and action = REJECT',
    'ip 203.0.113.9 and not port [22 443] and bytes > 1MB',
  ];
  const reading = await repeated(async () => {
    for (const text of texts)
      compilePlan(
        planOf({ filter: valueOf(parseFilter(text), text), by: ['dstport'], measures: ['bytes'], limit: 10 }),
        duckdb,
        EVERY_TABLE,
      );
  }, 2000);
  report(
    'read, plan and compile two filters',
    reading,
    1,
    'both together; by the median, since a busy machine is not what it costs',
    true,
    reading.middle,
  );
}

interface Times {
  readonly middle: number;
  readonly p95: number;
  /** Processor time of the cheapest run, over all threads. */
  readonly processor: number;
}

interface Run {
  readonly wallMs: number;
  readonly processorMs: number;
}

/** Both in turns, so that a busy moment of the machine meets both; the first round warms up. */
async function inTurns(
  one: () => Promise<unknown>,
  other: () => Promise<unknown>,
): Promise<readonly [Times, Times]> {
  const [first, second]: [Run[], Run[]] = [[], []];
  for (let run = 0; run <= runs; run++) {
    const times = [await timed(one), await timed(other)] as const;
    if (run === 0) continue;
    first.push(times[0]);
    second.push(times[1]);
  }
  return [timesOf(first), timesOf(second)];
}

async function repeated(work: () => Promise<void>, rounds = runs): Promise<Times> {
  await work();
  const times: Run[] = [];
  for (let run = 0; run < rounds; run++) times.push(await timed(work));
  return timesOf(times);
}

async function timed(work: () => Promise<unknown>): Promise<Run> {
  const started = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { wallMs: performance.now() - started, processorMs: (user + system) / 1000 };
}

function timesOf(times: readonly Run[]): Times {
  const sorted = times.map(({ wallMs }) => wallMs).sort((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return {
    middle: at(0.5),
    p95: at(0.95),
    processor: Math.min(...times.map(({ processorMs }) => processorMs)),
  };
}

function report(
  name: string,
  { middle, p95 }: Times,
  limitMs: number,
  notes: string,
  isFair = true,
  judged = p95,
): void {
  const isFast = judged <= limitMs;
  if (!isFast || !isFair) missed++;
  const verdict = `${isFast ? '' : ' TOO SLOW'}${isFair ? '' : ' SLOWER THAN BY HAND'}`;
  console.log(
    `${input.name} | ${name} | p50 ${middle.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms of ${limitMs} ms${verdict} | ${notes}`,
  );
}

/** A comparison is worth nothing unless both give the same rows. Order among equal ranks may differ. */
function assertSame(name: string, ours: readonly unknown[], theirs: readonly unknown[]): void {
  const text = (rows: readonly unknown[]): string =>
    JSON.stringify(rows.map((row) => JSON.stringify(row)).sort());
  if (name.startsWith('the newest') ? ours.length !== theirs.length : text(ours) !== text(theirs))
    throw new Error(
      `${name}: the two answers differ\n${text(ours).slice(0, 600)}\n${text(theirs).slice(0, 600)}`,
    );
}
