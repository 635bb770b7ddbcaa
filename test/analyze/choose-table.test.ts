import { describe, expect, it } from 'vitest';
import { chooseTable, type Inventory, type SumQuestion } from '../../src/analyze/choose-table.ts';
import { TABLES, type TableName } from '../../src/record/index.ts';

const day = (text: string): number => Date.parse(`${text}T00:00:00Z`) / 1000;

const inventory = (rows: Partial<Record<TableName, number>>, mergedTo: string | null = null): Inventory => ({
  rowCounts: () =>
    Object.fromEntries(TABLES.map(({ name }) => [name, rows[name] ?? 0])) as Record<TableName, number>,
  newestPartition: (table) => (table === 'ip_month' ? mergedTo : '2026-06-01'),
});
const question = (groupBy: readonly string[], facts: Partial<SumQuestion> = {}): SumQuestion => ({
  table: 'flows',
  groupBy,
  filterOn: [],
  range: { startSeconds: null, endSeconds: null },
  ...facts,
});
const BIG = inventory({ flows: 1e9, tgw_flows: 1e9, ip_day: 1e6, eni_5m: 1e5, svc_1h: 1e4 });

describe('chooseTable', () => {
  it.each<[string, SumQuestion, TableName]>([
    ['an address', question(['srcaddr']), 'ip_day'],
    ['two addresses', question(['srcaddr', 'dstaddr']), 'flows'],
    ['an address of the transit gateway', question(['dstaddr'], { table: 'tgw_flows' }), 'ip_day'],
    ['an attachment', question(['tgw_attachment_id'], { table: 'tgw_flows' }), 'tgw_flows'],
    ['action: the one with fewer rows', question(['action']), 'svc_1h'],
    [
      'action at 5 minutes',
      question(['action'], { range: { startSeconds: 300, endSeconds: null } }),
      'eni_5m',
    ],
    ['action at a minute', question(['action'], { range: { startSeconds: 60, endSeconds: null } }), 'flows'],
    ['a filter on what only records have', question(['action'], { filterOn: ['tcp_flags'] }), 'flows'],
  ])('%s', (_name, asked, table) => {
    expect(chooseTable(asked, BIG).table).toBe(table);
  });

  it('prefers records when they are fewer', () => {
    expect(chooseTable(question(['action']), inventory({ flows: 10, eni_5m: 20, svc_1h: 20 })).table).toBe(
      'flows',
    );
  });

  it.each<[string, SumQuestion, RegExp]>([
    [
      'everything: days and merged months together',
      question(['srcaddr']),
      /ip_day UNION ALL BY NAME SELECT .* ip_month/,
    ],
    [
      'days behind the merged months',
      question(['srcaddr'], { range: { startSeconds: day('2026-04-01'), endSeconds: null } }),
      /^ip_day$/,
    ],
    [
      'days inside them: records',
      question(['srcaddr'], { range: { startSeconds: day('2026-03-31'), endSeconds: null } }),
      /^flows$/,
    ],
    ['by day: records', question(['srcaddr', 'day']), /^flows$/],
  ])('with months merged up to March, %s', (_name, asked, source) => {
    const merged = inventory({ flows: 1e9, ip_day: 1e6, ip_month: 1e5 }, '2026-03-01');
    expect(chooseTable(asked, merged).source).toMatch(source);
  });
});
