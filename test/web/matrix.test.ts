import { describe, expect, it } from 'vitest';
import type { QueryAnswer } from '../../src/api/index.ts';
import { blockOf, matrixOf, OTHER } from '../../web/src/network/matrix.ts';

const answer = (rows: QueryAnswer['rows']): QueryAnswer => ({
  range: { startSeconds: 0, endSeconds: 1 },
  bucketSeconds: null,
  plan: '',
  truncated: false,
  seconds: 0,
  explain: { table: 'flows', why: '', sql: '', seconds: 0 },
  columns: ['srcaddr', 'dstaddr', 'bytes', 'flows', 'rejects', 'other'].map((name) => ({ name, type: '' })),
  rows,
});

describe('blockOf', () => {
  it.each([
    ['10.20.144.209', '10.20.144.0/24'],
    ['2600:1f18:4a00:1410:22a4::1', '2600:1f18:4a00:1410::/64'],
    ['no address', 'no address'],
  ])('%s is in %s', (address, block) => {
    expect(blockOf(address, { v4: 24, v6: 64 })).toBe(block);
  });
});

describe('matrixOf', () => {
  it('keeps every byte: cells and rest make the total', () => {
    const rows: QueryAnswer['rows'] = [
      ['10.0.0.1', '10.0.1.1', 100, 1, 0, false],
      ['10.0.0.2', '10.0.1.9', 50, 2, 1, false],
      ['10.0.2.1', '10.0.3.1', 30, 1, 0, false],
      ['10.0.4.1', '10.0.5.1', 7, 1, 0, false],
      [null, null, 13, 4, 2, true],
    ];
    const matrix = matrixOf(answer(rows), { v4: 24, v6: 64 }, 'bytes', 2);
    expect(matrix.senders).toEqual(['10.0.0.0/24', '10.0.2.0/24', OTHER]);
    expect(matrix.cells.get('10.0.0.0/24 10.0.1.0/24')).toEqual({ bytes: 150, flows: 3, rejects: 1 });
    expect(matrix.cells.get(`${OTHER} ${OTHER}`)?.bytes).toBe(7);
    const inside = [...matrix.cells.values()].reduce((sum, cell) => sum + cell.bytes, 0);
    expect(inside + matrix.rest.bytes).toBe(matrix.total.bytes);
    expect(matrix.total).toEqual({ bytes: 200, flows: 9, rejects: 3 });
  });
});
