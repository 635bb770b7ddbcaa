import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { QueryAnswer } from '../../../src/api/index.ts';
import { mirroredRest, numbersOf, seriesOf } from '../../../web/src/explore/groups.ts';
import { exploreMeasure } from '../../../web/src/explore/measures.ts';
import type { ExploreQuestion } from '../../../web/src/explore/question.ts';
import { statisticsOf } from '../../../web/src/explore/statistics.ts';

const axis = { startSeconds: 0, endSeconds: 300, bucketSeconds: 60 };
const byAction: ExploreQuestion = {
  by: ['action'],
  measure: exploreMeasure('bytes'),
  shape: 'stacked',
  count: 8,
  compareSeconds: null,
  compareLabel: '',
};

function answerOf(names: readonly string[], rows: QueryAnswer['rows']): QueryAnswer {
  return {
    columns: names.map((name) => ({ name, type: 'text' })),
    rows,
    truncated: false,
    seconds: 0,
    range: { startSeconds: 0, endSeconds: 300 },
    bucketSeconds: 60,
    plan: '',
    explain: { table: 'flows', why: '', sql: '', seconds: 0 },
  };
}

describe('series of an answer', () => {
  const answer = answerOf(
    ['time', 'action', 'other', 'bytes'],
    [
      [0, 'ACCEPT', false, 100],
      [120, 'ACCEPT', false, '9007199254740993'],
      [0, 'REJECT', false, 7],
      [60, null, true, 1],
      [60, null, false, 2],
    ],
  );

  it('are zero where somebody looked and null where nobody did', () => {
    const [accept] = seriesOf(answer, byAction, axis, [3, 4], []);
    expect(accept?.values).toEqual([100, 0, 9007199254740992, null, null]);
  });

  it('tell a value that is not known from the rest, which comes last', () => {
    const series = seriesOf(answer, byAction, axis, [], []);
    expect(series.map(({ name, group }) => [name, group === null])).toEqual([
      ['ACCEPT', false],
      ['REJECT', false],
      ['not known', false],
      ['Other', true],
    ]);
    expect(series.map(({ colour }) => colour)).toEqual([
      '--accept',
      '--reject',
      // The first colour is that of ACCEPT, which is taken.
      '--series-3',
      '--series-other',
    ]);
  });

  it('keep a value in a slice that coverage calls a gap', () => {
    const [accept] = seriesOf(answer, byAction, axis, [0, 1], []);
    expect(accept?.values[0]).toBe(100);
    expect(accept?.values[1]).toBeNull();
  });

  it('have no value without records where the measure has none', () => {
    const means = answerOf(['time', 'action', 'other', 'avg_bytes'], [[60, 'ACCEPT', false, 40]]);
    const question = { ...byAction, measure: exploreMeasure('avg_bytes') };
    expect(seriesOf(means, question, axis, [], [])[0]?.values).toEqual([null, 40, null, null, null]);
  });

  it('do not add distinct values up', () => {
    const distinct = answerOf(
      ['time', 'action', 'other', 'sources'],
      [
        [0, 'ACCEPT', false, 3],
        [0, null, true, null],
      ],
    );
    const other = seriesOf(distinct, { ...byAction, measure: exploreMeasure('sources') }, axis, [], []).at(
      -1,
    );
    expect([other?.group, other?.values[0]]).toEqual([null, null]);
  });

  it('are bits per second of the slice where that is asked', () => {
    const question = { ...byAction, measure: exploreMeasure('bits_per_second') };
    expect(seriesOf(answer, question, axis, [], [])[0]?.values[0]).toBeCloseTo((100 * 8) / 60);
  });

  it('leave gaps of the earlier time out of it', () => {
    const compared = answerOf(
      ['time', 'action', 'other', 'bytes', 'previous_bytes'],
      [
        [0, 'ACCEPT', false, 1, 5],
        [60, 'ACCEPT', false, null, 6],
      ],
    );
    const [accept] = seriesOf(compared, { ...byAction, compareSeconds: 300 }, axis, [], [2]);
    expect(accept?.previous).toEqual([5, 6, null, 0, 0]);
    expect(accept?.values).toEqual([1, 0, 0, 0, 0]);
  });
});

describe('directions', () => {
  const question = { ...byAction, by: ['direction', 'dstport'] };
  const series = seriesOf(
    answerOf(
      ['time', 'direction', 'dstport', 'other', 'bytes'],
      [
        [0, 'ingress', 443, false, 10],
        [0, 'egress', 443, false, 20],
        [0, null, null, true, 9],
      ],
    ),
    question,
    axis,
    [],
    [],
  );

  it('put egress below, in the same colour', () => {
    expect(series.map(({ isBelow, colour }) => [isBelow ?? false, colour])).toEqual([
      [true, '--series-1'],
      [false, '--series-1'],
      [false, '--series-other'],
    ]);
  });

  it('split the rest by what the whole has', () => {
    const whole = seriesOf(
      answerOf(
        ['time', 'direction', 'bytes'],
        [
          [0, 'ingress', 14],
          [0, 'egress', 25],
        ],
      ),
      { ...question, by: ['direction'] },
      axis,
      [],
      [],
    );
    const rest = mirroredRest(series, whole).filter(({ group }) => group === null);
    expect(rest.map(({ name, isBelow, values }) => [name, isBelow, values[0]])).toEqual([
      ['Other, egress', true, 5],
      ['Other, ingress', false, 4],
    ]);
  });
});

it('numbers without time are ranked, the rest last, and nothing is left out', () => {
  const answer = answerOf(
    ['action', 'other', 'bytes'],
    [
      ['REJECT', false, 1],
      [null, true, 50],
      ['ACCEPT', false, 9],
    ],
  );
  expect(numbersOf(answer, byAction, 300).map(({ name, value }) => [name, value])).toEqual([
    ['ACCEPT', 9],
    ['REJECT', 1],
    ['Other', 50],
  ]);
});

describe('statistics', () => {
  it('are over slices somebody watched', () => {
    expect(statisticsOf([1, null, 3, 0, null])).toEqual({
      min: 0,
      average: 4 / 3,
      p95: 3,
      max: 3,
      last: 0,
      total: 4,
      slices: 3,
    });
    expect(statisticsOf([null])).toMatchObject({ min: null, average: null, last: null, total: null });
  });

  it('have at most one slice in twenty above p95, and some at it', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { minLength: 1, maxLength: 200 }), (values) => {
        const p95 = statisticsOf(values).p95 ?? Number.NaN;
        expect(values.filter((value) => value > p95).length).toBeLessThanOrEqual(values.length / 20);
        expect(values).toContain(p95);
      }),
    );
  });
});
