import { goTo, hrefWith } from '../address.ts';
import { sliceStretch, stretchBefore, type TimeAxis } from '../charts/time-axis.ts';
import { formatChange, formatQuantity, formatShare } from '../format.ts';
import { FieldValues } from '../parts/field-value.tsx';
import { Link } from '../parts/link.tsx';
import { sliceText } from '../parts/slice-items.tsx';
import { moveInTable } from '../parts/table-keys.ts';
import type { Stretch } from '../time-range.ts';
import type { ViewProps } from '../view.ts';
import type { OpenGroup } from './group-menu.tsx';
import { groupRecords } from './group-records.ts';
import { type ExploreSeries, OTHER } from './groups.ts';
import type { ExploreMeasure } from './measures.ts';
import { type SeriesStatistics, statisticsOf } from './statistics.ts';

interface Row {
  readonly entry: ExploreSeries;
  readonly statistics: SeriesStatistics;
  readonly before: number | null;
}

/** A column of numbers. */
interface Column {
  readonly key: string;
  readonly title: string;
  readonly meaning: string;
  readonly of: (row: Row) => number | null;
  /** The slice that has the number; none where all of them make it. */
  readonly sliceOf?: (row: Row) => number;
}

const sliceWith =
  (key: 'min' | 'p95' | 'max') =>
  ({ entry, statistics }: Row): number =>
    entry.values.indexOf(statistics[key]);

const BASE: readonly Column[] = [
  {
    key: 'min',
    title: 'Min',
    meaning: 'The smallest slice',
    of: (row) => row.statistics.min,
    sliceOf: sliceWith('min'),
  },
  {
    key: 'average',
    title: 'Average',
    meaning: 'Mean of the slices, those without records as zero',
    of: (row) => row.statistics.average,
  },
  {
    key: 'p95',
    title: 'p95',
    meaning: 'Nineteen of twenty slices are not above this',
    of: (row) => row.statistics.p95,
    sliceOf: sliceWith('p95'),
  },
  {
    key: 'max',
    title: 'Max',
    meaning: 'The largest slice',
    of: (row) => row.statistics.max,
    sliceOf: sliceWith('max'),
  },
  {
    key: 'last',
    title: 'Last',
    meaning: 'The latest slice that anybody watched',
    of: (row) => row.statistics.last,
    sliceOf: ({ entry }) => entry.values.findLastIndex((value) => value !== null),
  },
];
const TOTAL: Column = {
  key: 'total',
  title: 'Total',
  meaning: 'All slices together',
  of: (row) => row.statistics.total,
};
const BEFORE: Column = {
  key: 'before',
  title: 'Before',
  meaning: 'The total of the earlier time',
  of: (row) => row.before,
};

/** Each group with its statistics over the slices of the range, sorted by what the address says. */
export function SeriesTable(props: {
  readonly view: ViewProps;
  readonly series: readonly ExploreSeries[];
  readonly axis: TimeAxis;
  readonly measure: ExploreMeasure;
  /** How much earlier the comparison lies. */
  readonly compareSeconds: number | null;
  /** False where shape or colour do not tell series apart, so rows need no key. */
  readonly hasSwatches: boolean;
  /** True below a chart: the value under its crosshair has a column, which is kept while there is none. */
  readonly hasCursor: boolean;
  readonly at: number | null;
  readonly onNear: (series: ExploreSeries | null) => void;
  readonly onOpen: OpenGroup;
}) {
  const { view, series, axis, measure, compareSeconds, hasSwatches, hasCursor, at, onNear, onOpen } = props;
  // Rates over slices have an average, not a sum.
  const hasTotal = measure.isSum && measure.perSecond === undefined;
  const hasBefore = hasTotal && series.some(({ previous }) => previous !== null);
  const columns = [...BASE, ...(hasTotal ? [TOTAL] : []), ...(hasBefore ? [BEFORE] : [])];
  const rows = series.map(
    (entry): Row => ({
      entry,
      statistics: statisticsOf(entry.values),
      before: entry.previous === null ? null : statisticsOf(entry.previous).total,
    }),
  );
  const { sort } = view.address.parameters;
  const sorted = sortedRows(rows, columns, sort);
  const whole = rows.reduce((sum, row) => sum + (row.statistics.total ?? 0), 0);
  const records = groupRecords(view, measure, series);
  const number = (
    value: number | null,
    key: string,
    of: Pick<ExploreSeries, 'group' | 'within'> | null,
    during: Stretch | null = null,
  ) => {
    const text = value === null ? '–' : formatQuantity(value, measure.quantity).short;
    const title = value === null ? 'Not known' : exact(value, measure);
    return (
      <td key={key} className="number" title={title}>
        {of === null || value === null || value === 0 ? (
          text
        ) : (
          <Link
            className="number-link"
            tabIndex={-1}
            href={records(of, during)}
            title={during === null ? title : `${title}, ${sliceText(during, view.address)}`}
          >
            {text}
          </Link>
        )}
      </td>
    );
  };
  const numberOf = (column: Column, row: Row) => {
    const slice = column.sliceOf?.(row) ?? -1;
    const before =
      column.key === 'before' && compareSeconds !== null ? stretchBefore(axis, compareSeconds) : null;
    return number(column.of(row), column.key, row.entry, slice < 0 ? before : sliceStretch(axis, slice));
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
            {hasCursor ? <th scope="col">Here</th> : null}
            {columns.map((column) => (
              <th key={column.key} scope="col" aria-sort={ariaSort(sort, column.key)}>
                <button
                  type="button"
                  title={column.meaning}
                  onClick={() =>
                    goTo(hrefWith(view.address, { sort: nextSort(sort, column.key) }), 'replace')
                  }
                >
                  {column.title}
                  {sort === column.key ? ' ↓' : sort === `-${column.key}` ? ' ↑' : ''}
                </button>
              </th>
            ))}
            {hasTotal ? <th scope="col">Share</th> : null}
            {hasBefore ? <th scope="col">Change</th> : null}
          </tr>
        </thead>
        <tbody onKeyDown={moveInTable}>
          {sorted.map(({ entry, statistics, before }, index) => (
            <tr key={entry.name} onPointerEnter={() => onNear(entry)} onPointerLeave={() => onNear(null)}>
              <th scope="row">
                {hasSwatches ? (
                  <span
                    className={entry.isHatched === true ? 'swatch is-hatched' : 'swatch'}
                    style={{ backgroundColor: `var(${entry.colour})` }}
                    aria-hidden="true"
                  />
                ) : null}
                <GroupName entry={entry} onOpen={onOpen} tabIndex={index === 0 ? 0 : -1} />
              </th>
              {!hasCursor ? null : at === null ? (
                <td className="is-here" />
              ) : (
                number(entry.values[at] ?? null, 'here', null)
              )}
              {columns.map((column) => numberOf(column, { entry, statistics, before }))}
              {hasTotal ? <td className="share">{formatShare(statistics.total ?? 0, whole)}</td> : null}
              {hasBefore ? (
                <td className="number">{formatChange(statistics.total ?? 0, before ?? 0)}</td>
              ) : null}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The name of a group as the button that opens its menu. */
export function GroupName({
  entry,
  onOpen,
  tabIndex = 0,
}: {
  readonly entry: Pick<ExploreSeries, 'group' | 'name' | 'within'>;
  /** -1 in a table whose arrow keys lead here. */
  readonly tabIndex?: 0 | -1;
  readonly onOpen: OpenGroup;
}) {
  return (
    <button
      type="button"
      className="cell-button"
      tabIndex={tabIndex}
      aria-haspopup="menu"
      title={entry.group === null ? 'Everything beyond these groups' : entry.name}
      onClick={(event) => onOpen(entry.group, event.currentTarget, { within: entry.within ?? [] })}
    >
      {entry.group === null || entry.group.length === 0 ? (
        <i>{entry.name === '' ? OTHER : entry.name}</i>
      ) : (
        <FieldValues values={entry.group} />
      )}
    </button>
  );
}

/** Sorted by the column that `sort` names, upwards behind a minus; "Other" and what has no value stay last. */
function sortedRows(
  rows: readonly Row[],
  columns: readonly Column[],
  sort: string | undefined,
): readonly Row[] {
  const column = columns.find(({ key }) => key === sort?.replace(/^-/, ''));
  if (column === undefined) return rows;
  const sign = sort?.startsWith('-') === true ? -1 : 1;
  const valueOf = (row: Row): number => column.of(row) ?? -sign * Number.MAX_VALUE;
  return rows.toSorted(
    (a, b) =>
      Number(a.entry.group === null) - Number(b.entry.group === null) || sign * (valueOf(b) - valueOf(a)),
  );
}

/** Downwards first, then upwards, then as it came. */
function nextSort(sort: string | undefined, key: string): string | null {
  if (sort === key) return `-${key}`;
  return sort === `-${key}` ? null : key;
}

function ariaSort(sort: string | undefined, key: string): 'ascending' | 'descending' | 'none' {
  if (sort === key) return 'descending';
  return sort === `-${key}` ? 'ascending' : 'none';
}

function exact(value: number, measure: ExploreMeasure): string {
  return formatQuantity(value, measure.quantity).exact;
}
