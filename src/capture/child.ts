import { spawn } from 'node:child_process';

/** How a process ended: its exit code, the signal that ended it, or why it could not even begin. */
export interface ChildEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly problem: string | null;
}

/** Told of what a process does. `end` comes last and once, after all output. */
export interface ChildListener {
  output(bytes: Uint8Array): void;
  errors(text: string): void;
  end(end: ChildEnd): void;
}

/** A running process. */
export interface Child {
  readonly pid: number | null;
  /** Harmless once it has ended. */
  signal(name: 'SIGINT' | 'SIGUSR1' | 'SIGKILL'): void;
}

/** Starts a program, without a shell. */
export type StartChild = (path: string, args: readonly string[], listener: ChildListener) => Child;

/**
 * Starts a real process. It gets a session of its own: Ctrl-C in a terminal goes to all processes of a group, and the tool
 * has to live until we have asked it to stop. Should this process exit without asking, the tool is killed.
 */
export const startChild: StartChild = (path, args, listener) => {
  const child = spawn(path, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Its words are read, so they have to be the ones we know.
    env: { ...process.env, LC_ALL: 'C' },
  });
  const killWithUs = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', killWithUs);
  let problem: string | null = null;
  child.stdout.on('data', (bytes: Buffer) => listener.output(bytes));
  child.stderr.on('data', (text: Buffer) => listener.errors(String(text)));
  child.once('error', (error) => {
    problem = error.message;
  });
  child.once('close', (code, signal) => {
    process.off('exit', killWithUs);
    listener.end({ code, signal, problem });
  });
  return {
    pid: child.pid ?? null,
    signal: (name) => {
      child.kill(name);
    },
  };
};
