import { useEffect, useId, useState } from 'react';
import { columnBySpelling, QUERY_COLUMNS } from '../../../src/query/index.ts';
import { type Address, type Changes, goTo, hrefWith } from '../address.ts';
import { COMMON_FIELDS, EXPLORE_MEASURES, type ExploreQuestion, NOTHING } from './question.ts';

const COUNTS = [3, 5, 7, 10, 15, 20];

/** What is measured, by which fields, and how many groups stand alone. */
export function ExploreControls({
  address,
  question,
}: {
  readonly address: Address;
  readonly question: ExploreQuestion;
}) {
  const listId = useId();
  const by = question.by.join(', ');
  const [text, setText] = useState(by);
  useEffect(() => setText(by), [by]);
  const go = (changes: Changes): void => goTo(hrefWith(address, changes));
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const unknown = names.find((name) => columnBySpelling(name) === undefined);
  const apply = (next: readonly string[]): void =>
    go({ by: next.map((name) => columnBySpelling(name)?.name ?? name).join(',') || NOTHING });
  const toggle = (field: string): void =>
    apply(
      question.by.includes(field) ? question.by.filter((name) => name !== field) : [...question.by, field],
    );
  return (
    <form
      className="explore-controls"
      onSubmit={(event) => {
        event.preventDefault();
        if (unknown === undefined) apply(names);
      }}
    >
      <label>
        Show
        <select value={question.measure} onChange={(event) => go({ measure: event.target.value })}>
          {EXPLORE_MEASURES.map((entry) => (
            <option key={entry.name} value={entry.name}>
              {entry.label}
            </option>
          ))}
        </select>
      </label>
      <label className="explore-by">
        by
        <input
          value={text}
          list={listId}
          onChange={(event) => setText(event.target.value)}
          onBlur={() => {
            if (unknown === undefined && text !== by) apply(names);
          }}
          aria-invalid={unknown !== undefined}
          spellCheck={false}
          autoComplete="off"
        />
        <datalist id={listId}>
          {QUERY_COLUMNS.map((column) => (
            <option key={column.name} value={column.name}>
              {column.meaning}
            </option>
          ))}
        </datalist>
      </label>
      <label>
        the largest
        <select value={question.count} onChange={(event) => go({ n: event.target.value })}>
          {COUNTS.map((count) => (
            <option key={count} value={count}>
              {count}
            </option>
          ))}
        </select>
      </label>
      {unknown === undefined ? null : (
        <p className="problem-text" role="alert">
          There is no field &quot;{unknown}&quot;
        </p>
      )}
      <ul className="field-choice" aria-label="Usual fields">
        {COMMON_FIELDS.map((field) => (
          <li key={field}>
            <button
              type="button"
              className="code"
              aria-pressed={question.by.includes(field)}
              title={columnBySpelling(field)?.meaning}
              onClick={() => toggle(field)}
            >
              {field}
            </button>
          </li>
        ))}
      </ul>
    </form>
  );
}
