/**
 * Question: how large is a compacted lake, and how fast does its index answer?
 *
 *   npx tsx bench/lake.ts v2-50m [--keep DIR]
 *
 * Yardsticks: `flows` at most 0.85 of the gzip text; index and rollups together at most 0.4 of `flows`; one address and a /20 at most
 * 60 ms, 10,000 indicators at most 0.5 s through the index, warm; top talkers over all days through the index at least 5 times
 * faster than the scan of `flows` in the same run.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { withLakeFiles } from '../src/app/housekeeping.ts';
import { ingest, openReadSession, resolveConfig } from '../src/app/index.ts';
import { cidrOf, ipKey, parseIp, rangeKeys, type SqlParameter, silentReporter } from '../src/base/index.ts';
import { compactLake, lakeStatus, verifyLake } from '../src/lake/index.ts';
import { benchInput } from './inputs.ts';

const RUNS = 7;
const INDICATORS = 10_000;

const { values, positionals } = parseArgs({ options: { keep: { type: 'string' } }, allowPositionals: true });
const input = await benchInput(positionals[0] ?? 'v2-1m');
const lake = values.keep ?? mkdtempSync(join(tmpdir(), 'weir-bench-lake-'));
const config = resolveConfig({ flags: { 'lake.location': lake } });
try {
  const { result } = await ingest({ sources: [input.folder], lake, reporter: silentReporter });
  if (result.objects > 0 && result.lines !== input.lines)
    throw new Error(`${result.lines} lines, not ${input.lines}`);
  await withLakeFiles(config, silentReporter, async (open) => {
    const started = performance.now();
    await compactLake(open);
    print('compaction', `${((performance.now() - started) / 1000).toFixed(1)} s`);
    const { tables } = await lakeStatus(open);
    const bytes = Object.fromEntries(tables.map((table) => [table.table, table.bytes]));
    const flows = bytes['flows'] ?? 0;
    const index = ['ip_day', 'ip_month', 'eni_5m', 'svc_1h', 'coverage'].reduce(
      (sum, name) => sum + (bytes[name] ?? 0),
      0,
    );
    print(
      'flows',
      `${mega(flows)} MB, ${(flows / input.lines).toFixed(1)} B/record, ${(flows / input.gzipBytes).toFixed(2)} of the gzip text`,
    );
    print('index and rollups', `${mega(index)} MB, ${(index / flows).toFixed(3)} of flows`);
    const verified = performance.now();
    const report = await verifyLake(open);
    print(
      'verify',
      `${report.isClean ? 'clean' : 'NOT CLEAN'}, ${((performance.now() - verified) / 1000).toFixed(1)} s`,
    );
  });
  await timeQueries();
} finally {
  if (values.keep === undefined) rmSync(lake, { recursive: true, force: true });
}

async function timeQueries(): Promise<void> {
  const read = await openReadSession(config);
  const time = async (
    name: string,
    sql: string,
    parameters: readonly SqlParameter[] = [],
  ): Promise<number> => {
    const ms: number[] = [];
    for (let run = 0; run <= RUNS; run++) {
      const started = performance.now();
      await read.session.query(sql, { parameters });
      if (run > 0) ms.push(performance.now() - started);
    }
    const middle = ms.sort((a, b) => a - b)[Math.floor(RUNS / 2)] ?? Number.NaN;
    print(
      name,
      `${middle.toFixed(1)} ms (median of ${RUNS}, ${ms[0]?.toFixed(1)} to ${ms.at(-1)?.toFixed(1)})`,
    );
    return middle;
  };
  const sums = 'min(first_seen), max(last_seen), sum(flows), sum(bytes)';
  const some = (
    await read.session.query("SELECT ip FROM ip_day WHERE scope = 'public' ORDER BY hash(ip) LIMIT 1")
  ).rows[0]?.[0];
  const key = ipKey(parseIp(String(some)) ?? { version: 4, value: 0n });
  await time('one address', `SELECT ${sums} FROM ip_day WHERE ip_key = $1`, [key]);
  const block = rangeKeys(cidrOf('10.0.0.0/20'));
  await time('a /20', `SELECT ip, ${sums} FROM ip_day WHERE ip_key BETWEEN $1 AND $2 GROUP BY ip`, [
    block.first,
    block.last,
  ]);
  const indicators = Array.from({ length: INDICATORS }, (_, n) =>
    ipKey({ version: 4, value: BigInt((n * 2_654_435_761) % 2 ** 32) }),
  );
  indicators[0] = key;
  await time(
    `${INDICATORS} indicators`,
    `SELECT i.ip, ${sums} FROM ip_day i JOIN (SELECT unnest(from_json($1, '["VARCHAR"]')) AS k) ON i.ip_key = k GROUP BY i.ip`,
    [JSON.stringify(indicators)],
  );
  const index = await time(
    'top talkers, index',
    "SELECT ip, sum(bytes) AS b FROM ip_day WHERE role = 'src' AND record_kind = 'vpc' GROUP BY ip ORDER BY b DESC LIMIT 10",
  );
  const raw = await time(
    'top talkers, scan',
    "SELECT srcaddr, sum(bytes) AS b FROM flows WHERE log_status = 'OK' GROUP BY srcaddr ORDER BY b DESC LIMIT 10",
  );
  print('top talkers, scan over index', (raw / index).toFixed(1));
  read.close();
}

function print(name: string, text: string): void {
  console.log(`${input.name} | ${name} | ${text}`);
}

function mega(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
