import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonCutter } from '../../../src/ingest/shapes/json-cutter.ts';

/** What the cutter reports, one entry per call. */
function cut(text: string, chunk = text.length): readonly string[] {
  const events: string[] = [];
  const cutter = new JsonCutter({
    item: (item) => events.push(`item ${item}`),
    hostStart: (prefix) => events.push(`host ${prefix}`),
    hostEnd: (skeleton) => events.push(`end ${skeleton}`),
    raw: (line) => events.push(`raw ${line}`),
    cutOff: () => events.push('cut off'),
  });
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += Math.max(chunk, 1))
    cutter.push(bytes.subarray(at, at + Math.max(chunk, 1)));
  cutter.end();
  return events;
}

const CASES: readonly (readonly [text: string, events: readonly string[]])[] = [
  ['{"a":1}', ['item {"a":1}']],
  ['{"a":1}{"b":[2,{}]}', ['item {"a":1}', 'item {"b":[2,{}]}']],
  ['{"a":1}\r\n\n {"b":2}\n', ['item {"a":1}', 'item {"b":2}']],
  ['[{"a":1}, {"b":2}]', ['item {"a":1}', 'item {"b":2}']],
  ['["x", 1, null, {"a":"]"}]', ['item "x"', 'item 1', 'item null', 'item {"a":"]"}']],
  ['{"a":"\\"}{"}', ['item {"a":"\\"}{"}']],
  [
    '{"events":[{"m":1},{"m":2}],"next":"t"}',
    ['host {"events":', 'item {"m":1}', 'item {"m":2}', 'end {"events":[],"next":"t"}'],
  ],
  ['{"owner":"o","logEvents":[]}', ['host {"owner":"o","logEvents":', 'end {"owner":"o","logEvents":[]}']],
  ['{"a":{"events":[1]}}', ['item {"a":{"events":[1]}}']],
  ['text {"a":1}\n{"b":2}', ['raw text {"a":1}', 'item {"b":2}']],
  ['{"a":1} trailing\n{"b":2}', ['item {"a":1}', 'raw trailing', 'item {"b":2}']],
  ['{"a":}\n{"b":2}', ['raw {"a":', 'raw }', 'item {"b":2}']],
  ['{"a":"never closed\n{"b":2}', ['raw {"a":"never closed', 'item {"b":2}']],
  ['{"a":\n{"b":2}\n{"c":3}', ['raw {"a":', 'item {"b":2}', 'item {"c":3}']],
  // What was searched before the break is searched again from the next line on.
  ['{"a":[\n{"m":"x \\"q\\" y"}\n{"c":3}', ['raw {"a":[', 'item {"m":"x \\"q\\" y"}', 'item {"c":3}']],
  ['{"a":1', ['raw {"a":1', 'cut off']],
  ['{"events":[{"m":1},{"m":', ['host {"events":', 'item {"m":1}', 'raw {"m":', 'end null', 'cut off']],
  ['[INFO] started\n{"a":1}', ['raw [INFO] started', 'item {"a":1}']],
  ['}\n{"a":1}', ['raw }', 'item {"a":1}']],
];

describe('JsonCutter', () => {
  it.each(CASES)('%s', (text, events) => {
    for (const chunk of [text.length, 1, 3]) expect(cut(text, chunk)).toEqual(events);
  });

  it('gives every value of any sequence, whatever stands between, in chunks of any size', () => {
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), { minLength: 1, maxLength: 6 }),
        fc.constantFrom('', '\n', ' , ', '\r\n\r\n'),
        fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
        fc.integer({ min: 1, max: 20 }),
        (values, between, indent, chunk) => {
          // Lists of a host are taken apart; that has its own cases.
          fc.pre(
            values.every(
              (value) => !Object.keys(value).some((key) => /^(?:logEvents|events|[rR]ecords)$/.test(key)),
            ),
          );
          const text = values.map((value) => JSON.stringify(value, null, indent)).join(between);
          const items = cut(text, chunk).map((event) => JSON.parse(event.slice('item '.length)) as unknown);
          expect(items).toEqual(values.map((value) => JSON.parse(JSON.stringify(value)) as unknown));
        },
      ),
    );
  });

  it('keeps every byte of any text in some event, white space and structure aside', () => {
    const alphabet = fc.constantFrom(...'{}[]":,\\ \nab1'.split(''));
    fc.assert(
      fc.property(
        fc.string({ unit: alphabet, maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        (text, chunk) => {
          const letters = (given: string): number => given.replace(/[^ab1]/g, '').length;
          const kept = cut(text, chunk).filter((event) => /^(?:raw|item) /.test(event));
          const words = kept.reduce((sum, event) => sum + letters(event.replace(/^(?:raw|item) /, '')), 0);
          expect(words).toBe(letters(text));
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('needs time in proportion to the text, broken text too', () => {
    for (const line of ['{"a":\n', '[\n', '{\n', '["x",\n', '{"a":"\n', '{"k":[1,\n']) {
      const started = process.cpuUsage().user;
      cut(line.repeat(50_000), 65_536);
      expect((process.cpuUsage().user - started) / 1e6).toBeLessThan(5);
    }
  });

  it('does not hold more than an item of a long list', () => {
    const event = `{"message":"${'x'.repeat(100)}"}`;
    let items = 0;
    const cutter = new JsonCutter({
      item: () => items++,
      hostStart: () => {},
      hostEnd: () => {},
      raw: () => {},
      cutOff: () => {},
    });
    cutter.push(Buffer.from('{"events":['));
    for (let i = 0; i < 100_000; i++) cutter.push(Buffer.from(`${i === 0 ? '' : ','}${event}`));
    expect(items).toBe(100_000);
    cutter.push(Buffer.from(']}'));
    cutter.end();
    expect(items).toBe(100_000);
  });
});
