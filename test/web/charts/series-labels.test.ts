import { describe, expect, it } from 'vitest';
import { LABEL_LINE, seriesLabels } from '../../../web/src/charts/series-labels.ts';

const series = (name: string, values: readonly (number | null)[], isBelow = false) => ({
  name,
  colour: '--series-1' as const,
  values,
  isBelow,
});
const scale = { min: 0, max: 100, interval: 25 };

describe('names of series', () => {
  it('stand where lines end, gaps aside', () => {
    const labels = seriesLabels([series('a', [1, 75, null]), series('b', [1, 25])], 'lines', scale, 200);
    expect(labels.map(({ entry, top }) => [entry.name, top])).toEqual([
      ['a', 50],
      ['b', 150],
    ]);
  });

  it('stand in the middle of the parts of the last bar, above and below', () => {
    const both = { min: -100, max: 100, interval: 50 };
    const stack = [series('a', [9, 40, 0]), series('b', [9, 20, 0]), series('c', [9, 80, 0], true)];
    const labels = seriesLabels(stack, 'stacked', both, 200);
    expect(labels.map(({ entry, top }) => [entry.name, top])).toEqual([
      ['b', 50],
      ['a', 80],
      ['c', 140],
    ]);
  });

  it('never lie on each other, stay inside, and the smallest give way', () => {
    const crowd = Array.from({ length: 12 }, (_, index) => series(`s${index}`, [index, index % 3]));
    const labels = seriesLabels(crowd, 'lines', scale, 200);
    expect(labels.length).toBeGreaterThan(1);
    expect(labels.length).toBeLessThan(12);
    expect(labels.map(({ entry }) => entry.name)).toContain('s11');
    for (const [index, { top }] of labels.entries()) {
      expect(top).toBeGreaterThanOrEqual(LABEL_LINE / 2);
      expect(top).toBeLessThanOrEqual(200 - LABEL_LINE / 2);
      if (index > 0) expect(top - (labels[index - 1]?.top ?? 0)).toBeGreaterThanOrEqual(LABEL_LINE);
    }
  });
});
