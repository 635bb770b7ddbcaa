import { describe, expect, it } from 'vitest';
import {
  invertCondition,
  joinFilters,
  narrowFilter,
  readFilter,
  restFilter,
  restrictFilter,
  withoutCondition,
} from '../../web/src/filter.ts';

const port = [{ field: 'dstport', value: 22 }];

describe('narrowing', () => {
  it.each([
    ['', 'only', 'dstport = 22'],
    ['action = REJECT', 'only', 'action = REJECT and dstport = 22'],
    ['dstport = 443 and action = REJECT', 'only', 'action = REJECT and dstport = 22'],
    ['dstport = 22', 'only', 'dstport = 22'],
    ['', 'not', 'not dstport = 22'],
    ['dstport = 443', 'not', 'dstport = 443 and not dstport = 22'],
  ] as const)('"%s" %s', (where, how, expected) => {
    expect(narrowFilter(where, port, how)).toBe(expected);
  });

  it('writes what is missing, and text with quotes in it', () => {
    expect(narrowFilter('', [{ field: 'svc_port', value: null }], 'only')).toBe('svc_port is null');
    const text = narrowFilter('', [{ field: 'vpc_id', value: "it's" }], 'only');
    expect(readFilter(text).problems).toEqual([]);
    expect(readFilter(text).conditions).toMatchObject([{ test: { value: "it's" } }]);
  });

  it('asks beside what is asked already, even where nothing can meet both', () => {
    expect(restrictFilter('action = ACCEPT', [{ field: 'action', value: 'REJECT' }])).toBe(
      'action = ACCEPT and action = REJECT',
    );
    expect(restrictFilter('dstport = 22', port)).toBe('dstport = 22');
    expect(restrictFilter('dstprot = 22', port)).toBe('dstprot = 22');
  });

  it('leaves out the groups that stand alone, within what the rest shares', () => {
    expect(restFilter('action = REJECT', [port], [{ field: 'direction', value: 'egress' }])).toBe(
      'action = REJECT and direction = egress and not dstport = 22',
    );
  });
});

describe('conditions', () => {
  const where = 'action = REJECT and dstport = 22';
  it('are taken away and turned around one by one', () => {
    expect(withoutCondition(where, 0)).toBe('dstport = 22');
    expect(withoutCondition('dstport = 22', 0)).toBe('');
    expect(invertCondition(where, 1)).toBe('action = REJECT and not dstport = 22');
    expect(invertCondition(invertCondition(where, 1), 1)).toBe(where);
  });

  it('are joined without losing a mistake', () => {
    expect(joinFilters('', 'a = 1')).toBe('a = 1');
    expect(joinFilters('ip = 10.0.0.1', 'dstprot = 2')).toBe('(ip = 10.0.0.1) and (dstprot = 2)');
  });
});
