import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FirehoseBatch, planFirehoseBatches } from '../../src/deliver/firehose-batches.ts';
import { EVENT_OVERHEAD, LOG_LIMITS, planLogBatches } from '../../src/deliver/log-batches.ts';
import { block, linesOfBlocks, SLOT } from '../support/delivery.ts';

const arbitraryBlocks = fc.array(
  fc
    .record({
      source: fc.constantFrom('eni-0a', 'eni-0b', 'eni-0c'),
      start: fc.integer({ min: SLOT - 100, max: SLOT + 100 }),
      records: fc.integer({ min: 1, max: 30 }),
    })
    .map(({ records, ...place }) => block(records, place)),
  { maxLength: 20 },
);

describe('calls of PutLogEvents', () => {
  it('keep the limits, hold every record once, streams in order of time', () => {
    fc.assert(
      fc.property(
        arbitraryBlocks,
        fc.record({
          maxEvents: fc.integer({ min: 1, max: 40 }),
          maxBytes: fc.integer({ min: 150, max: 3000 }),
          maxSpanMs: fc.integer({ min: 1, max: 60_000 }),
        }),
        (blocks, limits) => {
          const { batches, tooLarge } = planLogBatches(blocks, '-all', limits);
          expect(tooLarge).toBe(0);
          for (const { events, stream, lane } of batches) {
            expect(lane).toBe(stream);
            expect(events.length).toBeGreaterThan(0);
            expect(events.length).toBeLessThanOrEqual(limits.maxEvents);
            const size = events.reduce(
              (sum, each) => sum + Buffer.byteLength(each.message) + EVENT_OVERHEAD,
              0,
            );
            expect(size).toBeLessThanOrEqual(limits.maxBytes);
            const times = events.map((each) => each.timestamp);
            expect(times).toEqual(times.toSorted((a, b) => a - b));
            expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeLessThan(limits.maxSpanMs + 1);
          }
          for (const source of new Set(blocks.map((each) => each.source))) {
            const own = blocks.filter((each) => each.source === source);
            const expected = own.toSorted((a, b) => a.startSeconds - b.startSeconds);
            const sent = batches
              .filter((each) => each.stream === `${source}-all`)
              .flatMap((each) => each.events);
            expect(sent.map((each) => each.message)).toEqual(linesOfBlocks(expected));
            expect(sent.map((each) => each.timestamp)).toEqual(
              expected.flatMap((each) =>
                Array.from({ length: each.records }, () => each.startSeconds * 1000),
              ),
            );
          }
        },
      ),
    );
  });

  it('are cut at 10,000 events, at a mebibyte with 26 bytes per event, and before a day is spanned', () => {
    const events = (blocks: Parameters<typeof planLogBatches>[0]): number[] =>
      planLogBatches(blocks, '-all').batches.map((each) => each.events.length);
    const short = (count: number, start = SLOT) => ({
      ...block(0, { start }),
      records: count,
      lines: Buffer.from('x\n'.repeat(count)),
    });
    expect(events([short(10_001)])).toEqual([10_000, 1]);
    expect(events([short(1), short(1, SLOT + 86_399)])).toEqual([2]);
    expect(events([short(1), short(1, SLOT + 86_400)])).toEqual([1, 1]);
    const largest = LOG_LIMITS.maxBytes - EVENT_OVERHEAD;
    const text = (length: number) => ({
      ...block(0),
      records: 1,
      lines: Buffer.from(`${'x'.repeat(length)}\n`),
    });
    expect(planLogBatches([text(largest), text(largest + 1), text(5)], '')).toMatchObject({
      tooLarge: 1,
      batches: [{ bytes: largest }, { bytes: 5 }],
    });
  });
});

describe('calls of PutRecordBatch', () => {
  const messages = (batch: FirehoseBatch): string[] =>
    batch.records.map((data) => (JSON.parse(Buffer.from(data).toString()) as { message: string }).message);

  it('keep the limits and hold every record once, in order; stages follow the windows', () => {
    fc.assert(
      fc.property(
        arbitraryBlocks,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 300, max: 4000 }),
        (blocks, maxRecords, maxBatchBytes) => {
          const limits = { maxRecords, maxBatchBytes, maxRecordBytes: 1000 };
          const { batches, tooLarge } = planFirehoseBatches(blocks, limits);
          expect(tooLarge).toBe(0);
          expect(batches.flatMap(messages)).toEqual(linesOfBlocks(blocks));
          for (const { records } of batches) {
            expect(records.length).toBeLessThanOrEqual(maxRecords);
            const encoded = records.reduce(
              (sum, data) => sum + Buffer.from(data).toString('base64').length,
              0,
            );
            expect(encoded).toBeLessThanOrEqual(maxBatchBytes);
          }
          const starts = batches.map((batch) => new Set(messages(batch).map((line) => line.split(' ')[10])));
          for (const [index, times] of starts.entries()) {
            expect(times.size).toBe(1);
            if (batches[index]?.stage === batches[index - 1]?.stage) expect(times).toEqual(starts[index - 1]);
          }
        },
      ),
    );
  });

  it('leave out and count a record that no call can carry', () => {
    const lines = Buffer.from(`${'x'.repeat(1_024_000)}\n${'y'.repeat(5)}\n`);
    expect(planFirehoseBatches([{ ...block(0), records: 2, lines }])).toMatchObject({
      tooLarge: 1,
      batches: [{ bytes: 19 }],
    });
  });
});
