import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { findProgram } from './servers/process.ts';

/** A shell at a terminal of its own, typed into like by a person. */
export interface ShellTerminal {
  /** Types keys; `\t` asks for completion. */
  type(keys: string): void;
  /** Waits until what the terminal showed since the start, without escape sequences, matches; gives the match. */
  expect(pattern: RegExp): Promise<RegExpExecArray>;
  close(): void;
}

const SHELLS: Readonly<Record<string, readonly string[]>> = {
  bash: ['bash', '--noprofile', '--norc', '-i'],
  zsh: ['zsh', '-f', '-i'],
  fish: ['fish', '--no-config', '-i'],
};

/**
 * May a suite use this shell? It and `script`, which makes terminals, have to be here; where `REQUIRE_TOOLS` names the shell,
 * its absence is a failure.
 */
export function canUseShell(shell: string): boolean {
  const required = (process.env['REQUIRE_TOOLS'] ?? '').split(',').map((name) => name.trim());
  if (required.includes(shell)) return true;
  return findProgram('script') !== null && findProgram(shell) !== null;
}

/** Starts a shell (`bash`, `zsh` or `fish`) without anybody's settings, 200 columns wide. */
export function openShellTerminal(shell: string, env: Readonly<Record<string, string>>): ShellTerminal {
  const command = SHELLS[shell]?.join(' ') ?? shell;
  const child: ChildProcess = spawn(
    'script',
    ['-qfec', `stty cols 200 rows 50; exec ${command}`, '/dev/null'],
    {
      env: { ...process.env, TERM: 'xterm', ...env },
      stdio: ['pipe', 'pipe', 'ignore'],
    },
  );
  let shown = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    shown += chunk;
  });
  return {
    type: (keys) => void child.stdin?.write(keys),
    async expect(pattern) {
      const deadline = performance.now() + 25_000;
      for (;;) {
        const text = stripVTControlCharacters(shown);
        const found = pattern.exec(text);
        if (found !== null) return found;
        if (performance.now() > deadline)
          throw new Error(`${shell} did not show ${pattern}; it showed:\n${text}`);
        await wait(50);
      }
    },
    close() {
      child.kill('SIGKILL');
    },
  };
}
