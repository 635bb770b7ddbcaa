/** A deliverer whose time the test turns, and blocks of records to give it. */
import {
  type AwsClientOptions,
  type Carrier,
  createCarrier,
  type Deliverer,
  type DelivererConfig,
  type DeliveryProblem,
  type DeliveryTarget,
  defaultDelivererConfig,
  openDeliverer,
  type ParquetWriter,
  type RecordBlock,
} from '../../src/deliver/index.ts';
import { listSources, openObject } from '../../src/ingest/index.ts';
import { DEFAULT_FORMAT, formatLogFormat } from '../../src/record/index.ts';
import { openStore, type StoreOptions } from '../../src/storage/index.ts';
import { linesOf } from './source-objects.ts';

/** 16:20:00 of 20 June 2018, the slot of AWS's example. */
export const SLOT = Date.UTC(2018, 5, 20, 16, 20) / 1000;

/** A flow log that writes text files below a directory or `s3://bucket`. */
export function objectsTarget(
  root: string,
  more: Partial<DeliveryTarget['destination']> = {},
): DeliveryTarget {
  return {
    flowLogId: 'fl-0123456789abcdef0',
    accountId: '123456789012',
    region: 'us-east-1',
    logFormat: formatLogFormat(DEFAULT_FORMAT),
    destination: {
      kind: 'objects',
      root,
      prefix: '',
      fileFormat: 'plain-text',
      hive: false,
      perHour: false,
      serviceName: 'aws-service',
      ...more,
    } as DeliveryTarget['destination'],
  };
}

/** `records` lines in the default format, all of one interface and window, the first port of each line different. */
export function block(
  records: number,
  place: {
    readonly source?: string;
    readonly start?: number;
    readonly end?: number;
    readonly firstPort?: number;
  } = {},
): RecordBlock {
  const { source = 'eni-0a', start = SLOT, end = start + 59, firstPort = 0 } = place;
  const lines = Array.from({ length: records }, (_, i) => {
    const port = (firstPort + i) % 65_536;
    return `2 123456789012 ${source} 10.0.0.1 10.0.0.${(firstPort + i) % 256} ${port} 443 6 ${i + 1} ${40 * (i + 1)} ${start} ${end} ACCEPT OK\n`;
  });
  return { source, startSeconds: start, endSeconds: end, records, lines: Buffer.from(lines.join('')) };
}

/** The lines of some blocks. */
export function linesOfBlocks(blocks: readonly RecordBlock[]): string[] {
  return blocks.flatMap((each) => Buffer.from(each.lines).toString().trimEnd().split('\n'));
}

/** What a test has in hand of a deliverer. */
export interface DeliveryBench {
  readonly deliverer: Deliverer;
  /** Every status that was reported, in order. */
  readonly problems: (DeliveryProblem | null)[];
  readonly warnings: string[];
  /** Unix milliseconds; turns only here. */
  clock: { nowMs: number };
}

/** Settings of a bench beside those of the deliverer. */
export interface BenchOptions {
  readonly config?: Partial<DelivererConfig>;
  readonly maxBytes?: number;
  readonly objectBytes?: number;
  readonly streamBytes?: number;
  readonly store?: StoreOptions;
  readonly carrierOf?: (target: DeliveryTarget, workDirectory: string) => Carrier;
  readonly parquetWriter?: ParquetWriter;
  readonly nowMs?: number;
  readonly aws?: AwsClientOptions;
}

/** Opens a deliverer over a spool directory. Waiting turns the clock. */
export async function openBench(spool: string, options: BenchOptions = {}): Promise<DeliveryBench> {
  const clock = { nowMs: options.nowMs ?? (SLOT + 60) * 1000 };
  const problems: (DeliveryProblem | null)[] = [];
  const warnings: string[] = [];
  const { objectBytes = 75e6, streamBytes = 1 << 20, maxBytes = 1e9 } = options;
  const deliverer = await openDeliverer(
    {
      ...defaultDelivererConfig,
      ...options.config,
      spool: { directory: spool, maxBytes, objectBytes, streamBytes },
    },
    {
      nowMs: () => clock.nowMs,
      random: () => 0.5,
      wait: (ms) => {
        clock.nowMs += ms;
        return Promise.resolve();
      },
      reporter: { progress: () => {}, warn: (text) => warnings.push(text) },
      carrierOf:
        options.carrierOf ??
        ((target, workDirectory) =>
          createCarrier(target, workDirectory, {
            openStore: (root) => openStore(root, options.store),
            parquetWriter: options.parquetWriter ?? null,
            gzipLevel: 6,
            aws: options.aws ?? {},
            wait: () => Promise.resolve(),
          })),
      onProblem: (_, problem) => {
        problems.push(problem);
        return Promise.resolve();
      },
    },
  );
  return { deliverer, problems, warnings, clock };
}

/** One delivered object, read back by Weir's own reader. */
export interface ReadBack {
  readonly name: string;
  readonly header: string;
  readonly lines: readonly string[];
}

/** Every object below a place, by name. */
export async function readBack(place: string, store: StoreOptions = {}): Promise<readonly ReadBack[]> {
  const found: ReadBack[] = [];
  const listing = listSources([place], { store });
  for await (const object of listing.objects()) {
    const [header = '', ...lines] = await linesOf(await openObject(object));
    found.push({ name: object.uri.replace(/^.*?AWSLogs\//, 'AWSLogs/'), header, lines });
  }
  await listing.close();
  return found;
}
