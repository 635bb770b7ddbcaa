import { randomUUID } from 'node:crypto';
import type { SqlSession } from '../../src/base/index.ts';
import { formatDay } from '../../src/base/index.ts';
import {
  type Lake,
  type LakeBatch,
  type LedgerEntry,
  objectIdOf,
  openLake,
  type Staged,
} from '../../src/lake/index.ts';
import type { ObjectStore } from '../../src/storage/index.ts';

/** A made-up object for lake tests: `rows` records, the same for the same seed. */
export interface FakeObject {
  readonly uri: string;
  readonly seed: number;
  readonly rows: number;
  /** Start of the first record, Unix seconds; the records spread over `spanSeconds` (default an hour). */
  readonly startSeconds?: number;
  readonly spanSeconds?: number;
  /** An unknown field, with the same text in every record. */
  readonly extraField?: string;
  /** Every how many records one is NODATA (default 50; 0: none). */
  readonly nodataEvery?: number;
  readonly asEnum?: boolean;
}

/** 2026-01-01T00:00:00Z. */
export const FAKE_START = 1_767_225_600;

/** A lake with a clock that stands still unless told otherwise. */
export function openTestLake(
  store: ObjectStore,
  session: SqlSession,
  now: () => number = () => FAKE_START + 86_400,
): Lake {
  return openLake({ store, session, now, newId: randomUUID });
}

/** Makes the relation of an object, and its addresses, as ingest would. Cost: one CREATE TABLE AS over a range. */
export async function loadFakeObject(
  session: SqlSession,
  relation: string,
  object: FakeObject,
): Promise<void> {
  const { seed, rows, startSeconds = FAKE_START, spanSeconds = 3600, nodataEvery = 50 } = object;
  const h = (salt: number): string => `(hash(i * 1000003 + ${seed * 7919 + salt}) % 1000000)::BIGINT`;
  const start = `(${startSeconds} + i * ${spanSeconds} // ${Math.max(1, rows)})`;
  const isNodata = nodataEvery === 0 ? 'FALSE' : `i % ${nodataEvery} = ${nodataEvery - 1}`;
  const none = (sql: string): string => `CASE WHEN ${isNodata} THEN NULL ELSE ${sql} END`;
  const text = (sql: string): string => `(${sql})::VARCHAR`;
  const v6 = `i % 10 = 7`;
  const inside = `CASE WHEN ${v6} THEN 'fd00::' || printf('%x', ${h(1)} % 200) ELSE '10.0.' || (${h(1)} % 4) || '.' || (${h(2)} % 50) END`;
  const outside = `CASE WHEN ${v6} THEN '2001:db8::' || printf('%x', ${h(3)} % 500) ELSE '198.51.' || (${h(3)} % 100) || '.' || (${h(4)} % 9) END`;
  const isIn = `${h(5)} % 2 = 0`;
  await session.run(`CREATE OR REPLACE TEMP TABLE ${relation} AS SELECT 5::INTEGER AS version, '123456789012' AS account_id,
    printf('eni-%017x', ${h(6)} % 40) AS interface_id, 'vpc-' || (${h(6)} % 40 % 3) AS vpc_id,
    ${none(`CASE WHEN ${isIn} THEN ${outside} ELSE ${inside} END`)} AS srcaddr,
    ${none(`CASE WHEN ${isIn} THEN ${inside} ELSE ${outside} END`)} AS dstaddr,
    ${none(`CASE WHEN ${isIn} THEN ${outside} WHEN i % 30 = 1 THEN '172.16.0.9' ELSE ${inside} END`)} AS pkt_srcaddr,
    ${none(`(32768 + ${h(7)} % 28000)::INTEGER`)} AS srcport, ${none(`([443, 80, 22, 53, 3306])[1 + ${h(8)} % 5]::INTEGER`)} AS dstport,
    ${none(`(CASE WHEN ${h(9)} % 5 = 0 THEN 17 ELSE 6 END)::INTEGER`)} AS protocol,
    ${none(`(1 + ${h(10)} % 100)`)} AS packets, ${none(`(60 + ${h(11)})`)} AS bytes, ${start}::BIGINT AS start, (${start} + 20 + ${h(12)} % 40)::BIGINT AS "end",
    ${none(text(`CASE WHEN ${h(13)} % 7 = 0 THEN 'REJECT' ELSE 'ACCEPT' END`))} AS action, CASE WHEN ${isNodata} THEN 'NODATA' ELSE 'OK' END AS log_status,
    ${none(text(`CASE WHEN ${isIn} THEN 'ingress' ELSE 'egress' END`))} AS direction, ${none(`'public'`)} AS remote_scope,
    ${none(`(CASE WHEN ${v6} THEN 6 ELSE 4 END)::INTEGER`)} AS ip_version, ${none(`([443, 80, 22, 53, 3306])[1 + ${h(8)} % 5]::INTEGER`)} AS svc_port,
    ${objectIdOf(object.uri, String(seed))}::BIGINT AS object_id
    ${object.extraField === undefined ? '' : `, 'x' || (i % 3) AS ${object.extraField}`}
    FROM range(${rows}) t(i)`);
  await session.run(
    `CREATE OR REPLACE TEMP TABLE ${relation}_addresses AS SELECT ip, md5(ip) AS ip_key, 'public' AS scope FROM (
      SELECT srcaddr AS ip FROM ${relation} UNION SELECT dstaddr FROM ${relation} UNION SELECT pkt_srcaddr FROM ${relation}) WHERE ip IS NOT NULL`,
  );
  if (object.asEnum === true) await makeEnums(session, relation);
}

/** Turns the text columns into ENUM-typed ones, as the engine loads dictionaries. */
async function makeEnums(session: SqlSession, relation: string): Promise<void> {
  const columns = [
    'account_id',
    'interface_id',
    'vpc_id',
    'srcaddr',
    'dstaddr',
    'pkt_srcaddr',
    'action',
    'log_status',
    'direction',
    'remote_scope',
  ];
  for (const column of columns) {
    const type = `${relation}_${column}`;
    await session.run(`DROP TYPE IF EXISTS ${type}`);
    await session.run(
      `CREATE TYPE ${type} AS ENUM (SELECT DISTINCT ${column} FROM ${relation} WHERE ${column} IS NOT NULL)`,
    );
  }
  const list = columns.map((column) => `${column}::${relation}_${column} AS ${column}`).join(', ');
  await session.run(
    `CREATE OR REPLACE TEMP TABLE ${relation}_e AS SELECT * REPLACE (${list}) FROM ${relation}`,
  );
  await session.run(`DROP TABLE ${relation}`);
  await session.run(`ALTER TABLE ${relation}_e RENAME TO ${relation}`);
}

/** The ledger entry of an object, right by construction. */
export function fakeLedger(object: FakeObject): LedgerEntry {
  const { uri, seed, rows, nodataEvery = 50, startSeconds = FAKE_START, spanSeconds = 3600 } = object;
  const nodata = nodataEvery === 0 ? 0 : Math.floor(rows / nodataEvery);
  return {
    objectId: objectIdOf(uri, String(seed)),
    uri,
    etag: String(seed),
    sizeBytes: rows * 100,
    status: 'ok',
    reason: null,
    shape: 'text',
    layout: 'version account-id',
    layoutSource: 'header',
    layoutConfidence: 1,
    unknownFields: object.extraField ?? null,
    lines: rows,
    ok: rows - nodata,
    nodata,
    skipdata: 0,
    malformed: 0,
    bytesRead: rows * 120,
    firstStartSeconds: startSeconds,
    lastEndSeconds: startSeconds + spanSeconds,
  };
}

/** Stages one object and gives the batch to commit. */
export async function fakeBatch(lake: Lake, session: SqlSession, object: FakeObject): Promise<LakeBatch> {
  const relation = `fake_${object.seed}`;
  await loadFakeObject(session, relation, object);
  const staged: Staged = await lake.stage(relation, 'vpc');
  await session.run(`DROP TABLE ${relation}`);
  await session.run(`DROP TABLE ${relation}_addresses`);
  return { staged: [staged], ledger: [fakeLedger(object)], malformed: [] };
}

/** The UTC day the fakes begin on. */
export const FAKE_DAY = formatDay(FAKE_START);
