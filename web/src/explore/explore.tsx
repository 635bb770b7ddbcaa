import { useState } from 'react';
import { goTo, hrefWith } from '../address.ts';
import { CoverageStrip } from '../charts/coverage-strip.tsx';
import { type AxisCursor, sliceCount } from '../charts/time-axis.ts';
import { useWindowWidth } from '../charts/use-width.ts';
import { type FindQuestion, findCommandLine } from '../command-line.ts';
import { formatMoment, formatWidth } from '../format.ts';
import { CopyMenu } from '../parts/copy-menu.tsx';
import { NothingHere } from '../parts/nothing-here.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { rangeChanges } from '../time-range.ts';
import { filterOf, type ViewProps } from '../view.ts';
import { type ExploreAnswer, useExploreAnswer } from './answer.ts';
import { ExploreControls } from './controls.tsx';
import { NumbersDrawing } from './numbers-drawing.tsx';
import { type ExploreQuestion, isOverTime, questionOf, requestBody, shownCount } from './question.ts';
import { plotEdges, SeriesDrawing } from './series-drawing.tsx';
import { ShapeChoice } from './shape-choice.tsx';

/** Any measure by any fields, in the shape that suits the question; every part of it narrows or opens. */
export function ExploreView(view: ViewProps) {
  const { address, range, zone } = view;
  const question = questionOf(view);
  const { measure, shape } = question;
  const { value, problem, isLoading } = useExploreAnswer(question, view);
  const [at, setAt] = useState<number | null>(null);
  const cursor = {
    at,
    onMove: setAt,
    onZoom: (start: number, end: number) => goTo(hrefWith(address, rangeChanges(start, end))),
  };
  const moment = at === null ? null : range.startSeconds + at * range.bucketSeconds;
  return (
    <section className="explore" aria-busy={isLoading}>
      <ExploreControls address={address} question={question} />
      {problem === null ? null : <ProblemNote problem={problem} />}
      <div className="panel-line">
        <h2>{measure.label}</h2>
        <ShapeChoice address={address} shape={shape} />
        {value === null ? null : <Source answer={value} />}
        <span className="panel-note">
          {!isOverTime(shape)
            ? 'over the whole range'
            : moment === null
              ? `per ${formatWidth(range.bucketSeconds)}`
              : `${formatMoment(moment, zone)} + ${formatWidth(range.bucketSeconds)}`}
        </span>
        {value === null ? null : (
          <CopyMenu
            sql={value.answer.explain.sql}
            command={findCommandLine(commandParts(question, view))}
            post={{ path: '/api/query', body: requestBody(question, view) }}
          />
        )}
      </div>
      <Notes question={question} view={view} />
      {value === null ? (
        <div className="explore-placeholder" />
      ) : (
        <Drawing view={view} drawn={value} cursor={cursor} />
      )}
    </section>
  );
}

function Drawing(props: {
  readonly view: ViewProps;
  readonly drawn: ExploreAnswer;
  readonly cursor: AxisCursor;
}) {
  const { view, drawn, cursor } = props;
  const { question, axis, coverage, gaps } = drawn;
  const { shape } = question;
  const edges = plotEdges(question, useWindowWidth());
  if (isNothing(drawn)) {
    return (
      <>
        <CoverageStrip axis={axis} coverage={coverage} cursor={cursor} />
        {gaps.length === sliceCount(axis) ? (
          <p className="shape-note">
            No record of any kind was delivered for this range: nobody can say whether there was traffic.
          </p>
        ) : null}
        <NothingHere {...view} />
      </>
    );
  }
  if (!isOverTime(shape)) return <NumbersDrawing view={view} drawn={drawn} />;
  return (
    <SeriesDrawing view={view} drawn={drawn} cursor={cursor} edges={edges}>
      {shape === 'table' ? null : (
        <CoverageStrip axis={axis} coverage={coverage} cursor={cursor} {...edges} />
      )}
    </SeriesDrawing>
  );
}

/** Which table answered, and how fast. */
function Source({ answer: { answer } }: { readonly answer: ExploreAnswer }) {
  const { table, why, seconds } = answer.explain;
  return (
    <span className="hint" title={why}>
      from {table}, {Math.max(1, Math.round(seconds * 1000))} ms
    </span>
  );
}

function commandParts(question: ExploreQuestion, view: ViewProps): FindQuestion {
  const { startSeconds, endSeconds, bucketSeconds } = view.range;
  return {
    where: filterOf(view),
    by: question.by,
    measures: [question.measure.asked],
    count: shownCount(question),
    startSeconds,
    endSeconds,
    ...(isOverTime(question.shape) ? { everySeconds: bucketSeconds } : {}),
    ...(question.compareSeconds === null ? {} : { compareSeconds: question.compareSeconds }),
  };
}

/** What the picture leaves out, said where it is seen. */
function Notes({ question, view }: { readonly question: ExploreQuestion; readonly view: ViewProps }) {
  const { measure, shape, compareSeconds } = question;
  const first = view.lake.firstSeconds;
  const notes = [
    ...(shownCount(question) < question.count
      ? ['Eight colours tell eight groups apart; grid, heatmap, bars and table show more of them.']
      : []),
    ...(shape === 'stacked' && !measure.isSum
      ? [`${measure.label} of groups do not add up, so they are drawn as lines.`]
      : []),
    ...(compareSeconds !== null && first !== null && view.range.startSeconds - compareSeconds < first
      ? ['The lake does not reach back over all of the earlier time; what it has is shown.']
      : []),
  ];
  return notes.length === 0 ? null : <p className="shape-note">{notes.join(' ')}</p>;
}

function isNothing({ answer, question }: ExploreAnswer): boolean {
  const at = answer.columns.findIndex(({ name }) => name === question.measure.asked);
  return answer.rows.every((row) => Number(row[at] ?? 0) === 0);
}
