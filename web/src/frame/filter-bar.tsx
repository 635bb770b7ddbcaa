import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { type Completion, completeFilter } from '../../../src/query/index.ts';
import { type Address, goTo, hrefWith } from '../address.ts';
import { readFilter } from '../filter.ts';
import { FilterCompletion } from './filter-completion.tsx';

const SHOWN = 8;
const NOTHING = { start: 0, end: 0, items: [] };

/** The filter as a line to type: words that fit are offered, and a mistake is marked at its place. */
export function FilterBar({ address }: { readonly address: Address }) {
  const where = address.parameters['where'] ?? '';
  const [text, setText] = useState(where);
  const [cursor, setCursor] = useState(where.length);
  const [isOpen, setIsOpen] = useState(false);
  const [chosen, setChosen] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  const problemId = useId();
  const listId = useId();
  useEffect(() => setText(where), [where]);
  useEffect(() => {
    const focus = (): void => input.current?.select();
    window.addEventListener('weir:filter', focus);
    return () => window.removeEventListener('weir:filter', focus);
  }, []);
  useEffect(() => {
    // After a completion the cursor stands behind the word that was taken.
    if (document.activeElement === input.current) input.current?.setSelectionRange(cursor, cursor);
  }, [cursor, text]);
  const completions = isOpen ? completeFilter(text, cursor, { limit: SHOWN }) : NOTHING;
  const problem = text.trim() === '' || text === where ? undefined : readFilter(text).problems[0];
  const change = (next: string, at: number): void => {
    setText(next);
    setCursor(at);
    setChosen(-1);
  };
  const take = (item: Completion): void => {
    const before = `${text.slice(0, completions.start)}${item.text} `;
    change(before + text.slice(completions.end).trimStart(), before.length);
  };
  const apply = (next: string): void => {
    setIsOpen(false);
    goTo(hrefWith(address, { where: next === '' ? null : next }));
  };
  const onKey = (event: KeyboardEvent<HTMLInputElement>): void => {
    const { items } = completions;
    const item = items[chosen];
    if (event.key === 'Escape') {
      if (isOpen && items.length > 0) setIsOpen(false);
      else {
        setText(where);
        event.currentTarget.blur();
      }
    } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && items.length > 0) {
      event.preventDefault();
      setChosen((chosen + (event.key === 'ArrowDown' ? 1 : items.length)) % items.length);
    } else if ((event.key === 'Enter' || event.key === 'Tab') && item !== undefined) {
      event.preventDefault();
      take(item);
    }
  };
  return (
    <form
      className="filter-line"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        if (problem === undefined) apply(text.trim());
      }}
    >
      <div className={problem === undefined ? 'filter-box' : 'filter-box has-problem'}>
        {problem === undefined ? null : <Underline text={text} start={problem.start} end={problem.end} />}
        <input
          ref={input}
          value={text}
          onChange={(event) => {
            setIsOpen(true);
            change(event.target.value, event.target.selectionStart ?? event.target.value.length);
          }}
          onBlur={() => setIsOpen(false)}
          onKeyDown={onKey}
          placeholder="Filter: dstport = 22 and srcaddr in 10.0.0.0/8"
          role="combobox"
          aria-label="Filter"
          aria-autocomplete="list"
          aria-expanded={completions.items.length > 0}
          aria-controls={listId}
          aria-activedescendant={chosen < 0 ? undefined : `${listId}-${chosen}`}
          aria-invalid={problem !== undefined}
          aria-describedby={problemId}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
        />
        <kbd aria-hidden="true">/</kbd>
      </div>
      {completions.items.length === 0 ? (
        <span id={listId} />
      ) : (
        <FilterCompletion id={listId} items={completions.items} chosen={chosen} onTake={take} />
      )}
      <p id={problemId} className="filter-problem" role="status">
        {problem === undefined || completions.items.length > 0 ? null : (
          <>
            {problem.message}
            {problem.suggestion === null ? null : (
              <>
                {'; '}
                <button
                  type="button"
                  className="text-button"
                  onClick={() =>
                    setText(
                      text.slice(0, problem.start) + String(problem.suggestion) + text.slice(problem.end),
                    )
                  }
                >
                  use {problem.suggestion}
                </button>
              </>
            )}
          </>
        )}
      </p>
    </form>
  );
}

/** A wavy line under the mistake, in a twin of the text that lies behind the input. */
function Underline(props: { readonly text: string; readonly start: number; readonly end: number }) {
  const { text, start, end } = props;
  return (
    <span className="filter-twin" aria-hidden="true">
      {text.slice(0, start)}
      <mark>{text.slice(start, end) || ' '}</mark>
      {text.slice(end)}
    </span>
  );
}
