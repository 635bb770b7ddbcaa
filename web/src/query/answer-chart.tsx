import { useMemo, useState } from 'react';
import { TimeChart } from '../charts/time-chart.tsx';
import { formatMoment, formatQuantity, formatWidth, type Zone } from '../format.ts';
import { Choice } from '../parts/choice.tsx';
import type { BarShape, TimeShape } from './answer-shape.ts';

const HEIGHT = 280;
/** What has a meaning keeps its colour; the rest are told apart by order. */
const COLOURS: ReadonlyMap<string, `--${string}`> = new Map([
  ['ACCEPT', '--accept'],
  ['REJECT', '--reject'],
  ['NODATA', '--nodata'],
  ['SKIPDATA', '--skipdata'],
  ['no value', '--unknown'],
  ['Other', '--series-other'],
]);
const DRAWINGS = [
  { name: 'stacked', label: 'Stacked' },
  { name: 'lines', label: 'Lines' },
] as const;
const NO_LINES: readonly never[] = [];

/** An answer as a picture: its shape says which. The numbers behind it are one tab away. */
export function AnswerChart(props: {
  readonly shape: TimeShape | BarShape;
  readonly zone: Zone;
  readonly onMeasure: (name: string) => void;
  readonly onZoom: (startSeconds: number, endSeconds: number) => void;
  /** Rows that are the rest. */
  readonly otherRows: ReadonlySet<number>;
  readonly onBar: (row: number, anchor: HTMLElement) => void;
}) {
  const { shape, zone, otherRows, onMeasure, onZoom, onBar } = props;
  return (
    <div className="answer-chart">
      <div className="panel-line">
        {shape.measures.length === 1 ? (
          <h2>{shape.measure}</h2>
        ) : (
          <label className="inline-field">
            Measure
            <select value={shape.measure} onChange={(event) => onMeasure(event.target.value)}>
              {shape.measures.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
        )}
        <span className="hint">
          {shape.kind === 'time'
            ? `per ${formatWidth(shape.axis.bucketSeconds)}`
            : shape.rest === 0
              ? `${shape.bars.length} rows in the order of the answer`
              : `the first ${shape.bars.length} rows; ${shape.rest} more are in the table`}
        </span>
      </div>
      {shape.kind === 'time' ? (
        <OverTime shape={shape} zone={zone} onZoom={onZoom} />
      ) : (
        <Bars shape={shape} otherRows={otherRows} onBar={onBar} />
      )}
    </div>
  );
}

function OverTime(props: {
  readonly shape: TimeShape;
  readonly zone: Zone;
  readonly onZoom: (startSeconds: number, endSeconds: number) => void;
}) {
  const { shape, zone, onZoom } = props;
  const { axis, quantity } = shape;
  const [at, setAt] = useState<number | null>(null);
  const [isLines, setIsLines] = useState(false);
  const series = useMemo(
    () =>
      shape.series.map(({ name, values }, index) => ({
        name: name === null ? 'Other' : name === '' ? shape.measure : name,
        colour: COLOURS.get(name ?? 'Other') ?? (`--series-${index + 1}` as const),
        values,
      })),
    [shape],
  );
  const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
  return (
    <>
      <TimeChart
        label={`${shape.measure} over time`}
        axis={axis}
        series={series}
        previous={NO_LINES}
        gaps={NO_LINES}
        quantity={quantity}
        zone={zone}
        height={HEIGHT}
        cursor={{ at, onMove: setAt, onZoom }}
        shape={shape.isSum && !isLines ? 'stacked' : 'lines'}
      />
      {shape.isSum ? (
        <Choice
          label="Drawn as"
          className="chart-choice"
          entries={DRAWINGS}
          current={isLines ? 'lines' : 'stacked'}
          onChoose={(name) => setIsLines(name === 'lines')}
        />
      ) : null}
      <ul className="chart-legend">
        <li className="hint">
          {at === null
            ? shape.isSum
              ? 'Whole answer'
              : 'Highest'
            : formatMoment(axis.startSeconds + at * axis.bucketSeconds, zone)}
        </li>
        {series.map(({ name, colour, values }) => {
          const { short, exact } = formatQuantity(
            at === null ? (shape.isSum ? total(values) : Math.max(...values)) : (values[at] ?? 0),
            quantity,
          );
          return (
            <li key={name}>
              <span className="swatch" style={{ backgroundColor: `var(${colour})` }} aria-hidden="true" />
              <span className="code">{name}</span>{' '}
              <span className="number" title={exact}>
                {short}
              </span>
            </li>
          );
        })}
      </ul>
    </>
  );
}

function Bars(props: {
  readonly shape: BarShape;
  readonly otherRows: ReadonlySet<number>;
  readonly onBar: (row: number, anchor: HTMLElement) => void;
}) {
  const { bars, quantity } = props.shape;
  const most = Math.max(...bars.map((bar) => Math.abs(bar.value)), 1e-9);
  return (
    <table className="answer-bars">
      <caption className="visually-hidden">{props.shape.measure} of each row</caption>
      <tbody>
        {bars.map(({ label, value, row }) => {
          const { short, exact } = formatQuantity(value, quantity);
          return (
            <tr key={row} className={props.otherRows.has(row) ? 'is-other' : ''}>
              <th scope="row">
                <button
                  type="button"
                  className="cell-button code"
                  aria-haspopup="menu"
                  title={label}
                  onClick={(event) => props.onBar(row, event.currentTarget)}
                >
                  {label}
                </button>
              </th>
              <td>
                <span className="bar" style={{ width: `${(100 * Math.abs(value)) / most}%` }} />
              </td>
              <td className="number" title={exact}>
                {short}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
