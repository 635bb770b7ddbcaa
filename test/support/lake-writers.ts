import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import type { WriterJob } from './lake-writer.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** A running writer. */
export interface Writer {
  readonly process: ChildProcess;
  /** How many objects it committed; null when it was killed. Rejects with its own words when it failed. */
  readonly ended: Promise<number | null>;
}

/** Starts `lake-writer.ts` as a process of its own. */
export function startWriter(job: WriterJob): Writer {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', resolve(import.meta.dirname, 'lake-writer.ts'), JSON.stringify(job)],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let out = '';
  let errors = '';
  child.stdout.on('data', (text: Buffer) => (out += String(text)));
  child.stderr.on('data', (text: Buffer) => (errors += String(text)));
  const ended = new Promise<number | null>((done, fail) => {
    child.on('error', fail);
    child.on('close', (code, signal) => {
      if (signal === 'SIGKILL') done(null);
      else if (code === 0) done(Number(out.trim().split('\n').at(-1)));
      else fail(new Error(`a writer ended with ${String(code ?? signal)}: ${errors}`));
    });
  });
  ended.catch(() => {});
  return { process: child, ended };
}

/** A run of several writers that are killed at random moments and started again. */
export interface KillRun {
  readonly location: string;
  readonly writers: number;
  readonly objects: number;
  readonly rows: number;
  readonly kills: number;
  /** Longest life of a writer that will be killed. */
  readonly maxLifeMs: number;
  /** 0 to 1, seeded by the test. */
  readonly random: () => number;
}

/**
 * Keeps writers at the same objects, each in an order of its own, kills each after a random while, and starts the next,
 * until the kills are used up; then lets one finish. Gives how many really died by the signal.
 */
export async function runAndKill(run: KillRun): Promise<number> {
  let left = run.kills;
  let killed = 0;
  const job = (): WriterJob => {
    const seeds = Array.from({ length: run.objects }, (_, i) => i + 1).sort(() => run.random() - 0.5);
    return { location: run.location, seeds, rows: run.rows, compactEvery: 3 };
  };
  const chain = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const writer = startWriter(job());
      const timer = setTimeout(() => writer.process.kill('SIGKILL'), run.random() * run.maxLifeMs);
      if ((await writer.ended) === null) killed += 1;
      clearTimeout(timer);
    }
  };
  await Promise.all(Array.from({ length: run.writers }, chain));
  await startWriter(job()).ended;
  return killed;
}
