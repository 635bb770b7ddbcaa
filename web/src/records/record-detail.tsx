import type { Cell } from '../../../src/api/index.ts';
import { FIELDS } from '../../../src/record/index.ts';
import { formatTimestamp, type Zone } from '../format.ts';
import { exactText, type GridColumn } from '../parts/cell-text.ts';
import { fieldValueOf, valuesText } from '../parts/field-value.tsx';
import { RawLineView } from './raw-line.tsx';

const meanings = new Map(FIELDS.map((field) => [field.sql, field.meaning]));

/** One record: the line that it came from, in its object, and every field with what it means. */
export function RecordDetail(props: {
  readonly columns: readonly GridColumn[];
  readonly row: readonly Cell[];
  readonly zone: Zone;
  readonly height: number;
  /** Goes to the record before or after; null at the ends. */
  readonly onStep: (step: -1 | 1) => (() => void) | null;
  readonly onBack: () => void;
}) {
  const { columns, row, zone, height, onStep, onBack } = props;
  const [before, after] = [onStep(-1), onStep(1)];
  return (
    <div className="record-detail" style={{ maxHeight: height }}>
      <p className="record-steps">
        <button type="button" className="text-button" onClick={onBack}>
          Back to the list
        </button>
        <button type="button" className="text-button" disabled={before === null} onClick={() => before?.()}>
          Record above
        </button>
        <button type="button" className="text-button" disabled={after === null} onClick={() => after?.()}>
          Record below
        </button>
      </p>
      <RawLineView columns={columns} row={row} />
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

function describe(name: string, value: Cell, zone: Zone): string {
  if ((name === 'start' || name === 'end') && typeof value === 'number') {
    return `${value} (${formatTimestamp(value, zone)})`;
  }
  const text = valuesText([fieldValueOf(name, value)]);
  const exact = exactText(value);
  return text === exact || text.startsWith(`${exact} `) ? text : `${exact} (${text})`;
}
