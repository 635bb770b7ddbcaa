import { formatChange, formatQuantity, formatShare } from '../format.ts';
import { Link } from '../parts/link.tsx';
import { moveInTable } from '../parts/table-keys.ts';
import type { OpenGroup } from './group-menu.tsx';
import type { GroupNumber } from './groups.ts';
import type { ExploreMeasure } from './measures.ts';
import { GroupName } from './series-table.tsx';

/** Groups over the whole range as bars from zero, the largest first; a line in the bar is the earlier time. */
export function BarList(props: {
  readonly label: string;
  readonly numbers: readonly GroupNumber[];
  readonly measure: ExploreMeasure;
  readonly hasPrevious: boolean;
  readonly colourOf: (entry: GroupNumber) => `--${string}`;
  /** The address of the records of a group, over the range or the earlier time. */
  readonly recordsOf: (entry: GroupNumber, isBefore: boolean) => string;
  readonly onOpen: OpenGroup;
}) {
  const { label, numbers, measure, hasPrevious, colourOf, recordsOf, onOpen } = props;
  const most = Math.max(...numbers.map(({ value, previous }) => Math.max(value ?? 0, previous ?? 0)));
  const whole = numbers.reduce((sum, { value }) => sum + (value ?? 0), 0);
  const widthOf = (value: number): string => `${most === 0 ? 0 : (100 * value) / most}%`;
  const text = (value: number | null): string =>
    value === null ? '–' : formatQuantity(value, measure.quantity).short;
  return (
    <div className="table-scroll">
      <table className="bar-list">
        <caption className="visually-hidden">{label}</caption>
        <thead>
          <tr>
            <th scope="col">Group</th>
            <td />
            <th scope="col">{measure.label}</th>
            {measure.isSum ? (
              <th scope="col" className="is-less">
                Share
              </th>
            ) : null}
            {hasPrevious ? (
              <th scope="col" className="is-less">
                <span className="bar-mark" aria-hidden="true" />
                Before
              </th>
            ) : null}
            {hasPrevious ? <th scope="col">Change</th> : null}
          </tr>
        </thead>
        <tbody onKeyDown={moveInTable}>
          {numbers.map((entry, index) => (
            <tr key={entry.name}>
              <th scope="row">
                <GroupName entry={entry} onOpen={onOpen} tabIndex={index === 0 ? 0 : -1} />
              </th>
              <td className="bar-cell" onClick={(event) => onOpen(entry.group, event.currentTarget)}>
                <span
                  className="bar-length"
                  style={{ width: widthOf(entry.value ?? 0), backgroundColor: `var(${colourOf(entry)})` }}
                />
                {entry.previous === null || !hasPrevious ? null : (
                  <span className="bar-before" style={{ left: widthOf(entry.previous) }} />
                )}
              </td>
              <td
                className="number"
                title={
                  entry.value === null
                    ? 'Distinct values of the rest cannot be added up'
                    : formatQuantity(entry.value, measure.quantity).exact
                }
              >
                <NumberLink
                  text={text(entry.value)}
                  href={(entry.value ?? 0) > 0 ? recordsOf(entry, false) : null}
                />
              </td>
              {measure.isSum ? (
                <td className="share is-less">{formatShare(entry.value ?? 0, whole)}</td>
              ) : null}
              {hasPrevious ? (
                <td
                  className="number is-less"
                  title={formatQuantity(entry.previous ?? 0, measure.quantity).exact}
                >
                  <NumberLink
                    text={text(entry.previous ?? 0)}
                    href={(entry.previous ?? 0) > 0 ? recordsOf(entry, true) : null}
                  />
                </td>
              ) : null}
              {hasPrevious ? (
                <td className="number">{formatChange(entry.value ?? 0, entry.previous ?? 0)}</td>
              ) : null}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A number that leads to the records behind it, where there are any. */
function NumberLink({ text, href }: { readonly text: string; readonly href: string | null }) {
  return href === null ? (
    text
  ) : (
    <Link className="number-link" tabIndex={-1} href={href}>
      {text}
    </Link>
  );
}
