import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createDuckDb,
  createLakeReader,
  type LakeFiles,
  type LakeReader,
  type LakeSession,
} from '../../src/engine/index.ts';
import { type FixtureRow, writeFixtureLake } from '../support/fixture-lake.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

const directory = temporaryDirectory();
const row = (minute: number): FixtureRow => ({
  start: 1_767_225_600 + minute * 60,
  end: 1_767_225_650 + minute * 60,
  srcaddr: '10.0.0.1',
  dstaddr: '2001:db8::1',
  bytes: 40,
  packets: 1,
  protocol: 6,
  srcport: 1,
  dstport: 22,
  action: 'ACCEPT',
  log_status: 'OK',
  account_id: '1',
  interface_id: 'eni-1',
});

let reader: LakeReader;
let session: LakeSession;
let [small, large]: readonly LakeFiles[] = [];
const opened: string[] = [];

const counting = (lake: LakeFiles): LakeFiles => ({
  ...lake,
  localPath: async (path) => {
    opened.push(path);
    return path;
  },
});

beforeAll(async () => {
  small = await writeFixtureLake(`${directory}/small`, [row(0)]);
  large = await writeFixtureLake(`${directory}/large`, [row(0), row(1)]);
  const db = await createDuckDb({
    threads: 2,
    memoryLimitBytes: 256e6,
    tempDirectory: `${directory}/tmp`,
    confineTo: [directory],
  });
  reader = createLakeReader(db, counting(small));
  session = await reader.connect();
});
afterAll(() => {
  session.close();
  reader.close();
});

describe('createLakeReader', () => {
  it('opens only the tables that a statement names', async () => {
    expect((await session.ask('SELECT sum(flows) AS flows FROM ip_day')).rows).toEqual([[2]]);
    expect(opened.map((path) => path.split('/').at(-3))).toEqual(['ip_day']);
    await session.ask('SELECT * FROM ip_day');
    expect(opened.length).toBe(1);
  });

  it('knows functions and views when they are named, under any spelling', async () => {
    expect(
      (await session.ask("SELECT count(*) FROM Vpc_Flow_Logs WHERE Contains('2001:db8::/32', dstaddr)")).rows,
    ).toEqual([[1]]);
    expect((await session.ask("SELECT IP_KEY('::1')")).rows).toEqual([['00000000000000000000000000000001']]);
    expect((await session.ask("SELECT CAST('10.0.0.1' AS IPADDRESS)")).rows).toEqual([['10.0.0.1']]);
    expect((await session.ask('SHOW TABLES')).rows.length).toBeGreaterThan(9);
    expect((await session.ask('DESCRIBE tgw_flows')).rows.length).toBeGreaterThan(36);
    expect(
      (await session.ask('(SELECT srcaddr FROM flows) UNION ALL SELECT ip FROM ip_month')).rows.length,
    ).toBe(1);
  });

  it('moves to a new state for every session, also while others ask', async () => {
    const other = await reader.connect();
    reader.update(large ?? small ?? { tables: {}, localPath: async (path) => path });
    const answers = await Promise.all([session, other].map((one) => one.ask('SELECT count(*) FROM flows')));
    expect(answers.map((frame) => frame.rows)).toEqual([[[2]], [[2]]]);
    expect(reader.rowCounts()).toMatchObject({ flows: 2, tgw_flows: 0 });
    expect([reader.newestPartition('flows'), reader.newestPartition('ip_month')]).toEqual([
      '2026-01-01',
      null,
    ]);
    other.close();
  });

  it('keeps a state for those who still read it, and lets go of the longest unused', async () => {
    const first = createLakeReader(
      await createDuckDb({ threads: 1, memoryLimitBytes: 256e6, tempDirectory: `${directory}/tmp-held` }),
      { ...(small as LakeFiles), version: 5 },
    );
    expect([first.hold(), first.version()]).toEqual([5, 5]);
    first.update({ ...(large as LakeFiles), version: 6 });
    const [held, present] = [first.at(5), first.at(6)];
    const counts = [];
    for (const moment of [held, present, first]) {
      const one = await moment?.connect();
      counts.push((await one?.ask('SELECT count(*) FROM vpc_flow_logs'))?.rows[0]?.[0]);
      counts.push(moment?.rowCounts().flows);
      one?.close();
    }
    expect(counts).toEqual([1, 1, 2, 2, 2, 2]);
    expect(first.at(4)).toBeNull();
    for (let version = 7; version < 40; version++) {
      first.update({ ...(large as LakeFiles), version });
      first.hold();
    }
    expect(first.at(5)).toBeNull();
    first.close();
  });

  it('reads the lake as it is when a statement is let in, not when it came', async () => {
    const moved = createLakeReader(
      await createDuckDb({ threads: 1, memoryLimitBytes: 256e6, tempDirectory: `${directory}/tmp-turns` }),
      { ...(small as LakeFiles), version: 5 },
    );
    let version = 5;
    const one = await moved.connect(async () => {
      moved.update({ ...((version === 5 ? large : small) as LakeFiles), version: ++version });
      return () => {};
    });
    const sql = 'SELECT count(*) FROM vpc_flow_logs';
    expect((await one.query(sql)).rows).toEqual([[2]]);
    expect((await one.ask(sql)).rows).toEqual([[1]]);
    one.close();
    moved.close();
  });

  it('streams rows, and stops when nobody reads on', async () => {
    const rows = await session.askStream('SELECT range AS n, CAST(range AS HUGEINT) AS h FROM range(10000)');
    expect(rows.columns).toEqual([
      { name: 'n', type: 'BIGINT' },
      { name: 'h', type: 'HUGEINT' },
    ]);
    let sum = 0n;
    for (let batch = await rows.next(); batch !== null; batch = await rows.next()) {
      for (const value of batch.column(0)) sum += value as bigint;
    }
    await rows.close();
    expect(sum).toBe(49_995_000n);
    const endless = await session.stream('SELECT * FROM range(1000000000000)');
    expect((await endless.next())?.toRows()[1]).toEqual([1]);
    await endless.close();
    expect((await session.ask('SELECT 1')).rows).toEqual([[1]]);
  });

  it('ends a stream whose signal fires, with the reason', async () => {
    const controller = new AbortController();
    const rows = await session.stream('SELECT * FROM range(1000000000000)', { signal: controller.signal });
    await rows.next();
    controller.abort();
    await expect(rows.next()).rejects.toMatchObject({ code: 'engine.cancelled' });
    await rows.close();
  });

  it('copies rows to a file of its own, also of statements with a comment at the end', async () => {
    for (const path of [
      await session.copy('SELECT srcaddr FROM flows'),
      await session.askCopy('SELECT srcaddr FROM flows; -- all of them'),
    ]) {
      expect(path.startsWith(`${directory}/tmp/`)).toBe(true);
      const { rows } = await session.query(`SELECT DISTINCT * FROM read_parquet('${path}')`);
      expect(rows).toEqual([['10.0.0.1']]);
      rmSync(path);
    }
    await expect(session.askCopy("SELECT * FROM read_csv('/etc/passwd')")).rejects.toMatchObject({
      code: 'engine.sql-forbidden',
    });
    await expect(session.askCopy('SELECT nope FROM flows')).rejects.toMatchObject({ code: 'engine.bad-sql' });
  });

  it('asks no statement that writes', async () => {
    await expect(session.ask('DROP VIEW flows')).rejects.toMatchObject({ code: 'engine.sql-not-read-only' });
  });
});
