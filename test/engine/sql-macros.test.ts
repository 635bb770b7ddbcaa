import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatIp, ipKey, parseCidr, parseIp, rangeContains, rangeKeys } from '../../src/base/index.ts';
import {
  createDuckDb,
  createSqlMacros,
  type DuckDb,
  type DuckDbSession,
  SQL_MACROS,
} from '../../src/engine/index.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

const directory = temporaryDirectory();
let db: DuckDb;
let session: DuckDbSession;

beforeAll(async () => {
  db = await createDuckDb({ threads: 2, memoryLimitBytes: 256e6, tempDirectory: `${directory}/tmp` });
  session = await db.connect();
  await createSqlMacros(session);
});
afterAll(() => {
  session.close();
  db.close();
});

const valueOf = async (expression: string): Promise<unknown> =>
  (await session.query(`SELECT ${expression}`)).rows[0]?.[0];

describe("Trino's functions under their names", () => {
  it.each<[string, unknown]>([
    ['from_unixtime(1418530010)', '2014-12-14T04:06:50Z'],
    ['to_iso8601(from_unixtime(1418530010))', '2014-12-14T04:06:50.000Z'],
    ["to_iso8601(DATE '2026-01-31')", '2026-01-31'],
    ["to_unixtime(TIMESTAMP '1970-01-01 00:01:00')", 60],
    ["from_iso8601_timestamp('2026-01-31T14:00:00Z')", '2026-01-31T14:00:00Z'],
    ["day_of_week(DATE '2026-02-01')", 7],
    ["day_of_year(DATE '2026-02-01')", 32],
    ["date('2026-02-01')", '2026-02-01'],
    ["date_add('hour', 3, TIMESTAMP '2026-01-01 00:00:00')", '2026-01-01T03:00:00'],
    ["date_add('quarter', -1, DATE '2026-01-01')", '2025-10-01T00:00:00'],
    ["date_add(DATE '2026-01-01', INTERVAL 1 DAY)", '2026-01-02T00:00:00'],
    ["date_diff('day', TIMESTAMP '2026-01-01 23:00:00', TIMESTAMP '2026-01-02 01:00:00')", 0],
    ["date_diff('hour', TIMESTAMP '2026-01-01 23:00:00', TIMESTAMP '2026-01-02 01:00:00')", 2],
    ["date_trunc('hour', TIMESTAMP '2026-01-01 23:10:00')", '2026-01-01T23:00:00'],
    ["date_format(TIMESTAMP '2026-01-01 10:11:12', '%Y-%m-%d %H:%i:%s')", '2026-01-01 10:11:12'],
    ["regexp_like('eni-0ab', 'eni-[0-9]')", true],
    ["strpos('abc', 'c')", 3],
    ["split_part('10.117.0.9', '.', 2)", '117'],
    ["url_decode('payments%20api')", 'payments api'],
    ["element_at(MAP {'a': 1}, 'a')", 1],
    ['element_at([1, 2], 3)', null],
    ["cardinality(MAP {'a': 1})", 1],
    ['approx_distinct(x) FROM (VALUES (1), (2), (2)) t(x)', 2],
    ['approx_percentile(x, 0.5) FROM range(101) t(x)', 50],
    ['arbitrary(x) FROM (VALUES (7)) t(x)', 7],
    ['count_if(x > 1) FROM (VALUES (1), (2)) t(x)', 1],
    ["max_by(x, y) FROM (VALUES ('a', 1), ('b', 2)) t(x, y)", 'b'],
    ['bitwise_and(18, 2) <> 0', true],
    ["array_join(['a', 'b'], '+')", 'a+b'],
    ['sequence(1, 3)', [1, 2, 3]],
    ['json_extract_scalar(\'{"a": {"b": 1}}\', \'$.a.b\')', '1'],
    ["try(CAST('x' AS INTEGER))", null],
    ["contains('10.0.0.0/8', '10.200.3.4')", true],
    ["contains('10.0.0.0/8', CAST('11.0.0.0' AS IPADDRESS))", false],
    ["contains('2001:db8::/33', '2001:db8:7fff::1')", true],
    ["contains('2001:db8::/33', '2001:db8:8000::1')", false],
    ["contains('::/0', '10.0.0.1')", false],
    ["contains('0.0.0.0/0', '::1')", false],
    ['contains([22, 3389], 22)', true],
    ["contains('payments api', 'api')", true],
    ["ip_in_cidr(NULL, '10.0.0.0/8')", null],
  ])('%s', async (expression, expected) => {
    expect(await valueOf(expression)).toEqual(expected);
  });

  it('has distinct names and a comment for each', () => {
    expect(new Set(SQL_MACROS.map((macro) => macro.name)).size).toBe(SQL_MACROS.length);
    expect(SQL_MACROS.filter((macro) => macro.comment === '')).toEqual([]);
  });
});

const v4 = fc.nat({ max: 0xffff_ffff }).map((value) => ({ version: 4 as const, value: BigInt(value) }));
const v6 = fc
  .array(fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: 0xffffn })), { minLength: 8, maxLength: 8 })
  .map((groups) => ({ version: 6 as const, value: groups.reduce((sum, group) => (sum << 16n) | group, 0n) }));

describe('address functions equal those of base', () => {
  it('ip_key, both families, in batches', async () => {
    const addresses = fc.sample(fc.oneof(v4, v6), 3000);
    const texts = addresses.map(formatIp);
    const rows = await session.rows(
      "SELECT ip, ip_key(ip) AS key FROM (SELECT unnest(string_split($1, ' ')) AS ip)",
      [texts.join(' ')],
    );
    expect(rows.map((row) => row['key'])).toEqual(
      rows.map((row) => ipKey(parseIp(String(row['ip'])) ?? { version: 4, value: 0n })),
    );
    expect(rows.length).toBe(3000);
  });

  it('ip_in_cidr and the ends of a block', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(v4, v6),
        fc.oneof(v4, v6),
        fc.nat({ max: 128 }),
        async (network, address, bits) => {
          const cidr = `${formatIp(network)}/${network.version === 4 ? bits % 33 : bits}`;
          const range = parseCidr(cidr);
          if (range === null) throw new Error(`generator made ${cidr}`);
          const near = { version: range.version, value: range.last };
          const [row] = await session.rows(
            'SELECT cidr_first_key($1) AS first, cidr_last_key($1) AS last, ip_in_cidr($2, $1) AS far, ip_in_cidr($3, $1) AS near',
            [cidr, formatIp(address), formatIp(near)],
          );
          expect(row).toEqual({ ...rangeKeys(range), far: rangeContains(range, address), near: true });
        },
      ),
      { numRuns: 150 },
    );
  });

  it.each(['', 'x', '1.2.3', '1.2.3.256', '1.2.3.4.5', '1:2', '1:::2', 'eni-1', '12345::', 'g::1'])(
    'ip_key of %j is NULL',
    async (text) => {
      expect((await session.rows('SELECT ip_key($1) AS key', [text]))[0]).toEqual({ key: null });
    },
  );
});
