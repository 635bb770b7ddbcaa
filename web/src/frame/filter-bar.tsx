import { useEffect, useId, useRef, useState } from 'react';
import { type Address, goTo, hrefWith } from '../address.ts';
import { invertCondition, printCondition, readFilter, withoutCondition } from '../filter.ts';
import { ICONS } from './icons.tsx';

/** The filter: a line to type it, with the mistake marked at its place, and the conditions in force as chips. */
export function FilterBar({ address }: { readonly address: Address }) {
  const where = address.parameters['where'] ?? '';
  const [text, setText] = useState(where);
  const input = useRef<HTMLInputElement>(null);
  const problemId = useId();
  useEffect(() => setText(where), [where]);
  useEffect(() => {
    const focus = (): void => input.current?.select();
    window.addEventListener('weir:filter', focus);
    return () => window.removeEventListener('weir:filter', focus);
  }, []);
  const { problems } = readFilter(text);
  const problem = text.trim() === '' ? undefined : problems[0];
  const isPending = text !== where;
  const apply = (next: string): void => goTo(hrefWith(address, { where: next === '' ? null : next }));
  return (
    <form
      className="filter-line"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        if (problem === undefined) apply(text.trim());
      }}
    >
      <div className={problem !== undefined && isPending ? 'filter-box has-problem' : 'filter-box'}>
        {problem !== undefined && isPending ? (
          <Underline text={text} start={problem.start} end={problem.end} />
        ) : null}
        <input
          ref={input}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') {
              setText(where);
              event.currentTarget.blur();
            }
          }}
          placeholder="Filter: dstport = 22 and srcaddr in 10.0.0.0/8"
          aria-label="Filter"
          aria-invalid={problem !== undefined}
          aria-describedby={problemId}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
        />
        <kbd aria-hidden="true">/</kbd>
      </div>
      <p id={problemId} className="filter-problem" role="status">
        {problem !== undefined && isPending ? (
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
        ) : null}
      </p>
    </form>
  );
}

/** The conditions in force; each can be turned around or taken away. Nothing when there is no filter. */
export function FilterChips({ address }: { readonly address: Address }) {
  const where = address.parameters['where'] ?? '';
  const { conditions } = readFilter(where);
  if (conditions.length === 0) return null;
  const apply = (next: string): void => goTo(hrefWith(address, { where: next === '' ? null : next }));
  return (
    <ul className="chips" aria-label="Conditions in force">
      {conditions.map((condition, index) => {
        const text = printCondition(condition);
        return (
          <li key={text} className={condition.kind === 'not' ? 'chip is-not' : 'chip'}>
            <button
              type="button"
              title="Turn this condition around"
              onClick={() => apply(invertCondition(where, index))}
            >
              {text}
            </button>
            <button
              type="button"
              className="chip-remove"
              aria-label={`Remove ${text}`}
              onClick={() => apply(withoutCondition(where, index))}
            >
              {ICONS.close}
            </button>
          </li>
        );
      })}
      {conditions.length > 1 ? (
        <li>
          <button type="button" className="text-button" onClick={() => apply('')}>
            Clear all
          </button>
        </li>
      ) : null}
    </ul>
  );
}

/** A wavy line under the mistake, in a twin of the text that lies behind the input. */
function Underline({
  text,
  start,
  end,
}: {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}) {
  return (
    <span className="filter-twin" aria-hidden="true">
      {text.slice(0, start)}
      <mark>{text.slice(start, end) || ' '}</mark>
      {text.slice(end)}
    </span>
  );
}
