import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';

/** Where a popover belongs: it opens below this element, or above when there is no room. */
export interface PopoverProps {
  readonly anchor: Element;
  readonly label: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly role?: 'menu' | 'dialog';
}

const MARGIN = 6;

/**
 * A small panel over the page. Escape and a click elsewhere close it; focus goes in when it opens and back to where it
 * came from when it closes.
 */
export function Popover({ anchor, label, onClose, children, role = 'dialog' }: PopoverProps) {
  const panel = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState({ left: 0, top: 0 });
  useLayoutEffect(() => {
    const box = anchor.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = panel.current ?? { offsetWidth: 0, offsetHeight: 0 };
    const left = Math.max(MARGIN, Math.min(box.left, window.innerWidth - width - MARGIN));
    const fitsBelow = box.bottom + MARGIN + height <= window.innerHeight;
    const top = fitsBelow ? box.bottom + 4 : Math.max(MARGIN, box.top - height - 4);
    setPlace({ left, top });
  }, [anchor]);
  useEffect(() => {
    const before = document.activeElement;
    panel.current?.querySelector<HTMLElement>('[data-first], button, input, [href]')?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  useEffect(() => {
    const onPointer = (event: PointerEvent): void => {
      if (
        event.target instanceof Node &&
        !panel.current?.contains(event.target) &&
        !anchor.contains(event.target)
      )
        onClose();
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') {
        event.stopPropagation();
        onClose();
      }
    };
    document.addEventListener('pointerdown', onPointer);
    document.addEventListener('keydown', onKey, true);
    return () => {
      document.removeEventListener('pointerdown', onPointer);
      document.removeEventListener('keydown', onKey, true);
    };
  }, [anchor, onClose]);
  return createPortal(
    <div
      ref={panel}
      className="popover"
      role={role}
      aria-label={label}
      style={place}
      onKeyDown={moveWithArrows}
    >
      {children}
    </div>,
    document.body,
  );
}

/** Up and down walk through the items of a menu. */
function moveWithArrows(event: React.KeyboardEvent<HTMLDivElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role=menuitem]')];
  if (items.length === 0) return;
  event.preventDefault();
  const at = items.findIndex((item) => item === document.activeElement);
  items[(at + (event.key === 'ArrowDown' ? 1 : -1) + items.length) % items.length]?.focus();
}
