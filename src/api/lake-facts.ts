import { lakeInventory } from '../analyze/index.ts';
import type { SqlRow } from '../base/index.ts';
import type { LakeMoment } from '../engine/index.ts';
import type { Inventory } from '../query/index.ts';
import { type ApiContext, limitsOf } from './context.ts';
import type { Integer } from './contract/common.ts';
import type { LakeState } from './contract/lake.ts';

/** What the API knows of the lake: its state for people, and the inventory for the planner. */
export interface LakeFacts {
  readonly state: Omit<LakeState, 'nowSeconds' | 'recordsPerSecond' | 'coverage'>;
  /** Records of the latest commits, those of the minute before the last one. */
  readonly recent: readonly { readonly atSeconds: number; readonly records: number }[];
  readonly inventory: Inventory;
}

const known = new WeakMap<LakeMoment, { readonly key: string; readonly facts: Promise<LakeFacts> }>();

/**
 * The facts of the lake as the request sees it. Cost: one pass over the ledger for each state of the lake; free after
 * that.
 */
export function lakeFacts(context: ApiContext): Promise<LakeFacts> {
  const { reader } = context;
  const key = JSON.stringify([reader.rowCounts(), reader.newestPartition('ip_month')]);
  const entry = known.get(context.reader);
  if (entry?.key === key) return entry.facts;
  const facts = readFacts(context);
  known.set(context.reader, { key, facts });
  // A failure is of the request that met it; the next one tries again.
  facts.catch(() => known.delete(context.reader));
  return facts;
}

const SQL = `SELECT count(*) AS objects, sum(lines) AS lines, sum(ok) AS ok, sum(nodata) AS nodata, sum(skipdata) AS skipdata,
  sum(malformed) AS malformed, sum(bytes_read) AS bytes_read, CAST(epoch(min(first_start)) AS DOUBLE) AS first_start,
  CAST(epoch(max(last_end)) AS DOUBLE) AS last_end, CAST(epoch(max(ingested_at)) AS DOUBLE) AS ingested_at FROM ledger`;

const RECENT_SQL = `SELECT CAST(epoch(ingested_at) AS DOUBLE), CAST(sum(ok + nodata + skipdata) AS DOUBLE) FROM ledger
  WHERE ingested_at > (SELECT max(ingested_at) FROM ledger) - INTERVAL 60 SECONDS GROUP BY 1`;

async function readFacts(context: ApiContext): Promise<LakeFacts> {
  const counts = context.reader.rowCounts();
  const { signal: _, ...limits } = limitsOf(context);
  const [frame, recent, inventory] = await context.withSession(async (session) => [
    await session.query(SQL, limits),
    await session.query(RECENT_SQL, limits),
    await lakeInventory({ session, reader: context.reader, limits }),
  ]);
  const row: SqlRow = Object.fromEntries(
    frame.columns.map((column, index) => [column.name, frame.rows[0]?.[index]]),
  );
  const integer = (name: string): Integer => (row[name] ?? 0) as Integer;
  const seconds = (name: string): number | null => (typeof row[name] === 'number' ? row[name] : null);
  const [firstSeconds, lastSeconds] = [seconds('first_start'), seconds('last_end')];
  return {
    state: {
      isEmpty: Object.values(counts).every((rows) => rows === 0),
      firstSeconds,
      lastSeconds,
      ingestedSeconds: seconds('ingested_at'),
      objects: integer('objects'),
      lines: integer('lines'),
      ok: integer('ok'),
      nodata: integer('nodata'),
      skipdata: integer('skipdata'),
      malformed: integer('malformed'),
      bytesRead: integer('bytes_read'),
      tables: Object.entries(counts).map(([name, rows]) => ({ name, rows })),
    },
    recent: recent.rows.map(([at, records]) => ({ atSeconds: Number(at), records: Number(records) })),
    inventory,
  };
}
