import { columnMeaning } from './cell-text.ts';
import { type GridLayout, PLAIN_LAYOUT, type PlacedColumn, stepColumn, toggleColumn } from './grid-layout.ts';
import { MenuButton, PopoverButton } from './popover-button.tsx';
import { TABLE_FORMS, type TableForm } from './table-text.ts';

/** The line above a table: how much it shows, what is selected, which columns there are, and copying. */
export function GridTools(props: {
  readonly layout: GridLayout;
  /** All columns in their order, hidden ones included. */
  readonly columns: readonly PlacedColumn[];
  readonly onLayout: (layout: GridLayout) => void;
  readonly note: string;
  /** What is selected, in words; null when nothing is. */
  readonly selection: string | null;
  readonly onCopy: (form: TableForm) => void;
}) {
  const { layout, columns, onLayout, note, selection, onCopy } = props;
  const hiddenCount = columns.filter((column) => layout.hidden.includes(column.id)).length;
  return (
    <div className="grid-tools">
      <span className="grid-note" role="status" title={selection ?? note}>
        {selection ?? note}
      </span>
      <PopoverButton text={`Columns${hiddenCount === 0 ? '' : `, ${hiddenCount} hidden`}`} label="Columns">
        {() => <ColumnChoice layout={layout} columns={columns} onLayout={onLayout} />}
      </PopoverButton>
      <MenuButton
        text={selection === null ? 'Copy' : 'Copy selection'}
        label="Copy"
        choices={TABLE_FORMS.map((form) => ({
          name: selection === null ? `All as ${form}` : `Selection as ${form}`,
          onChoose: () => onCopy(form),
        }))}
      />
    </div>
  );
}

function ColumnChoice(props: {
  readonly layout: GridLayout;
  readonly columns: readonly PlacedColumn[];
  readonly onLayout: (layout: GridLayout) => void;
}) {
  const { layout, columns, onLayout } = props;
  const isPlain = layout.order.length + layout.hidden.length + Object.keys(layout.widths).length === 0;
  return (
    <div className="column-choice">
      <ul>
        {columns.map((column) => {
          const isShown = !layout.hidden.includes(column.id);
          return (
            <li key={column.id}>
              <label title={columnMeaning(column)}>
                <input
                  type="checkbox"
                  checked={isShown}
                  onChange={() => onLayout(toggleColumn(layout, column.id))}
                />
                <span className="code">{column.name}</span>
              </label>
              {([-1, 1] as const).map((step) => (
                <button
                  key={step}
                  type="button"
                  className="icon-button"
                  aria-label={`Move ${column.id} ${step < 0 ? 'left' : 'right'}`}
                  disabled={!isShown}
                  onClick={() => onLayout(stepColumn(layout, columns, column.id, step))}
                >
                  {step < 0 ? '↑' : '↓'}
                </button>
              ))}
            </li>
          );
        })}
      </ul>
      <div className="column-choice-foot">
        <label>
          <input
            type="checkbox"
            checked={layout.isExact}
            onChange={() => onLayout({ ...layout, isExact: !layout.isExact })}
          />
          Every digit
        </label>
        <button
          type="button"
          className="text-button"
          disabled={isPlain}
          onClick={() => onLayout({ ...PLAIN_LAYOUT, isExact: layout.isExact })}
        >
          As it came
        </button>
      </div>
    </div>
  );
}
