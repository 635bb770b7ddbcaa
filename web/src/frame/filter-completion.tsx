import type { Completion } from '../../../src/query/index.ts';

/** The words that fit at the cursor of the filter; one of them may be chosen. */
export function FilterCompletion(props: {
  readonly id: string;
  readonly items: readonly Completion[];
  readonly chosen: number;
  readonly onTake: (item: Completion) => void;
}) {
  const { id, items, chosen, onTake } = props;
  return (
    <ul className="completion" id={id} role="listbox" aria-label="What could follow">
      {items.map((item, index) => (
        <li
          key={`${item.kind} ${item.text}`}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === chosen}
          // The box keeps the focus, so that typing goes on.
          onPointerDown={(event) => {
            event.preventDefault();
            onTake(item);
          }}
        >
          <span className="code">{item.text}</span>
          <span className="completion-detail">{item.detail === '' ? item.kind : item.detail}</span>
        </li>
      ))}
    </ul>
  );
}
