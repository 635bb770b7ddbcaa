import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineScanner, type MalformedLine, tokenOf } from '../../../src/ingest/scan/index.ts';
import { type FlowRecord, type Layout, layoutOf, parseTokens } from '../../../src/record/index.ts';
import { batchRows } from '../../support/batch-rows.ts';

type Value = string | number | bigint | null | undefined;

const LAYOUT = layoutOf([
  'account-id',
  'srcaddr',
  'pkt-srcaddr',
  'srcport',
  'protocol',
  'tcp-flags',
  'packets',
  'bytes',
  'start',
  'end',
  'action',
  'shiny-new-field',
  'log-status',
]) as Layout;

/** Scans columns and says what became of each row. */
function scan(columns: readonly ArrayLike<Value>[], rows: number, capacity: number) {
  const malformed: MalformedLine[] = [];
  const scanner = new LineScanner(LAYOUT, capacity, (line) => malformed.push(line));
  const records: FlowRecord[] = [];
  const take = (): void => {
    for (const builder of scanner.filledBuilders()) {
      records.push(...batchRows(builder.finish()));
      builder.reset();
    }
  };
  scanner.beginObject(7n, LAYOUT);
  let row = 0;
  while ((row = scanner.scanRows(columns, rows, row)) < rows) take();
  if (scanner.isFull()) take();
  const counts = scanner.endObject();
  take();
  return {
    records,
    malformed: malformed.map(({ lineNumber, code, text }) => ({ lineNumber, code, text })),
    counts,
  };
}

/** The obvious way: every value as the token of a line. */
function scanPlainly(columns: readonly ArrayLike<Value>[], rows: number) {
  const records: FlowRecord[] = [];
  const malformed: { lineNumber: number; code: string; text: string }[] = [];
  for (let row = 0; row < rows; row++) {
    const tokens = columns.map((values) => tokenOf(values[row]));
    const parsed = parseTokens(LAYOUT, tokens);
    if (parsed.kind === 'record') records.push(parsed.record);
    else malformed.push({ lineNumber: row + 1, code: parsed.problem.code, text: tokens.join(' ') });
  }
  return { records, malformed };
}

const DERIVED = ['direction', 'remote_scope', 'ip_version', 'svc_port', 'object_id'];
const given = (records: readonly FlowRecord[]): FlowRecord[] =>
  records.map((record) =>
    Object.fromEntries(
      Object.entries(record).filter(([name, value]) => !DERIVED.includes(name) && value !== null),
    ),
  );

function expectSame(columns: readonly ArrayLike<Value>[], rows: number, capacity: number): void {
  const fast = scan(columns, rows, capacity);
  const plain = scanPlainly(columns, rows);
  expect(given(fast.records)).toEqual(given(plain.records));
  expect(fast.malformed).toEqual(plain.malformed);
  expect(fast.counts.lines).toBe(rows);
  expect(fast.counts.malformed).toBe(plain.malformed.length);
}

describe('typed rows', () => {
  it('are the rows that their values would be as lines, odd ones among them', () => {
    const ordinary = fc.oneof(
      fc.integer({ min: 0, max: 300 }),
      fc.bigInt({ min: 0n, max: 70_000n }),
      fc.constantFrom<Value>(
        '10.0.0.1',
        '2001:DB8::0:1',
        '443',
        'OK',
        'ACCEPT',
        null,
        undefined,
        '-',
        'None',
        '',
      ),
      fc.constantFrom<Value>(1_700_000_000, 1_700_000_000n, '1700000000'),
    );
    const odd = fc.constantFrom<Value>(
      -1,
      1.5,
      65_536,
      2 ** 53,
      1e21,
      -1n,
      2n ** 63n,
      2n ** 62n,
      1_700_000_000_123,
      1_700_000_000_123n,
      '0x1f',
      '1e3',
      '00443',
      '99999999999999999999',
      'two words',
      'größer',
      'a%20b',
    );
    const value = fc.oneof({ weight: 60, arbitrary: ordinary }, { weight: 1, arbitrary: odd });
    const row = fc.array(value, { minLength: LAYOUT.columns.length, maxLength: LAYOUT.columns.length });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 60 }), fc.integer({ min: 1, max: 40 }), (rows, capacity) => {
        const columns = LAYOUT.columns.map((_, index) => rows.map((values) => values[index]));
        expectSame(columns, rows.length, capacity);
      }),
      { numRuns: 300 },
    );
  });

  it('come from typed arrays as well, over several steps and batches', () => {
    const rows = 5000;
    const typed = (name: string): ArrayLike<Value> => {
      switch (name) {
        case 'srcport':
          return Int32Array.from({ length: rows }, (_, row) => row % 65_000);
        case 'bytes':
          return BigInt64Array.from({ length: rows }, (_, row) => BigInt(row) << 33n);
        case 'start':
          // One row in milliseconds, one before all time.
          return BigInt64Array.from({ length: rows }, (_, row) =>
            row === 2100 ? 1_700_000_000_123n : row === 4200 ? -5n : 1_700_000_000n + BigInt(row),
          );
        default:
          return Array.from({ length: rows }, (_, row) => (row % 7 === 0 ? null : '6'));
      }
    };
    const columns = LAYOUT.columns.map(({ name }) => typed(name));
    expectSame(columns, rows, 1500);
    expect(scan(columns, rows, 1500).malformed.map(({ lineNumber }) => lineNumber)).toEqual([4201]);
  });
});
