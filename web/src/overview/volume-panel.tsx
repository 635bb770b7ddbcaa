import { useMemo, useState } from 'react';
import type { Coverage, Overview } from '../../../src/api/index.ts';
import { type Address, goTo, hrefWith } from '../address.ts';
import { CoverageStrip } from '../charts/coverage-strip.tsx';
import { gapsOf } from '../charts/gaps.ts';
import { sliceStretch, stretchBefore } from '../charts/time-axis.ts';
import { TimeChart } from '../charts/time-chart.tsx';
import type { PreviousLine, TimeSeries } from '../charts/time-series.ts';
import { resourceAddress } from '../client.ts';
import { findCommandLine } from '../command-line.ts';
import { type FieldValue, restrictFilter } from '../filter.ts';
import { formatMoment, formatQuantity, formatShare, formatWidth, type Quantity } from '../format.ts';
import { Choice } from '../parts/choice.tsx';
import { CopyMenu } from '../parts/copy-menu.tsx';
import { Link } from '../parts/link.tsx';
import { ValueMenu } from '../parts/value-menu.tsx';
import { countedHref, NO_RECORDS, recordsHref } from '../records/records-link.ts';
import { rangeChanges, type Stretch } from '../time-range.ts';
import { filterOf, MEASURE_NAMES, measureOf, scopeParameters, type ViewProps } from '../view.ts';
import { rejectSeries, type VolumeLine, type VolumeSeries, volumeSeries } from './volume-series.ts';

const NOTHING: VolumeSeries = { series: [], previous: [] };
const MEASURES = (['bytes', 'packets', 'flows'] as const).map((name) => ({
  name,
  label: MEASURE_NAMES[name].toLowerCase(),
}));

/** Volume mirrored by direction, rejected records, and coverage, on one axis with one crosshair. */
export function VolumePanel(
  props: ViewProps & {
    readonly overview: Overview | null;
    readonly coverage: Coverage | null;
    readonly coverageBefore: Coverage | null;
    readonly isLoading: boolean;
  },
) {
  const { address, range, zone, overview, coverage, coverageBefore, isLoading } = props;
  const measure = measureOf(address);
  const quantity: Quantity = measure === 'bytes' ? 'bytes' : 'count';
  const [at, setAt] = useState<number | null>(null);
  const axis = useMemo(
    () => ({
      startSeconds: range.startSeconds,
      endSeconds: range.endSeconds,
      bucketSeconds: range.bucketSeconds,
    }),
    [range.startSeconds, range.endSeconds, range.bucketSeconds],
  );
  const span = axis.endSeconds - axis.startSeconds;
  const gapsBefore = useMemo(() => {
    const then = { ...axis, startSeconds: axis.startSeconds - span, endSeconds: axis.startSeconds };
    return gapsOf(coverageBefore, then);
  }, [coverageBefore, axis, span]);
  const volume = useMemo(
    (): VolumeSeries => (overview === null ? NOTHING : volumeSeries(overview, axis, measure, gapsBefore)),
    [overview, axis, measure, gapsBefore],
  );
  const rejects = useMemo(
    (): VolumeSeries => (overview === null ? NOTHING : rejectSeries(overview, axis, gapsBefore)),
    [overview, axis, gapsBefore],
  );
  const gaps = useMemo(() => gapsOf(coverage, axis), [coverage, axis]);
  const cursor = {
    at,
    onMove: setAt,
    onZoom: (start: number, end: number) => goTo(hrefWith(address, rangeChanges(start, end))),
  };
  const isMirrored = volume.series.some((entry) => entry.isBelow);
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  const onPick =
    (lines: readonly VolumeLine[]) =>
    (picked: TimeSeries, index: number, anchor: Element): void => {
      const values = lines.find(({ name }) => name === picked.name)?.group;
      if (values !== undefined) setMenu({ anchor, values, during: sliceStretch(axis, index) });
    };
  const moment = at === null ? null : range.startSeconds + at * range.bucketSeconds;
  const shared = { axis, gaps, zone, cursor };
  return (
    <section className="volume" aria-label="Volume over time" aria-busy={isLoading}>
      <div className="panel-line">
        <h2>Volume</h2>
        <Choice
          label="Measured in"
          entries={MEASURES}
          current={measure}
          onChoose={(name) => goTo(hrefWith(address, { measure: name === 'bytes' ? null : name }))}
        />
        <Readout
          series={volume.series}
          quantity={quantity}
          at={at}
          previous={volume.previous}
          beforeHref={countedHref(address, filterOf(props), stretchBefore(axis, span))}
          onOpen={setMenu}
        />
        <span className="panel-note">
          {moment === null
            ? `per ${formatWidth(range.bucketSeconds)}`
            : `${formatMoment(moment, zone)} + ${formatWidth(range.bucketSeconds)}`}
        </span>
        {overview === null ? null : (
          <CopyMenu
            sql={overview.explain.sql}
            command={volumeCommand(props)}
            get={resourceAddress('/api/overview', {
              ...scopeParameters(props),
              bucketSeconds: range.bucketSeconds,
            })}
          />
        )}
      </div>
      <TimeChart
        label={`${MEASURE_NAMES[measure]} by direction and action`}
        series={volume.series}
        previous={volume.previous}
        quantity={quantity}
        height={236}
        onPick={onPick(volume.series)}
        {...(isMirrored ? { halves: ['ingress', 'egress'] as const } : {})}
        {...shared}
      />
      <div className="panel-line">
        <h2>Rejected records</h2>
        <Readout
          series={rejects.series}
          quantity="count"
          at={at}
          previous={rejects.previous}
          beforeHref={countedHref(
            address,
            restrictFilter(filterOf(props), [{ field: 'action', value: 'REJECT' }]),
            stretchBefore(axis, span),
          )}
          onOpen={setMenu}
        />
      </div>
      <TimeChart
        label="Rejected records"
        series={rejects.series}
        previous={rejects.previous}
        quantity="count"
        height={96}
        onPick={onPick(rejects.series)}
        {...shared}
      />
      <CoverageStrip axis={axis} coverage={coverage} cursor={cursor} />
      <CoverageReadout
        address={address}
        coverage={coverage}
        at={at}
        axisStart={range.startSeconds}
        bucketSeconds={range.bucketSeconds}
      />
      {menu === null ? null : (
        <ValueMenu
          anchor={menu.anchor}
          address={address}
          values={menu.values}
          during={menu.during ?? null}
          base={props.base}
          onClose={() => setMenu(null)}
        />
      )}
    </section>
  );
}

/** A menu of a series, and where it opens. */
interface OpenMenu {
  readonly anchor: Element;
  readonly values: readonly FieldValue[];
  /** The slice that was pointed at. */
  readonly during?: Stretch;
}

/** The names of the series with their value under the crosshair, or their total: legend and readout in one. */
function Readout(props: {
  readonly series: readonly VolumeLine[];
  readonly quantity: Quantity;
  readonly at: number | null;
  readonly previous: readonly PreviousLine[];
  /** The records of the period before. */
  readonly beforeHref: string;
  readonly onOpen: (menu: OpenMenu) => void;
}) {
  const { series, quantity, at, previous, beforeHref, onOpen } = props;
  const valueOf = (values: readonly (number | null)[]): number =>
    at === null ? values.reduce<number>((sum, one) => sum + (one ?? 0), 0) : (values[at] ?? 0);
  const before = previous.reduce((sum, line) => sum + valueOf(line.values), 0);
  return (
    <ul className="readout">
      {series.map((entry) => {
        const { short, exact } = formatQuantity(valueOf(entry.values), quantity);
        return (
          <li key={entry.name}>
            <button
              type="button"
              aria-haspopup="menu"
              title={exact}
              onClick={(event) => onOpen({ anchor: event.currentTarget, values: entry.group })}
            >
              <span
                className={entry.isHatched === true ? 'swatch is-hatched' : 'swatch'}
                style={{ backgroundColor: `var(${entry.colour})` }}
                aria-hidden="true"
              />
              {entry.name} <b>{short}</b>
            </button>
          </li>
        );
      })}
      {previous.length === 0 ? null : (
        <li title={formatQuantity(before, quantity).exact}>
          <span className="swatch is-line" aria-hidden="true" />
          period before{' '}
          <Link className="number-link" href={beforeHref}>
            <b>{formatQuantity(before, quantity).short}</b>
          </Link>
        </li>
      )}
    </ul>
  );
}

/** The same volume on the command line. */
function volumeCommand(view: ViewProps): string {
  const { startSeconds, endSeconds, bucketSeconds } = view.range;
  return findCommandLine({
    where: filterOf(view),
    by: ['direction', 'action'],
    measures: ['bytes', 'packets', 'flows'],
    everySeconds: bucketSeconds,
    startSeconds,
    endSeconds,
  });
}

function CoverageReadout(props: {
  readonly address: Address;
  readonly coverage: Coverage | null;
  readonly at: number | null;
  readonly axisStart: number;
  readonly bucketSeconds: number;
}) {
  const { address, coverage, at, axisStart, bucketSeconds } = props;
  const minutes =
    at === null
      ? coverage?.minutes
      : coverage?.points.find((point) => point.startSeconds === axisStart + at * bucketSeconds);
  const whole =
    minutes === undefined ? 0 : minutes.covered + minutes.idle + minutes.skipped + minutes.unknown;
  return (
    <ul className="readout coverage-readout">
      {(['covered', 'idle', 'skipped', 'unknown'] as const).map((state) => (
        <li key={state}>
          <span className={`swatch is-${state}`} aria-hidden="true" />
          {STATE_NAMES[state]}{' '}
          <Link className="number-link" href={stateHref(address, state)}>
            <b>{minutes === undefined ? '–' : formatShare(minutes[state], whole)}</b>
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** What is behind the minutes of a state: records that say so, or which interfaces nobody watched. */
function stateHref(address: Address, state: keyof typeof STATUSES): string {
  const status = STATUSES[state];
  return status === null
    ? hrefWith(address, NO_RECORDS, '/lake')
    : recordsHref(address, `log_status = ${status}`);
}

const STATUSES = { covered: 'OK', idle: 'NODATA', skipped: 'SKIPDATA', unknown: null } as const;
const STATE_NAMES = {
  covered: 'with traffic',
  idle: 'idle (NODATA)',
  skipped: 'lost (SKIPDATA)',
  unknown: 'not watched',
};
