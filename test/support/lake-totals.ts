import { openReadSession, resolveConfig, verifyLake, withLakeFiles } from '../../src/app/index.ts';
import { silentReporter } from '../../src/base/index.ts';
import type { VerifyReport } from '../../src/lake/index.ts';
import type { MadeTruth } from './simulated-source.ts';

/** What a lake says of everything in it: by its ledger, and by its records, which must agree. */
export interface LakeTotals {
  /** Objects that are no duplicates. */
  readonly ledger: Omit<MadeTruth, 'packets' | 'bytes'>;
  readonly records: Omit<MadeTruth, 'objects' | 'lines'>;
}

/** The totals of a lake, by SQL through the same views that people ask. */
export async function totalsOf(location: string): Promise<LakeTotals> {
  const read = await openReadSession(configOf(location));
  try {
    const number = (sql: string): string => `coalesce(${sql}, 0)::DOUBLE`;
    const [ledger] = await read.session.rows(
      `SELECT count(*)::DOUBLE AS objects, ${['lines', 'ok', 'nodata', 'skipdata', 'malformed']
        .map((name) => `${number(`sum(${name})`)} AS ${name}`)
        .join(', ')} FROM ledger WHERE status <> 'duplicate'`,
    );
    const [records] = await read.session.rows(
      `WITH records AS (SELECT log_status, packets, bytes FROM flows UNION ALL SELECT log_status, packets, bytes FROM tgw_flows)
       SELECT count(*) FILTER (log_status = 'OK')::DOUBLE AS ok, count(*) FILTER (log_status = 'NODATA')::DOUBLE AS nodata,
         count(*) FILTER (log_status = 'SKIPDATA')::DOUBLE AS skipdata, (SELECT count(*) FROM malformed)::DOUBLE AS malformed,
         ${number('sum(packets)')} AS packets, ${number('sum(bytes)')} AS bytes FROM records`,
    );
    return { ledger, records } as unknown as LakeTotals;
  } finally {
    read.close();
  }
}

/** The totals that a truth asks for. */
export function expectedTotals({ packets, bytes, ...ledger }: MadeTruth): LakeTotals {
  const { objects: _objects, lines: _lines, ...counts } = ledger;
  return { ledger, records: { ...counts, packets, bytes } };
}

/** `weir lake verify` as a function. */
export function verifyAt(location: string): Promise<VerifyReport> {
  return withLakeFiles(configOf(location), silentReporter, verifyLake);
}

function configOf(location: string): ReturnType<typeof resolveConfig> {
  return resolveConfig({ flags: { 'lake.location': location, 'engine.memory': '500MB' } });
}
