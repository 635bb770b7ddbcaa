import { formatDay, ipKey, parseIp, sqlIdentifier, sqlString } from '../../src/base/index.ts';
import { type TableName, tableOf } from '../../src/record/index.ts';
import { openDuckdbSession, type TestSession } from './duckdb-session.ts';

/** A record of a test: column of `flows` to value; what is absent is missing. `start` is Unix seconds. */
export type TestFlow = Readonly<Record<string, string | number | null>>;

/**
 * A private DuckDB with the tables `flows`, `tgw_flows` and the rollups, filled from records the slow obvious way, and
 * the macro `ip_key`. Days before `mergedUntil` are in `ip_month` and no longer in `ip_day`.
 */
export async function openQueryLake(flows: readonly TestFlow[], mergedUntil: string): Promise<TestSession> {
  const session = await openDuckdbSession();
  for (const name of ['flows', 'tgw_flows'] as const) await session.run(emptyTable(name));
  await insert(session, 'flows', flows);
  const addresses = new Set(flows.flatMap((flow) => [flow['srcaddr'], flow['dstaddr']]).map(String));
  await session.run('CREATE TABLE ip_keys (ip VARCHAR, k VARCHAR)');
  for (const text of addresses) {
    const address = parseIp(text);
    if (address !== null)
      await session.run(`INSERT INTO ip_keys VALUES (${sqlString(text)}, ${sqlString(ipKey(address))})`);
  }
  await session.run('CREATE MACRO ip_key(x) AS (SELECT any_value(k) FROM ip_keys WHERE ip = x)');
  const sums =
    'count(*) AS flows, CAST(sum(packets) AS BIGINT) AS packets, CAST(sum(bytes) AS BIGINT) AS bytes';
  const end = (role: 'src' | 'dst'): string =>
    `SELECT day, k AS ip_key, ip, 'vpc' AS record_kind, account_id, vpc_id, '${role}' AS role, direction,
     NULL AS scope, to_timestamp(min(start)) AS first_seen, to_timestamp(max("end")) AS last_seen, ${sums},
     CAST(count(*) FILTER (action = 'REJECT') AS BIGINT) AS rejects
     FROM flows JOIN ip_keys ON ip = ${role}addr WHERE log_status = 'OK' GROUP BY ALL`;
  await session.run(`CREATE TABLE ip_day AS ${end('src')} UNION ALL ${end('dst')}`);
  await session.run(
    `CREATE TABLE ip_month AS SELECT CAST(date_trunc('month', day) AS DATE) AS month, * EXCLUDE (day) FROM ip_day
     WHERE day < DATE ${sqlString(mergedUntil)}`,
  );
  await session.run(`DELETE FROM ip_day WHERE day < DATE ${sqlString(mergedUntil)}`);
  const keys = 'account_id, vpc_id, interface_id, direction, action, protocol';
  const rollup = (name: string, seconds: number, more: string): string =>
    `CREATE TABLE ${name} AS SELECT CAST(date_trunc('month', day) AS DATE) AS month,
     to_timestamp(start - start % ${seconds}) AS ts, ${keys}, ${more}, ${sums} FROM flows WHERE log_status = 'OK' GROUP BY ALL`;
  await session.run(rollup('eni_5m', 300, 'ip_version, remote_scope'));
  await session.run(rollup('svc_1h', 3600, 'svc_port, remote_scope'));
  return session;
}

function emptyTable(name: TableName): string {
  const columns = tableOf(name).columns.map((column) => `${sqlIdentifier(column.name)} ${column.type}`);
  return `CREATE TABLE ${name} (${columns.join(', ')})`;
}

async function insert(session: TestSession, name: TableName, flows: readonly TestFlow[]): Promise<void> {
  const { columns } = tableOf(name);
  for (let i = 0; i < flows.length; i += 200) {
    const rows = flows.slice(i, i + 200).map((flow) => {
      const withDay: TestFlow = { ...flow, day: formatDay(Number(flow['start'])) };
      return `(${columns.map((column) => literal(withDay[column.name] ?? null)).join(', ')})`;
    });
    await session.run(`INSERT INTO ${name} VALUES ${rows.join(', ')}`);
  }
}

function literal(value: string | number | null): string {
  if (value === null) return 'NULL';
  return typeof value === 'number' ? String(value) : sqlString(value);
}
