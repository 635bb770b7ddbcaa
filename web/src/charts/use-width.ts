import { type RefObject, useEffect, useState } from 'react';

/** The width of an element in whole pixels, again whenever it changes. */
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(900);
  useEffect(() => {
    if (element.current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.round(entry?.contentRect.width ?? 900)));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
