import type { KeyboardEvent } from 'react';

/** One of a choice. */
export interface ChoiceEntry<Name extends string> {
  readonly name: Name;
  readonly label: string;
  /** What it is for, on hover. */
  readonly meaning?: string;
}

/** One of a few things, side by side: one stop of the Tab key, arrows choose. */
export function Choice<Name extends string>(props: {
  readonly label: string;
  readonly entries: readonly ChoiceEntry<Name>[];
  readonly current: Name;
  readonly className?: string;
  readonly onChoose: (name: Name) => void;
}) {
  const { label, entries, current, className = '', onChoose } = props;
  const onKey = (event: KeyboardEvent<HTMLElement>): void => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const at = entries.findIndex(({ name }) => name === current);
    const to = (at + step + entries.length) % entries.length;
    event.currentTarget.querySelectorAll('button')[to]?.focus();
    const next = entries[to];
    if (next !== undefined) onChoose(next.name);
  };
  return (
    <div className={`choice ${className}`} role="radiogroup" aria-label={label} onKeyDown={onKey}>
      {entries.map(({ name, label: text, meaning }) => (
        <button
          key={name}
          type="button"
          role="radio"
          aria-checked={name === current}
          tabIndex={name === current ? 0 : -1}
          title={meaning}
          onClick={() => onChoose(name)}
        >
          {text}
        </button>
      ))}
    </div>
  );
}
