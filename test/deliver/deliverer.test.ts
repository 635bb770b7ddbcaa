import { appendFileSync, mkdtempSync, readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Carrier } from '../../src/deliver/index.ts';
import { readSegment } from '../../src/deliver/segment.ts';
import { noCounts } from '../../src/deliver/shipment.ts';
import { storageError } from '../../src/storage/index.ts';
import { block, linesOfBlocks, objectsTarget, openBench, readBack, SLOT } from '../support/delivery.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

const home = temporaryDirectory();
const fresh = (name: string): string => mkdtempSync(join(home, `${name}-`));
const target = {
  ...objectsTarget('unused'),
  destination: { kind: 'firehose', stream: 's', region: 'us-east-1' },
} as const;
const other = { ...target, flowLogId: 'fl-0fedcba9876543210' };

/** A destination that keeps lines in memory and fails while `error` is set. */
function fakeDestination(): { received: Map<string, string[]>; error: unknown; carrierOf: () => Carrier } {
  const fake = {
    received: new Map<string, string[]>(),
    error: null as unknown,
    carrierOf: (to = target): Carrier => ({
      prepare: async (segment) => {
        const counts = noCounts();
        return {
          counts,
          send: async () => {
            if (fake.error !== null) throw fake.error;
            const lines = fake.received.get(to.flowLogId) ?? [];
            for await (const each of readSegment(segment.path, { damagedBytes: 0 })) {
              lines.push(...linesOfBlocks([each]));
              counts.delivered += each.records;
            }
            fake.received.set(to.flowLogId, lines);
          },
          discard: async () => {},
        };
      },
    }),
  };
  return fake;
}

const throttled = storageError('storage.throttled', 'there');
const denied = storageError('storage.access-denied', 'there');

describe('trouble at the destination', () => {
  it('is told in AWS words, tried again ever more slowly, and nothing is lost or out of order', async () => {
    const fake = fakeDestination();
    const { deliverer, clock, problems, warnings } = await openBench(fresh('spool'), {
      carrierOf: fake.carrierOf,
    });
    deliverer.setTargets([target]);
    const blocks = Array.from({ length: 6 }, (_, i) => block(2, { start: SLOT + i }));
    const attempts: number[] = [];
    const turn = async (untilMs: number): Promise<void> => {
      for (const endMs = clock.nowMs + untilMs; clock.nowMs < endMs; clock.nowMs += 500) {
        const before = deliverer.counts()[0]?.problem;
        await deliverer.round();
        if (before !== deliverer.counts()[0]?.problem) attempts.push(clock.nowMs);
      }
    };
    fake.error = throttled;
    for (const each of blocks.slice(0, 3)) deliverer.add(target.flowLogId, each);
    await turn(10_000);
    fake.error = denied;
    for (const each of blocks.slice(3)) deliverer.add(target.flowLogId, each);
    await turn(20_000);
    fake.error = new Error('odd');
    await turn(60_000);
    expect(deliverer.counts()).toMatchObject([{ accepted: 12, delivered: 0, waiting: 12 }]);
    fake.error = null;
    await turn(240_000);
    expect(problems).toEqual(['Rate limited', 'Access error', 'Unknown error', null]);
    expect(fake.received.get(target.flowLogId)).toEqual(linesOfBlocks(blocks));
    expect(deliverer.counts()).toMatchObject([{ accepted: 12, delivered: 12, waiting: 0, problem: null }]);
    // One warning per change, not one per attempt.
    expect(warnings).toHaveLength(4);
    await deliverer.stop();
  });

  it('of one flow log holds up no other', async () => {
    const fake = fakeDestination();
    const failing = objectsTarget(join(home, 'missing'));
    const { deliverer, clock } = await openBench(fresh('spool'), {
      config: { concurrency: 2 },
      carrierOf: (to) =>
        to.flowLogId === other.flowLogId ? { prepare: () => new Promise(() => {}) } : fake.carrierOf(),
    });
    deliverer.setTargets([target, other]);
    deliverer.add(other.flowLogId, block(1));
    deliverer.add(target.flowLogId, block(3));
    clock.nowMs += 2000;
    void deliverer.round();
    await expect.poll(() => fake.received.get(target.flowLogId)?.length).toBe(3);
    deliverer.add(target.flowLogId, block(3));
    clock.nowMs += 2000;
    void deliverer.round();
    await expect.poll(() => fake.received.get(target.flowLogId)?.length).toBe(6);
    expect(failing.flowLogId).not.toBe(other.flowLogId);
  });

  it('outlives a restart: the spool knows where the records belong, also of a flow log that is gone', async () => {
    const spool = fresh('spool');
    const fake = fakeDestination();
    const first = await openBench(spool, { carrierOf: fake.carrierOf });
    first.deliverer.setTargets([target]);
    fake.error = denied;
    first.deliverer.add(target.flowLogId, block(5));
    expect(await first.deliverer.drain(0)).toBe(5);
    await first.deliverer.stop();

    fake.error = null;
    const second = await openBench(spool, { carrierOf: fake.carrierOf });
    second.deliverer.setTargets([]);
    await second.deliverer.round();
    expect(fake.received.get(target.flowLogId)).toEqual(linesOfBlocks([block(5)]));
    expect(second.deliverer.counts()).toMatchObject([
      { recovered: 5, accepted: 0, delivered: 5, waiting: 0 },
    ]);
    await second.deliverer.stop();
  });

  it('of a deleted flow log is borne for a day; then the rest is given up, and told', async () => {
    const fake = fakeDestination();
    fake.error = denied;
    const { deliverer, clock, warnings } = await openBench(fresh('spool'), { carrierOf: fake.carrierOf });
    deliverer.setTargets([target]);
    deliverer.add(target.flowLogId, block(7));
    deliverer.setTargets([]);
    await deliverer.round();
    clock.nowMs += 86_400_000;
    await deliverer.round();
    expect(deliverer.counts()).toMatchObject([{ waiting: 7 }]);
    clock.nowMs += 1_000_000;
    await deliverer.round();
    expect(deliverer.counts()).toMatchObject([{ accepted: 7, abandoned: 7, waiting: 0 }]);
    expect(warnings.at(-1)).toContain('7 records are given up');
    await deliverer.stop();
  });
});

describe('a full spool', () => {
  it('keeps the oldest, refuses the newest, has room for notices, and never exceeds its bound', async () => {
    const fake = fakeDestination();
    fake.error = denied;
    const maxBytes = 100_000;
    const { deliverer, warnings, clock } = await openBench(fresh('spool'), {
      carrierOf: fake.carrierOf,
      maxBytes,
    });
    deliverer.setTargets([target]);
    const stored: string[] = [];
    const outcomes = new Set<string>();
    for (let i = 0; i < 300; i++) {
      const each = block(10, { firstPort: 10 * i });
      const outcome = deliverer.add(target.flowLogId, each);
      outcomes.add(outcome);
      if (outcome === 'stored') stored.push(...linesOfBlocks([each]));
      else {
        const notice = block(1, { source: 'eni-0b', firstPort: i });
        if (i % 20 === 0 && deliverer.add(target.flowLogId, notice, true) === 'stored')
          stored.push(...linesOfBlocks([notice]));
      }
      expect(deliverer.spoolBytes).toBeLessThanOrEqual(maxBytes * 1.05);
    }
    expect(outcomes).toEqual(new Set(['stored', 'full']));
    const [counts] = deliverer.counts();
    expect(counts?.accepted).toBe(stored.length);
    expect(counts?.refused).toBeGreaterThan(1000);
    expect(warnings.filter((text) => text.includes('the spool is full'))).toHaveLength(1);

    fake.error = null;
    clock.nowMs += 10_000;
    await deliverer.round();
    expect(fake.received.get(target.flowLogId)).toEqual(stored);
    expect(deliverer.add(target.flowLogId, block(1))).toBe('stored');
    expect(warnings.at(-1)).toContain('records are taken again');
    await deliverer.stop();
  });

  it('of one dead destination leaves the others their share', async () => {
    const fake = fakeDestination();
    fake.error = denied;
    const { deliverer } = await openBench(fresh('spool'), { carrierOf: fake.carrierOf, maxBytes: 200_000 });
    deliverer.setTargets([target, other]);
    while (deliverer.add(target.flowLogId, block(10)) === 'stored') continue;
    let kept = 0;
    while (deliverer.add(other.flowLogId, block(10)) === 'stored') kept += 10;
    expect(kept * 80).toBeGreaterThan(40_000);
    expect(deliverer.spoolBytes).toBeLessThanOrEqual(200_000);
    await deliverer.stop();
  });
});

describe('a torn spool', () => {
  it('gives every whole block before the tear, and says what it passed over', async () => {
    const spool = fresh('spool');
    const out = fresh('out');
    const files = objectsTarget(out);
    const first = await openBench(spool);
    first.deliverer.setTargets([files]);
    for (let i = 0; i < 3; i++) first.deliverer.add(files.flowLogId, block(2, { firstPort: i * 2 }));
    await first.deliverer.stop();
    const folder = join(spool, files.flowLogId);
    const name = readdirSync(folder).find((each) => each.endsWith('.records')) ?? '';
    truncateSync(join(folder, name), statSync(join(folder, name)).size - 7);
    appendFileSync(join(folder, name), 'WEIR');

    const second = await openBench(spool);
    expect(second.warnings).toHaveLength(1);
    expect(second.warnings[0]).toContain('belong to no whole record block');
    second.deliverer.setTargets([files]);
    await second.deliverer.drain(0);
    expect((await readBack(out)).flatMap((file) => file.lines)).toEqual(
      linesOfBlocks([block(4)])
        .slice(0, 4)
        .map((_, i) => linesOfBlocks([block(2, { firstPort: i < 2 ? 0 : 2 })])[i % 2]),
    );
    await second.deliverer.stop();
  });
});

it('a second process is kept out of a spool that is in use', async () => {
  const spool = fresh('spool');
  const { deliverer } = await openBench(spool);
  appendFileSync(join(spool, 'lock'), '', { flag: 'w' });
  appendFileSync(join(spool, 'lock'), String(process.ppid));
  await expect(openBench(spool)).rejects.toMatchObject({ code: 'deliver.spool-locked' });
  await deliverer.stop();
});

it('the sums add up whatever happens, and what was accepted arrives in order', async () => {
  const step = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ kind: fc.constant('add' as const), records: fc.integer({ min: 1, max: 40 }) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('round' as const),
        afterMs: fc.integer({ min: 0, max: 400_000 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('break' as const),
        error: fc.constantFrom(denied, throttled, null),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const spool = fresh('spool');
      const fake = fakeDestination();
      const open = () =>
        openBench(spool, { carrierOf: fake.carrierOf, maxBytes: 20_000, streamBytes: 1000, nowMs: nowMs });
      let nowMs = SLOT * 1000;
      let bench = await open();
      bench.deliverer.setTargets([target]);
      const accepted: string[] = [];
      let port = 0;
      for (const each of steps) {
        if (each.kind === 'add') {
          const added = block(each.records, { firstPort: port });
          port += each.records;
          if (bench.deliverer.add(target.flowLogId, added) === 'stored')
            accepted.push(...linesOfBlocks([added]));
        } else if (each.kind === 'round') {
          bench.clock.nowMs += each.afterMs;
          await bench.deliverer.round();
        } else if (each.kind === 'break') fake.error = each.error;
        else {
          nowMs = bench.clock.nowMs + 1;
          await bench.deliverer.stop();
          bench = await open();
          bench.deliverer.setTargets([target]);
        }
        const [counts] = bench.deliverer.counts();
        expect((counts?.recovered ?? 0) + (counts?.accepted ?? 0)).toBe(
          (counts?.delivered ?? 0) + (counts?.waiting ?? 0),
        );
      }
      fake.error = null;
      await bench.deliverer.drain(bench.clock.nowMs + 1_000_000);
      expect(fake.received.get(target.flowLogId) ?? []).toEqual(accepted);
      await bench.deliverer.stop();
    }),
    { numRuns: 40 },
  );
});
