import { useEffect, useReducer, useRef } from 'react';
import type { Values } from '../../../src/api/index.ts';
import { type Completion, columnBySpelling, pairBySpelling } from '../../../src/query/index.ts';
import { get } from '../client.ts';
import { formatQuantity } from '../format.ts';
import { rangeParameters, type ViewRange } from '../time-range.ts';

const LIMIT = 20;
/** Between the last key and the question: who types on does not ask. */
const PAUSE_MS = 120;

/** Values of the lake for completion: those that are known now; what is missing is asked for and comes with a render. */
export interface LakeValues {
  readonly values: (column: string, prefix: string) => readonly string[];
  /** True while the values that were last wanted are on their way. */
  readonly isPending: () => boolean;
  /** The same items, values of the lake with what is known of them. */
  readonly describe: (column: string, items: readonly Completion[]) => readonly Completion[];
}

/** Completion values of a range; null asks nothing and forgets. What is known stays for as long as the range. */
export function useLakeValues(range: ViewRange | null): LakeValues {
  const known = useRef(new Map<string, Values['values']>());
  const wanted = useRef<{ readonly column: string; readonly prefix: string } | null>(null);
  const [, render] = useReducer((count: number) => count + 1, 0);
  // Only what this render wants is asked for.
  wanted.current = null;
  const scope = range === null ? '' : `${range.startSeconds} ${range.endSeconds}`;
  useEffect(() => known.current.clear(), [scope]);
  useEffect(() => {
    const question = wanted.current;
    if (question === null || range === null) return undefined;
    const controller = new AbortController();
    const ask = async (): Promise<void> => {
      const parameters = { field: question.column, prefix: question.prefix, limit: LIMIT };
      try {
        const answer = await get(
          '/api/values',
          { ...parameters, ...rangeParameters(range) },
          controller.signal,
        );
        known.current.set(keyOf(question.column, question.prefix), answer.values);
      } catch {
        // Completion is a help, not an answer: without values the words of the language remain.
        if (controller.signal.aborted) return;
        known.current.set(keyOf(question.column, question.prefix), []);
      }
      wanted.current = null;
      render();
    };
    const timer = setTimeout(() => void ask(), PAUSE_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  });
  return {
    isPending: () => range !== null && wanted.current !== null,
    values: (column, prefix) => {
      // What is no field yet, or a mistake, has no values.
      if ((columnBySpelling(column) ?? pairBySpelling(column)) === undefined) return [];
      const found = known.current.get(keyOf(column, prefix));
      wanted.current = found === undefined ? { column, prefix } : null;
      return (found ?? []).map(({ value }) => String(value));
    },
    describe: (column, items) => {
      const entries = [...known.current].filter(([key]) => key.startsWith(`${column} `));
      const byText = new Map(
        entries.flatMap(([, values]) => values).map((entry) => [String(entry.value), entry]),
      );
      return items.map((item) => {
        const entry = item.kind === 'value' && item.detail === '' ? byText.get(item.text) : undefined;
        return entry === undefined ? item : { ...item, detail: detailOf(entry) };
      });
    },
  };
}

function keyOf(column: string, prefix: string): string {
  return `${column} ${prefix.toLowerCase()}`;
}

function detailOf({ label, flows }: Values['values'][number]): string {
  const count = `${formatQuantity(flows, 'count').short} ${Number(flows) === 1 ? 'record' : 'records'}`;
  return label === null ? count : `${label}, ${count}`;
}
