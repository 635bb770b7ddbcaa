import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ingest } from '../../src/app/index.ts';
import { silentReporter } from '../../src/base/index.ts';
import { openDuckdbSession, type TestSession } from '../support/duckdb-session.ts';
import { contentOfLake } from '../support/lake-content.ts';
import { totalsOf, verifyAt } from '../support/lake-totals.ts';
import { anyObject, shapelessBytes, wholeObject } from '../support/object-arbitrary.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

const root = temporaryDirectory();
let session: TestSession;
let parquet: Uint8Array;
beforeAll(async () => {
  session = await openDuckdbSession();
  const path = join(root, 'seed.parquet');
  await session.run(
    `COPY (SELECT 2 AS version, '123456789010' AS account_id, 'eni-1' AS interface_id, '10.0.0.' || n AS srcaddr,
       CASE WHEN n % 5 = 0 THEN NULL ELSE '192.0.2.1' END AS dstaddr, 40000 AS srcport, 443 AS dstport, 6 AS protocol, n AS packets,
       n * 100 AS bytes, 1700000000 + n AS start, 1700000060 + n AS "end", 'ACCEPT' AS action,
       CASE WHEN n % 7 = 0 THEN 'NODATA' ELSE 'OK' END AS log_status FROM range(60) AS t(n)) TO '${path}' (FORMAT parquet)`,
  );
  parquet = readFileSync(path);
});
afterAll(() => session.close());

let cases = 0;
async function inFreshFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = join(root, `case-${cases++}`);
  mkdirSync(folder);
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const sizes = fc.record({
  batchRows: fc.integer({ min: 1, max: 60 }),
  commitRows: fc.integer({ min: 1, max: 150 }),
});

describe('any bytes through the whole chain', () => {
  it('neither stop ingest nor lose count, and every malformed line is kept', {
    timeout: 240_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyObject([parquet]), { minLength: 1, maxLength: 12 }),
        sizes,
        (objects, { batchRows, commitRows }) =>
          inFreshFolder(async (folder) => {
            const [source, lake] = [join(folder, 'source'), join(folder, 'lake')];
            mkdirSync(source);
            for (const [index, bytes] of objects.entries()) writeFileSync(join(source, `${index}`), bytes);
            const { result, problems } = await ingest({
              sources: [source],
              lake,
              reporter: silentReporter,
              batchRows: batchRows * 4,
              commitRows,
            });
            expect(problems).toEqual([]);
            expect(result.objects + result.objectsSkipped).toBe(objects.length);
            expect(result.lines).toBe(result.ok + result.nodata + result.skipdata + result.malformed);
            const { ledger, records } = await totalsOf(lake);
            const { ok, nodata, skipdata, malformed } = result;
            expect(ledger).toMatchObject({ lines: result.lines, ok, nodata, skipdata, malformed });
            expect(records.malformed).toBe(malformed);
            expect((await verifyAt(lake)).problems).toEqual([]);
          }),
      ),
      { numRuns: 25, endOnFailure: true },
    );
  });

  it('come to the same tables whatever the order, the sizes and the repetition', {
    timeout: 240_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(5000), { minLength: 2, maxLength: 10 }),
        fc.array(shapelessBytes, { maxLength: 3 }),
        fc.array(fc.record({ sizes, picks: fc.array(fc.nat(20), { minLength: 1, maxLength: 8 }) }), {
          minLength: 1,
          maxLength: 3,
        }),
        (numbers, odd, runs) =>
          inFreshFolder(async (folder) => {
            // The same bytes twice would be one object and a duplicate, and which is which is the order's to say.
            const objects = new Map(
              [...numbers.map(wholeObject), ...odd].map((bytes) => [
                Buffer.from(bytes).toString('base64'),
                bytes,
              ]),
            );
            const paths = [...objects.values()].map((bytes, index) => {
              const path = join(folder, `object-${index}`);
              writeFileSync(path, bytes);
              return path;
            });
            const [straight, other] = [join(folder, 'straight'), join(folder, 'other')];
            const options = { reporter: silentReporter };
            await ingest({ ...options, sources: paths, lake: straight });
            for (const { sizes: how, picks } of runs) {
              const sources = picks.map((pick) => paths[pick % paths.length] ?? '');
              await ingest({ ...options, ...how, sources, lake: other });
            }
            await ingest({
              ...options,
              sources: paths.toReversed(),
              lake: other,
              batchRows: 7,
              commitRows: 20,
            });
            expect(await contentOfLake(session, other)).toEqual(await contentOfLake(session, straight));
          }),
      ),
      { numRuns: 12, endOnFailure: true },
    );
  });
});
