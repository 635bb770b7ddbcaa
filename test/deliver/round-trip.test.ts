import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeliveryTarget, RecordBlock } from '../../src/deliver/index.ts';
import { openObject } from '../../src/ingest/index.ts';
import {
  DEFAULT_FORMAT,
  type Field,
  fieldsOf,
  formatLogFormat,
  layoutOfFields,
  TGW_DEFAULT_FORMAT,
  V5_FORMAT,
} from '../../src/record/index.ts';
import { linesOfBlocks, objectsTarget, openBench, readBack, SLOT } from '../support/delivery.ts';
import { type JsonService, startJsonService } from '../support/json-service.ts';
import { fakeObject, linesOf } from '../support/source-objects.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

const home = temporaryDirectory();
const FORMATS = { v2: DEFAULT_FORMAT, v5: V5_FORMAT, all: fieldsOf('vpc'), tgw: TGW_DEFAULT_FORMAT } as const;
type FormatName = keyof typeof FORMATS;

/** The example of each field, or `-`; the window's own times; sometimes a NODATA record. */
function arbitraryLine(fields: readonly Field[], start: number, end: number): fc.Arbitrary<string> {
  const values = fields.map((field): fc.Arbitrary<string> => {
    if (field.name === 'start') return fc.constant(String(start));
    if (field.name === 'end') return fc.constant(String(end));
    if (field.name === 'log-status') return fc.constantFrom('OK', 'OK', 'NODATA', 'SKIPDATA');
    if (field.name === 'version') return fc.constant('2');
    if (field.name === 'account-id') return fc.constant('123456789010');
    const own =
      field.shape === 'port' || field.shape === 'count'
        ? fc.integer({ min: 0, max: 65_535 }).map(String)
        : fc.constant(field.example);
    return fc.oneof({ weight: 5, arbitrary: own }, { weight: 1, arbitrary: fc.constant('-') });
  });
  return fc.tuple(...values).map((line) => line.join(' '));
}

const scene: fc.Arbitrary<{ name: FormatName; blocks: readonly RecordBlock[] }> = fc
  .constantFrom<FormatName>('v2', 'v5', 'all', 'tgw')
  .chain((name) =>
    fc.record({
      name: fc.constant(name),
      blocks: fc.array(
        fc
          .record({ source: fc.constantFrom('eni-0a', 'eni-0b'), start: fc.nat(900), span: fc.nat(59) })
          .chain(({ source, start, span }) => {
            const place = { source, startSeconds: SLOT + start, endSeconds: SLOT + start + span };
            const line = arbitraryLine(FORMATS[name], place.startSeconds, place.endSeconds);
            return fc.array(line, { minLength: 1, maxLength: 8 }).map((lines) => ({
              ...place,
              records: lines.length,
              lines: Buffer.from(lines.map((text) => `${text}\n`).join('')),
            }));
          }),
        { minLength: 1, maxLength: 8 },
      ),
    }),
  );

/** Delivers the blocks and gives what Weir's own reader finds at the destination. */
type Delivered = (name: FormatName, blocks: readonly RecordBlock[]) => Promise<readonly string[]>;

describe('what is delivered is what was recorded, read by the other half', () => {
  let service: JsonService;
  let received: { timestamp: number; message: string }[] = [];
  let payloads: Buffer[] = [];
  beforeAll(async () => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
    service = await startJsonService(({ operation, input }) => {
      if (operation === 'PutLogEvents') {
        received.push(...(input.logEvents as typeof received));
        return { output: {} };
      }
      const records = input.Records as { Data: string }[];
      payloads.push(...records.map(({ Data }) => Buffer.from(Data, 'base64')));
      return { output: { FailedPutCount: 0, RequestResponses: records.map(() => ({ RecordId: '1' })) } };
    });
  });
  afterAll(() => service.stop());

  const deliver = async (target: DeliveryTarget, blocks: readonly RecordBlock[]): Promise<void> => {
    const { deliverer } = await openBench(mkdtempSync(join(home, 'spool-')), {
      aws: { endpoint: service.endpoint },
      objectBytes: 2000,
      streamBytes: 1000,
    });
    deliverer.setTargets([target]);
    for (const block of blocks) expect(deliverer.add(target.flowLogId, block)).toBe('stored');
    expect(await deliverer.drain(0)).toBe(0);
    await deliverer.stop();
  };
  const read = async (bytes: Buffer | string, name: FormatName): Promise<readonly string[]> => {
    const opened = await openObject(fakeObject(bytes), { given: [layoutOfFields(FORMATS[name])] });
    return (await linesOf(opened)).filter((line) => line !== '');
  };

  const ways: readonly (readonly [string, Delivered])[] = [
    [
      'text files',
      async (name, blocks) => {
        const out = mkdtempSync(join(home, 'out-'));
        await deliver({ ...objectsTarget(out), logFormat: formatLogFormat(FORMATS[name]) }, blocks);
        const files = await readBack(out);
        for (const { header } of files)
          expect(header).toBe(FORMATS[name].map((field) => field.name).join(' '));
        return files.flatMap((file) => file.lines);
      },
    ],
    [
      'CloudWatch Logs',
      async (name, blocks) => {
        received = [];
        const destination = {
          kind: 'log-group',
          group: 'g',
          region: 'us-east-1',
          streamSuffix: '-all',
        } as const;
        await deliver(
          { ...objectsTarget(''), logFormat: formatLogFormat(FORMATS[name]), destination },
          blocks,
        );
        const start = FORMATS[name].findIndex((field) => field.name === 'start');
        for (const { timestamp, message } of received)
          expect(String(timestamp)).toBe(`${message.split(' ')[start]}000`);
        const events = received.map((event, id) => ({ ...event, eventId: String(id) }));
        return read(JSON.stringify({ events }), name);
      },
    ],
    [
      'Firehose',
      async (name, blocks) => {
        payloads = [];
        const destination = { kind: 'firehose', stream: 's', region: 'us-east-1' } as const;
        await deliver(
          { ...objectsTarget(''), logFormat: formatLogFormat(FORMATS[name]), destination },
          blocks,
        );
        const lines = await read(Buffer.concat(payloads), name);
        // One after the other, nothing between them: also in order.
        expect(lines).toEqual(linesOfBlocks(blocks));
        return lines;
      },
    ],
  ];

  it.each(ways)('%s', async (_, delivered) => {
    await fc.assert(
      fc.asyncProperty(scene, async ({ name, blocks }) => {
        const lines = await delivered(name, blocks);
        expect(lines.toSorted()).toEqual(linesOfBlocks(blocks).toSorted());
      }),
      { numRuns: 25 },
    );
  });
});
