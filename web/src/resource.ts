import { useEffect, useRef, useState } from 'react';
import type { Problem } from '../../src/api/index.ts';
import { ApiError } from './client.ts';

/** Something asked of the API. `value` stays on screen while its successor is loading. */
export interface Resource<T> {
  readonly value: T | null;
  readonly problem: Problem | null;
  readonly isLoading: boolean;
}

/**
 * Asks whenever `key` changes and gives the latest answer; questions that were overtaken are cancelled. A null key asks
 * nothing. `ask` may change freely: only the key decides.
 */
export function useResource<T>(key: string | null, ask: (signal: AbortSignal) => Promise<T>): Resource<T> {
  const [state, setState] = useState<{
    readonly key: string | null;
    readonly value: T | null;
    readonly problem: Problem | null;
  }>({
    key: null,
    value: null,
    problem: null,
  });
  const latest = useRef(ask);
  latest.current = ask;
  useEffect(() => {
    if (key === null) return undefined;
    const controller = new AbortController();
    const answer = async (): Promise<void> => {
      try {
        const value = await latest.current(controller.signal);
        if (!controller.signal.aborted) setState({ key, value, problem: null });
      } catch (error) {
        if (!controller.signal.aborted) setState({ key, value: null, problem: problemOf(error) });
      }
    };
    void answer();
    return () => controller.abort();
  }, [key]);
  return {
    value: state.value,
    problem: state.key === key ? state.problem : null,
    isLoading: key !== null && state.key !== key,
  };
}

function problemOf(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem;
  const detail = error instanceof Error ? error.message : String(error);
  return {
    type: 'urn:weir:problem:web.bug',
    title: 'The console made a mistake',
    status: 0,
    detail,
    code: 'web.bug',
    details: {},
  };
}
