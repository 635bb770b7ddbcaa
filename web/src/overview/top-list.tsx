import { useState } from 'react';
import type { Sums, Top, TopMeasure } from '../../../src/api/index.ts';
import { hrefWith } from '../address.ts';
import { get } from '../client.ts';
import type { FieldValue } from '../filter.ts';
import { joinFilters, restrictFilter } from '../filter.ts';
import { formatShare } from '../format.ts';
import { FieldValues, fieldValueOf, valuesText } from '../parts/field-value.tsx';
import { Link } from '../parts/link.tsx';
import { OtherMenu } from '../parts/other-menu.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { Quantity } from '../parts/quantity.tsx';
import { moveInTable } from '../parts/table-keys.ts';
import { ValueMenu } from '../parts/value-menu.tsx';
import { countedHref } from '../records/records-link.ts';
import { useResource } from '../resource.ts';
import { MEASURE_NAMES, measureOf, scopeParameters, type ViewProps } from '../view.ts';
import type { ListRule } from './lists.ts';

/** One top list: the largest groups, their share, and what the rest comes to. */
export function TopList({ rule, ...view }: ViewProps & { readonly rule: ListRule }) {
  const measure = rule.measure ?? measureOf(view.address);
  const scope = scopeParameters(view);
  const where = listFilter(rule, scope.where);
  const parameters = { ...scope, where, by: rule.by, measure, limit: rule.limit };
  const top = useResource(JSON.stringify(parameters), (signal) => get('/api/top', parameters, signal));
  return (
    <section className="top-list" aria-busy={top.isLoading}>
      <h2>
        {rule.title}
        <span className="by">{MEASURE_NAMES[measure].toLowerCase()}</span>
      </h2>
      {top.problem === null ? (
        <TopTable answer={top.value} rule={rule} measure={measure} view={view} where={where} />
      ) : (
        <ProblemNote problem={top.problem} />
      )}
    </section>
  );
}

/** A top list that was already asked for, as a table. */
export function TopTable(props: {
  readonly answer: Top | null;
  readonly rule: ListRule;
  readonly measure: TopMeasure;
  readonly view: ViewProps;
  readonly where: string;
}) {
  const { answer, rule, measure, view, where } = props;
  const [menu, setMenu] = useState<{
    readonly anchor: Element;
    /** Null for "Other". */
    readonly values: readonly FieldValue[] | null;
  } | null>(null);
  if (answer === null) return <div className="top-placeholder" style={{ height: rule.limit * 28 }} />;
  const rows = answer.rows.filter((row) => Number(row.sums[measure]) > 0);
  if (rows.length === 0) return <p className="hint">{rule.empty}</p>;
  const whole = Number(answer.total[measure]);
  const groups = answer.rows.map((row) =>
    answer.fields.map((field, at) => fieldValueOf(field, row.values[at])),
  );
  const largest = Math.max(...rows.map((row) => Number(row.sums[measure])));
  return (
    <>
      <table className="top-table">
        <caption className="visually-hidden">
          {rule.title} by {MEASURE_NAMES[measure].toLowerCase()}, the largest {rows.length}
        </caption>
        <colgroup>
          <col />
          <col className="measure-column" />
          <col className="share-column" />
        </colgroup>
        <thead className="visually-hidden">
          <tr>
            <th scope="col">{rule.title}</th>
            <th scope="col">{MEASURE_NAMES[measure]}</th>
            <th scope="col">Share</th>
          </tr>
        </thead>
        <tbody onKeyDown={moveInTable}>
          {rows.map((row, index) => {
            const values = answer.fields.map((field, at) => fieldValueOf(field, row.values[at]));
            return (
              <tr key={JSON.stringify(row.values)}>
                <th scope="row">
                  <Bar share={Number(row.sums[measure]) / largest} isReject={rule.isRejected === true} />
                  <button
                    type="button"
                    className="cell-button"
                    tabIndex={index === 0 ? 0 : -1}
                    aria-haspopup="menu"
                    title={valuesText(values)}
                    onClick={(event) => setMenu({ anchor: event.currentTarget, values })}
                  >
                    <FieldValues values={values} />
                  </button>
                </th>
                <Measured
                  sums={row.sums}
                  measure={measure}
                  whole={whole}
                  href={countedHref(view.address, restrictFilter(where, values))}
                />
              </tr>
            );
          })}
          {answer.other === null || Number(answer.other[measure]) === 0 ? null : (
            <tr className="other-row">
              <th scope="row">
                <button
                  type="button"
                  className="cell-button"
                  tabIndex={-1}
                  aria-haspopup="menu"
                  title={`Everything beyond the first ${rows.length}`}
                  onClick={(event) => setMenu({ anchor: event.currentTarget, values: null })}
                >
                  Other
                </button>
              </th>
              <Measured sums={answer.other} measure={measure} whole={whole} />
            </tr>
          )}
        </tbody>
      </table>
      {menu === null ? null : menu.values === null ? (
        <OtherMenu
          anchor={menu.anchor}
          address={view.address}
          groups={groups}
          about={`It comes to ${formatShare(Number(answer.other?.[measure] ?? 0), whole)} of the whole.`}
          base={listFilter(rule, view.base)}
          more={hrefWith(
            view.address,
            { by: rule.by, measure, shape: 'bars', n: '40', where: where === '' ? null : where },
            '/explore',
          )}
          onClose={() => setMenu(null)}
        />
      ) : (
        <ValueMenu
          anchor={menu.anchor}
          address={view.address}
          values={menu.values}
          base={listFilter(rule, view.base)}
          onClose={() => setMenu(null)}
        />
      )}
    </>
  );
}

/** How large a row is beside the largest one; the number next to it says the same, so it is hidden from readers. */
function Bar({ share, isReject }: { readonly share: number; readonly isReject: boolean }) {
  return (
    <span
      className={isReject ? 'bar is-reject' : 'bar'}
      style={{ width: `${Math.max(0.5, share * 100)}%` }}
      aria-hidden="true"
    />
  );
}

/** The number of a row, which leads to the records behind it where a filter can name them. */
function Measured(props: {
  readonly sums: Sums;
  readonly measure: TopMeasure;
  readonly whole: number;
  readonly href?: string;
}) {
  const { sums, measure, whole, href } = props;
  const number = <Quantity value={sums[measure]} kind={measure === 'bytes' ? 'bytes' : 'count'} />;
  return (
    <>
      <td>
        {href === undefined ? (
          number
        ) : (
          <Link className="number-link" href={href} tabIndex={-1}>
            {number}
          </Link>
        )}
      </td>
      <td className="share">{formatShare(Number(sums[measure]), whole)}</td>
    </>
  );
}

function listFilter(rule: ListRule, where: string): string {
  const joined = joinFilters(rule.where ?? '', where);
  return rule.isRejected === true ? joinFilters('action = REJECT', joined) : joined;
}
