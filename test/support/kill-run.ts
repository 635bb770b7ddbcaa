import { type ChildProcess, spawn } from 'node:child_process';
import type { WorkerJob, WorkerWord } from './ingest-worker.ts';
import type { MadeObject } from './simulated-source.ts';

/** A run of several workers on one lake, each killed at a random moment and followed by the next. */
export interface KillRun {
  /** The built `ingest-worker.ts`. */
  readonly program: string;
  readonly job: Omit<WorkerJob, 'task' | 'once'>;
  /** What workers need to reach the lake, beside the environment of the tests. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly workers: number;
  readonly kills: number;
  /** The longest that a worker lives after it has started its work. */
  readonly maxLifeMs: number;
  /** 0 to 1, seeded by the test: moments and tasks, though not what the machine makes of them. */
  readonly random: () => number;
  /** What there is to ingest; more of it appears with every kill, so that there is work until the end. */
  readonly objects: readonly MadeObject[];
  /** Makes an object appear at the source, whole. */
  readonly reveal: (object: MadeObject) => Promise<void>;
  /** Called after every so many kills, while the other workers go on. */
  readonly onLook?: (killed: number) => Promise<void>;
}

/** What became of the workers. */
export interface KillTally {
  /** By what the worker was at: in the middle of a task, or between two. */
  readonly killedIn: Readonly<Record<'ingest' | 'compact' | 'between', number>>;
  /** Tasks that came to their end before the worker was killed. */
  readonly finished: number;
}

const LOOK_EVERY = 25;
/** Compaction is a third of the work. */
const COMPACT_SHARE = 1 / 3;

/** Kills as often as asked, reveals everything on the way, and gives what happened. Rejects when a worker fails by itself. */
export async function killAtRandom(run: KillRun): Promise<KillTally> {
  const killedIn = { ingest: 0, compact: 0, between: 0 };
  let [started, killed, revealed, finished] = [0, 0, 0, 0];
  const revealUpTo = async (share: number): Promise<void> => {
    const count = Math.ceil(run.objects.length * Math.min(1, share));
    const from = revealed;
    revealed = Math.max(revealed, count);
    for (const object of run.objects.slice(from, count)) await run.reveal(object);
  };
  await revealUpTo(1 / (run.kills + 1));

  const chain = async (): Promise<void> => {
    while (started < run.kills) {
      started += 1;
      const task = run.random() < COMPACT_SHARE ? 'compact' : 'ingest';
      const life = await liveAndDie(run, task, run.random() * run.maxLifeMs);
      finished += life.finished;
      killedIn[life.lastWord === 'begin' ? task : 'between'] += 1;
      killed += 1;
      await revealUpTo((killed + 1) / (run.kills + 1));
      if (killed % LOOK_EVERY === 0) await run.onLook?.(killed);
    }
  };
  await Promise.all(Array.from({ length: run.workers }, chain));
  return { killedIn, finished };
}

/** Runs one task to its end, alone. */
export async function runOnce(run: KillRun, task: WorkerJob['task']): Promise<void> {
  const { ended } = start(run, { ...run.job, task, once: true });
  const { signal, code, errors } = await ended;
  if (code !== 0) throw new Error(`the ${task} worker ended with ${String(code ?? signal)}: ${errors}`);
}

interface Life {
  readonly lastWord: WorkerWord;
  readonly finished: number;
}

/** Starts a worker and kills it this long after it was ready. */
async function liveAndDie(run: KillRun, task: WorkerJob['task'], lifeMs: number): Promise<Life> {
  const { process: child, ended, words } = start(run, { ...run.job, task, once: false });
  let timer: NodeJS.Timeout | undefined;
  child.stdout?.once('data', () => {
    timer = setTimeout(() => child.kill('SIGKILL'), lifeMs);
  });
  const { signal, code, errors } = await ended;
  clearTimeout(timer);
  if (signal !== 'SIGKILL')
    throw new Error(`the ${task} worker ended with ${String(code ?? signal)}: ${errors}`);
  return { lastWord: words.at(-1) ?? 'ready', finished: words.filter((word) => word === 'end').length };
}

interface Worker {
  readonly process: ChildProcess;
  readonly words: WorkerWord[];
  readonly ended: Promise<{
    readonly code: number | null;
    readonly signal: NodeJS.Signals | null;
    readonly errors: string;
  }>;
}

function start(run: KillRun, job: WorkerJob): Worker {
  const child = spawn(process.execPath, [run.program, JSON.stringify(job)], {
    env: { ...process.env, ...run.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const words: WorkerWord[] = [];
  let errors = '';
  child.stdout.on('data', (text: Buffer) => {
    words.push(...(String(text).split('\n').filter(Boolean) as WorkerWord[]));
  });
  child.stderr.on('data', (text: Buffer) => {
    errors += String(text);
  });
  const ended = new Promise<Awaited<Worker['ended']>>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, errors }));
  });
  return { process: child, words, ended };
}
