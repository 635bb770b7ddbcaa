import { spawn, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { afterAll, beforeAll } from 'vitest';
import { buildProgram } from './built-program.ts';

/** What a command line printed and how it ended. */
export interface WeirRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line as a process of its own. */
export interface Weir {
  /** Runs `weir ARGS…` to its end; a command that takes longer than a minute is killed, and `code` is null. */
  run(...args: readonly string[]): Promise<WeirRun>;
  /** The same with more environment, and as a user that file permissions bind, which they do not bind root. */
  runAs(
    how: { readonly environment?: Readonly<Record<string, string>>; readonly isBound?: boolean },
    ...args: readonly string[]
  ): Promise<WeirRun>;
}

const TIME_LIMIT_MS = 60_000;

/** Takes from root what lets it pass file permissions; everybody else is bound by them anyway. */
const BIND =
  process.getuid?.() === 0 ? ['setpriv', '--bounding-set', '-dac_override,-dac_read_search', '--'] : [];

/** Can `isBound` be had? Root needs setpriv for it. */
export const canBind: boolean = BIND.length === 0 || spawnSync('setpriv', ['--version']).status === 0;

/** Builds the command line for the tests of this file, and removes it after them. */
export function weirProcess(): Weir {
  let program: { readonly file: string; readonly directory: string };
  beforeAll(async () => {
    program = await buildProgram('src/cli/main.ts');
  });
  afterAll(() => rmSync(program.directory, { recursive: true, force: true }));
  const runAs: Weir['runAs'] = ({ environment = {}, isBound = false }, ...args) => {
    const [command = '', ...rest] = [...(isBound ? BIND : []), process.execPath, program.file, ...args];
    const child = spawn(command, rest, {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIME_LIMIT_MS,
      killSignal: 'SIGKILL',
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (text: Buffer) => {
      stdout += String(text);
    });
    child.stderr.on('data', (text: Buffer) => {
      stderr += String(text);
    });
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, stdout, stderr }));
    });
  };
  return { runAs, run: (...args) => runAs({}, ...args) };
}
