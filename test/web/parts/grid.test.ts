// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { cellText, compareCells, quantityOf, secondsOf } from '../../../web/src/parts/cell-text.ts';
import {
  moveColumn,
  PLAIN_LAYOUT,
  placedColumns,
  resizeColumn,
  shownColumns,
  stepColumn,
  toggleColumn,
} from '../../../web/src/parts/grid-layout.ts';
import { movedBy, rangeBetween, rangeSize } from '../../../web/src/parts/grid-selection.ts';
import { tableText } from '../../../web/src/parts/table-text.ts';

const column = (name: string, type = 'BIGINT') => ({ name, type });
const columns = ['a', 'b', 'a', 'c'].map((name) => column(name));
const ids = (layout = PLAIN_LAYOUT) => placedColumns(columns, layout).map(({ id }) => id);

describe('columns of a grid', () => {
  it('of one name are told apart and keep their places in the rows', () => {
    expect(ids()).toEqual(['a', 'b', 'a (2)', 'c']);
    expect(placedColumns(columns, { ...PLAIN_LAYOUT, order: ['c'] }).map(({ index }) => index)).toEqual([
      3, 0, 1, 2,
    ]);
  });

  it('move before another one and past their neighbours', () => {
    const all = placedColumns(columns, PLAIN_LAYOUT);
    expect(ids(moveColumn(PLAIN_LAYOUT, all, 'c', 'a'))).toEqual(['c', 'a', 'b', 'a (2)']);
    expect(ids(moveColumn(PLAIN_LAYOUT, all, 'a', null))).toEqual(['b', 'a (2)', 'c', 'a']);
    expect(ids(stepColumn(PLAIN_LAYOUT, all, 'b', 1))).toEqual(['a', 'a (2)', 'b', 'c']);
    expect(stepColumn(PLAIN_LAYOUT, all, 'a', -1)).toBe(PLAIN_LAYOUT);
    const hidden = toggleColumn(PLAIN_LAYOUT, 'a (2)');
    expect(
      shownColumns(placedColumns(columns, stepColumn(hidden, all, 'b', 1)), hidden).map(({ id }) => id),
    ).toEqual(['a', 'c', 'b']);
  });

  it('are never all hidden, and have widths within reason', () => {
    const none = ids().reduce(toggleColumn, PLAIN_LAYOUT);
    expect(shownColumns(placedColumns(columns, none), none)).toHaveLength(4);
    expect(resizeColumn(PLAIN_LAYOUT, 'a', -5).widths).toEqual({ a: 40 });
    expect(resizeColumn(resizeColumn(PLAIN_LAYOUT, 'a', 90), 'a', null).widths).toEqual({});
  });
});

describe('cells', () => {
  const style = { zone: 'utc', isExact: false } as const;

  it.each([
    [null, column('bytes'), '–'],
    [0, column('bytes'), '0 B'],
    ['', column('srcaddr', 'VARCHAR'), 'empty text'],
    [1_234_567, column('bytes'), '1.23 MB'],
    [1_234_567, column('sum(packets)'), '1.23 M'],
    [44_300, column('dstport', 'INTEGER'), '44300'],
    [6, column('protocol', 'INTEGER'), 'TCP'],
    [1_773_246_913, column('start'), '2026-03-11 16:35:13'],
    ['2026-03-11T16:00:00Z', column('hour', 'TIMESTAMP WITH TIME ZONE'), '2026-03-11 16:00:00'],
    ['2026-03-11 11:00:00.000', column('bin(1h)', 'VARCHAR'), '2026-03-11 11:00:00'],
    [0.123_456_789, column('share', 'DOUBLE'), '0.123457'],
  ])('%j reads as people read it', (value, of, text) => {
    expect(cellText(value, of, style)).toBe(text);
  });

  it('show every digit on demand', () => {
    expect(cellText(1_234_567, column('bytes'), { ...style, isExact: true })).toBe('1234567');
  });

  it('count what the catalogue or the name says', () => {
    expect(
      ['bytes', 'p95_bytes', 'count(*)', 'dstport', 'object_id', 'n'].map((name) => quantityOf(column(name))),
    ).toEqual(['bytes', 'bytes', 'count', null, null, null]);
    expect(secondsOf(5, column('start'))).toBeNull();
  });

  it('are in order beyond 2^53, and as addresses', () => {
    expect(compareCells('9007199254740993', '9007199254740992', column('x'))).toBeGreaterThan(0);
    expect(compareCells('10.0.0.9', '10.0.0.10', column('srcaddr', 'VARCHAR'))).toBeLessThan(0);
  });
});

describe('cells as text', () => {
  const piece = {
    columns: [column('na,me', 'VARCHAR'), column('bytes')],
    rows: [
      ['=1+1', null],
      ['a\tb"c', '9007199254740993'],
    ],
  };

  it('keeps every value exact in each form', () => {
    expect(tableText(piece, 'TSV')).toBe('na,me\tbytes\n=1+1\t\na b"c\t9007199254740993');
    expect(tableText(piece, 'CSV')).toBe('"na,me",bytes\n\'=1+1,\n"a\tb""c",9007199254740993');
    expect(JSON.parse(tableText(piece, 'JSON'))).toEqual([
      { 'na,me': '=1+1', bytes: null },
      { 'na,me': 'a\tb"c', bytes: '9007199254740993' },
    ]);
  });
});

describe('keys in a grid', () => {
  const size = { rows: 100, columns: 5, page: 10 };
  const go = (key: string, row: number, at: number, ctrlKey = false) =>
    movedBy({ key, ctrlKey }, { row, column: at }, size);

  it.each([
    ['ArrowUp', 0, 2, { row: -1, column: 2 }],
    ['ArrowUp', -1, 2, { row: -1, column: 2 }],
    ['ArrowDown', -1, 2, { row: 0, column: 2 }],
    ['PageUp', 4, 2, { row: 0, column: 2 }],
    ['PageDown', 95, 2, { row: 99, column: 2 }],
    ['End', 3, 2, { row: 3, column: 4 }],
  ])('%s from row %i leads there', (key, row, at, to) => {
    expect(go(key, row, at)).toEqual(to);
  });

  it('reach the corners with Ctrl, and other keys move nothing', () => {
    expect(go('End', 3, 2, true)).toEqual({ row: 99, column: 4 });
    expect(go('Home', 3, 2, true)).toEqual({ row: 0, column: 0 });
    expect(go('x', 3, 2)).toBeNull();
  });

  it('select rectangles without the heading', () => {
    const range = rangeBetween({ row: 3, column: 2 }, { row: -1, column: 0 });
    expect(range).toEqual({ top: 0, bottom: 3, left: 0, right: 2 });
    expect(rangeSize(range)).toBe(12);
  });
});
