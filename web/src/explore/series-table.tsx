import { goTo, hrefWith } from '../address.ts';
import { formatChange, formatQuantity, formatShare } from '../format.ts';
import { FieldValues } from '../parts/field-value.tsx';
import type { ViewProps } from '../view.ts';
import type { OpenGroup } from './group-menu.tsx';
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
}

const BASE: readonly Column[] = [
  { key: 'min', title: 'Min', meaning: 'The smallest slice', of: (row) => row.statistics.min },
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
  },
  { key: 'max', title: 'Max', meaning: 'The largest slice', of: (row) => row.statistics.max },
  {
    key: 'last',
    title: 'Last',
    meaning: 'The latest slice that anybody watched',
    of: (row) => row.statistics.last,
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
  readonly measure: ExploreMeasure;
  /** False where shape or colour do not tell series apart, so rows need no key. */
  readonly hasSwatches: boolean;
  /** True below a chart: the value under its crosshair has a column, which is kept while there is none. */
  readonly hasCursor: boolean;
  readonly at: number | null;
  readonly onNear: (series: ExploreSeries | null) => void;
  readonly onOpen: OpenGroup;
}) {
  const { view, series, measure, hasSwatches, hasCursor, at, onNear, onOpen } = props;
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
  const number = (value: number | null, key: string) => (
    <td key={key} className="number" title={value === null ? 'Not known' : exact(value, measure)}>
      {value === null ? '–' : formatQuantity(value, measure.quantity).short}
    </td>
  );
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
        <tbody>
          {sorted.map(({ entry, statistics, before }) => (
            <tr key={entry.name} onPointerEnter={() => onNear(entry)} onPointerLeave={() => onNear(null)}>
              <th scope="row">
                {hasSwatches ? (
                  <span
                    className={entry.isHatched === true ? 'swatch is-hatched' : 'swatch'}
                    style={{ backgroundColor: `var(${entry.colour})` }}
                    aria-hidden="true"
                  />
                ) : null}
                <GroupName entry={entry} onOpen={onOpen} />
              </th>
              {!hasCursor ? null : at === null ? (
                <td className="is-here" />
              ) : (
                number(entry.values[at] ?? null, 'here')
              )}
              {columns.map((column) => number(column.of({ entry, statistics, before }), column.key))}
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
}: {
  readonly entry: Pick<ExploreSeries, 'group' | 'name'>;
  readonly onOpen: OpenGroup;
}) {
  if (entry.group?.length === 0) return <span className="cell-text">{entry.name}</span>;
  return (
    <button
      type="button"
      className="cell-button"
      aria-haspopup="menu"
      title={entry.group === null ? 'Everything beyond these groups' : entry.name}
      onClick={(event) => onOpen(entry.group, event.currentTarget)}
    >
      {entry.group === null ? (
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
