import { setTimeout } from 'node:timers/promises';
import type { LakeSession } from '../engine/index.ts';
import type { Problem } from './contract/common.ts';
import { MEDIA_TYPES } from './formats.ts';
import { problemFromError } from './problem.ts';

/** Sends one event. */
export type SendEvent = (event: string, data: unknown) => void;

/** How often progress is told. */
const PROGRESS_MS = 250;
/** A line now and then, so that nobody in between takes a quiet connection for a dead one. */
const KEEP_ALIVE_MS = 15_000;

/**
 * An event stream (SSE) that `work` fills; it ends when the work does, with the event `problem` when the work fails.
 * `onGone` is called when the caller closes it before.
 */
export function eventStream(work: (send: SendEvent) => Promise<void>, onGone: () => void): Response {
  const encoder = new TextEncoder();
  let isOver = false;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      const write = (text: string): void => {
        if (!isOver) controller.enqueue(encoder.encode(text));
      };
      const send: SendEvent = (event, data) => write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
      const keepAlive = setInterval(() => write(': still here\n\n'), KEEP_ALIVE_MS);
      const run = async (): Promise<void> => {
        try {
          await work(send);
        } catch (error) {
          send('problem', problemFromError(error) satisfies Problem);
        }
        clearInterval(keepAlive);
        if (!isOver) controller.close();
        isOver = true;
      };
      void run();
    },
    cancel: () => {
      isOver = true;
      onGone();
    },
  });
  return new Response(body, { headers: { 'content-type': MEDIA_TYPES.events, 'x-accel-buffering': 'no' } });
}

/**
 * The event `progress` four times a second while `work` runs, then the event `answer`. Percent is the engine's reckoning
 * for the statement that runs now; null when it cannot say.
 */
export async function answerWithProgress(
  send: SendEvent,
  sessions: ReadonlySet<Pick<LakeSession, 'progress'>>,
  work: () => Promise<unknown>,
): Promise<void> {
  const started = performance.now();
  const tell = (): void => {
    const all = [...sessions].map((session) => session.progress());
    const percents = all.flatMap(({ percent }) => (percent === null ? [] : [percent]));
    send('progress', {
      elapsedSeconds: Math.round(performance.now() - started) / 1000,
      percent: percents.length === 0 ? null : Math.round(10 * Math.min(...percents)) / 10,
      rowsRead: all.reduce((sum, { rowsRead }) => sum + rowsRead, 0),
    });
  };
  tell();
  const telling = setInterval(tell, PROGRESS_MS);
  try {
    send('answer', await work());
  } finally {
    clearInterval(telling);
  }
}

/** How often a watched answer is looked at. */
const WATCH_MS = 1000;
/** Without any change the answer is sent again, for the time in it. */
const REPEAT_MS = 15_000;

/**
 * An event for what `look` gives now, one for each change of it and one every 15 s, until the signal fires. The time of
 * looking, which `nowSeconds` holds, is no change.
 */
export async function watchAnswer(
  send: SendEvent,
  event: string,
  look: () => Promise<unknown>,
  signal: AbortSignal,
): Promise<void> {
  let last = '';
  let sentAt = 0;
  while (!signal.aborted) {
    const value = await look();
    const text = JSON.stringify(value, (key, entry: unknown) => (key === 'nowSeconds' ? undefined : entry));
    if (text !== last || performance.now() - sentAt >= REPEAT_MS) {
      send(event, value);
      sentAt = performance.now();
    }
    last = text;
    await setTimeout(WATCH_MS, undefined, { signal }).catch(() => {});
  }
}
