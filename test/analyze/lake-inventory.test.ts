import { describe, expect, it } from 'vitest';
import { type AnalyzeDeps, explainOnLake } from '../../src/analyze/index.ts';
import { planOf, type Question } from '../../src/query/index.ts';
import { TABLES, type TableName } from '../../src/record/index.ts';

const day = (text: string): number => Date.parse(`${text}T00:00:00Z`) / 1000;

/** A lake of which only the sizes of tables, the newest merged month and the reach of the ledger are known. */
function lakeOf(
  rows: Partial<Record<TableName, number>>,
  mergedTo: string | null = null,
): AnalyzeDeps & { readonly asked: string[] } {
  const asked: string[] = [];
  const session = {
    query: async (sql: string) => {
      asked.push(sql);
      const reach = [day('2026-01-10') + 30, day('2026-06-01') + 40];
      return { columns: [], rows: [reach], truncated: false, seconds: 0 };
    },
  };
  return {
    asked,
    session: session as unknown as AnalyzeDeps['session'],
    reader: {
      rowCounts: () =>
        Object.fromEntries(TABLES.map(({ name }) => [name, rows[name] ?? 0])) as Record<TableName, number>,
      hasStatuses: () => true,
      newestPartition: (table) => (table === 'ip_month' ? mergedTo : '2026-06-01'),
    },
  };
}

const BIG = { flows: 1e9, tgw_flows: 1e9, ip_day: 1e6, eni_5m: 1e5, svc_1h: 1e4 };
const sums = (by: readonly string[], facts: Partial<Question> = {}): Question => ({
  by,
  measures: ['flows', 'packets', 'bytes', 'rejects'],
  ...facts,
});
const from = (startSeconds: number): Partial<Question> => ({ time: { startSeconds, endSeconds: null } });
const tableFor = async (question: Question, lake: AnalyzeDeps): Promise<string> =>
  (await explainOnLake(lake, planOf(question))).table;

describe('the table of a question on a lake', () => {
  it.each<[string, Question, string]>([
    ['an address', sums(['srcaddr']), 'ip_day'],
    ['two addresses', sums(['srcaddr', 'dstaddr']), 'flows'],
    ['an address of the transit gateway', sums(['dstaddr'], { source: 'tgw_flows' }), 'ip_day'],
    ['an attachment', sums(['tgw_attachment_id'], { source: 'tgw_flows' }), 'tgw_flows'],
    ['action: the one with fewer rows', sums(['action']), 'svc_1h'],
    ['action at 5 minutes', sums(['action'], from(day('2026-02-01') + 300)), 'eni_5m'],
    [
      'action from a minute on: the edge from the records',
      sums(['action'], from(day('2026-02-01') + 60)),
      'eni_5m, flows',
    ],
    ['a minute before all records', sums(['action'], from(day('2026-01-01') + 60)), 'svc_1h'],
    ['a field that only records have', sums(['tcp_flags']), 'flows'],
  ])('%s', async (_name, question, table) => {
    expect(await tableFor(question, lakeOf(BIG))).toBe(table);
  });

  it('is one that has rows', async () => {
    expect(await tableFor(sums(['action']), lakeOf({ flows: 10 }))).toBe('flows');
    expect(await tableFor(sums(['action']), lakeOf({ flows: 10, eni_5m: 5 }))).toBe('eni_5m');
  });

  it.each<[string, Question, string]>([
    ['everything: days and merged months together', sums(['srcaddr']), 'ip_month'],
    ['days behind the merged months', sums(['srcaddr'], from(day('2026-04-01'))), 'ip_day'],
    ['days inside them: records', sums(['srcaddr'], from(day('2026-03-31'))), 'flows'],
    ['whole months and days after them', sums(['srcaddr'], from(day('2026-02-01'))), 'ip_month'],
    ['days, one by one', sums(['srcaddr'], { bucketSeconds: 86_400 }), 'flows'],
  ])('after a merge, %s', async (_name, question, table) => {
    expect(await tableFor(question, lakeOf({ ...BIG, ip_month: 100 }, '2026-03-01'))).toBe(table);
  });

  it('counts by log_status alone where every record has one', async () => {
    const lake = lakeOf({ flows: 10 });
    const sqlOf = async (has: boolean): Promise<string> => {
      const reader = { ...lake.reader, hasStatuses: () => has };
      return (await explainOnLake({ ...lake, reader }, planOf(sums(['action'])))).compiled.sql;
    };
    expect(await sqlOf(true)).toContain(`WHERE "log_status" = 'OK' GROUP BY`);
    expect(await sqlOf(false)).toContain(`WHERE ("log_status" = 'OK' OR ("log_status" IS NULL AND `);
  });

  it('is asked of the ledger once per state of the lake', async () => {
    const lake = lakeOf(BIG);
    await tableFor(sums(['action']), lake);
    await tableFor(sums(['srcaddr']), lake);
    expect(lake.asked.length).toBe(1);
  });
});
