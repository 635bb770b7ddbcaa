import type { ReactNode } from 'react';

function icon(paths: ReactNode): ReactNode {
  return (
    <svg className="icon" viewBox="0 0 20 20" aria-hidden="true">
      {paths}
    </svg>
  );
}

/** The drawings of the frame: 20 by 20, lines only, in the colour of the text. */
export const ICONS = {
  overview: icon(<path d="M3 16V9m4.7 7V4m4.6 12V7M17 16v-5" />),
  explore: icon(<path d="M9 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zm4 9.5 4 4" />),
  query: icon(<path d="m4 6 4 4-4 4m6 1h6" />),
  network: icon(<path d="M10 4v4m0 0-5 4m5-4 5 4M8.5 2.5h3v3h-3zM3 12.5h3.5V16H3zM13.5 12.5H17V16h-3.5z" />),
  lake: icon(
    <path d="M3 6c2.3-1.6 4.7-1.6 7 0s4.7 1.6 7 0M3 10.5c2.3-1.6 4.7-1.6 7 0s4.7 1.6 7 0M3 15c2.3-1.6 4.7-1.6 7 0s4.7 1.6 7 0" />,
  ),
  settings: icon(<path d="M3 6h7m4 0h3M3 14h3m4 0h7M12 4v4M8 12v4" />),
  clock: icon(<path d="M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zm0 3.5V10l2.5 1.5" />),
  back: icon(<path d="m12 5-5 5 5 5" />),
  forward: icon(<path d="m8 5 5 5-5 5" />),
  wider: icon(<path d="M6 7l-3 3 3 3m8-6 3 3-3 3M3 10h14" />),
  close: icon(<path d="m6 6 8 8m0-8-8 8" />),
  moon: icon(<path d="M15.5 12A6.5 6.5 0 0 1 8 4.5 6.5 6.5 0 1 0 15.5 12z" />),
  sun: icon(
    <path d="M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM10 2v2m0 12v2M2 10h2m12 0h2M4.3 4.3l1.4 1.4m8.6 8.6 1.4 1.4m0-11.4-1.4 1.4M5.7 14.3l-1.4 1.4" />,
  ),
  auto: icon(<path d="M10 3a7 7 0 1 0 0 14zM10 3a7 7 0 0 1 0 14" />),
} as const;
