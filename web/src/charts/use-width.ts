import { type RefObject, useEffect, useState, useSyncExternalStore } from 'react';

/** The width of an element in whole pixels, again whenever it changes; `before` until it has been measured. */
export function useWidth(element: RefObject<HTMLElement | null>, before = 900): number {
  const [width, setWidth] = useState(before);
  useEffect(() => {
    if (element.current === null) return undefined;
    const observer = new ResizeObserver(([entry]) =>
      setWidth(Math.round(entry?.contentRect.width ?? before)),
    );
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element, before]);
  return width;
}

/** The width of the window in pixels, again whenever it changes. */
export function useWindowWidth(): number {
  return useSyncExternalStore(onResize, () => window.innerWidth);
}

function onResize(listener: () => void): () => void {
  window.addEventListener('resize', listener);
  return () => window.removeEventListener('resize', listener);
}
