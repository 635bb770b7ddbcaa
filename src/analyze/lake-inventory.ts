import type { Inventory, TableFacts } from '../query/index.ts';
import { type TableName, tableOf } from '../record/index.ts';
import type { AnalyzeDeps } from './deps.ts';

const known = new WeakMap<
  AnalyzeDeps['reader'],
  { readonly key: string; readonly inventory: Promise<Inventory> }
>();

/**
 * What the planner has to know of a lake: which tables hold rows, how many, from when to when, and how far the days of
 * the address index are merged into months. Cost: one pass over the ledger for each state of the lake, free after that.
 */
export function lakeInventory(deps: AnalyzeDeps): Promise<Inventory> {
  const { reader } = deps;
  const key = JSON.stringify([reader.rowCounts(), reader.newestPartition('ip_month')]);
  const entry = known.get(reader);
  if (entry?.key === key) return entry.inventory;
  const inventory = readInventory(deps);
  known.set(reader, { key, inventory });
  // A failure is of the question that met it; the next one tries again.
  inventory.catch(() => known.delete(reader));
  return inventory;
}

const REACH_SQL =
  'SELECT CAST(floor(epoch(min(first_start))) AS BIGINT), CAST(ceil(epoch(max(last_end))) AS BIGINT) FROM ledger';

async function readInventory({ session, reader }: AnalyzeDeps): Promise<Inventory> {
  const [first, last] = (await session.query(REACH_SQL)).rows[0] ?? [];
  const reach = {
    startSeconds: typeof first === 'number' ? first : null,
    endSeconds: typeof last === 'number' ? last : null,
  };
  const present = Object.entries(reader.rowCounts()).filter(([, rows]) => rows > 0);
  return Object.fromEntries(
    present.map(([name, rows]): [string, TableFacts] => [
      name,
      {
        rows,
        ...reach,
        ...partitionsOf(reader, name as TableName),
        ...(name === 'ip_month' ? mergedUntil(reader) : {}),
        ...(name === 'flows' || name === 'tgw_flows' ? { hasStatuses: reader.hasStatuses(name) } : {}),
      },
    ]),
  );
}

/** The sizes of the partitions, for those who ask how much a question would read. */
function partitionsOf(
  { partitionSizes }: AnalyzeDeps['reader'],
  name: TableName,
): Pick<TableFacts, 'partitions'> {
  if (partitionSizes === undefined) return {};
  const isMonth = tableOf(name).partition === 'month';
  return {
    partitions: [...partitionSizes(name)].map(([first, sizeBytes]) => {
      if (first === null) return { startSeconds: null, endSeconds: null, sizeBytes };
      const start = Date.parse(`${first}T00:00:00Z`);
      const date = new Date(start);
      const end = isMonth ? Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) : start + 86_400_000;
      return { startSeconds: start / 1000, endSeconds: end / 1000, sizeBytes };
    }),
  };
}

/** Months are merged in order, so the newest one says how far. */
function mergedUntil(reader: AnalyzeDeps['reader']): Pick<TableFacts, 'mergedUntilSeconds'> {
  const newest = reader.newestPartition('ip_month');
  if (newest === null) return {};
  const [year, month] = newest.split('-').map(Number);
  return { mergedUntilSeconds: Date.UTC(year ?? 1970, month ?? 1, 1) / 1000 };
}
