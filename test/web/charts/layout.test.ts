import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gapsOf } from '../../../web/src/charts/gaps.ts';
import { layoutSankey } from '../../../web/src/charts/sankey-layout.ts';
import { runsOf, sliceAt, sliceCount } from '../../../web/src/charts/time-axis.ts';
import { scaleOfSeries, seriesAtPoint, type TimeSeries } from '../../../web/src/charts/time-series.ts';
import { valueAt, valueScale } from '../../../web/src/charts/value-scale.ts';

const line = (name: string, values: readonly (number | null)[], isBelow = false): TimeSeries => ({
  name,
  colour: '--accept',
  values,
  isBelow,
});

describe('a value scale', () => {
  it('holds everything, has zero, and goes in round steps', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e15, noNaN: true }), fc.nat(1_000_000), (above, below) => {
        const { min, max, interval } = valueScale(above, below, 4);
        expect(max).toBeGreaterThanOrEqual(above * 0.999_999);
        expect(-min).toBeGreaterThanOrEqual(below * 0.999_999);
        expect(max - min).toBeGreaterThan(0);
        const lead = interval / 10 ** Math.floor(Math.log10(interval) + 1e-9);
        expect([1, 2, 2.5, 5].some((step) => Math.abs(step - lead) < 1e-6)).toBe(true);
      }),
    );
  });

  it('goes to one where there is nothing', () => {
    expect(valueScale(0, 0, 4)).toEqual({ min: 0, max: 1, interval: 1 });
  });

  it('reads a place as a value', () => {
    const scale = valueScale(100, 50, 4);
    expect([valueAt(scale, 0), valueAt(scale, 1)]).toEqual([scale.max, scale.min]);
  });
});

describe('the series at a point', () => {
  const stack = [line('a', [10]), line('b', [5]), line('c', [8], true)];
  const scale = scaleOfSeries(stack, [], 'stacked', 4);
  const shareOf = (value: number): number => (scale.max - value) / (scale.max - scale.min);

  it.each([
    [3, 'a'],
    [12, 'b'],
    [-4, 'c'],
    [15.5, undefined],
  ])('at %d of a stack is %s', (value, name) => {
    expect(seriesAtPoint(stack, 'stacked', scale, 0, shareOf(value))?.name).toBe(name);
  });

  it('is the nearest line, gaps aside', () => {
    const lines = [line('low', [1, null]), line('high', [9, 9])];
    const span = scaleOfSeries(lines, [], 'lines', 4);
    expect(seriesAtPoint(lines, 'lines', span, 0, 1)?.name).toBe('low');
    expect(seriesAtPoint(lines, 'lines', span, 1, 1)?.name).toBe('high');
  });
});

describe('a Sankey layout', () => {
  const path = fc.record({
    nodes: fc.tuple(fc.constantFrom('a', 'b', 'other'), fc.constantFrom('x', 'y', 'other')),
    value: fc.integer({ min: 1, max: 1_000_000 }),
  });

  it('gives every node its sum, without overlaps, the rest at the bottom', () => {
    fc.assert(
      fc.property(fc.array(path, { minLength: 1, maxLength: 12 }), (paths) => {
        const { nodes, links } = layoutSankey(paths, 300, 10, (name) => name === 'other');
        const whole = paths.reduce((sum, { value }) => sum + value, 0);
        for (const column of [0, 1]) {
          const here = nodes.filter((node) => node.column === column);
          expect(here.reduce((sum, node) => sum + node.value, 0)).toBe(whole);
          for (const [index, node] of here.entries()) {
            const next = here[index + 1];
            if (next !== undefined) expect(next.top).toBeGreaterThanOrEqual(node.top + node.height + 9.99);
            if (node.name === 'other') expect(next).toBeUndefined();
          }
          expect(here[0]?.top).toBeGreaterThanOrEqual(-0.01);
        }
        expect(links.reduce((sum, { value }) => sum + value, 0)).toBe(whole);
      }),
    );
  });
});

it('an axis knows its slices and the runs of them', () => {
  const axis = { startSeconds: 600, endSeconds: 1200, bucketSeconds: 60 };
  expect([sliceCount(axis), sliceAt(axis, 659), sliceAt(axis, 599), sliceAt(axis, 1200)]).toEqual([
    10,
    0,
    null,
    null,
  ]);
  expect(runsOf([1, 2, 5, 6, 7, 9])).toEqual([
    [1, 2],
    [5, 7],
    [9, 9],
  ]);
});

it('a gap is a slice in which no interface was seen in any way', () => {
  const axis = { startSeconds: 0, endSeconds: 300, bucketSeconds: 60 };
  const nothing = { covered: 0, idle: 0, skipped: 0, unknown: 2 };
  const coverage = {
    range: { startSeconds: 0, endSeconds: 300 },
    bucketSeconds: 60,
    interfaces: 2,
    minutes: nothing,
    points: [
      { ...nothing, startSeconds: 0, covered: 1 },
      { ...nothing, startSeconds: 60, idle: 1 },
      { ...nothing, startSeconds: 120, skipped: 1 },
      { ...nothing, startSeconds: 180 },
    ],
    blindest: [],
  };
  expect(gapsOf(coverage, axis)).toEqual([3, 4]);
  expect(gapsOf(null, axis)).toEqual([]);
});
