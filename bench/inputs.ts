/**
 * Inputs for the benches: simulated flow logs of 1, 10 and 50 million records, version 2 and version 5, as gzip text
 * under AWS's keys, and the same 10 million lines as 20 and as 20,000 objects. Made once, then found again.
 *
 *   npx tsx bench/inputs.ts v2-1m v5-1m        make these (no name: list them)
 *   WEIR_BENCH_INPUTS=DIR                      where they are kept; default: weir-bench-inputs in the temporary folder
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatBytes, formatCount, formatDuration } from '../src/base/index.ts';
import { DEFAULT_FORMAT, V5_FORMAT } from '../src/record/index.ts';
import {
  createSimulateConfig,
  type SimulateConfig,
  Simulation,
  simulateObjects,
  type Truth,
} from '../src/simulate/index.ts';

/** A set of objects on disk and what is in it. */
export interface BenchInput {
  readonly name: string;
  readonly folder: string;
  readonly objects: number;
  readonly lines: number;
  /** Compressed and uncompressed size, bytes. */
  readonly gzipBytes: number;
  readonly textBytes: number;
  /** The exact answers. */
  readonly truth: Truth;
}

const M = 1_000_000;

/** Every input by name: `v2-10m` is ten million version 2 records, `many-…` and `few-…` the same lines cut differently. */
const INPUTS: Readonly<Record<string, Partial<SimulateConfig>>> = {
  'v2-1m': { size: { kind: 'records', records: M }, spanSeconds: 86_400, format: DEFAULT_FORMAT },
  'v2-10m': { size: { kind: 'records', records: 10 * M }, format: DEFAULT_FORMAT },
  'v2-50m': { size: { kind: 'records', records: 50 * M }, format: DEFAULT_FORMAT },
  'v5-1m': { size: { kind: 'records', records: M }, spanSeconds: 86_400, format: V5_FORMAT },
  'v5-10m': { size: { kind: 'records', records: 10 * M }, format: V5_FORMAT },
  'v5-50m': { size: { kind: 'records', records: 50 * M }, format: V5_FORMAT },
  'many-20000x500': { size: { kind: 'objects', objects: 20_000, lines: 500 }, format: DEFAULT_FORMAT },
  'few-20x500000': { size: { kind: 'objects', objects: 20, lines: 500_000 }, format: DEFAULT_FORMAT },
};

/** Raised whenever the simulator gives other bytes for the same config, so that kept inputs are made anew. */
export const GENERATION = 3;

/** The names that `benchInput` knows. */
export const BENCH_INPUT_NAMES: readonly string[] = Object.keys(INPUTS);

/**
 * An input, made now unless it is there already. Minutes for the 50 million; a half-made one is thrown away.
 * `onProgress` gets the number of lines made so far.
 */
export async function benchInput(
  name: string,
  onProgress: (lines: number) => void = () => {},
): Promise<BenchInput> {
  const given = INPUTS[name];
  if (given === undefined)
    throw new Error(`no bench input "${name}"; there are ${BENCH_INPUT_NAMES.join(', ')}`);
  const root = join(
    process.env['WEIR_BENCH_INPUTS'] ?? join(tmpdir(), 'weir-bench-inputs'),
    `g${GENERATION}`,
  );
  const folder = join(root, name);
  const noteFile = join(root, `${name}.json`);
  if (existsSync(noteFile)) return { ...JSON.parse(await readFile(noteFile, 'utf8')), folder } as BenchInput;
  const unfinished = `${folder}.${process.pid}.part`;
  const simulation = new Simulation(createSimulateConfig({ seed: 'bench', ...given }));
  const sums = { objects: 0, lines: 0, gzipBytes: 0, textBytes: 0 };
  for await (const object of simulateObjects(simulation)) {
    const file = join(unfinished, object.key);
    if (sums.objects === 0 || !existsSync(dirname(file))) await mkdir(dirname(file), { recursive: true });
    await writeFile(file, object.bytes);
    sums.objects++;
    sums.lines += object.lines;
    sums.gzipBytes += object.bytes.length;
    sums.textBytes += object.textBytes;
    onProgress(sums.lines);
  }
  await rm(folder, { recursive: true, force: true });
  await rename(unfinished, folder);
  const input: BenchInput = { name, folder, ...sums, truth: simulation.truth() };
  await writeFile(noteFile, JSON.stringify(input));
  return input;
}

async function main(names: readonly string[]): Promise<void> {
  if (names.length === 0) console.log(`inputs: ${BENCH_INPUT_NAMES.join(', ')}`);
  for (const name of names) {
    const begun = performance.now();
    const input = await benchInput(name);
    const seconds = (performance.now() - begun) / 1000;
    console.log(
      `${name}: ${formatCount(input.lines)} lines in ${input.objects} objects, ${formatBytes(input.gzipBytes)} gzip, ` +
        `${formatBytes(input.textBytes)} text, ${formatDuration(seconds)}, in ${input.folder}`,
    );
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
