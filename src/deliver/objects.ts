import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { objectKey } from '../aws/index.ts';
import { WeirError } from '../base/index.ts';
import { formatHeader, layoutOfFields, parseLogFormat } from '../record/index.ts';
import type { ObjectStore } from '../storage/index.ts';
import { readSegment, type Segment } from './segment.ts';
import { type Carrier, noCounts, type Shipment } from './shipment.ts';
import type { DeliveryTarget, ObjectsDestination, ParquetWriter } from './target.ts';

/** What delivery to a bucket or directory is given. */
export interface ObjectsDeps {
  /** For files in the making. */
  readonly workDirectory: string;
  /** Opens a bucket or directory in the flow log's Region. */
  readonly openStore: (root: string, region: string) => Promise<ObjectStore>;
  /** Null where nobody can write Parquet. */
  readonly parquetWriter: ParquetWriter | null;
  /** 1 (fast) to 9 (small). */
  readonly gzipLevel: number;
}

/** Small blocks are gathered, since each write to gzip is a trip to another thread. */
const CHUNK_BYTES = 256 << 10;

/**
 * Delivers segments as objects: one file per segment, named as AWS names it. The name's hash comes from slot, flow log
 * and segment, and the bytes from the segment alone, so sending one again after a lost answer or a crash replaces a
 * file by itself: nothing is there twice.
 */
export function createObjectsCarrier(
  target: DeliveryTarget,
  destination: ObjectsDestination,
  deps: ObjectsDeps,
): Carrier {
  let opening: Promise<ObjectStore> | null = null;
  const store = (): Promise<ObjectStore> => {
    opening ??= deps.openStore(destination.root, target.region);
    // Credentials may come later, so a failure to open is not kept.
    opening.catch(() => {
      opening = null;
    });
    return opening;
  };
  return {
    prepare: async (segment) => {
      const counts = noCounts();
      const key = keyOf(target, destination, segment);
      const path = join(deps.workDirectory, `${target.flowLogId}-${segment.sequence}-${segment.nonce}`);
      let built: number | null = null;
      const discard = async (): Promise<void> => {
        built = null;
        await rm(path, { force: true });
        await rm(`${path}.text`, { force: true });
      };
      const send = async (): Promise<void> => {
        built ??= await build(target, destination, segment, path, deps);
        const { size } = await stat(path);
        await (await store()).putFile(key, path);
        counts.delivered = built;
        counts.requests = 1;
        counts.bytes = size;
      };
      return { counts, send, discard } satisfies Shipment;
    },
  };
}

/** The key of a segment's object. Source: flow-logs.md §4.1 and §10.2; the hash is ours, AWS does not say what its is. */
export function keyOf(target: DeliveryTarget, destination: ObjectsDestination, segment: Segment): string {
  const identity = `${segment.slotSeconds} ${target.flowLogId} ${segment.sequence} ${segment.nonce}`;
  return objectKey({
    prefix: destination.prefix,
    accountId: target.accountId,
    region: target.region,
    hive: destination.hive,
    perHour: destination.perHour,
    serviceName: destination.serviceName,
    flowLogId: target.flowLogId,
    slotSeconds: segment.slotSeconds,
    hash: createHash('sha256').update(identity).digest('hex').slice(0, 8),
    fileFormat: destination.fileFormat,
  });
}

/** Makes the file; gives how many records are in it. */
async function build(
  target: DeliveryTarget,
  destination: ObjectsDestination,
  segment: Segment,
  path: string,
  deps: ObjectsDeps,
): Promise<number> {
  const read = { records: 0 };
  const fields = parseLogFormat(target.logFormat);
  if (destination.fileFormat === 'plain-text') {
    const header = `${formatHeader(layoutOfFields(fields))}\n`;
    const gzip = createGzip({ level: deps.gzipLevel, chunkSize: CHUNK_BYTES });
    await pipeline(Readable.from(textOf(segment, header, read)), gzip, createWriteStream(path));
    return read.records;
  }
  if (deps.parquetWriter === null) {
    throw new WeirError(
      'config',
      'deliver.no-parquet',
      `flow log ${target.flowLogId} asks for Parquet files, which this process cannot write`,
    );
  }
  const textPath = `${path}.text`;
  await pipeline(Readable.from(textOf(segment, '', read)), createWriteStream(textPath));
  await deps.parquetWriter.write(fields, textPath, path);
  await rm(textPath);
  return read.records;
}

async function* textOf(segment: Segment, header: string, read: { records: number }): AsyncGenerator<Buffer> {
  let pending: Uint8Array[] = [Buffer.from(header)];
  let size = header.length;
  for await (const block of readSegment(segment.path, { damagedBytes: 0 })) {
    pending.push(block.lines);
    read.records += block.records;
    size += block.lines.length;
    if (size < CHUNK_BYTES) continue;
    yield Buffer.concat(pending);
    pending = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(pending);
}
