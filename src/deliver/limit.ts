/** Runs at most `width` works at a time, the others in the order in which they came. */
export function createLimit(width: number): (work: () => Promise<void>) => Promise<void> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= width) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      await work();
    } finally {
      // The place passes to the next in line without being counted free in between.
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
