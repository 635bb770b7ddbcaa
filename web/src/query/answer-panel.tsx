import { type ReactNode, useMemo, useState } from 'react';
import type { AnswerTable, Cell } from '../../../src/api/index.ts';
import { goTo, hrefWith } from '../address.ts';
import { formatQuantity } from '../format.ts';
import { CopyMenu } from '../parts/copy-menu.tsx';
import { DataGrid } from '../parts/data-grid.tsx';
import { DownloadMenu } from '../parts/download-menu.tsx';
import { rangeChanges } from '../time-range.ts';
import type { ViewProps } from '../view.ts';
import { AnswerChart } from './answer-chart.tsx';
import { AnswerMenu } from './answer-menu.tsx';
import { shapeOf } from './answer-shape.ts';
import type { Answer, Language } from './languages.ts';
import { zoneNameOf } from './zone-name.ts';

const LEAST_HEIGHT = 420;
/** What stands above the answer and should stay in sight. */
const ABOVE = 400;
const HINT = 'Click a cell to narrow, open or copy it.';

/** An answer as a table, as a picture where its shape allows one, and as the plan and the SQL that made it. */
export function AnswerPanel(props: {
  readonly view: ViewProps;
  readonly language: Language;
  readonly asked: string;
  readonly body: unknown;
  readonly answer: Answer;
}) {
  const { view, language, asked, body, answer } = props;
  const { address, zone } = view;
  const scope = { range: view.range, zoneName: zoneNameOf(zone) };
  const { columns, rows, otherRows } = useMemo(() => withOther(answer), [answer]);
  const { draw, show } = address.parameters;
  const shape = useMemo(() => shapeOf(columns, rows, draw), [columns, rows, draw]);
  const [menu, setMenu] = useState<{
    readonly anchor: Element;
    readonly column: string;
    readonly value: Cell;
  } | null>(null);
  const tabs = [
    ...(shape === null ? [] : [{ name: 'chart', label: 'Chart' }]),
    { name: 'table', label: 'Table' },
    { name: 'plan', label: answer.explain === undefined ? 'SQL' : 'Plan and SQL' },
  ];
  // A series over time is read as a picture, anything else as a table, unless somebody chose.
  const usual = shape?.kind === 'time' && shape.isRecurring ? 'chart' : 'table';
  const tab = tabs.find((entry) => entry.name === show)?.name ?? usual;
  const barColumn = columns.find(({ name }) => shape?.measures.includes(name) === false)?.name ?? '';
  return (
    <div className="answer">
      <div className="answer-line">
        <Tabs
          tabs={tabs}
          chosen={tab}
          onChoose={(name) => goTo(hrefWith(address, { show: name === usual ? null : name }), 'replace')}
        />
        <span className="answer-summary" role="status">
          {summaryOf(answer)}
        </span>
        <DownloadMenu
          name="answer"
          address={language.path}
          body={language.body(asked, scope, true)}
          isTruncated={answer.truncated}
        />
        <CopyMenu
          sql={answer.explain?.sql ?? (language.name === 'sql' ? asked : null)}
          command={language.command(asked, scope)}
          post={{ path: language.path, body }}
        />
      </div>
      <div role="tabpanel" id="answer-panel" aria-labelledby={`answer-${tab}`}>
        {tab === 'chart' && shape !== null ? (
          <AnswerChart
            shape={shape}
            zone={zone}
            otherRows={otherRows}
            onMeasure={(name) => goTo(hrefWith(address, { draw: name }), 'replace')}
            onZoom={(start, end) => goTo(hrefWith(address, rangeChanges(start, end)))}
            onBar={(row, anchor) => {
              if (otherRows.has(row)) return;
              const index = columns.findIndex((column) => column.name === barColumn);
              setMenu({ anchor, column: barColumn, value: rows[row]?.[index] ?? null });
            }}
          />
        ) : null}
        {tab === 'table' ? (
          <DataGrid
            label="Answer"
            name={`answer ${columns.map((column) => column.name).join(' ')}`}
            columns={columns}
            rows={rows}
            zone={zone}
            height={Math.max(LEAST_HEIGHT, window.innerHeight - ABOVE)}
            note={noteOf(rows.length, otherRows.size)}
            isPartial={answer.truncated}
            onCell={({ anchor, row, column, value }) => {
              if (!otherRows.has(row)) setMenu({ anchor, column: column.name, value });
            }}
          />
        ) : null}
        {tab === 'plan' ? <PlanAndSql answer={answer} asked={asked} /> : null}
      </div>
      {menu === null ? null : (
        <AnswerMenu
          {...menu}
          address={address}
          language={language}
          asked={asked}
          onClose={() => setMenu(null)}
        />
      )}
    </div>
  );
}

function Tabs(props: {
  readonly tabs: readonly { readonly name: string; readonly label: string }[];
  readonly chosen: string;
  readonly onChoose: (name: string) => void;
}): ReactNode {
  const { tabs, chosen, onChoose } = props;
  return (
    <div
      className="tabs"
      role="tablist"
      aria-label="The answer as"
      onKeyDown={(event) => {
        const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
        if (step === 0) return;
        const at = tabs.findIndex((tab) => tab.name === chosen);
        const next = tabs[(at + step + tabs.length) % tabs.length];
        if (next === undefined) return;
        event.preventDefault();
        onChoose(next.name);
        event.currentTarget.querySelector<HTMLElement>(`#answer-${next.name}`)?.focus();
      }}
    >
      {tabs.map(({ name, label }) => (
        <button
          key={name}
          id={`answer-${name}`}
          type="button"
          role="tab"
          aria-selected={name === chosen}
          aria-controls="answer-panel"
          tabIndex={name === chosen ? 0 : -1}
          onClick={() => onChoose(name)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}

function PlanAndSql({ answer, asked }: { readonly answer: Answer; readonly asked: string }) {
  const { explain, plan } = answer;
  if (explain === undefined)
    return (
      <div className="plan">
        <p className="hint">Ran as it is written.</p>
        <pre>{asked}</pre>
      </div>
    );
  return (
    <div className="plan">
      <p>
        From <code>{explain.table}</code>: {explain.why}
      </p>
      {plan === undefined ? null : (
        <>
          <h2>Plan</h2>
          <pre>{plan}</pre>
        </>
      )}
      <h2>SQL</h2>
      <pre>{explain.sql}</pre>
    </div>
  );
}

/**
 * The table as it is shown: the row of the rest says that it is "Other", in place of a column that says so. Values it
 * does not have are not shown as missing ones.
 */
function withOther({ columns, rows, reading }: Answer): Pick<AnswerTable, 'columns' | 'rows'> & {
  readonly otherRows: ReadonlySet<number>;
} {
  // Only plain questions ask for the rest; in SQL a column of this name is the person's own.
  const at = reading === undefined ? -1 : columns.findIndex(({ name }) => name === 'other');
  if (at < 0) return { columns, rows, otherRows: new Set() };
  const otherRows = new Set(rows.flatMap((row, index) => (row[at] === true ? [index] : [])));
  return {
    columns: columns.filter((_, index) => index !== at),
    rows: rows.map((row, r) =>
      row.flatMap((value, index) =>
        index === at ? [] : [value === null && otherRows.has(r) ? 'Other' : value],
      ),
    ),
    otherRows,
  };
}

function noteOf(count: number, others: number): string {
  if (count === 0) return 'Nothing meets the query.';
  return others === 0 ? HINT : `${HINT} Other is everything beyond the groups that stand alone.`;
}

function summaryOf({ rows, truncated, seconds }: AnswerTable): string {
  const count = formatQuantity(rows.length, 'count').exact;
  const what = truncated
    ? `The first ${count} rows, there are more`
    : `${count} ${rows.length === 1 ? 'row' : 'rows'}`;
  return `${what}, ${Math.max(1, Math.round(seconds * 1000))} ms`;
}
