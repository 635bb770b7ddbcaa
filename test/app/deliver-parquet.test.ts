import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { asyncBufferFromFile, parquetMetadataAsync, parquetSchema } from 'hyparquet';
import { afterAll, describe, expect, it } from 'vitest';
import { createEngineParquetWriter } from '../../src/app/deliver-parquet.ts';
import { listSources, openObject } from '../../src/ingest/index.ts';
import { valueAt } from '../../src/ingest/typed-values.ts';
import {
  type Field,
  fieldsOf,
  formatLogFormat,
  layoutOfFields,
  TGW_DEFAULT_FORMAT,
  V5_FORMAT,
} from '../../src/record/index.ts';
import { block, linesOfBlocks, objectsTarget, openBench } from '../support/delivery.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

const home = temporaryDirectory();
const writer = createEngineParquetWriter({
  threads: 2,
  memoryLimitBytes: 500e6,
  tempDirectory: join(home, 'engine'),
});
afterAll(() => writer.close());

/** Writes lines with the writer and reads them back with Weir's own reader, as lines again. */
async function roundTrip(fields: readonly Field[], lines: readonly string[]): Promise<readonly string[]> {
  const folder = mkdtempSync(join(home, 'parquet-'));
  writeFileSync(join(folder, 'text'), lines.map((line) => `${line}\n`).join(''));
  await writer.write(fields, join(folder, 'text'), join(folder, 'out.log.parquet'));
  return readParquet(fields, join(folder, 'out.log.parquet'));
}

async function readParquet(fields: readonly Field[], place: string): Promise<readonly string[]> {
  const layout = layoutOfFields(fields);
  const lines: string[] = [];
  const listing = listSources([place]);
  for await (const object of listing.objects()) {
    const opened = await openObject(object);
    if (opened.kind !== 'parquet') throw new Error(`${object.uri} is ${opened.kind}`);
    expect(opened.layout).toEqual(layout);
    for await (const batch of opened.batches) {
      for (let row = 0; row < batch.rows; row++) {
        lines.push(batch.columns.map(({ values }) => valueAt(values, row) ?? '-').join(' '));
      }
    }
  }
  await listing.close();
  return lines;
}

/** A value as a recorder may write it. */
function arbitraryValue(field: Field): fc.Arbitrary<string> {
  const known =
    field.type === 'int32'
      ? fc.integer({ min: 0, max: 65_535 }).map(String)
      : field.type === 'int64'
        ? fc.bigInt({ min: 0n, max: 2n ** 62n }).map(String)
        : fc.constantFrom('eni-0a', '10.0.0.1', '2001:db8::1', 'ACCEPT', 'a%20b%22', "it's", '0', 'null');
  return fc.oneof({ weight: 4, arbitrary: known }, { weight: 1, arbitrary: fc.constant('-') });
}

describe('Parquet from finished lines', () => {
  it('comes back as the same lines in the same order, whatever the format', async () => {
    const formats = { v5: V5_FORMAT, tgw: TGW_DEFAULT_FORMAT, all: fieldsOf('vpc') };
    const scene = fc.constantFrom('v5' as const, 'tgw' as const, 'all' as const).chain((name) =>
      fc.record({
        name: fc.constant(name),
        rows: fc.array(fc.tuple(...formats[name].map(arbitraryValue)), { minLength: 1, maxLength: 20 }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(scene, async ({ name, rows }) => {
        const lines = rows.map((row) => row.join(' '));
        expect(await roundTrip(formats[name], lines)).toEqual(lines);
      }),
      { numRuns: 25 },
    );
  });

  it('keeps the order of a large file', async () => {
    const lines = linesOfBlocks([block(200_000)]);
    expect(
      await roundTrip(
        V5_FORMAT.filter((field) => field.version === 2),
        lines,
      ),
    ).toEqual(lines);
  });

  it("has AWS's names and types, and gzip pages", async () => {
    const folder = mkdtempSync(join(home, 'parquet-'));
    const fields = fieldsOf('vpc');
    writeFileSync(join(folder, 'text'), `${fields.map(() => '-').join(' ')}\n`);
    await writer.write(fields, join(folder, 'text'), join(folder, 'out'));
    const metadata = await parquetMetadataAsync(await asyncBufferFromFile(join(folder, 'out')));
    const types = { int32: 'INT32', int64: 'INT64', string: 'BYTE_ARRAY' };
    expect(parquetSchema(metadata).children.map(({ element }) => [element.name, element.type])).toEqual(
      fields.map((field) => [field.sql, types[field.type]]),
    );
    const codecs = metadata.row_groups.flatMap((group) =>
      group.columns.map((column) => column.meta_data?.codec),
    );
    expect(new Set(codecs)).toEqual(new Set(['GZIP']));
  });

  it('is what a flow log with Parquet files delivers', async () => {
    const out = mkdtempSync(join(home, 'out-'));
    const target = objectsTarget(out, { fileFormat: 'parquet', hive: true });
    const { deliverer, problems } = await openBench(mkdtempSync(join(home, 'spool-')), {
      parquetWriter: writer,
    });
    deliverer.setTargets([target]);
    const blocks = [block(1000), block(3, { source: 'eni-0b' })];
    for (const each of blocks) deliverer.add(target.flowLogId, each);
    expect(await deliverer.drain(0)).toBe(0);
    expect(problems).toEqual([null]);
    await deliverer.stop();
    const fields = V5_FORMAT.filter((field) => field.version === 2);
    expect(formatLogFormat(fields)).toBe(target.logFormat);
    expect(await readParquet(fields, out)).toEqual(linesOfBlocks(blocks));
  });
});
