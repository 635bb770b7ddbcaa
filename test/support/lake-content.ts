import { randomUUID } from 'node:crypto';
import { type SqlSession, sqlIdentifier } from '../../src/base/index.ts';
import { filesSql, localPaths, openLake, snapshotTable } from '../../src/lake/index.ts';
import { TABLES, type TableColumn } from '../../src/record/index.ts';
import { openStore } from '../../src/storage/index.ts';

/**
 * What tells how a row came in and not what it says: the moment, and how sure the reader was of a layout without a header,
 * which is a little less when the same layout had a header beside it.
 */
const HOW = new Set(['ingested_at', 'ingested_day', 'layout_confidence']);

/**
 * Rows and a digest of each table of a lake, the same for every way of filling it: rows in any order, rollups with their
 * rows of equal keys merged, without the moments of ingest.
 */
export async function contentOfLake(
  session: SqlSession,
  location: string,
): Promise<Readonly<Record<string, unknown>>> {
  const store = await openStore(location);
  const lake = openLake({ store, session, now: () => 0, newId: randomUUID });
  const snapshot = await lake.snapshot();
  const content: Record<string, unknown> = {};
  for (const { name, columns } of TABLES) {
    const table = snapshotTable(snapshot, name);
    const rules = new Map(columns.map((column) => [column.name, column.merge]));
    const of = table.columns
      .filter((column) => !HOW.has(column.name))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const isRollup = columns.some(({ merge }) => merge !== 'key');
    const list = of.map((column) => valueSql(column.name, rules.get(column.name) ?? 'key'));
    const [row] = await session.rows(
      `SELECT count(*)::INTEGER AS rows, coalesce(sum(hash(r)::HUGEINT), 0)::VARCHAR AS digest FROM (
         SELECT ${list.join(', ')} FROM ${filesSql(table.columns, await localPaths(store, table.files))}
         ${isRollup ? 'GROUP BY ALL' : ''}) AS r`,
    );
    content[name] = row;
  }
  return content;
}

function valueSql(name: string, merge: TableColumn['merge']): string {
  const column = sqlIdentifier(name);
  return merge === 'key' ? column : `${merge}(${column}) AS ${column}`;
}
