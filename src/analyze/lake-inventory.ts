import type { Inventory, TableFacts } from '../query/index.ts';
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
        ...(name === 'ip_month' ? mergedUntil(reader) : {}),
        ...(name === 'flows' || name === 'tgw_flows' ? { hasStatuses: reader.hasStatuses(name) } : {}),
      },
    ]),
  );
}

/** Months are merged in order, so the newest one says how far. */
function mergedUntil(reader: AnalyzeDeps['reader']): Pick<TableFacts, 'mergedUntilSeconds'> {
  const newest = reader.newestPartition('ip_month');
  if (newest === null) return {};
  const [year, month] = newest.split('-').map(Number);
  return { mergedUntilSeconds: Date.UTC(year ?? 1970, month ?? 1, 1) / 1000 };
}
