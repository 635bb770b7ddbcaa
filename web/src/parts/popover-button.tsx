import { type ReactNode, useRef, useState } from 'react';
import { Popover } from './popover.tsx';

/** A choice of a menu. */
export interface MenuChoice {
  readonly name: string;
  /** What it does or copies, on hover. */
  readonly title?: string;
  readonly onChoose: () => void;
}

/** A button in the form of text that opens a panel below itself. */
export function PopoverButton(props: {
  readonly text: string;
  /** What the panel is called. */
  readonly label: string;
  readonly role?: 'menu' | 'dialog';
  /** The panel; `close` closes it. */
  readonly children: (close: () => void) => ReactNode;
}) {
  const { text, label, role = 'dialog', children } = props;
  const [isOpen, setIsOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = (): void => setIsOpen(false);
  return (
    <>
      <button
        ref={button}
        type="button"
        className="text-button"
        aria-haspopup={role}
        aria-expanded={isOpen}
        onClick={() => setIsOpen(!isOpen)}
      >
        {text}
      </button>
      {isOpen && button.current !== null ? (
        <Popover anchor={button.current} label={label} role={role} onClose={close}>
          {children(close)}
        </Popover>
      ) : null}
    </>
  );
}

/** The same with choices, one of which closes the menu. */
export function MenuButton(props: {
  readonly text: string;
  readonly label: string;
  readonly choices: readonly MenuChoice[];
}) {
  const { text, label, choices } = props;
  return (
    <PopoverButton text={text} label={label} role="menu">
      {(close) =>
        choices.map(({ name, title, onChoose }) => (
          <button
            key={name}
            type="button"
            role="menuitem"
            title={title}
            onClick={() => {
              close();
              onChoose();
            }}
          >
            {name}
          </button>
        ))
      }
    </PopoverButton>
  );
}
