import { useMemo, useState } from 'react';
import type { QueryAnswer } from '../../../src/api/index.ts';
import { goTo, hrefWith } from '../address.ts';
import { CoverageStrip } from '../charts/coverage-strip.tsx';
import { sliceCount } from '../charts/time-axis.ts';
import { get, post } from '../client.ts';
import { type FindQuestion, findCommandLine } from '../command-line.ts';
import { formatMoment, formatWidth } from '../format.ts';
import { gapsOf } from '../overview/volume-series.ts';
import { CopyMenu } from '../parts/copy-menu.tsx';
import { NothingHere } from '../parts/nothing-here.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { useResource } from '../resource.ts';
import { rangeChanges } from '../time-range.ts';
import { filterOf, type ViewProps } from '../view.ts';
import { ExploreControls } from './controls.tsx';
import { NumbersDrawing } from './numbers-drawing.tsx';
import {
  directionBody,
  type ExploreQuestion,
  isMirrored,
  isOverTime,
  questionOf,
  requestBody,
  shownCount,
} from './question.ts';
import { heatLabelsWidth, SeriesDrawing } from './series-drawing.tsx';
import { ShapeChoice } from './shape-choice.tsx';

/** Any measure by any fields, in the shape that suits the question; every part of it narrows or opens. */
export function ExploreView(view: ViewProps) {
  const { address, range, zone } = view;
  const question = questionOf(view);
  const { measure, shape } = question;
  const body = requestBody(question, view);
  const answer = useResource(JSON.stringify(body), (signal) => post('/api/query', body, signal));
  const sides = directionBody(question, view);
  const needsSides = isMirrored(question) && measure.isSum && question.by.length > 1;
  const whole = useResource(needsSides ? JSON.stringify(sides) : null, (signal) =>
    post('/api/query', sides, signal),
  );
  const times = { ...range.asked, bucketSeconds: range.bucketSeconds };
  const coverage = useResource(JSON.stringify(times), (signal) => get('/api/coverage', times, signal));
  const [at, setAt] = useState<number | null>(null);
  const axis = useMemo(
    () => ({
      startSeconds: range.startSeconds,
      endSeconds: range.endSeconds,
      bucketSeconds: range.bucketSeconds,
    }),
    [range.startSeconds, range.endSeconds, range.bucketSeconds],
  );
  const gaps = useMemo(() => gapsOf(coverage.value, axis), [coverage.value, axis]);
  const before = useResource(
    question.compareSeconds === null || !isOverTime(shape)
      ? null
      : JSON.stringify([times, question.compareSeconds]),
    (signal) => get('/api/coverage', earlierTimes(view, question), signal),
  );
  const axisBefore = useMemo(
    () => ({
      startSeconds: axis.startSeconds - (question.compareSeconds ?? 0),
      endSeconds: axis.endSeconds - (question.compareSeconds ?? 0),
      bucketSeconds: axis.bucketSeconds,
    }),
    [axis, question.compareSeconds],
  );
  const gapsBefore = useMemo(() => gapsOf(before.value, axisBefore), [before.value, axisBefore]);
  const cursor = {
    at,
    onMove: setAt,
    onZoom: (start: number, end: number) => goTo(hrefWith(address, rangeChanges(start, end))),
  };
  const isLoading = answer.isLoading || (needsSides && whole.isLoading);
  // An answer to the question before has other columns, so it cannot stay on screen.
  const shown = isLoading ? null : answer.value;
  const isEmpty = shown !== null && shown.rows.every((row) => isNothing(row, shown, measure.asked));
  const moment = at === null ? null : range.startSeconds + at * range.bucketSeconds;
  const left = shape === 'heatmap' ? heatLabelsWidth() : undefined;
  return (
    <section className="explore" aria-busy={isLoading}>
      <ExploreControls address={address} question={question} />
      {answer.problem === null ? null : <ProblemNote problem={answer.problem} />}
      <div className="panel-line">
        <h2>{measure.label}</h2>
        <ShapeChoice address={address} shape={shape} />
        {answer.value === null ? null : (
          <span className="hint" title={answer.value.explain.why}>
            from {answer.value.explain.table}, {Math.max(1, Math.round(answer.value.explain.seconds * 1000))}{' '}
            ms
          </span>
        )}
        <span className="panel-note">
          {!isOverTime(shape)
            ? 'over the whole range'
            : moment === null
              ? `per ${formatWidth(range.bucketSeconds)}`
              : `${formatMoment(moment, zone)} + ${formatWidth(range.bucketSeconds)}`}
        </span>
        {answer.value === null ? null : (
          <CopyMenu
            sql={answer.value.explain.sql}
            command={findCommandLine(commandParts(question, view))}
            post={{ path: '/api/query', body }}
          />
        )}
      </div>
      <Notes question={question} view={view} />
      {isEmpty ? (
        <>
          <CoverageStrip axis={axis} coverage={coverage.value} cursor={cursor} />
          {gaps.length === sliceCount(axis) ? (
            <p className="shape-note">
              No record of any kind was delivered for this range: nobody can say whether there was traffic.
            </p>
          ) : null}
          <NothingHere {...view} />
        </>
      ) : isOverTime(shape) ? (
        <SeriesDrawing
          view={view}
          question={question}
          answer={shown}
          whole={needsSides ? whole.value : null}
          axis={axis}
          gaps={gaps}
          gapsBefore={gapsBefore}
          cursor={cursor}
        >
          {shape === 'table' ? null : (
            <CoverageStrip
              axis={axis}
              coverage={coverage.value}
              cursor={cursor}
              {...(left === undefined ? {} : { left })}
            />
          )}
        </SeriesDrawing>
      ) : (
        <NumbersDrawing view={view} question={question} answer={shown} />
      )}
    </section>
  );
}

function earlierTimes({ range }: ViewProps, { compareSeconds }: ExploreQuestion) {
  const shift = compareSeconds ?? 0;
  return {
    from: range.startSeconds - shift,
    to: range.endSeconds - shift,
    bucketSeconds: range.bucketSeconds,
    limit: 0,
  };
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

function isNothing(row: QueryAnswer['rows'][number], answer: QueryAnswer, asked: string): boolean {
  const value = row[answer.columns.findIndex(({ name }) => name === asked)] ?? null;
  return value === null || Number(value) === 0;
}
