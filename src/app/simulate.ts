import { parseDurationSeconds, parseSize, type Reporter, timeSecondsOf, WeirError } from '../base/index.ts';
import {
  DEFAULT_FORMAT,
  type Field,
  fieldsOf,
  parseLogFormat,
  TGW_DEFAULT_FORMAT,
  V5_FORMAT,
} from '../record/index.ts';
import {
  createSimulateConfig,
  defaultSimulateConfig,
  formatTruthLines,
  SCENARIOS,
  type Scenario,
  type ScenarioChoice,
  type ScenarioFacts,
  type SimulateConfig,
  type SimulateSize,
  Simulation,
  sampleConfig,
  scenarioByName,
  simulateObjects,
  type Truth,
} from '../simulate/index.ts';
import { openStore } from '../storage/index.ts';

/** What a person asked for, as text; what is left out follows from the rest. */
export interface SimulateRequest {
  /** A directory or `s3://bucket/prefix`. */
  readonly out: string;
  /** The bundled sample: about 280,000 records of the last three days; nothing else may be asked for then. */
  readonly sample?: boolean | undefined;
  /** Scenarios by name, `/6` behind it for the IPv6 form: `port-scan/6`. */
  readonly scenarios: readonly string[];
  /** Where the truth goes. Default: a directory beside `out`, ending in `.truth`; on S3 none. */
  readonly truth?: string | undefined;
  readonly seed?: string | undefined;
  /** Begin of the simulated time. Default: so that it ends now. */
  readonly start?: string | undefined;
  /** Length of the simulated time: `3d`. */
  readonly span?: string | undefined;
  /** Exactly so many lines: `10M`. */
  readonly records?: string | undefined;
  /** So many objects of `lines` lines. */
  readonly objects?: string | undefined;
  readonly lines?: string | undefined;
  /** `v2`, `v5`, `all`, `tgw`, or a LogFormat string. */
  readonly format?: string | undefined;
  readonly interval?: string | undefined;
  /** `plain`, `hourly`, `hive`, `hive-hourly`, `flat`, or `export` (CloudWatch export lines, a folder per interface). */
  readonly layout?: string | undefined;
  readonly prefix?: string | undefined;
  /** gzip level, 0 for plain text. */
  readonly gzip?: string | undefined;
  readonly fleet?: string | undefined;
  readonly accounts?: string | undefined;
  /** When the scenarios begin, after the start: `10m`. */
  readonly at?: string | undefined;
  readonly nowSeconds: number;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal | undefined;
}

/** What was written. */
export interface SimulateResult {
  readonly objects: number;
  readonly lines: number;
  readonly ok: number;
  readonly nodata: number;
  readonly skipdata: number;
  /** Compressed size and size of the text. */
  readonly bytes: number;
  readonly textBytes: number;
  /** Unix seconds; with the seed they repeat the run. */
  readonly startSeconds: number;
  readonly spanSeconds: number;
  readonly seed: string;
  /** Where the truth lies; null when it was not written. */
  readonly truth: string | null;
  readonly scenarios: readonly ScenarioFacts[];
  readonly seconds: number;
}

/** What `summary.json` of the truth holds. */
export interface SimulateTruth extends Truth {
  readonly scenarios: readonly ScenarioFacts[];
}

/** The scenarios that can be played. */
export const SIMULATE_SCENARIOS: readonly Pick<Scenario, 'name' | 'kind' | 'title'>[] = SCENARIOS;

/**
 * Simulates flow logs and writes them to a directory or bucket; beside them the truth: `summary.json` (exact totals) and
 * `labels.ndjson` (a line for every line that a scenario made).
 * Errors: `config` for options that do not fit; those of the store.
 */
export async function simulate(request: SimulateRequest): Promise<SimulateResult> {
  const begun = performance.now();
  const config = simulateConfigOf(request);
  const simulation = new Simulation(config);
  const store = await openStore(request.out);
  const truthPlace =
    request.truth ?? (store.kind === 'disk' ? `${request.out.replace(/\/+$/, '')}.truth` : null);
  const wanted = wantedOf(config.size);
  const labels: string[] = [];
  const writing: Promise<void>[] = [];
  let [objects, lines, bytes, textBytes] = [0, 0, 0, 0];
  for await (const object of simulateObjects(simulation)) {
    request.signal?.throwIfAborted();
    if (writing.length >= WRITES_AT_ONCE) await writing.shift();
    const written = store.put(object.key, object.bytes);
    // It is awaited a few objects later; until then a failure must not count as unheard.
    written.catch(() => {});
    writing.push(written);
    labels.push(formatTruthLines(object, simulation.labels()));
    objects++;
    lines += object.lines;
    bytes += object.bytes.length;
    textBytes += object.textBytes;
    request.reporter.progress({ phase: 'simulate', done: lines, total: wanted });
  }
  await Promise.all(writing);
  const truth: SimulateTruth = { ...simulation.truth(), scenarios: simulation.scenarios() };
  if (truthPlace !== null) {
    const truthStore = await openStore(truthPlace);
    await truthStore.put('summary.json', Buffer.from(`${JSON.stringify(truth, null, 2)}\n`));
    await truthStore.put('labels.ndjson', Buffer.from(labels.join('')));
  }
  const { ok, nodata, skipdata, scenarios } = truth;
  const { startSeconds, spanSeconds, seed } = config;
  return {
    objects,
    lines,
    ok,
    nodata,
    skipdata,
    bytes,
    textBytes,
    startSeconds,
    spanSeconds,
    seed,
    truth: truthPlace,
    scenarios,
    seconds: (performance.now() - begun) / 1000,
  };
}

/** A store syncs or sends every object; waiting for one at a time would take longer than making them all. */
const WRITES_AT_ONCE = 32;

/** What the sample decides itself, by the names of the options. */
const SAMPLE_DECIDES = [
  'seed',
  'start',
  'span',
  'records',
  'objects',
  'lines',
  'format',
  'interval',
  'layout',
  'prefix',
  'gzip',
  'fleet',
  'accounts',
  'at',
] as const;

/** Seconds of quiet before and after the scenarios. */
const MARGIN_SECONDS = 600;

/** The config of a request. Throws `simulate.bad-option` or `simulate.bad-config` (kind `config`). */
export function simulateConfigOf(request: SimulateRequest): SimulateConfig {
  if (request.sample === true) {
    const asked = SAMPLE_DECIDES.filter((name) => request[name] !== undefined).map((name) => `--${name}`);
    if (request.scenarios.length > 0) asked.push('a scenario');
    if (asked.length > 0) {
      throw new WeirError(
        'config',
        'simulate.bad-option',
        `--sample is one site, always the same; leave out ${asked.join(', ')}, or leave out --sample`,
      );
    }
    return sampleConfig(request.nowSeconds);
  }
  const format = request.format === undefined ? undefined : formatOf(request.format);
  const isTgw = format?.some((field) => !field.kinds.includes('vpc')) ?? false;
  const windowSeconds = oneOf('interval', request.interval ?? '60', ['60', '600']) === '600' ? 600 : 60;
  const scenarios = request.scenarios.map((text) => scenarioOf(text, durationOf('at', request.at ?? '10m')));
  const size = sizeOf(request);
  const spanSeconds = spanOf(request, scenarios, size);
  const startSeconds =
    request.start === undefined
      ? request.nowSeconds - (spanSeconds ?? defaultSimulateConfig.spanSeconds) - 2 * windowSeconds
      : timeSecondsOf(request.start, request.nowSeconds);
  const isExport = request.layout === 'export';
  const layout = oneOf('layout', isExport ? 'flat' : (request.layout ?? 'plain'), LAYOUTS);
  const config = createSimulateConfig({
    startSeconds: Math.floor(startSeconds / windowSeconds) * windowSeconds,
    windowSeconds,
    size,
    scenarios,
    layout,
    style: isExport ? 'export' : 'text',
    ...(isTgw ? { recordKind: 'tgw' } : {}),
    ...(format === undefined ? {} : { format }),
    ...(spanSeconds === undefined ? {} : { spanSeconds }),
    ...(request.seed === undefined ? {} : { seed: request.seed }),
    ...(request.prefix === undefined ? {} : { prefix: request.prefix.replace(/^\/+|\/+$/g, '') }),
    ...(request.gzip === undefined ? {} : { gzipLevel: Number(oneOf('gzip', request.gzip, GZIP_LEVELS)) }),
    ...(request.fleet === undefined ? {} : { fleet: oneOf('fleet', request.fleet, FLEETS) }),
    ...(request.accounts === '2' ? { accounts: 2 } : {}),
  });
  // A span that follows from the size is known only now; the time should still end where it was meant to.
  if (request.start !== undefined || spanSeconds !== undefined) return config;
  const start = request.nowSeconds - config.spanSeconds - 2 * windowSeconds;
  return { ...config, startSeconds: Math.floor(start / windowSeconds) * windowSeconds };
}

const LAYOUTS = ['plain', 'hourly', 'hive', 'hive-hourly', 'flat'] as const;
const FLEETS = ['tiny', 'small', 'medium', 'large'] as const;
const GZIP_LEVELS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;

function formatOf(text: string): readonly Field[] {
  switch (text) {
    case 'v2':
      return DEFAULT_FORMAT;
    case 'v5':
      return V5_FORMAT;
    case 'all':
      return fieldsOf('vpc');
    case 'tgw':
      return TGW_DEFAULT_FORMAT;
    default:
      return parseLogFormat(text);
  }
}

function sizeOf(request: SimulateRequest): SimulateSize {
  if (request.records !== undefined) return { kind: 'records', records: countOf('records', request.records) };
  if (request.objects !== undefined || request.lines !== undefined) {
    return {
      kind: 'objects',
      objects: countOf('objects', request.objects ?? '1'),
      lines: countOf('lines', request.lines ?? '10000'),
    };
  }
  return { kind: 'duration', activity: request.scenarios.length > 0 ? 0.3 : 1 };
}

function spanOf(
  request: SimulateRequest,
  scenarios: readonly ScenarioChoice[],
  size: SimulateSize,
): number | undefined {
  if (request.span !== undefined) return durationOf('span', request.span);
  const ends = scenarios.map(
    ({ name, startsAfterSeconds }) => startsAfterSeconds + (scenarioByName(name)?.durationSeconds ?? 0),
  );
  if (ends.length > 0) return Math.max(...ends) + MARGIN_SECONDS;
  return size.kind === 'duration' ? defaultSimulateConfig.spanSeconds : undefined;
}

function scenarioOf(text: string, startsAfterSeconds: number): ScenarioChoice {
  const [name = '', version = '4'] = text.split('/');
  if (scenarioByName(name) === undefined) {
    throw badOption('scenario', text, `one of ${SCENARIOS.map((scenario) => scenario.name).join(', ')}`);
  }
  return { name, ipVersion: oneOf('scenario', version, ['4', '6']) === '6' ? 6 : 4, startsAfterSeconds };
}

function countOf(option: string, text: string): number {
  const value = parseSize(text);
  if (value === null || !Number.isSafeInteger(value) || value < 1)
    throw badOption(option, text, 'a count such as 500 or 10M');
  return value;
}

function durationOf(option: string, text: string): number {
  const seconds = parseDurationSeconds(text);
  if (seconds === null) throw badOption(option, text, 'a length of time such as 90m or 3d');
  return seconds;
}

function oneOf<T extends string>(option: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((value) => value === text);
  if (found === undefined) throw badOption(option, text, `one of ${allowed.join(', ')}`);
  return found;
}

function badOption(option: string, found: string, expected: string): WeirError {
  return new WeirError('config', 'simulate.bad-option', `--${option} "${found}": expected ${expected}`, {
    details: { option, found },
  });
}

/** Lines in all; null when the time decides. */
function wantedOf(size: SimulateSize): number | null {
  if (size.kind === 'duration') return null;
  return size.kind === 'records' ? size.records : size.objects * size.lines;
}
