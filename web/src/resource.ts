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

const RETRY_MS = 3000;

/**
 * Watches something that changes while the page is in sight; a stream that breaks is opened again. Hidden pages hold no
 * stream: a browser has six connections to one host for all of its tabs. A new key opens a new one at once, as when the
 * token has been given.
 */
export function useWatched<T>(
  key: string,
  open: (onValue: (value: T) => void, signal: AbortSignal) => Promise<void>,
): Resource<T> {
  const [state, setState] = useState<{ readonly value: T | null; readonly problem: Problem | null }>({
    value: null,
    problem: null,
  });
  const latest = useRef(open);
  latest.current = open;
  useEffect(() => {
    let controller = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const run = async (signal: AbortSignal): Promise<void> => {
      try {
        await latest.current((value) => setState({ value, problem: null }), signal);
      } catch (error) {
        if (signal.aborted) return;
        setState(({ value }) => ({ value, problem: problemOf(error) }));
        timer = setTimeout(() => void run(signal), RETRY_MS);
      }
    };
    const stop = (): void => {
      clearTimeout(timer);
      controller.abort();
    };
    const onVisibility = (): void => {
      stop();
      controller = new AbortController();
      if (document.visibilityState === 'visible') void run(controller.signal);
    };
    document.addEventListener('visibilitychange', onVisibility);
    onVisibility();
    return () => {
      document.removeEventListener('visibilitychange', onVisibility);
      stop();
    };
  }, [key]);
  return { ...state, isLoading: state.value === null && state.problem === null };
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
