import { useState } from 'react';
import type { Cell, RawLine } from '../../../src/api/index.ts';
import { FIELDS, type Field } from '../../../src/record/index.ts';
import { post } from '../client.ts';
import { formatQuantity } from '../format.ts';
import type { GridColumn } from '../parts/cell-text.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import { useResource } from '../resource.ts';
import { tokensOf } from './line-tokens.ts';

const fields = new Map(FIELDS.map((field) => [field.name, field]));

/** The line that a record came from, read from its object now, word for word; or why it cannot be shown. */
export function RawLineView(props: {
  readonly columns: readonly GridColumn[];
  readonly row: readonly Cell[];
}) {
  const { columns, row } = props;
  const record = Object.fromEntries(columns.map((column, index) => [column.name, row[index] ?? null]));
  const key = JSON.stringify(record);
  const line = useResource(key, (signal) => post('/api/raw-line', { record }, signal));
  if (line.problem !== null) return <ProblemNote problem={line.problem} />;
  if (line.value === null || line.isLoading)
    return (
      <p className="hint raw-line-space" role="status">
        Reading the object…
      </p>
    );
  return <Lines line={line.value} />;
}

function Lines({ line }: { readonly line: RawLine }) {
  const { status, detail, object, lines, encodings, shape } = line;
  return (
    <div className="raw-line">
      {object === null ? null : (
        <p className="raw-object">
          <code>{object.uri}</code>{' '}
          <span className="hint">
            {[formatQuantity(object.sizeBytes, 'bytes').short, ...encodings, shape]
              .filter((part) => part !== null)
              .join(', ')}
          </span>
        </p>
      )}
      {status === 'found' && lines.length === 1 ? null : (
        <p className={status === 'found' ? 'hint' : 'raw-missing'} role="status">
          {detail}
        </p>
      )}
      {lines.map((entry) => (
        <OneLine key={entry.number} entry={entry} numbers={line.lineNumbers} />
      ))}
    </div>
  );
}

const NUMBER_NAMES = { source: 'line', ordinal: 'record', row: 'row' } as const;

function OneLine(props: {
  readonly entry: RawLine['lines'][number];
  readonly numbers: RawLine['lineNumbers'];
}) {
  const { entry, numbers } = props;
  const [chosen, setChosen] = useState<string | null>(null);
  const name = `${NUMBER_NAMES[numbers ?? 'source']} ${formatQuantity(entry.number, 'count').exact}`;
  const tokens = tokensOf(entry);
  const field = chosen === null ? undefined : fields.get(chosen);
  return (
    <figure className="raw-entry">
      <figcaption>{name}</figcaption>
      <div className="raw-text code" aria-label={`The text of ${name}`} role="group">
        {tokens.map((token, index) =>
          token.field === null ? (
            <span key={`${index} ${token.text}`}>{token.text}</span>
          ) : (
            <button
              key={`${index} ${token.text}`}
              type="button"
              className={token.field === chosen ? 'raw-token is-chosen' : 'raw-token'}
              aria-label={`${token.field}: ${token.text}`}
              onMouseEnter={() => setChosen(token.field)}
              onFocus={() => setChosen(token.field)}
            >
              {token.text}
            </button>
          ),
        )}
      </div>
      <p className="raw-meaning" role="status">
        {chosen === null ? (
          <span className="hint">Point at a word of the line to see which field it is.</span>
        ) : (
          <>
            <code>{chosen}</code> {meaningOf(field)}
          </>
        )}
      </p>
    </figure>
  );
}

function meaningOf(field: Field | undefined): string {
  if (field === undefined) return 'is no field of the catalogue.';
  const unit = field.unit === null ? '' : ` In ${field.unit}.`;
  const misleads = field.misleads === '' ? '' : ` ${field.misleads}`;
  return `${field.meaning}.${unit}${misleads}`;
}
