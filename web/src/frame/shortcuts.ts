import { useEffect, useRef } from 'react';
import { type Address, goTo, hrefWith } from '../address.ts';
import { NO_RECORDS } from '../records/records-link.ts';
import { shiftedChanges, type ViewRange, widenedChanges } from '../time-range.ts';

/**
 * The keys that work anywhere outside a text field: / filter, [ and ] shift, - widens, u changes the zone, ? lists them all;
 * Ctrl+K opens the commands. The arrows shift as well where nothing has the focus that they would move in.
 */
export function useShortcuts(address: Address, range: ViewRange | null, onZone: () => void): void {
  const state = useRef({ address, range, onZone });
  state.current = { address, range, onZone };
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key === 'k') {
        event.preventDefault();
        window.dispatchEvent(new Event('weir:palette'));
        return;
      }
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
      const { address: here, range: shown, onZone: changeZone } = state.current;
      const go = (changes: Parameters<typeof hrefWith>[1]): void => goTo(hrefWith(here, changes));
      if (event.key === '/') window.dispatchEvent(new Event('weir:filter'));
      else if (event.key === 'u') changeZone();
      else if (event.key === '?') goTo(hrefWith(here, NO_RECORDS, '/settings'));
      else if (shown === null) return;
      else if (event.key === '[' || (event.key === 'ArrowLeft' && isFree())) go(shiftedChanges(shown, -0.5));
      else if (event.key === ']' || (event.key === 'ArrowRight' && isFree())) go(shiftedChanges(shown, 0.5));
      else if (event.key === '-') go(widenedChanges(shown));
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

/** True when no element takes keys for itself. */
function isFree(): boolean {
  const { activeElement, body } = document;
  return activeElement === null || activeElement === body || activeElement.id === 'main';
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
