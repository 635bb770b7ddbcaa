import type { QueryAnswer } from '../../../src/api/index.ts';
import { sliceAt, sliceCount, type TimeAxis } from '../charts/time-axis.ts';
import type { TimeSeries } from '../charts/time-series.ts';
import type { FieldValue } from '../filter.ts';
import { fieldValueOf, valuesText } from '../parts/field-value.tsx';
import { measured } from './measures.ts';
import type { ExploreQuestion } from './question.ts';

/** One group of an answer over time, or the rest. */
export interface ExploreSeries extends TimeSeries {
  /** Its values by field; empty for the whole; null for the rest. */
  readonly group: readonly FieldValue[] | null;
  /** For the rest: values that all of it shares, as its direction. */
  readonly within?: readonly FieldValue[];
  /** The same at the earlier time; null when no comparison was asked. */
  readonly previous: readonly (number | null)[] | null;
}

/** The one number of a group where time plays no part. Null where it cannot be told, as for distinct values of the rest. */
export interface GroupNumber {
  readonly name: string;
  readonly group: readonly FieldValue[] | null;
  readonly value: number | null;
  readonly previous: number | null;
}

const MEANINGS: Readonly<Record<string, TimeSeries['colour']>> = {
  'action ACCEPT': '--accept',
  'action REJECT': '--reject',
};
const COLOURS: readonly TimeSeries['colour'][] = [
  '--series-1',
  '--series-2',
  '--series-3',
  '--series-4',
  '--series-5',
  '--series-6',
  '--series-7',
  '--series-8',
];
/** The name of everything beyond the groups that stand alone. */
export const OTHER = 'Other';

/**
 * The answer over time as series, the largest first and the rest last. A slice without a row is zero where somebody
 * looked, and null in a gap; measures that cannot be zero without records are null in both.
 */
export function seriesOf(
  answer: QueryAnswer,
  question: ExploreQuestion,
  axis: TimeAxis,
  gaps: readonly number[],
  gapsBefore: readonly number[],
): readonly ExploreSeries[] {
  const { measure, compareSeconds } = question;
  const at = columnsOf(answer, question);
  const [isGap, wasGap] = [new Set(gaps), new Set(gapsBefore)];
  const slices = Array.from({ length: sliceCount(axis) }, (_, index) => index);
  const blank = slices.map((index) => (isGap.has(index) || !measure.isZeroWithout ? null : 0));
  const blankBefore = slices.map((index) => (wasGap.has(index) || !measure.isZeroWithout ? null : 0));
  const found = new Map<
    string,
    { group: ExploreSeries['group']; values: (number | null)[]; before: (number | null)[] }
  >();
  for (const row of answer.rows) {
    const group = groupOf(row, question, at);
    const key = JSON.stringify(group);
    const entry = found.get(key) ?? { group, values: [...blank], before: [...blankBefore] };
    found.set(key, entry);
    const index = sliceAt(axis, Number(row[at.time]));
    if (index === null) continue;
    const value = numberAt(row[at.value], question, axis.bucketSeconds);
    const previous = numberAt(row[at.previous], question, axis.bucketSeconds);
    // A slice that has a row for the earlier time alone says nothing new about the present one.
    if (value !== null && (value > 0 || !isGap.has(index))) entry.values[index] = value;
    if (previous !== null && (previous > 0 || !wasGap.has(index))) entry.before[index] = previous;
    // The rest of distinct values is not the sum of its groups, and not nothing either.
    if (group === null && !measure.isSum) entry.values[index] = null;
  }
  const sorted = [...found.values()].sort(
    (a, b) => Number(a.group === null) - Number(b.group === null) || sizeOf(b.values) - sizeOf(a.values),
  );
  const colours = colourChoice(question);
  return sorted.map(({ group, values, before }) => ({
    group,
    values,
    previous: compareSeconds === null ? null : before,
    name: nameOf(group),
    colour: colours(group),
    ...sideOf(group, question),
  }));
}

/** The answer without time, ranked, the rest last. */
export function numbersOf(
  answer: QueryAnswer,
  question: ExploreQuestion,
  seconds: number,
): readonly GroupNumber[] {
  const at = columnsOf(answer, question);
  const numbers = answer.rows.map((row): GroupNumber => {
    const group = groupOf(row, question, at);
    const isUnknown = group === null && !question.measure.isSum;
    return {
      name: nameOf(group),
      group,
      value: isUnknown ? null : numberAt(row[at.value], question, seconds),
      previous: isUnknown ? null : numberAt(row[at.previous], question, seconds),
    };
  });
  return numbers
    .filter(({ group, value, previous }) => group === null || (value ?? 0) > 0 || (previous ?? 0) > 0)
    .sort((a, b) => Number(a.group === null) - Number(b.group === null) || (b.value ?? 0) - (a.value ?? 0));
}

/** The rest, above and below the axis: what the whole has by direction beyond the groups that stand alone. */
export function mirroredRest(
  series: readonly ExploreSeries[],
  whole: readonly ExploreSeries[],
): readonly ExploreSeries[] {
  if (series.every(({ group }) => group !== null)) return series;
  const alone = series.filter(({ group }) => group !== null);
  const rest = whole.map((side): ExploreSeries => {
    const direction = directionOf(side.group);
    const taken = alone.filter(({ group }) => directionOf(group) === direction);
    return {
      ...side,
      group: null,
      within: side.group ?? [],
      name: direction === null ? OTHER : `${OTHER}, ${direction}`,
      colour: '--series-other',
      values: without(
        side.values,
        taken.map(({ values }) => values),
      ),
      previous:
        side.previous === null
          ? null
          : without(
              side.previous,
              taken.map(({ previous }) => previous ?? []),
            ),
    };
  });
  return [...alone, ...rest.filter(({ values }) => values.some((value) => (value ?? 0) > 0))];
}

/** What series come to together; null where none has a value. */
export function togetherOf(rows: readonly (readonly (number | null)[])[]): readonly (number | null)[] {
  const length = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length }, (_, index) =>
    rows.reduce<number | null>((total, row) => {
      const value = row[index] ?? null;
      return value === null ? total : (total ?? 0) + value;
    }, null),
  );
}

function without(
  values: readonly (number | null)[],
  taken: readonly (readonly (number | null)[])[],
): readonly (number | null)[] {
  return values.map((value, index) => {
    const rest = taken.reduce((left, row) => left - (row[index] ?? 0), value ?? 0);
    // Rates are fractions, whose differences leave dust.
    return value === null ? null : rest < 1e-6 ? 0 : rest;
  });
}

interface AnswerColumns {
  readonly time: number;
  readonly value: number;
  readonly previous: number;
  readonly other: number;
  readonly fields: readonly number[];
}

function columnsOf(answer: QueryAnswer, { by, measure }: ExploreQuestion): AnswerColumns {
  const at = (name: string): number => answer.columns.findIndex((column) => column.name === name);
  return {
    time: at('time'),
    value: at(measure.asked),
    previous: at(`previous_${measure.asked}`),
    other: at('other'),
    fields: by.map(at),
  };
}

type Row = QueryAnswer['rows'][number];

function groupOf(row: Row, { by }: ExploreQuestion, at: AnswerColumns): ExploreSeries['group'] {
  if (at.other >= 0 && row[at.other] === true) return null;
  return by.map((field, index) => fieldValueOf(field, row[at.fields[index] ?? -1]));
}

function numberAt(cell: Row[number] | undefined, question: ExploreQuestion, seconds: number): number | null {
  return cell === null || cell === undefined ? null : measured(Number(cell), question.measure, seconds);
}

function nameOf(group: ExploreSeries['group']): string {
  if (group === null) return OTHER;
  return group.length === 0 ? 'All records' : valuesText(group);
}

function sizeOf(values: readonly (number | null)[]): number {
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

function directionOf(group: ExploreSeries['group']): string | null {
  const value = group?.find(({ field }) => field === 'direction')?.value ?? null;
  return value === null ? null : String(value);
}

/** Egress goes below the axis; a direction that is not known stays above, hatched. */
function sideOf(group: ExploreSeries['group'], { by }: ExploreQuestion): Partial<TimeSeries> {
  if (group === null || !by.includes('direction')) return {};
  const direction = directionOf(group);
  return { isBelow: direction === 'egress', isHatched: direction === null };
}

/** The same group has the same colour in both directions. */
function colourChoice(question: ExploreQuestion): (group: ExploreSeries['group']) => TimeSeries['colour'] {
  const given = new Map<string, TimeSeries['colour']>();
  return (group) => {
    if (group === null) return '--series-other';
    const told = question.by.length === 1 ? group : group.filter(({ field }) => field !== 'direction');
    const [first] = told;
    const meaning =
      told.length === 1 && first !== undefined
        ? MEANINGS[`${first.field} ${String(first.value)}`]
        : undefined;
    const key = JSON.stringify(told);
    const colour = meaning ?? given.get(key) ?? COLOURS[given.size % COLOURS.length] ?? '--series-other';
    given.set(key, colour);
    return colour;
  };
}
