import { type ChangeEvent, useState } from 'react';
import { type Address, goTo, hrefWith } from '../address.ts';
import { saveFile } from '../parts/download.ts';
import { type Language, languageOf } from './languages.ts';
import {
  type AskedQuery,
  deleteQuery,
  exportQueries,
  forgetAsked,
  importQueries,
  queryParameters,
  renameQuery,
  type SavedQuery,
  savedQueries,
  saveQuery,
  useAskedQueries,
  useSavedQueries,
} from './saved.ts';
import { SchemaList } from './schema-list.tsx';

/** Beside the editor: saved queries, examples, what was asked before, and for SQL the tables. */
export function QueryLists(props: {
  readonly address: Address;
  readonly language: Language;
  readonly onExample: (text: string) => void;
}) {
  const { address, language, onExample } = props;
  const show = (query: AskedQuery): void => goTo(hrefWith(address, queryParameters(query)));
  return (
    <aside aria-label="Queries">
      <SavedList onShow={show} />
      <h2>Examples</h2>
      <ul className="query-list">
        {language.examples.map((example) => (
          <li key={example.name}>
            <button type="button" title={example.text} onClick={() => onExample(example.text)}>
              {example.name}
            </button>
          </li>
        ))}
      </ul>
      <AskedList onShow={show} />
      {language.name === 'sql' ? <SchemaList /> : null}
    </aside>
  );
}

function SavedList({ onShow }: { readonly onShow: (query: AskedQuery) => void }) {
  const queries = useSavedQueries();
  const [renamed, setRenamed] = useState<string | null>(null);
  const [deleted, setDeleted] = useState<SavedQuery | null>(null);
  const [note, setNote] = useState('');
  const read = async (event: ChangeEvent<HTMLInputElement>): Promise<void> => {
    const file = event.target.files?.[0];
    event.target.value = '';
    if (file === undefined) return;
    const count = importQueries(await file.text());
    setNote(
      count === null
        ? `${file.name} holds no saved queries of Weir.`
        : count === 0
          ? 'All of these are saved already.'
          : `${count} imported.`,
    );
  };
  return (
    <>
      <h2>Saved</h2>
      <ul className="query-list">
        {queries.map((query) => (
          <li key={query.name} className="saved-query">
            {renamed === query.name ? (
              <RenameForm
                name={query.name}
                onDone={(next) => {
                  setNote(
                    next === null || renameQuery(query.name, next)
                      ? ''
                      : `There is already a query "${next}".`,
                  );
                  setRenamed(null);
                }}
              />
            ) : (
              <>
                <button type="button" title={query.text} onClick={() => onShow(query)}>
                  {query.name} <span className="hint">{languageOf(query.language).label}</span>
                </button>
                <button
                  type="button"
                  className="text-button"
                  aria-label={`Rename ${query.name}`}
                  onClick={() => setRenamed(query.name)}
                >
                  Rename
                </button>
                <button
                  type="button"
                  className="text-button"
                  aria-label={`Delete ${query.name}`}
                  onClick={() => {
                    deleteQuery(query.name);
                    setDeleted(query);
                  }}
                >
                  Delete
                </button>
              </>
            )}
          </li>
        ))}
      </ul>
      <p className="query-foot">
        <span className="hint">
          {queries.length === 0 ? 'None yet. Saved queries stay in this browser.' : 'Kept by this browser.'}
        </span>
        {queries.length === 0 ? null : (
          <button
            type="button"
            className="text-button"
            onClick={() =>
              saveFile(
                'weir-queries.json',
                new Blob([exportQueries(savedQueries())], { type: 'application/json' }),
              )
            }
          >
            Export
          </button>
        )}
        <label className="text-button">
          Import
          <input
            type="file"
            accept="application/json,.json"
            className="visually-hidden"
            onChange={(event) => void read(event)}
          />
        </label>
      </p>
      <p className="query-note" role="status">
        {deleted === null ? (
          note
        ) : (
          <>
            Deleted {deleted.name}.{' '}
            <button
              type="button"
              className="text-button"
              onClick={() => {
                saveQuery(deleted);
                setDeleted(null);
              }}
            >
              Undo
            </button>
          </>
        )}
      </p>
    </>
  );
}

function RenameForm(props: { readonly name: string; readonly onDone: (next: string | null) => void }) {
  const [next, setNext] = useState(props.name);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        props.onDone(next.trim());
      }}
    >
      <input
        aria-label={`New name of ${props.name}`}
        ref={(input) => input?.focus()}
        value={next}
        maxLength={80}
        onChange={(event) => setNext(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') props.onDone(null);
        }}
      />
    </form>
  );
}

function AskedList({ onShow }: { readonly onShow: (query: AskedQuery) => void }) {
  const queries = useAskedQueries();
  if (queries.length === 0) return null;
  return (
    <>
      <h2>Asked before</h2>
      <ul className="query-list is-long">
        {queries.map((query) => (
          <li key={`${query.language} ${query.text}`}>
            <button type="button" className="code" title={query.text} onClick={() => onShow(query)}>
              {query.text.replaceAll(/\s+/g, ' ')}
            </button>
          </li>
        ))}
      </ul>
      <p className="query-foot">
        <span className="hint">Kept by this browser.</span>
        <button type="button" className="text-button" onClick={forgetAsked}>
          Forget them
        </button>
      </p>
    </>
  );
}
