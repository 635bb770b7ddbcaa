import type { Cell } from '../../../src/api/index.ts';
import { FIELDS } from '../../../src/record/index.ts';
import { post } from '../client.ts';
import { formatTimestamp, type Zone } from '../format.ts';
import { exactText, type GridColumn } from '../parts/data-grid.tsx';
import { fieldValueOf, valuesText } from '../parts/field-value.tsx';
import { useResource } from '../resource.ts';

const meanings = new Map(FIELDS.map((field) => [field.sql, field.meaning]));

/** One record with every field and what it means, and the object that it came from. */
export function RecordDetail(props: {
  readonly columns: readonly GridColumn[];
  readonly row: readonly Cell[];
  readonly zone: Zone;
  readonly height: number;
  readonly onBack: () => void;
}) {
  const { columns, row, zone, height, onBack } = props;
  const objectId = row[columns.findIndex((column) => column.name === 'object_id')];
  // Ids beyond 2^53 come as text.
  const id = exactText(objectId ?? null);
  const sql = `SELECT uri, layout FROM ledger WHERE object_id = ${id} LIMIT 1`;
  const source = useResource(/^-?\d+$/.test(id) ? sql : null, (signal) => post('/api/sql', { sql }, signal));
  const [uri, layout] = source.value?.rows[0] ?? [];
  return (
    <div className="record-detail" style={{ maxHeight: height }}>
      <p>
        <button type="button" className="text-button" onClick={onBack}>
          Back to the list
        </button>
        {typeof uri === 'string' ? (
          <span>
            {' '}
            from <code>{uri}</code>
          </span>
        ) : null}
      </p>
      {typeof layout === 'string' ? (
        <pre className="record-line" aria-label="The record as its line">
          {lineOf(layout, columns, row)}
        </pre>
      ) : null}
      <dl>
        {columns.map((column, index) => {
          const value = row[index] ?? null;
          return value === null ? null : (
            <div key={column.name}>
              <dt className="code">{column.name}</dt>
              <dd>
                <span className="code">{describe(column.name, value, zone)}</span>
                <small>{meanings.get(column.name) ?? ''}</small>
              </dd>
            </div>
          );
        })}
      </dl>
    </div>
  );
}

/** The fields in the order of the object's layout, as the line had them. */
function lineOf(layout: string, columns: readonly GridColumn[], row: readonly Cell[]): string {
  const at = new Map(columns.map((column, index) => [column.name, index]));
  return layout
    .split(' ')
    .map((name) => {
      const index = at.get(name.replaceAll('-', '_'));
      return index === undefined ? '-' : exactText(row[index] ?? null) || '-';
    })
    .join(' ');
}

function describe(name: string, value: Cell, zone: Zone): string {
  if ((name === 'start' || name === 'end') && typeof value === 'number') {
    return `${value} (${formatTimestamp(value, zone)})`;
  }
  const text = valuesText([fieldValueOf(name, value)]);
  const exact = exactText(value);
  return text === exact || text.startsWith(`${exact} `) ? text : `${exact} (${text})`;
}
