import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { Address } from '../address.ts';
import type { Place } from '../frame/rail.tsx';
import { type Command, commandsFor } from './commands.ts';

const SHOWN = 12;

/** Everything that can be done, one text away: Ctrl+K from anywhere. A question typed here is asked. */
export function Palette({
  address,
  places,
}: {
  readonly address: Address;
  readonly places: readonly Place[];
}) {
  const [isOpen, setIsOpen] = useState(false);
  useEffect(() => {
    // At once: the next key that is pressed belongs to it.
    const open = (): void => flushSync(() => setIsOpen(true));
    window.addEventListener('weir:palette', open);
    return () => window.removeEventListener('weir:palette', open);
  }, []);
  return isOpen ? <PaletteDialog address={address} places={places} onClose={() => setIsOpen(false)} /> : null;
}

function PaletteDialog(props: {
  readonly address: Address;
  readonly places: readonly Place[];
  readonly onClose: () => void;
}) {
  const { address, places, onClose } = props;
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const dialog = useRef<HTMLDialogElement>(null);
  const listId = useId();
  useLayoutEffect(() => {
    const shown = dialog.current;
    if (shown !== null && !shown.open) shown.showModal();
  }, []);
  useEffect(() => {
    dialog.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  const all = commandsFor(text, address, places);
  const commands = all.slice(0, text === '' ? all.length : SHOWN);
  const take = (command: Command | undefined): void => {
    if (command === undefined) return;
    dialog.current?.close();
    onClose();
    command.act();
  };
  const onKey = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && commands.length > 0) setChosen((chosen + step + commands.length) % commands.length);
    else if (event.key === 'Enter') take(commands[chosen]);
    else return;
    event.preventDefault();
  };
  return (
    <dialog
      ref={dialog}
      className="palette"
      aria-label="Commands"
      onClose={onClose}
      onClick={(event) => {
        // The dialog itself is only its edge; what it holds covers the rest.
        if (event.target === dialog.current) dialog.current?.close();
      }}
    >
      <div className="palette-body">
        <input
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setChosen(0);
          }}
          onKeyDown={onKey}
          placeholder="Ask a question, or name a place, a saved query, an address …"
          role="combobox"
          aria-label="Command or question"
          aria-expanded="true"
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={commands.length === 0 ? undefined : `${listId}-${chosen}`}
          autoComplete="off"
          spellCheck={false}
        />
        <ul id={listId} role="listbox" aria-label="Commands">
          {commands.map((command, index) => (
            <li
              key={`${command.group} ${command.name}`}
              id={`${listId}-${index}`}
              role="option"
              aria-selected={index === chosen}
              onPointerMove={() => setChosen(index)}
              onClick={() => take(command)}
            >
              <span className="palette-group">{command.group}</span>
              <span className="palette-name">{command.name}</span>
              <span className="palette-detail">{command.detail}</span>
            </li>
          ))}
        </ul>
      </div>
    </dialog>
  );
}
