import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createDuckDb, type LakeFile, type LakeFiles, type LakeTableFiles } from '../../src/engine/index.ts';
import { type TableName, tableOf } from '../../src/record/index.ts';

/** One record of a fixture: any columns of `flows` or `tgw_flows`; `start` decides the partition. */
export type FixtureRow = Readonly<Record<string, string | number | null>> & { readonly start: number };

/**
 * Writes the tables of a small lake as Parquet through DuckDB alone, without ingest or commit log, and gives the file
 * list: what a reader needs. Derived columns and rollups follow the words of `record/tables.ts`, written the slow
 * obvious way. `columns` holds the columns of the row plus defaults; absent columns of `flows` are not in the files.
 */
export async function writeFixtureLake(
  directory: string,
  rows: readonly FixtureRow[],
  tgwRows: readonly FixtureRow[] = [],
  only?: readonly TableName[],
): Promise<LakeFiles> {
  const db = await createDuckDb({
    threads: 2,
    memoryLimitBytes: 512e6,
    tempDirectory: join(directory, 'tmp'),
  });
  const session = await db.connect();
  const tables: { [name in TableName]?: LakeTableFiles } = {};
  const write = async (name: TableName, select: string): Promise<void> => {
    if (only !== undefined && !only.includes(name)) return;
    const table = tableOf(name);
    await session.run(`CREATE OR REPLACE TEMP TABLE out_${name} AS ${select}`);
    const present = await session.rows(`DESCRIBE out_${name}`);
    const columns = present.map((row, index) => ({
      name: String(row['column_name']),
      type: table.columns.find((column) => column.name === row['column_name'])?.type ?? ('VARCHAR' as const),
      fieldId: index + 1,
    }));
    const fieldIds = columns.map((column) => `"${column.name}": ${column.fieldId}`).join(', ');
    const partitions = await session.rows(
      `SELECT CAST(${table.partition} AS VARCHAR) AS p, count(*)::INTEGER AS n FROM out_${name} GROUP BY 1 ORDER BY 1`,
    );
    const files: LakeFile[] = [];
    for (const { p, n } of partitions) {
      const folder = join(directory, name, `${table.partition}=${String(p)}`);
      mkdirSync(folder, { recursive: true });
      const path = join(folder, 'part-0.parquet');
      await session.run(
        `COPY (SELECT * FROM out_${name} WHERE ${table.partition} = DATE '${String(p)}') TO '${path}' (FORMAT parquet, FIELD_IDS {${fieldIds}})`,
      );
      files.push({ path, partition: String(p), rows: Number(n) });
    }
    tables[name] = { files, columns };
  };

  const load = async (name: 'flows' | 'tgw_flows', records: readonly FixtureRow[]): Promise<void> => {
    const table = tableOf(name);
    const names = [...new Set(records.flatMap((row) => Object.keys(row)))];
    const typed = names.map(
      (column) => `"${column}" ${table.columns.find((entry) => entry.name === column)?.type ?? 'VARCHAR'}`,
    );
    await session.run(`CREATE TEMP TABLE raw_${name} (${typed.join(', ')})`);
    for (const row of records) {
      await session.run(
        `INSERT INTO raw_${name} VALUES (${names.map((_, index) => `$${index + 1}`).join(', ')})`,
        names.map((column) => row[column] ?? null),
      );
    }
    const has = (column: string): string => (names.includes(column) ? `"${column}"` : 'NULL');
    await write(
      name,
      `SELECT *, CAST(to_timestamp(start) AT TIME ZONE 'UTC' AS DATE) AS day,
        coalesce(${has('flow_direction')}, CASE WHEN log_status = 'OK' THEN CASE WHEN srcaddr LIKE '10.%' THEN 'egress' ELSE 'ingress' END END) AS direction,
        CASE WHEN log_status = 'OK' THEN CASE WHEN CASE WHEN srcaddr LIKE '10.%' THEN dstaddr ELSE srcaddr END LIKE '10.%' THEN 'private' ELSE 'public' END END AS remote_scope,
        CASE WHEN srcaddr LIKE '%:%' THEN 6 WHEN srcaddr IS NOT NULL THEN 4 END AS ip_version,
        CASE WHEN protocol IN (6, 17) THEN least(srcport, dstport) END AS svc_port,
        CAST(1 AS BIGINT) AS object_id FROM raw_${name}`,
    );
  };

  const flowColumns = tableOf('flows').columns.map(
    (column) => `CAST(NULL AS ${column.type}) AS "${column.name}"`,
  );
  if (rows.length > 0) {
    await load('flows', rows);
    await session.run(
      `CREATE TEMP VIEW f AS SELECT * FROM out_flows UNION ALL BY NAME SELECT ${flowColumns.join(', ')} WHERE false`,
    );
    const sums =
      'count(*) AS flows, CAST(sum(packets) AS BIGINT) AS packets, CAST(sum(bytes) AS BIGINT) AS bytes';
    const keyed = (column: string, role: string): string =>
      `SELECT day, ip_key_of(${column}) AS ip_key, ${column} AS ip, 'vpc' AS record_kind, account_id, vpc_id, '${role}' AS role, direction,
        CASE WHEN ${column} LIKE '10.%' THEN 'private' ELSE 'public' END AS scope, to_timestamp(min(start)) AS first_seen,
        to_timestamp(max("end")) AS last_seen, ${sums}, CAST(count(*) FILTER (action = 'REJECT') AS BIGINT) AS rejects
        FROM f WHERE log_status = 'OK' GROUP BY ALL`;
    await session.run(`CREATE MACRO ip_key_of(ip) AS ip`);
    await write('ip_day', `${keyed('srcaddr', 'src')} UNION ALL BY NAME ${keyed('dstaddr', 'dst')}`);
    const month = `CAST(date_trunc('month', day) AS DATE) AS month`;
    await write(
      'eni_5m',
      `SELECT ${month}, to_timestamp(start // 300 * 300) AS ts, account_id, vpc_id, interface_id, direction, action, protocol,
        ip_version, remote_scope, ${sums} FROM f WHERE log_status = 'OK' GROUP BY ALL`,
    );
    await write(
      'svc_1h',
      `SELECT ${month}, to_timestamp(start // 3600 * 3600) AS ts, account_id, vpc_id, interface_id, direction, action, protocol,
        svc_port, remote_scope, ${sums} FROM f WHERE log_status = 'OK' GROUP BY ALL`,
    );
    const bits = (status: string): string =>
      `CAST(coalesce(bit_or(CAST(1 AS BIGINT) << minute) FILTER (log_status = '${status}'), 0) AS BIGINT)`;
    await write(
      'coverage',
      `SELECT CAST(ts AT TIME ZONE 'UTC' AS DATE) AS day, ts, account_id, vpc_id, interface_id, ${bits('OK')} AS ok_minutes,
        ${bits('NODATA')} AS nodata_minutes, ${bits('SKIPDATA')} AS skipdata_minutes
        FROM (SELECT account_id, vpc_id, interface_id, log_status, to_timestamp(m // 60 * 3600) AS ts, CAST(m % 60 AS INTEGER) AS minute
          FROM (SELECT *, unnest(generate_series(start // 60, "end" // 60)) AS m FROM f)) GROUP BY ALL`,
    );
    await write(
      'ledger',
      `SELECT DATE '2026-01-01' AS ingested_day, CAST(1 AS BIGINT) AS object_id, 'file:///in/a.log.gz' AS uri, 'e1' AS etag,
        CAST(1000 AS BIGINT) AS size_bytes, 'ok' AS status, 'text' AS shape, 'version srcaddr' AS layout, 'header' AS layout_source,
        CAST(1 AS DOUBLE) AS layout_confidence, count(*) + 1 AS lines, count(*) FILTER (log_status = 'OK') AS ok,
        count(*) FILTER (log_status = 'NODATA') AS nodata, count(*) FILTER (log_status = 'SKIPDATA') AS skipdata,
        CAST(1 AS BIGINT) AS malformed, CAST(5000 AS BIGINT) AS bytes_read, to_timestamp(min(start)) AS first_start,
        to_timestamp(max("end")) AS last_end, to_timestamp(1767268800) AS ingested_at FROM f`,
    );
    await write(
      'malformed',
      `SELECT DATE '2026-01-01' AS ingested_day, CAST(1 AS BIGINT) AS object_id, 'file:///in/a.log.gz' AS uri, CAST(7 AS BIGINT) AS line_number,
        'field-count' AS code, 'found 2 values, expected 14' AS reason, 'what ever' AS text`,
    );
  }
  if (tgwRows.length > 0) await load('tgw_flows', tgwRows);
  session.close();
  db.close();
  return { tables, localPath: async (path) => path };
}
