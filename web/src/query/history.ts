/** A query that was asked before. */
export interface AskedQuery {
  readonly language: string;
  readonly text: string;
}

const KEY = 'weir.queries';
const LENGTH = 12;

/** The last queries that had an answer, the latest first; kept by this browser alone. */
export function historyOf(): readonly AskedQuery[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(stored) ? stored.filter(isAsked) : [];
  } catch {
    return [];
  }
}

/** Puts a query at the head of the list. */
export function remember(query: AskedQuery): void {
  const rest = historyOf().filter((entry) => entry.text !== query.text || entry.language !== query.language);
  localStorage.setItem(KEY, JSON.stringify([query, ...rest].slice(0, LENGTH)));
}

function isAsked(value: unknown): value is AskedQuery {
  return (
    typeof value === 'object' &&
    value !== null &&
    'text' in value &&
    typeof value.text === 'string' &&
    'language' in value
  );
}
