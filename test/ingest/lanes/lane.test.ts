import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { WeirError } from '../../../src/base/index.ts';
import {
  addressKeyOf,
  type Lane,
  localLane,
  type PipelineConfig,
  type PipelineSink,
  type SourceObject,
  threadLane,
} from '../../../src/ingest/index.ts';
import { localFile } from '../../../src/ingest/sources/local-file.ts';
import { temporaryDirectory } from '../../support/temp-directory.ts';

const HEADER =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
const text = (name: string, lines: number): string =>
  `${HEADER}\n${Array.from({ length: lines }, (_, n) => `2 123456789010 ${name} 10.0.${n >> 8}.${n & 255} 2001:db8::${n} ${n} 443 6 1 40 1700000000 1700000059 ACCEPT OK\n`).join('')}`;

/** An object elsewhere: its bytes come in pieces, and stop with `error` before piece `failAt`. */
function remote(
  uri: string,
  bytes: Uint8Array,
  failAt = Number.POSITIVE_INFINITY,
  error?: Error,
): SourceObject {
  return {
    uri,
    sizeBytes: bytes.length,
    localPath: null,
    identify: async () => uri,
    async *stream() {
      for (let at = 0; at < bytes.length; at += 1000) {
        if (at / 1000 >= failAt) throw error;
        yield Uint8Array.from(bytes.subarray(at, at + 1000));
      }
    },
    range: async (start, end) => bytes.subarray(start, end),
  };
}

/** Everything a lane hands on, as plain values that do not share its memory. */
function recordingSink(): PipelineSink & { readonly batches: unknown[]; readonly malformed: unknown[] } {
  const batches: unknown[] = [];
  const malformed: unknown[] = [];
  return {
    batches,
    malformed,
    takeBatch: async ({ rows, columns }, addresses) => {
      batches.push({
        rows,
        keys: addresses.dictionary.map((_, code) => addressKeyOf(addresses, code)),
        columns: columns.map((column) => ({
          name: column.name,
          valid: [...column.valid],
          values:
            column.kind === 'int32'
              ? [...column.values]
              : column.kind === 'int64'
                ? [...column.words]
                : Array.from(column.codes, (code) => column.dictionary[code]),
        })),
      });
    },
    takeMalformed: async (lines) => {
      malformed.push(...lines);
    },
  };
}

const root = temporaryDirectory();
const file = join(root, 'a.log.gz');
writeFileSync(file, gzipSync(text('eni-file', 700)));

describe('lanes', () => {
  const config: PipelineConfig = { given: [], batchRows: 512 };
  const open: Lane[] = [];
  const opened = (lane: Lane): Lane => {
    open.push(lane);
    return lane;
  };
  afterEach(async () => {
    await Promise.all(open.splice(0).map((lane) => lane.close()));
  });

  it('give the same on a thread of their own', async () => {
    const objects = [
      localFile(file, 1e6),
      remote('s3://logs/plain', Buffer.from(text('eni-plain', 900))),
      remote('s3://logs/bad', Buffer.from(`${HEADER}\n2 not a record\n`)),
      remote('s3://logs/cut', gzipSync(text('eni-cut', 3000)).subarray(0, 9000)),
      remote('s3://logs/zeros', new Uint8Array(5000)),
    ];
    const wanted = objects.map((object, at) => ({ object, objectId: BigInt(at) + (1n << 60n) }));
    const results = [];
    for (const make of [localLane, threadLane]) {
      const sink = recordingSink();
      const lane = opened(make(config, sink));
      const result = await lane.read(wanted);
      await lane.flush();
      results.push({ result, batches: sink.batches, malformed: sink.malformed });
    }
    expect(results[0]?.result.read.map(({ status }) => status)).toEqual([
      'ok',
      'ok',
      'ok',
      'truncated',
      'refused',
    ]);
    expect(results[0]?.malformed).toHaveLength(2);
    expect(results[1]).toEqual(results[0]);
  });

  it('bring back what a source fails with, and go on after a drop', async () => {
    const down = new WeirError('service', 'storage.unavailable', 's3://logs does not answer', {
      details: { status: 503 },
    });
    const sink = recordingSink();
    const lane = opened(threadLane(config, sink));
    const good = remote('s3://logs/good', Buffer.from(text('eni-good', 10)));
    const failing = remote('s3://logs/failing', Buffer.from(text('eni-failing', 3000)), 200, down);
    const { read, failure } = await lane.read([
      { object: good, objectId: 1n },
      { object: failing, objectId: 2n },
      { object: good, objectId: 3n },
    ]);
    expect(read).toHaveLength(1);
    expect(failure).toBeInstanceOf(WeirError);
    expect(failure).toMatchObject({
      kind: 'service',
      code: down.code,
      message: down.message,
      details: down.details,
    });
    await lane.drop();
    sink.batches.length = 0;
    await lane.read([{ object: good, objectId: 3n }]);
    await lane.flush();
    expect(sink.batches).toMatchObject([{ rows: 10 }]);
  });

  it('end at once when the signal says so', async () => {
    const stop = new AbortController();
    const lane = opened(threadLane({ ...config, signal: stop.signal }, recordingSink()));
    const endless: SourceObject = {
      ...remote('s3://logs/endless', new Uint8Array(0)),
      sizeBytes: 1e9,
      stream: () => ({
        [Symbol.asyncIterator]: () => ({
          next: () => {
            stop.abort(new Error('stopped by hand'));
            return new Promise<never>(() => {});
          },
        }),
      }),
    };
    await expect(lane.read([{ object: endless, objectId: 1n }])).rejects.toThrow('stopped by hand');
  });

  it('hand on what taking a batch fails with', async () => {
    const full = new WeirError('service', 'storage.disk-full', 'no space left');
    const lane = opened(threadLane(config, { ...recordingSink(), takeBatch: () => Promise.reject(full) }));
    const object = remote('s3://logs/large', Buffer.from(text('eni-large', 2000)));
    const { failure } = await lane.read([{ object, objectId: 1n }]);
    expect(failure).toMatchObject({ code: 'storage.disk-full' });
  });
});
