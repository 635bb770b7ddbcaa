import { useMemo, useState } from 'react';
import type { Coverage, Overview } from '../../../src/api/index.ts';
import { goTo, hrefWith } from '../address.ts';
import { CoverageStrip } from '../charts/coverage-strip.tsx';
import { TimeChart, type TimeSeries } from '../charts/time-chart.tsx';
import { formatMoment, formatQuantity, formatShare, formatWidth, type Quantity } from '../format.ts';
import { rangeChanges } from '../time-range.ts';
import { MEASURE_NAMES, measureOf, type ViewProps, type VolumeMeasure } from '../view.ts';
import { gapsOf, rejectSeries, volumeSeries } from './volume-series.ts';

const NOTHING = { series: [], previous: [] };
const MEASURES: readonly VolumeMeasure[] = ['bytes', 'packets', 'flows'];

/** Volume mirrored by direction, rejected records, and coverage, on one axis with one crosshair. */
export function VolumePanel(
  props: ViewProps & {
    readonly overview: Overview | null;
    readonly coverage: Coverage | null;
    readonly isLoading: boolean;
  },
) {
  const { address, range, zone, overview, coverage, isLoading } = props;
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
  const volume = useMemo(
    () => (overview === null ? NOTHING : volumeSeries(overview, axis, measure)),
    [overview, axis, measure],
  );
  const rejects = useMemo(
    () => (overview === null ? NOTHING : rejectSeries(overview, axis)),
    [overview, axis],
  );
  const gaps = useMemo(() => gapsOf(coverage, axis), [coverage, axis]);
  const cursor = {
    at,
    onMove: setAt,
    onZoom: (start: number, end: number) => goTo(hrefWith(address, rangeChanges(start, end))),
  };
  const hasBoth =
    volume.series.some((entry) => entry.isBelow) && volume.series.some((entry) => entry.isBelow !== true);
  const moment = at === null ? null : range.startSeconds + at * range.bucketSeconds;
  const shared = { axis, gaps, zone, cursor };
  return (
    <section className="volume" aria-label="Volume over time" aria-busy={isLoading}>
      <div className="panel-line">
        <h2>Volume</h2>
        <MeasureChoice address={address} measure={measure} />
        <Readout
          series={volume.series}
          quantity={quantity}
          at={at}
          hasPrevious={volume.previous.length > 0}
        />
        <span className="panel-note">
          {moment === null
            ? `per ${formatWidth(range.bucketSeconds)}`
            : `${formatMoment(moment, zone)} + ${formatWidth(range.bucketSeconds)}`}
        </span>
      </div>
      <TimeChart
        label={`${MEASURE_NAMES[measure]} by direction and action`}
        series={volume.series}
        previous={volume.previous}
        quantity={quantity}
        height={236}
        {...(hasBoth ? { halves: ['ingress', 'egress'] as const } : {})}
        {...shared}
      />
      <div className="panel-line">
        <h2>Rejected records</h2>
        <Readout series={rejects.series} quantity="count" at={at} hasPrevious={false} />
      </div>
      <TimeChart
        label="Rejected records"
        series={rejects.series}
        previous={rejects.previous}
        quantity="count"
        height={96}
        {...shared}
      />
      <CoverageStrip axis={axis} coverage={coverage} cursor={cursor} />
      <CoverageReadout
        coverage={coverage}
        at={at}
        axisStart={range.startSeconds}
        bucketSeconds={range.bucketSeconds}
      />
    </section>
  );
}

function MeasureChoice({
  address,
  measure,
}: {
  readonly address: ViewProps['address'];
  readonly measure: VolumeMeasure;
}) {
  return (
    <div className="choice" role="radiogroup" aria-label="Measured in">
      {MEASURES.map((name) => (
        <button
          key={name}
          type="button"
          role="radio"
          aria-checked={name === measure}
          onClick={() => goTo(hrefWith(address, { measure: name === 'bytes' ? null : name }))}
        >
          {MEASURE_NAMES[name].toLowerCase()}
        </button>
      ))}
    </div>
  );
}

/** The names of the series with their value under the crosshair, or their total: legend and readout in one. */
function Readout(props: {
  readonly series: readonly TimeSeries[];
  readonly quantity: Quantity;
  readonly at: number | null;
  readonly hasPrevious: boolean;
}) {
  const { series, quantity, at, hasPrevious } = props;
  return (
    <ul className="readout">
      {series.map((entry) => {
        const value = at === null ? entry.values.reduce((sum, one) => sum + one, 0) : (entry.values[at] ?? 0);
        const { short, exact } = formatQuantity(value, quantity);
        return (
          <li key={entry.name}>
            <span
              className={entry.isHatched === true ? 'swatch is-hatched' : 'swatch'}
              style={{ backgroundColor: `var(${entry.colour})` }}
              aria-hidden="true"
            />
            {entry.name} <b title={exact}>{short}</b>
          </li>
        );
      })}
      {hasPrevious ? (
        <li>
          <span className="swatch is-line" aria-hidden="true" />
          period before
        </li>
      ) : null}
    </ul>
  );
}

function CoverageReadout(props: {
  readonly coverage: Coverage | null;
  readonly at: number | null;
  readonly axisStart: number;
  readonly bucketSeconds: number;
}) {
  const { coverage, at, axisStart, bucketSeconds } = props;
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
          {STATE_NAMES[state]} <b>{minutes === undefined ? '–' : formatShare(minutes[state], whole)}</b>
        </li>
      ))}
    </ul>
  );
}

const STATE_NAMES = {
  covered: 'with traffic',
  idle: 'idle (NODATA)',
  skipped: 'lost (SKIPDATA)',
  unknown: 'not watched',
};
