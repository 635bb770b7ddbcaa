import { describe, expect, it } from 'vitest';
import { tokensOf } from '../../../web/src/records/line-tokens.ts';

const header = 'version account-id srcaddr dstaddr';
const values = [
  { name: 'version', value: 2 },
  { name: 'account-id', value: '1' },
  { name: 'srcaddr', value: '10.0.0.1' },
  { name: 'dstaddr', value: null },
];
const entry = (text: string | null) => ({ number: 1, text, header, values });
const named = (text: string | null) =>
  tokensOf(entry(text)).flatMap((token) => (token.field === null ? [] : [`${token.field}=${token.text}`]));

describe('words of a line', () => {
  it.each([
    '2 1 10.0.0.1 -',
    '2  1\t10.0.0.1 - ',
    'x 2 1 10.0.0.1 - y',
    '{"message":"2 1 10.0.0.1 -"}',
    '2 1',
    '',
  ])('are the line again, byte for byte: %j', (text) => {
    const tokens = tokensOf(entry(text));
    expect(tokens.map((token) => token.text).join('')).toBe(text);
  });

  it('belong to the fields of the header, in order', () => {
    expect(named('2 1 10.0.0.1 -')).toEqual(['version=2', 'account-id=1', 'srcaddr=10.0.0.1', 'dstaddr=-']);
  });

  it('are found inside a wrapper', () => {
    expect(named('2026-03-11T00:00:00Z 2 1 10.0.0.1 -')).toEqual([
      'version=2',
      'account-id=1',
      'srcaddr=10.0.0.1',
      'dstaddr=-',
    ]);
  });

  it('stay text where they cannot be told apart', () => {
    expect(named('something else entirely that is long')).toEqual([]);
  });

  it('of a row of Parquet are its values', () => {
    expect(named(null)).toEqual(['version=2', 'account-id=1', 'srcaddr=10.0.0.1', 'dstaddr=-']);
  });
});
