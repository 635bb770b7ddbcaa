import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sqlIdentifier, sqlString } from '../../src/base/index.ts';
import { columnsOf, encodeSchema } from '../../src/lake/delta-schema.ts';
import { type TableName, tableOf } from '../../src/record/index.ts';
import type { TestSession } from './duckdb-session.ts';

/** The tables that compiled plans read. */
export const PLAN_TABLES: readonly TableName[] = [
  'flows',
  'tgw_flows',
  'ip_day',
  'ip_month',
  'eni_5m',
  'svc_1h',
];

/**
 * Writes tables of a test's DuckDB as Delta tables below `directory`, one file and one commit each, so that another
 * engine reads the same rows. Columns that a table of the session lacks are NULL.
 */
export async function writeDeltaTables(session: TestSession, directory: string): Promise<void> {
  for (const name of PLAN_TABLES) {
    const folder = join(directory, name);
    mkdirSync(join(folder, '_delta_log'), { recursive: true });
    const there = await session.rows(`DESCRIBE ${name}`);
    const present = new Set(there.map((row) => String(row['column_name'])));
    const table = tableOf(name);
    const columns = table.columns.map(({ name: column, type }) => {
      const id = sqlIdentifier(column);
      return `CAST(${present.has(column) ? id : 'NULL'} AS ${type}) AS ${id}`;
    });
    const file = join(folder, 'data.parquet');
    await session.run(
      `COPY (SELECT ${columns.join(', ')} FROM ${name}) TO ${sqlString(file)} (FORMAT parquet)`,
    );
    const actions = [
      { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
      {
        metaData: {
          id: name,
          format: { provider: 'parquet', options: {} },
          schemaString: encodeSchema(columnsOf(table)),
          partitionColumns: [],
          configuration: {},
        },
      },
      {
        add: {
          path: 'data.parquet',
          partitionValues: {},
          size: statSync(file).size,
          modificationTime: 0,
          dataChange: true,
        },
      },
    ];
    const log = actions.map((action) => JSON.stringify(action)).join('\n');
    writeFileSync(join(folder, '_delta_log', `${'0'.repeat(20)}.json`), `${log}\n`);
  }
}
