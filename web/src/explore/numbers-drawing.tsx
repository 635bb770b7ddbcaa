import { useMemo } from 'react';
import type { QueryAnswer } from '../../../src/api/index.ts';
import type { ViewProps } from '../view.ts';
import { BarList } from './bar-list.tsx';
import { useGroupMenu } from './group-menu.tsx';
import { type GroupNumber, numbersOf } from './groups.ts';
import { COUNTS, type ExploreQuestion, secondsOfNumber } from './question.ts';
import { Sankey } from './sankey.tsx';

const NONE: readonly GroupNumber[] = [];

/** An answer without time: the bars, and above them for a Sankey diagram how the fields go together. */
export function NumbersDrawing(props: {
  readonly view: ViewProps;
  readonly question: ExploreQuestion;
  /** Null while it is loading: its space is kept. */
  readonly answer: QueryAnswer | null;
}) {
  const { view, question, answer } = props;
  const { measure, shape } = question;
  const key = JSON.stringify(question);
  const numbers = useMemo(
    () => (answer === null ? NONE : numbersOf(answer, question, secondsOfNumber(question, view))),
    // The key stands for the question.
    [answer, key, view.range.startSeconds, view.range.endSeconds],
  );
  const { open, menu } = useGroupMenu({
    view,
    groups: numbers.flatMap(({ group }) => (group === null || group.length === 0 ? [] : [group])),
    rest: {
      value: numbers.find(({ group }) => group === null)?.value ?? null,
      whole: numbers.reduce((sum, { value }) => sum + (value ?? 0), 0),
    },
    quantity: measure.quantity,
    nextCount: COUNTS.find((count) => count > question.count) ?? null,
  });
  if (answer === null) return <div className="chart-placeholder" />;
  return (
    <>
      {shape === 'sankey' ? <Sankey question={question} numbers={numbers} onOpen={open} /> : null}
      <BarList
        label={`${measure.label} by ${question.by.join(', ') || 'nothing'}`}
        numbers={numbers}
        measure={measure}
        hasPrevious={question.compareSeconds !== null}
        colourOf={colourOfBar}
        onOpen={open}
      />
      {menu}
    </>
  );
}

/** Bars have names beside them, so colour is left to what it means. */
function colourOfBar({ group }: GroupNumber): `--${string}` {
  if (group === null) return '--series-other';
  const action = group.find(({ field }) => field === 'action')?.value;
  return action === 'REJECT' ? '--reject' : '--series-1';
}
