import { describe, expect, it } from 'vitest';
import { shapeOf } from '../../../web/src/query/answer-shape.ts';

const column = (name: string, type = 'BIGINT') => ({ name, type });
const hour = (count: number): string =>
  new Date(Date.UTC(2026, 2, 11, count)).toISOString().replace('.000Z', 'Z');

describe('the shape of an answer', () => {
  it('is a series for each group over equal slices, with the hole as zero', () => {
    const columns = [
      column('hour', 'TIMESTAMP WITH TIME ZONE'),
      column('action', 'VARCHAR'),
      column('records'),
    ];
    const rows = [
      [hour(0), 'ACCEPT', 5],
      [hour(0), 'REJECT', 1],
      [hour(1), 'ACCEPT', 7],
      [hour(3), 'ACCEPT', 2],
    ];
    expect(shapeOf(columns, rows, undefined)).toMatchObject({
      kind: 'time',
      measure: 'records',
      isSum: true,
      axis: { bucketSeconds: 3600, startSeconds: Date.UTC(2026, 2, 11) / 1000 },
      series: [
        { name: 'ACCEPT', values: [5, 7, 0, 2] },
        { name: 'REJECT', values: [1, 0, 0, 0] },
      ],
    });
  });

  it('does not come again over time where each row is a record of its own', () => {
    const columns = [column('day', 'DATE'), column('srcport'), column('srcaddr', 'VARCHAR'), column('bytes')];
    const rows = Array.from({ length: 30 }, (_, index) => [`2026-03-1${index % 3}`, index, '10.0.0.1', 40]);
    expect(shapeOf(columns, rows, undefined)).toMatchObject({ kind: 'time', isRecurring: false });
  });

  it('sums what has no series of its own, and loses nothing', () => {
    const columns = [column('day', 'DATE'), column('srcaddr', 'VARCHAR'), column('bytes')];
    const rows = Array.from({ length: 40 }, (_, index) => [
      index % 2 === 0 ? '2026-03-11' : '2026-03-12',
      `10.0.0.${Math.floor(index / 2)}`,
      index + 1,
    ]);
    const shape = shapeOf(columns, rows, undefined);
    if (shape?.kind !== 'time') throw new Error('no shape over time');
    expect(shape.series.at(-1)?.name).toBeNull();
    const total = shape.series.flatMap(({ values }) => values).reduce((sum, value) => sum + value, 0);
    expect(total).toBe((40 * 41) / 2);
  });

  it('draws measures of one kind beside each other, and does not stack what does not add up', () => {
    const columns = [
      column('bin(1h)', 'VARCHAR'),
      column('avg(bytes)', 'DOUBLE'),
      column('max(bytes)'),
      column('n'),
    ];
    const rows = [
      ['2026-03-11 11:00:00.000', 1.5, 9, 3],
      ['2026-03-11 12:00:00.000', 2.5, 8, 4],
    ];
    const shape = shapeOf(columns, rows, undefined);
    expect(shape).toMatchObject({ kind: 'time', isSum: false, quantity: 'bytes' });
    expect(shape?.kind === 'time' ? shape.series.map(({ name }) => name) : []).toEqual([
      'max(bytes)',
      'avg(bytes)',
    ]);
  });

  it('is bars for groups with a number, in the order of the answer', () => {
    const columns = [column('dstport', 'INTEGER'), column('protocol', 'INTEGER'), column('rejects')];
    const rows = [
      [22, 6, 9],
      [null, null, 4],
    ];
    expect(shapeOf(columns, rows, undefined)).toMatchObject({
      kind: 'bars',
      measure: 'rejects',
      bars: [
        { label: '22 → TCP', value: 9 },
        { label: 'no value → no value', value: 4 },
      ],
      rest: 0,
    });
  });

  it('is none for one row, for no numbers, and for moments on no grid', () => {
    expect(shapeOf([column('records')], [[4]], undefined)).toBeNull();
    expect(shapeOf([column('srcaddr', 'VARCHAR')], [['a'], ['b']], undefined)).toBeNull();
    const events = [
      [1_773_246_913, 60],
      [1_773_246_954, 40],
      [1_773_247_311, 40],
    ];
    expect(shapeOf([column('start'), column('bytes')], events, undefined)).toBeNull();
  });
});
