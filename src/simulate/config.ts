import { WeirError } from '../base/index.ts';
import {
  DEFAULT_FORMAT,
  type Field,
  kindsOf,
  type RecordKind,
  TGW_DEFAULT_FORMAT,
  V5_FORMAT,
} from '../record/index.ts';
import type { LineStyle } from './line-writer.ts';
import type { ScenarioChoice } from './scenarios/run.ts';
import { scenarioByName } from './scenarios/table.ts';
import type { FleetSize } from './world.ts';

/** How much is made: for as long as the time lasts, until so many lines are there, or so many objects of so many lines. */
export type SimulateSize =
  | {
      readonly kind: 'duration';
      /** Scale of all traffic; 1 is four new visitors a minute and application server at the peak. */
      readonly activity: number;
    }
  | {
      readonly kind: 'records';
      /** Exactly so many lines. The traffic is scaled so that they fill about the time span. */
      readonly records: number;
    }
  | {
      readonly kind: 'objects';
      readonly objects: number;
      /** Lines of each object, without the header. */
      readonly lines: number;
    };

/** Names of the objects: AWS's key layouts, or numbered files in one folder. */
export type SimulateLayout = 'plain' | 'hourly' | 'hive' | 'hive-hourly' | 'flat';

/** Everything that decides a simulation. The same config gives the same bytes. */
export interface SimulateConfig {
  /** Any text. It alone decides the world's ids and addresses; with the times, all traffic. */
  readonly seed: string;
  /** Unix seconds, a multiple of `windowSeconds`. */
  readonly startSeconds: number;
  /** How long the simulated time is. Exact for size `duration`, about right for the others. */
  readonly spanSeconds: number;
  readonly size: SimulateSize;
  readonly fleet: FleetSize;
  /** 2 puts the shared VPC into an account of its own. */
  readonly accounts: 1 | 2;
  /** Capture window: 60 or 600. Transit gateways know 60 only. */
  readonly windowSeconds: 60 | 600;
  /** Which flow log it is: that of the VPCs or that of the transit gateway. */
  readonly recordKind: RecordKind;
  readonly format: readonly Field[];
  readonly style: LineStyle;
  readonly layout: SimulateLayout;
  /** Folder before `AWSLogs`, or before the file names of the flat layout. Empty for none. */
  readonly prefix: string;
  /** gzip level 1 to 9; 0 writes plain text (the flat layout's files then end in `.log`). */
  readonly gzipLevel: number;
  /** An object is cut when its text reaches this size (AWS: 75 MB). */
  readonly objectBytes: number;
  /** Distinct outside clients of a day. */
  readonly clientsPerDay: number;
  /** Distinct scanners of a day. */
  readonly scannersPerDay: number;
  /** Share of outside clients and scanners that come by IPv6. */
  readonly v6Share: number;
  /** Chance that a busy window of an interface lost records. */
  readonly skipShare: number;
  /** Rows that an interface can record in a window; what is beyond is lost, with a SKIPDATA line. */
  readonly interfaceCapacity: number;
  /** Shifts day and night. */
  readonly utcOffsetHours: number;
  readonly scenarios: readonly ScenarioChoice[];
}

/** An hour of a small site, version 2, gzip text under plain AWS keys. */
export const defaultSimulateConfig: SimulateConfig = {
  seed: 'weir',
  startSeconds: 1_767_603_600,
  spanSeconds: 3_600,
  size: { kind: 'duration', activity: 1 },
  fleet: 'small',
  accounts: 1,
  windowSeconds: 60,
  recordKind: 'vpc',
  format: DEFAULT_FORMAT,
  style: 'text',
  layout: 'plain',
  prefix: '',
  gzipLevel: 6,
  objectBytes: 75_000_000,
  clientsPerDay: 4_000,
  scannersPerDay: 1_500,
  v6Share: 0.22,
  skipShare: 0.0005,
  interfaceCapacity: 20_000,
  utcOffsetHours: 0,
  scenarios: [],
};

/**
 * Completes a config. What is not given follows from the rest: the format from the record kind, fleet and number of
 * outside addresses from the wanted number of lines. Throws `simulate.bad-config` (kind `config`), all problems at once.
 */
export function createSimulateConfig(given: Partial<SimulateConfig>): SimulateConfig {
  const wanted = wantedLines(given.size ?? defaultSimulateConfig.size);
  const isTgw = given.recordKind === 'tgw';
  const config: SimulateConfig = {
    ...defaultSimulateConfig,
    ...(isTgw ? { format: TGW_DEFAULT_FORMAT, V5_FORMAT } : {}),
    ...(wanted === null ? {} : sizedFor(wanted)),
    ...given,
  };
  const problems = checkSimulateConfig(config);
  if (problems.length > 0) {
    throw new WeirError('config', 'simulate.bad-config', `cannot simulate: ${problems.join('; ')}`, {
      details: { problems },
    });
  }
  return config;
}

/** What goes wrong in the sample's three days: enough to look for, little enough to have to look. */
const SAMPLE_SCENARIOS: readonly ScenarioChoice[] = [
  { name: 'exfiltration-drip', ipVersion: 4, startsAfterSeconds: 20 * 3600 },
  { name: 'slow-scan', ipVersion: 4, startsAfterSeconds: 40 * 3600 },
  { name: 'ssh-brute-force', ipVersion: 4, startsAfterSeconds: 52 * 3600 },
  { name: 'beacon', ipVersion: 4, startsAfterSeconds: 58 * 3600 },
  { name: 'port-scan', ipVersion: 6, startsAfterSeconds: 66 * 3600 },
  { name: 'nacl-return-blocked', ipVersion: 4, startsAfterSeconds: 70 * 3600 },
];

/**
 * The sample that `npm start` shows: about 280,000 records of the three days before `nowSeconds`, all fields of versions
 * 2 to 5 unless another format is given, so that "the last 24 hours" has data and every part of the console has
 * something to show. No window ends after `nowSeconds`. Cost: one or two seconds.
 */
export function sampleConfig(nowSeconds: number, format: readonly Field[] = V5_FORMAT): SimulateConfig {
  const spanSeconds = 3 * 86_400;
  return createSimulateConfig({
    seed: 'weir sample',
    // A window may end up to two minutes after its tick begins.
    startSeconds: Math.floor((nowSeconds - spanSeconds - 60) / 60) * 60,
    spanSeconds,
    size: { kind: 'duration', activity: 0.3 },
    fleet: 'tiny',
    format,
    layout: 'hive',
    clientsPerDay: 3_000,
    scannersPerDay: 1_200,
    skipShare: 0.003,
    scenarios: SAMPLE_SCENARIOS,
  });
}

/** Lines that a size asks for; null when the time decides. */
export function wantedLines(size: SimulateSize): number | null {
  if (size.kind === 'duration') return null;
  return size.kind === 'records' ? size.records : size.objects * size.lines;
}

/** Fleet and outside world that fit a number of lines: more traffic comes from more servers and more people. */
function sizedFor(lines: number): Partial<SimulateConfig> {
  if (lines <= 600_000) return { fleet: 'small' };
  const outside = { clientsPerDay: 20_000, scannersPerDay: 6_000 };
  if (lines <= 20_000_000) return { fleet: 'medium', spanSeconds: 86_400, ...outside };
  return { fleet: 'large', spanSeconds: 3 * 86_400, clientsPerDay: 60_000, scannersPerDay: 15_000 };
}

function checkSimulateConfig(config: SimulateConfig): readonly string[] {
  const { size, recordKind, format, layout } = config;
  const problems: string[] = [];
  const need = (holds: boolean, problem: string): void => {
    if (!holds) problems.push(problem);
  };
  const isCount = (value: number): boolean => Number.isSafeInteger(value) && value > 0;
  need(config.startSeconds % config.windowSeconds === 0, 'startSeconds is no multiple of windowSeconds');
  need(config.spanSeconds >= config.windowSeconds, 'spanSeconds is shorter than one window');
  need(recordKind !== 'tgw' || config.windowSeconds === 60, 'transit gateways record windows of 60 s only');
  need(kindsOf(format).includes(recordKind), `the format is not one of ${recordKind} records`);
  need(size.kind !== 'duration' || size.activity > 0, 'activity must be over 0');
  need(size.kind !== 'records' || isCount(size.records), 'records must be a whole number over 0');
  need(
    size.kind !== 'objects' || (isCount(size.objects) && isCount(size.lines)),
    'objects and lines must be whole numbers over 0',
  );
  need(config.gzipLevel >= 0 && config.gzipLevel <= 9, 'gzipLevel is 0 to 9');
  need(config.gzipLevel > 0 || layout === 'flat', 'AWS keys end in .log.gz, so they need gzip');
  need(isCount(config.clientsPerDay) && isCount(config.scannersPerDay), 'outside addresses: at least one');
  for (const { name, ipVersion, startsAfterSeconds } of config.scenarios) {
    const scenario = scenarioByName(name);
    need(scenario !== undefined, `there is no scenario "${name}"`);
    need(scenario?.ipVersions.includes(ipVersion) ?? true, `${name} has no IPv${ipVersion} form`);
    need(
      startsAfterSeconds >= 0 && startsAfterSeconds < config.spanSeconds,
      `${name} begins outside the simulated time`,
    );
  }
  need(isCount(config.interfaceCapacity), 'interfaceCapacity must be a whole number over 0');
  return problems;
}
