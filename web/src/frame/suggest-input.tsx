import {
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import type { Completion, Completions } from '../../../src/query/index.ts';

/** A piece of the text that is wrong, or doubtful. Offsets in UTF-16 units. */
export interface Mistake {
  readonly start: number;
  readonly end: number;
  readonly isDoubt?: boolean;
}

/**
 * A line to type in: what fits is offered below it, mistakes are underlined in place. A combobox for assistive
 * technology; Down and Up choose, Enter or Tab takes what is chosen, Escape closes and then gives up. With nothing
 * chosen, Tab mends a mistake where `onMend` knows how.
 */
export function SuggestInput(props: {
  readonly input: RefObject<HTMLInputElement | null>;
  readonly label: string;
  readonly text: string;
  readonly cursor: number;
  readonly completions: Completions;
  readonly mistakes: readonly Mistake[];
  readonly placeholder?: string;
  /** What takes a completion leaves behind it: a space where words follow. */
  readonly separator: string;
  readonly describedBy?: string;
  readonly onChange: (text: string, cursor: number) => void;
  readonly onOpen: (isOpen: boolean) => void;
  readonly onMend: (() => void) | null;
  readonly onGiveUp: () => void;
  readonly onLeave?: () => void;
  /** What stands at the end of the line. */
  readonly children?: ReactNode;
  /** What is said below the line, above what is offered. */
  readonly note?: ReactNode;
}) {
  const { input, text, cursor, completions, mistakes, separator, onChange, onOpen, onMend, onGiveUp } = props;
  const { items } = completions;
  const [chosen, setChosen] = useState(-1);
  const twin = useRef<HTMLSpanElement>(null);
  const listId = useId();
  const isWrong = mistakes.some(({ isDoubt }) => isDoubt !== true);
  useEffect(() => {
    // After a completion the cursor stands behind the word that was taken.
    if (document.activeElement === input.current) input.current?.setSelectionRange(cursor, cursor);
  }, [cursor, text, input]);
  useEffect(() => {
    // What is offered changed, so nothing of it is chosen.
    setChosen((old) => (old < items.length ? old : -1));
  }, [items.length]);
  const followScroll = (): void => {
    if (twin.current !== null) twin.current.scrollLeft = input.current?.scrollLeft ?? 0;
  };
  useEffect(followScroll);
  const change = (next: string, at: number): void => {
    setChosen(-1);
    onChange(next, at);
  };
  const take = (item: Completion): void => {
    const before = `${text.slice(0, completions.start)}${item.text}${separator}`;
    change(before + text.slice(completions.end).trimStart(), before.length);
  };
  const onKey = (event: KeyboardEvent<HTMLInputElement>): void => {
    const item = items[chosen];
    if (event.key === 'Escape') {
      // The frame's Escape would close what lies behind.
      event.stopPropagation();
      if (items.length > 0) onOpen(false);
      else onGiveUp();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (items.length === 0) onOpen(true);
      else setChosen((chosen + (event.key === 'ArrowDown' ? 1 : items.length)) % items.length);
    } else if ((event.key === 'Enter' || event.key === 'Tab') && item !== undefined) {
      event.preventDefault();
      take(item);
    } else if (event.key === 'Tab' && !event.shiftKey && onMend !== null) {
      event.preventDefault();
      onMend();
    }
  };
  return (
    <>
      <div className={isWrong ? 'filter-box has-problem' : 'filter-box'}>
        {mistakes.length === 0 ? null : (
          <span ref={twin} className="filter-twin" aria-hidden="true">
            {marked(text, mistakes)}
          </span>
        )}
        <input
          ref={input}
          value={text}
          onChange={(event) => {
            onOpen(true);
            change(event.target.value, event.target.selectionStart ?? event.target.value.length);
          }}
          onScroll={followScroll}
          onBlur={() => {
            onOpen(false);
            props.onLeave?.();
          }}
          onKeyDown={onKey}
          placeholder={props.placeholder}
          role="combobox"
          aria-label={props.label}
          aria-autocomplete="list"
          aria-expanded={items.length > 0}
          aria-controls={listId}
          aria-activedescendant={items[chosen] === undefined ? undefined : `${listId}-${chosen}`}
          aria-invalid={isWrong}
          aria-describedby={props.describedBy}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
        />
        {props.children}
      </div>
      <div className="suggest-drop">
        {props.note}
        {items.length === 0 ? (
          <span id={listId} />
        ) : (
          <ul className="completion" id={listId} role="listbox" aria-label="What could follow">
            {items.map((item, index) => (
              <li
                key={`${item.kind} ${item.text}`}
                id={`${listId}-${index}`}
                role="option"
                aria-selected={index === chosen}
                // The box keeps the focus, so that typing goes on.
                onPointerDown={(event) => {
                  event.preventDefault();
                  take(item);
                }}
              >
                <span className="code">{item.text}</span>
                <span className="completion-detail">{item.detail === '' ? item.kind : item.detail}</span>
              </li>
            ))}
          </ul>
        )}
      </div>
    </>
  );
}

/** The text in pieces, the mistakes marked; it lies behind the input, so that the waves stand under its letters. */
function marked(text: string, mistakes: readonly Mistake[]): readonly ReactNode[] {
  const pieces: ReactNode[] = [];
  let at = 0;
  for (const { start, end, isDoubt } of mistakes.toSorted((a, b) => a.start - b.start)) {
    if (start < at) continue;
    pieces.push(text.slice(at, start));
    pieces.push(
      <mark key={start} className={isDoubt === true ? 'is-doubt' : ''}>
        {text.slice(start, end) || ' '}
      </mark>,
    );
    at = Math.max(end, start);
  }
  return [...pieces, text.slice(at)];
}
