import { useMemo, useState } from 'react';
import { goTo, hrefWith } from '../address.ts';
import { TimeChart } from '../charts/time-chart.tsx';
import { get, post } from '../client.ts';
import type { FieldValue } from '../filter.ts';
import { formatMoment, formatQuantity, formatWidth, type Quantity } from '../format.ts';
import { gapsOf } from '../overview/volume-series.ts';
import { CopyMenu } from '../parts/copy-menu.tsx';
import { NothingHere } from '../parts/nothing-here.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { ValueMenu } from '../parts/value-menu.tsx';
import { useResource } from '../resource.ts';
import { rangeChanges } from '../time-range.ts';
import { filterOf, type ViewProps } from '../view.ts';
import { ExploreControls } from './controls.tsx';
import {
  EXPLORE_MEASURES,
  type ExploreSeries,
  questionOf,
  seriesBody,
  seriesOf,
  statisticsOf,
} from './question.ts';

/** Any measure by any fields over time, with the statistics of each group below. */
export function ExploreView(view: ViewProps) {
  const { address, range, zone } = view;
  const question = questionOf(view);
  const body = seriesBody(question, view);
  const answer = useResource(JSON.stringify(body), (signal) => post('/api/query', body, signal));
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
  const key = JSON.stringify(question);
  const series = useMemo(
    () => (answer.value === null || answer.isLoading ? [] : seriesOf(answer.value, question, axis)),
    // The key stands for the question.
    [answer.value, answer.isLoading, key, axis],
  );
  const gaps = useMemo(() => gapsOf(coverage.value, axis), [coverage.value, axis]);
  const measure = EXPLORE_MEASURES.find((entry) => entry.name === question.measure);
  const quantity: Quantity = measure?.quantity ?? 'count';
  const cursor = {
    at,
    onMove: setAt,
    onZoom: (start: number, end: number) => goTo(hrefWith(address, rangeChanges(start, end))),
  };
  const moment = at === null ? null : range.startSeconds + at * range.bucketSeconds;
  return (
    <section aria-busy={answer.isLoading}>
      <ExploreControls address={address} question={question} />
      {answer.problem === null ? null : <ProblemNote problem={answer.problem} />}
      <div className="panel-line">
        <h2>{measure?.label}</h2>
        {answer.value === null ? null : (
          <span className="hint" title={answer.value.explain.why}>
            from {answer.value.explain.table}, {Math.max(1, Math.round(answer.value.explain.seconds * 1000))}{' '}
            ms
          </span>
        )}
        <span className="panel-note">
          {moment === null
            ? `per ${formatWidth(range.bucketSeconds)}`
            : `${formatMoment(moment, zone)} + ${formatWidth(range.bucketSeconds)}`}
        </span>
        {answer.value === null ? null : (
          <CopyMenu
            sql={answer.value.explain.sql}
            command={findCommand(view, question.by, question.measure)}
            post={{ path: '/api/query', body }}
          />
        )}
      </div>
      <TimeChart
        label={`${measure?.label ?? ''} by ${question.by.join(', ') || 'nothing'}`}
        axis={axis}
        series={series}
        previous={[]}
        gaps={gaps}
        quantity={quantity}
        zone={zone}
        height={300}
        cursor={cursor}
      />
      {series.length === 0 && answer.value !== null && !answer.isLoading ? (
        <NothingHere {...view} />
      ) : (
        <SeriesTable
          view={view}
          series={series}
          quantity={quantity}
          isSum={measure?.isSum === true}
          at={at}
        />
      )}
    </section>
  );
}

function SeriesTable(props: {
  readonly view: ViewProps;
  readonly series: readonly ExploreSeries[];
  readonly quantity: Quantity;
  readonly isSum: boolean;
  readonly at: number | null;
}) {
  const { view, series, quantity, isSum, at } = props;
  const [menu, setMenu] = useState<{
    readonly anchor: Element;
    readonly values: readonly FieldValue[];
  } | null>(null);
  const number = (value: number) => {
    const { short, exact } = formatQuantity(value, quantity);
    return (
      <td className="number" title={exact}>
        {short}
      </td>
    );
  };
  return (
    <div className="table-scroll">
      <table className="series-table">
        <caption className="visually-hidden">
          Each group with its statistics over the slices of the range
        </caption>
        <thead>
          <tr>
            <th scope="col">Group</th>
            {at === null ? null : <th scope="col">Here</th>}
            <th scope="col">Min</th>
            <th scope="col">Average</th>
            <th scope="col">p95</th>
            <th scope="col">Max</th>
            <th scope="col">Last</th>
            {isSum ? <th scope="col">Total</th> : null}
          </tr>
        </thead>
        <tbody>
          {series.map((entry) => {
            const statistics = statisticsOf(entry.values);
            const { group } = entry;
            return (
              <tr key={entry.name}>
                <th scope="row">
                  <span
                    className="swatch"
                    style={{ backgroundColor: `var(${entry.colour})` }}
                    aria-hidden="true"
                  />
                  {group === null || group.length === 0 ? (
                    <span>{group === null ? 'Other: everything beyond these groups' : 'All records'}</span>
                  ) : (
                    <button
                      type="button"
                      className="cell-button code"
                      aria-haspopup="menu"
                      onClick={(event) => setMenu({ anchor: event.currentTarget, values: group })}
                    >
                      {entry.name}
                    </button>
                  )}
                </th>
                {at === null ? null : number(entry.values[at] ?? 0)}
                {number(statistics.min)}
                {number(statistics.average)}
                {number(statistics.p95)}
                {number(statistics.max)}
                {number(statistics.last)}
                {isSum ? number(statistics.total) : null}
              </tr>
            );
          })}
        </tbody>
      </table>
      {menu === null ? null : (
        <ValueMenu
          anchor={menu.anchor}
          address={view.address}
          values={menu.values}
          onClose={() => setMenu(null)}
        />
      )}
    </div>
  );
}

/** The same question on the command line. */
function findCommand(view: ViewProps, by: readonly string[], measure: string): string {
  const where = filterOf(view);
  const { startSeconds, endSeconds } = view.range;
  const iso = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
  const fields = by.length === 0 ? 'action' : by.join(',');
  const measureOption = ['packets', 'flows', 'rejects'].includes(measure) ? ` --by ${measure}` : '';
  const filter = where === '' ? '' : ` --where '${where.replaceAll("'", `'\\''`)}'`;
  return `weir top ${fields}${measureOption}${filter} --since ${iso(startSeconds)} --until ${iso(endSeconds)}`;
}
