import { useMemo } from 'react';
import { stretchBefore } from '../charts/time-axis.ts';
import type { ViewProps } from '../view.ts';
import type { ExploreAnswer } from './answer.ts';
import { BarList } from './bar-list.tsx';
import { useGroupMenu } from './group-menu.tsx';
import { groupRecords } from './group-records.ts';
import { type GroupNumber, numbersOf } from './groups.ts';
import { COUNTS } from './question.ts';
import { Sankey } from './sankey.tsx';

/** An answer without time: the bars, and above them for a Sankey diagram how the fields go together. */
export function NumbersDrawing(props: { readonly view: ViewProps; readonly drawn: ExploreAnswer }) {
  const { view, drawn } = props;
  const { question, answer, axis } = drawn;
  const { measure, shape } = question;
  const numbers = useMemo(
    () => numbersOf(answer, question, axis.endSeconds - axis.startSeconds),
    [answer, question, axis],
  );
  const { open, menu } = useGroupMenu({
    view,
    groups: numbers.flatMap(({ group }) => (group === null || group.length === 0 ? [] : [group])),
    rest: {
      value: numbers.find(({ group }) => group === null)?.value ?? null,
      whole: numbers.reduce((sum, { value }) => sum + (value ?? 0), 0),
    },
    measure,
    nextCount: COUNTS.find((count) => count > question.count) ?? null,
  });
  const records = groupRecords(view, measure, numbers);
  return (
    <>
      {shape === 'sankey' ? <Sankey question={question} numbers={numbers} onOpen={open} /> : null}
      <BarList
        label={`${measure.label} by ${question.by.join(', ') || 'nothing'}`}
        numbers={numbers}
        measure={measure}
        hasPrevious={question.compareSeconds !== null}
        colourOf={colourOfBar}
        recordsOf={(entry, isBefore) =>
          records(entry, isBefore ? stretchBefore(axis, question.compareSeconds ?? 0) : null)
        }
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
