/** Lets so many pieces of work in at a time; the others wait in the order they came. */
export interface Gate {
  /** Waits for a place and gives the function that frees it. Errors: the reason of the signal. */
  enter(signal: AbortSignal): Promise<() => void>;
  /** Resolves when nobody is inside. */
  idle(): Promise<void>;
}

/** A gate with `places` places. More statements than cores only take memory and time from each other. */
export function createGate(places: number): Gate {
  let free = places;
  const waiting: (() => void)[] = [];
  const onIdle: (() => void)[] = [];
  const leave = (): void => {
    const next = waiting.shift();
    if (next !== undefined) return next();
    free++;
    if (free === places) for (const tell of onIdle.splice(0)) tell();
    return undefined;
  };
  const once = (): (() => void) => {
    let isLeft = false;
    return () => {
      if (!isLeft) leave();
      isLeft = true;
    };
  };
  return {
    idle: () => (free === places ? Promise.resolve() : new Promise((resolve) => void onIdle.push(resolve))),
    enter: (signal) => {
      signal.throwIfAborted();
      if (free > 0) {
        free--;
        return Promise.resolve(once());
      }
      return new Promise((resolve, reject) => {
        const onAbort = (): void => {
          waiting.splice(waiting.indexOf(admit), 1);
          reject(signal.reason);
        };
        const admit = (): void => {
          signal.removeEventListener('abort', onAbort);
          resolve(once());
        };
        waiting.push(admit);
        signal.addEventListener('abort', onAbort, { once: true });
      });
    },
  };
}
