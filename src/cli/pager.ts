import { spawn } from 'node:child_process';
import type { CommandContext } from './command.ts';

/** A pager between a command and the terminal. */
export interface Pager {
  /** What the command writes to instead of the terminal. */
  readonly stdout: CommandContext['stdout'];
  /** Waits until the person has closed the pager. */
  close(): Promise<void>;
}

/**
 * Starts the pager of the environment, `less -FRSX` without one: a short answer is printed and gone, a wide table is not
 * wrapped. A pager that cannot start, or that is closed early, is no error of the command.
 */
export function openPager(terminal: CommandContext['stdout'], command: string | undefined): Pager {
  const child = spawn(command === undefined || command === '' ? 'less -FRSX' : command, {
    shell: true,
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const closed = new Promise<void>((done) => {
    child.once('close', () => done());
    child.once('error', () => done());
  });
  child.stdin.on('error', () => {});
  return {
    stdout: Object.assign(child.stdin, { isTTY: true, columns: terminal.columns ?? 100 }),
    close: async () => {
      child.stdin.end();
      await closed;
    },
  };
}
