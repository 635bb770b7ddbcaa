import type { SqlRow, SqlSession } from '../base/index.ts';
import type { TableName } from '../record/index.ts';
import type { KeptFrom } from './retention.ts';
import { isStoppedSql, okSql } from './stage-sql.ts';
import { problemOf, type VerifyProblem } from './verify-problem.ts';

/** The FROM items of the tables, of readable files only. */
export type TableSources = (name: TableName) => string;

/** How many rows of one kind of problem are named; the rest is counted. */
const SHOWN = 20;

/**
 * Recounts every source object: the rows of `flows` and `tgw_flows` by object against the ledger, and the malformed
 * lines. Objects whose days have partly expired may have fewer rows, never more.
 */
export async function checkLedger(
  session: SqlSession,
  source: TableSources,
  kept: KeptFrom,
): Promise<VerifyProblem[]> {
  const twice = await session.rows(
    `SELECT min(uri) AS uri, count(*) AS times FROM ${source('ledger')} GROUP BY uri, etag, status = 'refused' HAVING count(*) > 1
     UNION ALL SELECT min(uri), count(*) FROM ${source('ledger')} WHERE status <> 'refused'
       GROUP BY object_id HAVING count(DISTINCT (uri, etag)) > 1 ORDER BY 1`,
  );
  const sums = await session.rows(
    `SELECT uri, lines, ok, nodata, skipdata, malformed FROM ${source('ledger')}
     WHERE lines <> ok + nodata + skipdata + malformed ORDER BY uri`,
  );
  const rawStart = kept.raw === null ? 'NULL::TIMESTAMPTZ' : `TIMESTAMPTZ '${kept.raw} 00:00:00+00'`;
  const counted = await session.rows(
    `WITH kept AS (SELECT object_id FROM ${source('flows')} UNION ALL SELECT object_id FROM ${source('tgw_flows')}),
       found AS (SELECT object_id, count(*) AS rows FROM kept WHERE object_id IS NOT NULL GROUP BY object_id),
       entries AS (SELECT object_id, min(uri) AS uri, sum(ok + nodata + skipdata)::BIGINT AS records, min(first_start) AS first_start
         FROM ${source('ledger')} GROUP BY object_id)
     SELECT coalesce(entries.object_id, found.object_id)::VARCHAR AS object_id, uri, coalesce(records, 0) AS records,
       coalesce(rows, 0) AS rows, entries.object_id IS NULL AS is_unknown
     FROM entries FULL JOIN found USING (object_id)
     WHERE entries.object_id IS NULL OR coalesce(rows, 0) > records
       OR (coalesce(rows, 0) < records AND NOT coalesce(first_start < ${rawStart}, FALSE))
     ORDER BY uri`,
  );
  const malformed = await session.rows(
    `WITH found AS (SELECT object_id, count(*) AS rows FROM ${source('malformed')} GROUP BY object_id),
       entries AS (SELECT object_id, min(uri) AS uri, sum(malformed)::BIGINT AS malformed, min(ingested_day) AS day
         FROM ${source('ledger')} GROUP BY object_id)
     SELECT uri, malformed, coalesce(rows, 0) AS rows FROM entries LEFT JOIN found USING (object_id)
     WHERE malformed <> coalesce(rows, 0) AND NOT (coalesce(rows, 0) < malformed AND coalesce(day < ${dateOrNull(kept.malformed)}, FALSE))
     ORDER BY uri`,
  );
  return [
    ...shown(twice, ({ uri, times }) =>
      problemOf('object-twice', String(uri), `in the ledger ${String(times)} times`),
    ),
    ...shown(sums, (row) =>
      problemOf(
        'ledger-sum',
        String(row['uri']),
        `${String(row['lines'])} lines are not ${['ok', 'nodata', 'skipdata', 'malformed'].map((name) => `${String(row[name])} ${name}`).join(' + ')}`,
      ),
    ),
    ...shown(counted, ({ object_id, uri, records, rows, is_unknown }) =>
      is_unknown === true
        ? problemOf(
            'object-unknown',
            `object ${String(object_id)}`,
            `${String(rows)} records of no object in the ledger`,
          )
        : problemOf(
            'object-rows',
            String(uri),
            `${String(rows)} records in the lake, the ledger says ${String(records)}`,
          ),
    ),
    ...shown(malformed, ({ uri, malformed: expected, rows }) =>
      problemOf(
        'object-malformed',
        String(uri),
        `${String(rows)} malformed lines kept, the ledger says ${String(expected)}`,
      ),
    ),
  ];
}

/** A rollup, the records it was made from, and the periods in which the two are compared. */
interface Comparison {
  readonly name: string;
  /** SELECTs of period, flows, packets and bytes, before their GROUP BY. */
  readonly records: string;
  readonly rollup: string;
}

/**
 * Compares flows, packets and bytes of every rollup with the records, period by period, where both are kept. Periods with a
 * count at the greatest BIGINT are left out: there the rollup has stopped adding.
 */
export async function checkRollups(
  session: SqlSession,
  source: TableSources,
  kept: KeptFrom,
  columns: (table: TableName) => ReadonlySet<string>,
): Promise<VerifyProblem[]> {
  const problems: VerifyProblem[] = [];
  for (const comparison of comparisons(source, columns)) {
    const rows = await session.rows(compareSql(comparison, kept));
    problems.push(
      ...shown(rows, (row) => {
        const period = row['period'] === null ? 'without a time' : String(row['period']);
        const facts = COUNTERS.map(
          (name) =>
            `${name} ${String(row[`rollup_${name}`])}, the records say ${String(row[`record_${name}`])}`,
        );
        return problemOf('rollup-sum', `${comparison.name} ${period}`, facts.join('; '));
      }),
    );
  }
  return problems;
}

const COUNTERS = ['flows', 'packets', 'bytes'];

function comparisons(
  source: TableSources,
  columns: (table: TableName) => ReadonlySet<string>,
): readonly Comparison[] {
  const counted = 'count(*) AS flows, coalesce(sum(packets), 0) AS packets, coalesce(sum(bytes), 0) AS bytes';
  const folded = `sum(flows) AS flows, sum(packets) AS packets, sum(bytes) AS bytes, ${isStoppedSql('packets')} OR ${isStoppedSql('bytes')} AS is_stopped`;
  const volumes = (['eni_5m', 'svc_1h'] as const).map((table) => ({
    name: table,
    records: `SELECT day AS period, ${counted} FROM ${source('flows')} WHERE ${okSql(columns('flows'))}`,
    rollup: `SELECT make_date((epoch(ts)::BIGINT // 86400)::INTEGER) AS period, ${folded} FROM ${source(table)}`,
  }));
  // Days that moved to ip_month have lost their day, so the index is compared by month.
  const index = `(SELECT day, role, record_kind, flows, packets, bytes FROM ${source('ip_day')}
    UNION ALL SELECT month, role, record_kind, flows, packets, bytes FROM ${source('ip_month')})`;
  const month = `date_trunc('month', day)::DATE AS period`;
  const roles = [
    { role: 'src', column: 'srcaddr' },
    { role: 'dst', column: 'dstaddr' },
  ];
  const addresses = roles.flatMap(({ role, column }) =>
    (
      [
        { kind: 'vpc', table: 'flows' },
        { kind: 'tgw', table: 'tgw_flows' },
      ] as const
    ).map(({ kind, table }) => ({
      name: `address index (${kind}, ${role})`,
      records: `SELECT ${month}, ${counted} FROM ${source(table)} WHERE ${okSql(columns(table))} AND ${column} IS NOT NULL`,
      rollup: `SELECT ${month}, ${folded} FROM ${index} WHERE role = '${role}' AND record_kind = '${kind}'`,
    })),
  );
  return [...volumes, ...addresses];
}

function compareSql({ records, rollup }: Comparison, kept: KeptFrom): string {
  const sides = COUNTERS.map(
    (name) =>
      `coalesce(records.${name}, 0)::VARCHAR AS record_${name}, coalesce(rollup.${name}, 0)::VARCHAR AS rollup_${name}`,
  );
  const limits = [kept.raw, kept.rollups].flatMap((day) => (day === null ? [] : [`period >= DATE '${day}'`]));
  // A month that begins before the first kept day is not whole. Records without a time never expire.
  const isKept = limits.length === 0 ? 'TRUE' : `(period IS NULL OR (${limits.join(' AND ')}))`;
  return `WITH records AS (${records} GROUP BY period), rollup AS (${rollup} GROUP BY period),
    compared AS (SELECT coalesce(records.period, rollup.period) AS period, ${sides.join(', ')}, coalesce(is_stopped, FALSE) AS is_stopped
      FROM records FULL JOIN rollup ON records.period IS NOT DISTINCT FROM rollup.period)
    SELECT * REPLACE (period::VARCHAR AS period) FROM compared
    WHERE ${isKept} AND NOT is_stopped AND (${COUNTERS.map((name) => `record_${name} <> rollup_${name}`).join(' OR ')}) ORDER BY period`;
}

function dateOrNull(day: string | null): string {
  return day === null ? 'NULL::DATE' : `DATE '${day}'`;
}

function shown(rows: readonly SqlRow[], toProblem: (row: SqlRow) => VerifyProblem): VerifyProblem[] {
  const problems = rows.slice(0, SHOWN).map(toProblem);
  const last = problems.at(-1);
  if (last !== undefined && rows.length > SHOWN) {
    problems.push({ ...last, where: `and ${rows.length - SHOWN} more`, message: 'of the same kind' });
  }
  return problems;
}
