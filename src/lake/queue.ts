import type { SqlSession } from '../base/index.ts';

/** A queue of one: each piece of work starts when the one before has ended, well or badly. */
export function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const run = last.then(work, work);
    last = run.catch(() => {});
    return run;
  };
}

/** A session that takes one statement at a time, so that callers may work at the same time on one connection. */
export function queuedSession(session: SqlSession): SqlSession {
  const queue = createQueue();
  return {
    run: (sql, parameters) => queue(() => session.run(sql, parameters)),
    rows: (sql, parameters) => queue(() => session.rows(sql, parameters)),
  };
}
