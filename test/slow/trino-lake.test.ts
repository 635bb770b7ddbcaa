import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ingest } from '../../src/app/ingest.ts';
import { silentReporter } from '../../src/base/index.ts';
import {
  compactLake,
  expireLake,
  filesSql,
  type Lake,
  type LakeColumn,
  localPaths,
  snapshotTable,
  vacuumLake,
} from '../../src/lake/index.ts';
import { TABLES } from '../../src/record/index.ts';
import { createDiskStore, openStore } from '../../src/storage/index.ts';
import { openDuckdbSession, type TestSession } from '../support/duckdb-session.ts';
import { FAKE_START, fakeBatch, fakeLedger, openTestLake } from '../support/lake-batch.ts';
import {
  awsEnvironmentOf,
  canUse,
  createTestBucket,
  type S3Endpoint,
  sharedServer,
} from '../support/servers/index.ts';
import { makeSource } from '../support/simulated-source.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';
import { canUseTrino, startTrino, type Trino } from '../support/trino.ts';

const DAY = 86_400;
const PAGE = readFileSync(resolve(import.meta.dirname, '../../docs/how-to/use-trino-or-athena.md'), 'utf8');
const canUseS3 = canUse('radosgw');

const LINE = {
  objectId: 1n,
  uri: 'file:///m',
  lineNumber: 1,
  code: 'field-count',
  reason: 'r',
  text: 'naïve 日本 line',
};

/** The samples of AWS's Athena guide, moved to the days of our records; true where these hold nothing to find. */
const AWS_SAMPLES: readonly (readonly [sql: string, isEmpty: boolean])[] = [
  ["SELECT * FROM vpc_flow_logs WHERE date = DATE('2026-01-02') LIMIT 100", false],
  [
    "SELECT day_of_week(date) AS day, date, interface_id, srcaddr, action, protocol FROM vpc_flow_logs WHERE action = 'REJECT' AND protocol = 6 LIMIT 100",
    false,
  ],
  [
    "SELECT SUM(packets) AS packetcount, dstaddr FROM vpc_flow_logs WHERE dstport = 443 AND date > current_date - interval '7' day GROUP BY dstaddr ORDER BY packetcount DESC LIMIT 10",
    true,
  ],
  [
    `SELECT interface_id, srcaddr, action, protocol, to_iso8601(from_unixtime(start)) AS start_time, to_iso8601(from_unixtime("end")) AS end_time FROM test_table_vpclogs WHERE DAY >= '2026/01/01' AND DAY < '2026/01/30'`,
    false,
  ],
  [
    "SELECT * FROM test_table_vpclogs WHERE split_part(srcaddr,'.', 1)='10' AND split_part(srcaddr,'.', 2) ='0'",
    false,
  ],
  [
    "SELECT day, interface_id, srcaddr, action, protocol FROM test_table_vpclogs WHERE action = 'REJECT' AND protocol = 6 AND day >= '2026/01/01' AND day < '2026/01/28' LIMIT 10",
    false,
  ],
  [
    "SELECT * FROM test_table_vpclogs WHERE dstaddr = '10.0.1.200' AND day >= '2026/01/01' AND day < '2026/01/31'",
    true,
  ],
  [
    "SELECT log_status, interface_id, count(1) FROM vpc_flow_logs WHERE interface_id IN ('eni-1', 'eni-2', 'eni-3') GROUP BY log_status, interface_id",
    true,
  ],
  ['SELECT url_decode(instance_tag) FROM vpc_flow_logs LIMIT 1', false],
];

describe.skipIf(!canUseTrino())('Trino over a lake (needs trino)', () => {
  const directory = temporaryDirectory();
  let trino: Trino;
  let session: TestSession;
  let s3: S3Endpoint | undefined;
  beforeAll(async () => {
    session = await openDuckdbSession();
    if (canUseS3) {
      s3 = await sharedServer('radosgw');
      Object.assign(process.env, awsEnvironmentOf(s3));
    }
    trino = await startTrino({ directory, ...(s3 === undefined ? {} : { s3 }) });
  }, 300_000);
  afterAll(async () => {
    delete process.env['AWS_ENDPOINT_URL'];
    session.close();
    await trino?.stop();
  });

  it('counts and sums what was ingested, in every table, as the ledger and the simulator do', async () => {
    const { objects, truth } = await makeSource('trino', 9, 400);
    mkdirSync(join(directory, 'objects'));
    for (const { name, bytes } of objects) writeFileSync(join(directory, 'objects', name), bytes);
    await ingest({
      sources: [join(directory, 'objects')],
      lake: join(directory, 'ingested'),
      reporter: silentReporter,
    });
    await trino.register('ingested', 'local:///ingested');
    const [records] = await trino.rows(
      `SELECT sum(records) AS ok, sum(packets) AS packets, sum(bytes) AS bytes FROM (
         SELECT count_if(log_status = 'OK') AS records, sum(packets) AS packets, sum(bytes) AS bytes FROM flows
         UNION ALL SELECT count_if(log_status = 'OK'), sum(packets), sum(bytes) FROM tgw_flows)`,
    );
    expect(records).toEqual({ ok: truth.ok, packets: truth.packets, bytes: truth.bytes });
    const [ledger] = await trino.rows(
      `SELECT count(*) AS objects, sum(lines) AS lines, sum(ok) AS ok, sum(nodata) AS nodata, sum(skipdata) AS skipdata,
         sum(malformed) AS malformed FROM ledger`,
    );
    const { packets: _packets, bytes: _bytes, ...lines } = truth;
    expect(ledger).toEqual(lines);
    const [rest] = await trino.rows('SELECT count(*) AS lines FROM malformed');
    expect(rest).toEqual({ lines: truth.malformed });
    for (const rollup of ['eni_5m', 'svc_1h'])
      expect(await trino.rows(`SELECT sum(bytes) AS bytes FROM ${rollup}`)).toEqual(
        await trino.rows("SELECT sum(bytes) AS bytes FROM flows WHERE log_status = 'OK'"),
      );
  }, 120_000);

  describe.each([
    ['on disk', true],
    ['on S3 (needs radosgw)', canUseS3],
  ])('through the life of a lake %s', (where, isPossible) => {
    const schema = where === 'on disk' ? 'disk' : 'bucket';
    let lake: Lake;
    let seed = 0;

    const add = async (extra: object = {}): Promise<void> => {
      seed += 1;
      const startSeconds = FAKE_START + seed * 7 * 3600;
      await lake.commit(
        await fakeBatch(lake, session, { uri: `file:///${seed}`, seed, rows: 400, startSeconds, ...extra }),
      );
    };
    /** Every column of every table, by our snapshot in DuckDB and by the table's own log in Trino. Gives the rows of each. */
    const compare = async (): Promise<Record<string, number>> => {
      await lake.settle();
      const snapshot = await lake.snapshot();
      const rows: Record<string, number> = {};
      for (const { name } of TABLES) {
        const { columns, files } = snapshotTable(snapshot, name);
        const [ours] = await session.rows(
          `${summary(columns, 'duckdb')} FROM ${filesSql(columns, await localPaths(lake.store, files))}`,
        );
        const [theirs] = await trino.rows(`${summary(columns, 'trino')} FROM ${schema}.${name}`);
        expect({ table: name, ...theirs }).toEqual({ table: name, ...ours });
        rows[name] = Number(ours?.['n']);
      }
      return rows;
    };

    it.runIf(isPossible)(
      'after appends, a new column, compaction, moved months, a checkpoint and expiry',
      async () => {
        const isDisk = schema === 'disk';
        const location = isDisk ? 'local:///disk' : `s3://${await createTestBucket(s3 as S3Endpoint)}/lake`;
        const open = async (now: () => number): Promise<Lake> =>
          openTestLake(
            isDisk
              ? createDiskStore(join(directory, 'disk'))
              : await openStore(location, {
                  endpoint: (s3 as S3Endpoint).endpoint,
                  cacheDirectory: join(directory, 'cache'),
                }),
            session,
            now,
          );
        lake = await open(() => FAKE_START + 40 * DAY);
        for (let i = 0; i < 3; i++) await add();
        await lake.commit({ staged: [], ledger: [], malformed: [LINE] });
        await lake.settle();
        await trino.register(schema, location);
        expect(await compare()).toMatchObject({ flows: 1200, ledger: 3, malformed: 1, tgw_flows: 0 });

        await add({ extraField: 'odd_field' });
        expect(await compare()).toMatchObject({ flows: 1600 });
        expect(await trino.rows(`SELECT count(odd_field) AS n FROM ${schema}.flows`)).toEqual([{ n: 400 }]);

        await add({ startSeconds: FAKE_START + 35 * DAY });
        await compactLake(lake, { monthsBefore: '2026-02-01' });
        expect((await compare())['ip_month']).toBeGreaterThan(0);

        while ((await lake.snapshot()).version < 51) {
          const { version } = await lake.snapshot();
          const entry = fakeLedger({ uri: `file:///empty-${version}`, seed: version, rows: 0 });
          await lake.commit({ staged: [], ledger: [entry], malformed: [] });
        }
        await lake.settle();
        // The fake clock stands in 2026-02; the files carry today's time.
        const now = await open(() => Date.now() / 1000 + 10);
        expect((await vacuumLake(now, { logMs: 0 })).logEntries).toBeGreaterThan(0);
        expect(await compare()).toMatchObject({ flows: 2000 });

        await expireLake(lake, { rawBefore: '2026-01-03', rollupsBefore: '2026-01-02' });
        await vacuumLake(now, { graceMs: 0 });
        const left = await compare();
        expect(left['flows']).toBeGreaterThan(0);
        expect(left['flows']).toBeLessThan(2000);
      },
      240_000,
    );
  });

  it('takes every statement of the how-to page, and prunes days through the view', async () => {
    const lake = openTestLake(createDiskStore(join(directory, 'lake')), session, () => FAKE_START + 3 * DAY);
    for (const seed of [1, 2])
      await lake.commit(
        await fakeBatch(lake, session, {
          uri: `file:///${seed}`,
          seed,
          rows: 300,
          startSeconds: FAKE_START + seed * DAY,
        }),
      );
    await lake.settle();
    const statements = statementsOf(PAGE.slice(0, PAGE.indexOf('## Athena')));
    expect(statements.length).toBe(TABLES.length + 2);
    for (const statement of statements)
      await trino.query(statement.replaceAll('s3://my-bucket/', 'local:///'));
    expect(statements.filter((text) => text.startsWith('CALL')).map((text) => text.split("'")[3])).toEqual(
      TABLES.map(({ name }) => name),
    );
    const sql = "SELECT count(*) AS n FROM lake.net.vpc_flow_logs WHERE date = DATE '2026-01-02'";
    expect(await trino.rows(sql)).toEqual([{ n: 300 }]);
    const { rows } = await trino.query(`EXPLAIN (TYPE IO, FORMAT JSON) ${sql}`);
    expect(String(rows[0]?.[0])).toContain('"day"');
  });

  it.each(AWS_SAMPLES)("runs AWS's sample unchanged but for the table's name: %s", async (sql, isEmpty) => {
    const found = await trino.query(
      sql.replace(/\b(vpc_flow_logs|test_table_vpclogs)\b/, 'lake.net.vpc_flow_logs'),
    );
    expect(found.columns.length).toBeGreaterThan(0);
    expect(found.rows.length === 0).toBe(isEmpty);
  });
});

/** The statements of a page's SQL blocks, without their semicolons. */
function statementsOf(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^```sql\n(.*?)^```/gms)].flatMap(([, block = '']) =>
    block
      .split(/;\s*$/m)
      .map((text) => text.trim())
      .filter(Boolean),
  );
}

/** What one table comes to, column by column, as text that both engines print alike. */
function summary(columns: readonly LakeColumn[], engine: 'duckdb' | 'trino'): string {
  const text = (sql: string): string => `CAST(coalesce(${sql}, 0) AS VARCHAR)`;
  const seconds = engine === 'duckdb' ? 'epoch' : 'to_unixtime';
  const parts = columns.map(({ name, type }, i) => {
    const column = `"${name}"`;
    const sql = {
      VARCHAR: `${text(`count(${column})`)} || '/' || ${text(`sum(length(${column}))`)}`,
      DATE: text(`sum(date_diff('day', DATE '1970-01-01', ${column}))`),
      TIMESTAMPTZ: text(`sum(CAST(floor(${seconds}(${column})) AS BIGINT))`),
      DOUBLE: text(`count(${column})`),
      BOOLEAN: text(`count(${column})`),
      INTEGER: text(`sum(CAST(${column} AS DECIMAL(38, 0)))`),
      BIGINT: text(`sum(CAST(${column} AS DECIMAL(38, 0)))`),
    }[type];
    return `${sql} AS c${i}`;
  });
  return `SELECT ${text('count(*)')} AS n, ${parts.join(', ')}`;
}
