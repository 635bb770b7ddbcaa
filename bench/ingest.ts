/**
 * Question: how fast is a whole ingest (ledger, all tables, commits), against DuckDB alone copying the same files to zstd
 * Parquet in the same run? And how much memory does it take?
 *
 *   npx tsx bench/ingest.ts v2-10m v5-10m            ratios, runs of both in turn
 *   npx tsx bench/ingest.ts few-20x500000 many-20000x500 --runs 1
 *
 * Yardsticks: at least 0.5 of the copy's rate, aim 0.8; peak memory at most 2 GB at 10 and 50 million records; 20,000 objects of 500
 * lines at most 3 times as long as the same lines in 20 objects.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchInput } from './inputs.ts';

interface Run {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
  readonly lines: number;
}

const { values, positionals } = parseArgs({
  options: { runs: { type: 'string', default: '3' } },
  allowPositionals: true,
});
const runs = Number(values.runs);

for (const name of positionals.length > 0 ? positionals : ['v2-1m', 'v5-1m']) {
  const input = await benchInput(name);
  const pairs: { copy: Run; ingest: Run }[] = [];
  for (let run = 0; run < runs; run++) {
    pairs.push({ copy: measure('copy', input.folder), ingest: measure('ingest', input.folder) });
  }
  const ratio = median(pairs.map(({ copy, ingest }) => copy.seconds / ingest.seconds));
  const cpuRatio = median(pairs.map(({ copy, ingest }) => copy.cpuSeconds / ingest.cpuSeconds));
  const seconds = median(pairs.map(({ ingest }) => ingest.seconds));
  const copySeconds = median(pairs.map(({ copy }) => copy.seconds));
  const peak = Math.max(...pairs.map(({ ingest }) => ingest.peakBytes));
  console.log(
    [
      name,
      `${input.lines} lines, ${input.objects} objects, ${(input.gzipBytes / 1e6).toFixed(1)} MB gzip`,
      `ingest ${seconds.toFixed(2)} s (${(input.lines / seconds / 1e6).toFixed(2)} M/s)`,
      `copy ${copySeconds.toFixed(2)} s (${(input.lines / copySeconds / 1e6).toFixed(2)} M/s)`,
      `ratio ${ratio.toFixed(2)}, by processor time ${cpuRatio.toFixed(2)}`,
      `peak ${(peak / 1e6).toFixed(0)} MB`,
      `${runs} runs, ${availableParallelism()} cores`,
    ].join(' | '),
  );
  for (const { ingest } of pairs) {
    if (ingest.lines !== input.lines)
      throw new Error(`${name}: ${ingest.lines} lines counted, not ${input.lines}`);
  }
}

/** One run in a process of its own, so that memory and warmth are its own. */
function measure(kind: 'copy' | 'ingest', folder: string): Run {
  const out = mkdtempSync(join(tmpdir(), 'weir-bench-'));
  try {
    const script = join(import.meta.dirname, 'ingest-once.ts');
    const child = spawnSync(process.execPath, ['--import', 'tsx', script, kind, folder, out], {
      encoding: 'utf8',
    });
    if (child.status !== 0) throw new Error(`${kind} failed: ${child.stderr}`);
    return JSON.parse(child.stdout.trim().split('\n').at(-1) ?? '') as Run;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
