import { TABLES } from '../../../src/record/index.ts';

/** The tables that SQL may read, with what their columns mean. */
export function SchemaList() {
  return (
    <>
      <h2>Tables</h2>
      {TABLES.map((table) => (
        <details key={table.name} className="schema">
          <summary>
            <span className="code">{table.name}</span> <span className="hint">{table.comment}</span>
          </summary>
          <dl>
            {table.columns.map((column) => (
              <div key={column.name}>
                <dt className="code" title={column.type}>
                  {column.name}
                </dt>
                <dd>{column.comment}</dd>
              </div>
            ))}
          </dl>
        </details>
      ))}
    </>
  );
}
