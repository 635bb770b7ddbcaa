import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { filesSql, type Lake, localPaths, snapshotTable } from '../../src/lake/index.ts';
import type { TableName } from '../../src/record/index.ts';
import { createDiskStore } from '../../src/storage/index.ts';
import { openDuckdbSession, type TestSession } from '../support/duckdb-session.ts';
import { FAKE_DAY, fakeBatch, fakeLedger, openTestLake } from '../support/lake-batch.ts';

let root: string;
let session: TestSession;
let lake: Lake;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'weir-lake-'));
  session = await openDuckdbSession();
  lake = openTestLake(createDiskStore(root), session);
});
afterEach(async () => {
  session.close();
  await rm(root, { recursive: true, force: true });
});

/** One row of numbers over a table of the lake. */
async function measure(table: TableName, list: string, from: Lake = lake): Promise<Record<string, unknown>> {
  const { columns, files } = snapshotTable(await from.snapshot(), table);
  const [row] = await session.rows(
    `SELECT ${list} FROM ${filesSql(columns, await localPaths(from.store, files))}`,
  );
  return Object.fromEntries(
    Object.entries(row ?? {}).map(([name, value]) => [
      name,
      typeof value === 'bigint' ? Number(value) : value,
    ]),
  );
}

const object = { uri: 'file:///a', seed: 1, rows: 5000 };

describe('a lake', () => {
  it('is empty before the first commit', async () => {
    const snapshot = await lake.snapshot();
    expect(snapshot.version).toBe(-1);
    expect(snapshotTable(snapshot, 'flows').files).toEqual([]);
    expect(await measure('flows', 'count(*) AS rows')).toEqual({ rows: 0 });
    expect(await lake.lookUp([{ uri: 'x', etag: 'y', sizeBytes: 1 }])).toEqual([{ kind: 'new' }]);
  });

  it.each([false, true])('shows a commit in every table at once (columns as ENUM: %s)', async (asEnum) => {
    const batch = await fakeBatch(lake, session, { ...object, asEnum });
    expect((await lake.snapshot()).version).toBe(-1);
    expect(await lake.commit(batch)).toEqual({ kind: 'committed', version: 1 });

    const flows = await measure(
      'flows',
      `count(*) AS rows, count(*) FILTER (log_status = 'OK') AS ok,
      sum(packets)::BIGINT AS packets, sum(bytes)::BIGINT AS bytes, count(DISTINCT day) AS days, min(day)::VARCHAR AS day`,
    );
    expect(flows).toMatchObject({ rows: 5000, ok: 4900, days: 1, day: FAKE_DAY });
    const sums = 'sum(flows)::BIGINT AS ok, sum(packets)::BIGINT AS packets, sum(bytes)::BIGINT AS bytes';
    const expected = { ok: 4900, packets: flows['packets'], bytes: flows['bytes'] };
    expect(await measure('eni_5m', sums)).toEqual(expected);
    expect(await measure('svc_1h', sums)).toEqual(expected);
    expect(await measure(`ip_day`, sums.replaceAll(')::', `) FILTER (role = 'src')::`))).toEqual(expected);
    expect(
      await measure(
        'ip_day',
        `count(*) FILTER (role = 'pkt_src' AND ip <> '172.16.0.9') AS wrong,
      count(*) FILTER (ip_key IS NULL OR scope IS NULL) AS bare, count(DISTINCT role) AS roles`,
      ),
    ).toEqual({ wrong: 0, bare: 0, roles: 3 });
    expect(await measure('ledger', 'count(*) AS rows, sum(lines)::BIGINT AS lines')).toEqual({
      rows: 1,
      lines: 5000,
    });
    const bits = (name: string): string => `sum(bit_count(${name}))::BIGINT AS ${name}`;
    const coverage = await measure(
      'coverage',
      `${bits('ok_minutes')}, ${bits('nodata_minutes')}, count(*) AS rows`,
    );
    expect(Number(coverage['ok_minutes'])).toBeGreaterThan(40 * 58);
    expect(coverage['nodata_minutes']).toBeGreaterThan(0);

    const [file] = snapshotTable(await lake.snapshot(), 'flows').files;
    expect(file?.stats?.minValues).toMatchObject({
      account_id: '123456789012',
      interface_id: `eni-${'0'.repeat(17)}`,
      start: 1_767_225_600,
    });
    expect(file?.stats?.maxValues).toMatchObject({ interface_id: 'eni-00000000000000027' });
  });

  it('says what it knows of an object: new, known, or the same bytes elsewhere', async () => {
    await lake.commit(await fakeBatch(lake, session, object));
    const { etag, sizeBytes } = fakeLedger(object);
    const answers = await lake.lookUp([
      { uri: 'file:///other', etag: 'z', sizeBytes: 1 },
      { uri: object.uri, etag, sizeBytes },
      { uri: 'file:///copy', etag, sizeBytes },
      { uri: 'file:///copy', etag, sizeBytes: 7 },
    ]);
    expect(answers.map(({ kind }) => kind)).toEqual(['new', 'known', 'duplicate', 'new']);
    expect(answers[2]).toMatchObject({
      entry: { uri: object.uri, status: 'ok', objectId: fakeLedger(object).objectId },
    });
  });

  it('refuses an object that is there, whoever committed it, and changes nothing', async () => {
    const other = openTestLake(createDiskStore(root), session);
    const [mine, theirs] = [await fakeBatch(lake, session, object), await fakeBatch(other, session, object)];
    expect((await other.commit(theirs)).kind).toBe('committed');
    expect(await lake.commit(mine)).toEqual({ kind: 'overlap', objects: [{ uri: object.uri, etag: '1' }] });
    await lake.discard(mine.staged);
    expect(await measure('flows', 'count(*) AS rows')).toEqual({ rows: 5000 });
    expect(await measure('ip_day', `sum(flows) FILTER (role = 'dst')::BIGINT AS ok`)).toEqual({ ok: 4900 });
  });

  it('keeps the files of a commit that failed without an answer, because it may have happened', async () => {
    const disk = createDiskStore(root);
    const lossy = openTestLake(
      {
        ...disk,
        putIfAbsent: async (path, bytes) => {
          await disk.putIfAbsent(path, bytes);
          if (path.startsWith('flows/_delta_log/') && path.endsWith('1.json'))
            throw new Error('the answer got lost');
          return true;
        },
      },
      session,
    );
    const batch = await fakeBatch(lossy, session, object);
    await expect(lossy.commit(batch)).rejects.toThrow(/got lost/);
    await lossy.discard(batch.staged);
    expect(await measure('flows', 'count(*) AS rows')).toEqual({ rows: 5000 });
    const [known] = await lake.lookUp([fakeLedger(object)]);
    expect(known?.kind).toBe('known');
  });

  it('takes a refused object later, once it can be read', async () => {
    const refused = {
      ...fakeLedger(object),
      status: 'refused' as const,
      reason: 'no layout',
      lines: 0,
      ok: 0,
      nodata: 0,
    };
    expect((await lake.commit({ staged: [], ledger: [refused], malformed: [] })).kind).toBe('committed');
    expect((await lake.commit({ staged: [], ledger: [refused], malformed: [] })).kind).toBe('overlap');
    expect((await lake.lookUp([refused]))[0]).toMatchObject({
      kind: 'known',
      entry: { status: 'refused', reason: 'no layout' },
    });
    expect((await lake.commit(await fakeBatch(lake, session, object))).kind).toBe('committed');
    expect((await lake.lookUp([refused]))[0]).toMatchObject({ kind: 'known', entry: { status: 'ok' } });
  });

  it('keeps malformed lines word for word', async () => {
    const text = 'half a line\t"quoted" \u0000 \ud800 end';
    const malformed = [
      { objectId: 5n, uri: 'file:///m', lineNumber: 3, code: 'field-count', reason: 'r', text },
    ];
    await lake.commit({ staged: [], ledger: [], malformed });
    expect(
      await measure('malformed', 'count(*) AS rows, min(text) AS text, min(object_id)::BIGINT AS id'),
    ).toEqual({
      rows: 1,
      text: text.replace('\ud800', '\ufffd'),
      id: 5,
    });
  });

  it('gives unknown fields a column of their own, NULL in older files', async () => {
    await lake.commit(await fakeBatch(lake, session, object));
    await lake.commit(
      await fakeBatch(lake, session, { ...object, uri: 'file:///b', seed: 2, extraField: 'odd_field' }),
    );
    const expected = { rows: 10_000, odd: 5000, kinds: 3 };
    const list = 'count(*) AS rows, count(odd_field) AS odd, count(DISTINCT odd_field) AS kinds';
    expect(await measure('flows', list)).toEqual(expected);
    const fresh = openTestLake(createDiskStore(root), session);
    expect(await measure('flows', list, fresh)).toEqual(expected);
    expect(
      snapshotTable(await fresh.snapshot(), 'flows')
        .columns.filter(({ isExtra }) => isExtra)
        .map(({ name }) => name),
    ).toEqual(['odd_field']);
  });

  it('refuses an unknown field whose name would clash', async () => {
    await session.run(`CREATE TEMP TABLE clash AS SELECT 1::BIGINT AS start, 'x' AS "Bytes"`);
    await expect(lake.stage('clash', 'vpc')).rejects.toMatchObject({ code: 'lake.column-clash' });
  });

  it('splits a batch over days and months, and keeps records without a time', async () => {
    await lake.commit(
      await fakeBatch(lake, session, { ...object, startSeconds: 1_769_900_000, spanSeconds: 300_000 }),
    );
    await session.run(`CREATE TEMP TABLE timeless AS SELECT NULL::BIGINT AS start, NULL::BIGINT AS "end", '10.0.0.1' AS srcaddr, 9::BIGINT AS bytes
      UNION ALL SELECT 999999999999999, 999999999999999, '10.0.0.1', 7`);
    await session.run(
      `CREATE TEMP TABLE timeless_addresses AS SELECT '10.0.0.1' AS ip, 'k' AS ip_key, 'private' AS scope`,
    );
    await lake.commit({ staged: [await lake.stage('timeless', 'vpc')], ledger: [], malformed: [] });
    const snapshot = await lake.snapshot();
    const partitions = (name: TableName): (string | null)[] => [
      ...new Set(snapshotTable(snapshot, name).files.map(({ partition }) => partition)),
    ];
    expect(partitions('flows')).toEqual([
      null,
      '2026-01-31',
      '2026-02-01',
      '2026-02-02',
      '2026-02-03',
      '2026-02-04',
    ]);
    expect(partitions('eni_5m')).toEqual([null, '2026-01-01', '2026-02-01']);
    expect(await measure('flows', 'count(*) FILTER (day IS NULL) AS timeless, count(*) AS rows')).toEqual({
      timeless: 2,
      rows: 5002,
    });
    expect(
      await measure(
        'eni_5m',
        'sum(flows)::BIGINT AS flows, sum(bytes) FILTER (month IS NULL)::BIGINT AS bytes',
      ),
    ).toEqual({ flows: 4902, bytes: 16 });
  });

  it('is the same lake for a process that opens it later, followed or not', async () => {
    for (let seed = 1; seed <= 11; seed++) {
      await lake.commit(await fakeBatch(lake, session, { uri: `file:///${seed}`, seed, rows: 200 }));
    }
    const list = `sum(flows)::BIGINT AS flows, sum(bytes)::BIGINT AS bytes`;
    const before = await measure('svc_1h', list);
    expect(await measure('svc_1h', list, openTestLake(createDiskStore(root), session))).toEqual(before);
    await lake.settle();
    expect(await measure('svc_1h', list)).toEqual(before);
    expect(await measure('svc_1h', list, openTestLake(createDiskStore(root), session))).toEqual(before);
  });
});
