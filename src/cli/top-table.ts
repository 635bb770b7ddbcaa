import type { TopAnswer } from '../app/index.ts';
import type { OutputFormat } from './command.ts';
import { decoded } from './decoded.ts';
import type { RowList } from './output.ts';

/**
 * A top list as rows: `rank` is 1, 2, …, then `other` and `total`. On a terminal codes get their names, and a column
 * says how much of the total each row is.
 */
export function topTable(answer: TopAnswer, format: OutputFormat): RowList {
  const isTable = format === 'table';
  const whole = Number(answer.total.sums[answer.by]);
  const share = (value: unknown): number | null =>
    whole > 0 ? Math.round((1000 * Number(value)) / whole) / 10 : null;
  const sums = (row: TopAnswer['rows'][number]['sums']): readonly unknown[] => [
    row.flows,
    row.packets,
    row.bytes,
    ...(answer.by === 'rejects' ? [row.rejects] : []),
    ...(isTable ? [share(row[answer.by])] : []),
  ];
  const blanks = answer.fields.map(() => null);
  const otherLabel = isTable ? [`${answer.other.groups} others`, ...blanks.slice(1)] : blanks;
  return {
    columns: [
      { name: 'rank', align: 'right' },
      ...answer.fields.map((name) => ({ name, align: 'left' as const })),
      { name: 'flows', unit: 'records', align: 'right' as const },
      { name: 'packets', unit: 'packets', align: 'right' as const },
      { name: 'bytes', unit: 'bytes', align: 'right' as const },
      ...(answer.by === 'rejects' ? [{ name: 'rejects', unit: 'records', align: 'right' as const }] : []),
      ...(isTable ? [{ name: `% of ${answer.by}`, unit: 'percent', align: 'right' as const }] : []),
    ],
    rows: [
      ...answer.rows.map((row, index) => [
        index + 1,
        ...row.values.map((value, field) => (isTable ? decoded(answer.fields[field] ?? '', value) : value)),
        ...sums(row.sums),
      ]),
      ['other', ...otherLabel, ...sums(answer.other.sums)],
      [
        'total',
        ...(isTable ? [`${answer.total.groups} in all`, ...blanks.slice(1)] : blanks),
        ...sums(answer.total.sums),
      ],
    ],
  };
}
