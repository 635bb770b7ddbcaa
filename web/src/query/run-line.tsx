import { useRef, useState } from 'react';
import type { Progress } from '../../../src/api/index.ts';
import { formatQuantity } from '../format.ts';
import { Popover } from '../parts/popover.tsx';
import type { Language } from './languages.ts';
import { type QueryRange, saveQuery, useSavedQueries } from './saved.ts';

/** Under the editor: run, cancel with the time that passed, save. */
export function RunLine(props: {
  readonly language: Language;
  readonly text: string;
  readonly range: QueryRange;
  readonly isLoading: boolean;
  /** How far the query is; null until the server says. */
  readonly progress: Progress | null;
  readonly isCancelled: boolean;
  readonly onRun: () => void;
  readonly onCancel: () => void;
}) {
  const { language, text, range, isLoading, progress, isCancelled, onRun, onCancel } = props;
  const [isSaving, setIsSaving] = useState(false);
  const saveButton = useRef<HTMLButtonElement>(null);
  const saved = useSavedQueries();
  const known = saved.find((entry) => entry.text === text && entry.language === language.name);
  return (
    <div className="run-line">
      <button type="button" className="primary" onClick={onRun} disabled={text.trim() === ''}>
        {language.name === 'ask' ? 'Ask' : 'Run'}
      </button>
      {isLoading ? (
        <>
          <button type="button" className="button" onClick={onCancel}>
            Cancel
          </button>
          <Running progress={progress} />
        </>
      ) : null}
      {isCancelled ? <span role="status">Cancelled; nothing runs any more.</span> : null}
      <span className="spring" />
      {known === undefined ? (
        <button
          ref={saveButton}
          type="button"
          className="text-button"
          aria-haspopup="dialog"
          aria-expanded={isSaving}
          disabled={text.trim() === ''}
          onClick={() => setIsSaving(!isSaving)}
        >
          Save
        </button>
      ) : (
        <span className="hint">Saved as {known.name}</span>
      )}
      {isSaving && saveButton.current !== null ? (
        <Popover anchor={saveButton.current} label="Save the query" onClose={() => setIsSaving(false)}>
          <SaveForm
            taken={saved.map((entry) => entry.name)}
            onSave={(name) => {
              saveQuery({ name, language: language.name, text, range });
              setIsSaving(false);
            }}
          />
        </Popover>
      ) : null}
    </div>
  );
}

function SaveForm(props: { readonly taken: readonly string[]; readonly onSave: (name: string) => void }) {
  const [name, setName] = useState('');
  const isTaken = props.taken.includes(name.trim());
  return (
    <form
      className="save-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== '') props.onSave(name.trim());
      }}
    >
      <label>
        Name
        <input data-first value={name} maxLength={80} onChange={(event) => setName(event.target.value)} />
      </label>
      <p className="hint">
        {isTaken ? 'Replaces the query of this name.' : 'Kept by this browser, with the range on screen.'}
      </p>
      <button type="submit" className="primary" disabled={name.trim() === ''}>
        {isTaken ? 'Replace' : 'Save'}
      </button>
    </form>
  );
}

/** How far the query is: a bar where the engine can say, else the time and the rows that it has read. */
function Running({ progress }: { readonly progress: Progress | null }) {
  const { elapsedSeconds = 0, percent = null, rowsRead = 0 } = progress ?? {};
  const parts = [
    'Running',
    ...(elapsedSeconds < 1 ? [] : [`${Math.floor(elapsedSeconds)} s`]),
    ...(percent === null || elapsedSeconds < 1 ? [] : [`${Math.round(percent)} %`]),
    ...(rowsRead < 1000 ? [] : [`${formatQuantity(rowsRead, 'count').short} rows read`]),
  ];
  return (
    <>
      {percent === null || elapsedSeconds < 1 ? null : (
        <progress max={100} value={percent} aria-label="Progress of the query" />
      )}
      <span role="status" className="hint">
        {parts.join(', ')}
      </span>
    </>
  );
}
