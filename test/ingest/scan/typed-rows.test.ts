import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineScanner, type MalformedLine, tokenOf } from '../../../src/ingest/scan/index.ts';
import { type TypedValues, valueAt } from '../../../src/ingest/typed-values.ts';
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
function scan(columns: readonly TypedValues[], rows: number, capacity: number) {
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
function scanPlainly(columns: readonly TypedValues[], rows: number) {
  const records: FlowRecord[] = [];
  const malformed: { lineNumber: number; code: string; text: string }[] = [];
  for (let row = 0; row < rows; row++) {
    const tokens = columns.map((values) => tokenOf(valueAt(values, row)));
    const parsed = parseTokens(LAYOUT, tokens);
    if (parsed.kind === 'record') records.push(parsed.record);
    else malformed.push({ lineNumber: row + 1, code: parsed.problem.code, text: tokens.join(' ') });
  }
  return { records, malformed };
}

/** The values that a form can hold, in it; the others are null. */
function typedValues(kind: TypedValues['kind'], all: readonly Value[]): TypedValues {
  if (kind === 'plain') return { kind, values: all };
  const holds = (value: Value): boolean =>
    kind === 'coded'
      ? typeof value === 'string'
      : kind === 'int32'
        ? Number.isInteger(value) && Number(value) === (Number(value) | 0)
        : typeof value === 'bigint' && BigInt.asIntN(64, value) === value;
  const valid = Uint8Array.from(all, (value) => (holds(value) ? 1 : 0));
  const values = all.map((value) => (holds(value) ? value : null));
  if (kind === 'coded') {
    const texts = [...new Set(values.filter((value) => value !== null))] as string[];
    const codes = Int32Array.from(values, (value) => Math.max(0, texts.indexOf(value as string)));
    return { kind, codes, texts, valid };
  }
  if (kind === 'int32') return { kind, values: Int32Array.from(values, Number), valid };
  const words = new Uint32Array(BigInt64Array.from(values, (value) => (value ?? 0n) as bigint).buffer);
  return { kind, words, valid: valid.includes(0) ? valid : null };
}

const DERIVED = ['direction', 'remote_scope', 'ip_version', 'svc_port', 'object_id'];
const given = (records: readonly FlowRecord[]): FlowRecord[] =>
  records.map((record) =>
    Object.fromEntries(
      Object.entries(record).filter(([name, value]) => !DERIVED.includes(name) && value !== null),
    ),
  );

function expectSame(columns: readonly TypedValues[], rows: number, capacity: number): void {
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
    const column = fc.tuple(
      fc.constantFrom('plain', 'coded', 'int32', 'int64'),
      fc.array(value, { minLength: 40, maxLength: 40 }),
    );
    const table = fc.array(column, { minLength: LAYOUT.columns.length, maxLength: LAYOUT.columns.length });
    fc.assert(
      fc.property(
        table,
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        (columns, rows, capacity) => {
          expectSame(
            columns.map(([kind, values]) => typedValues(kind, values)),
            rows,
            capacity,
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it('come from typed arrays as well, over several steps and batches', () => {
    const rows = 5000;
    const column = (name: string): TypedValues => {
      const values = Array.from({ length: rows }, (_, row): Value => {
        if (name === 'srcport') return row % 65_000;
        if (name === 'bytes') return BigInt(row) << 33n;
        // One row in milliseconds, one before all time.
        if (name === 'start')
          return row === 2100 ? 1_700_000_000_123n : row === 4200 ? -5n : 1_700_000_000n + BigInt(row);
        return row % 7 === 0 ? null : '6';
      });
      return typedValues(name === 'srcport' ? 'int32' : /bytes|start/.test(name) ? 'int64' : 'coded', values);
    };
    const columns = LAYOUT.columns.map(({ name }) => column(name));
    expectSame(columns, rows, 1500);
    expect(scan(columns, rows, 1500).malformed.map(({ lineNumber }) => lineNumber)).toEqual([4201]);
  });
});
