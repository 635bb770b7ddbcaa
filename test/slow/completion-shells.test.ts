import { chmodSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runWeirHere } from '../support/run-weir.ts';
import { canUseShell, openShellTerminal } from '../support/shell-terminal.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

const root = resolve(import.meta.dirname, '../..');
const directory = temporaryDirectory();
const START_OF_LINE = '\u0001';

const LOAD: Readonly<Record<string, string>> = {
  bash: 'source SCRIPT',
  // The environment's editor may be vi, and then zsh types like it.
  zsh: 'bindkey -e; autoload -U compinit && compinit -u -D && source SCRIPT',
  fish: 'source SCRIPT',
};

beforeAll(() => {
  const program = join(directory, 'weir');
  const tsx = join(root, 'node_modules/tsx/dist/cli.mjs');
  writeFileSync(
    program,
    `#!/bin/sh\nexec ${process.execPath} ${tsx} ${join(root, 'src/cli/main.ts')} "$@"\n`,
  );
  chmodSync(program, 0o755);
});

describe.each(['bash', 'zsh', 'fish'])('completion in %s', (shell) => {
  it.skipIf(!canUseShell(shell))(
    `completes commands, options, lists, values of options and filters (needs ${shell} and script)`,
    async () => {
      const script = join(directory, `completion.${shell}`);
      writeFileSync(script, (await runWeirHere(['completion', shell])).stdout);
      const terminal = openShellTerminal(shell, {
        PATH: `${directory}${delimiter}${process.env['PATH'] ?? ''}`,
        HOME: directory,
        WEIR_LAKE: join(directory, 'no-lake'),
      });
      try {
        terminal.type(`${LOAD[shell]?.replace('SCRIPT', script)}; printf '%s-%s\\n' is ready\r`);
        await terminal.expect(/is-ready\r?\n/);
        const asked: readonly (readonly [typed: string, rest: string, words: string])[] = [
          ['weir summ\t', '', '<weir><summary>'],
          // Zsh leaves the space to the person.
          ['weir top --whe\t', ' x', '<weir><top><--where><x>'],
          ['weir top srcaddr,dstpor\t', '', '<weir><top><srcaddr,dstport>'],
          ['weir find --output nd\t', '', '<weir><find><--output><ndjson>'],
          ["weir find 'dstp\t", "= 22'", '<weir><find><dstport = 22>'],
          [
            "weir top srcaddr --where 'action = REJ\t",
            "and tcp'",
            '<weir><top><srcaddr><--where><action = REJECT and tcp>',
          ],
        ];
        for (const [typed, rest, words] of asked) {
          terminal.type(typed);
          // Completion is over when the shell heeds keys again, in their order.
          terminal.type(`${rest}${START_OF_LINE}printf '<%s>' \r`);
          const found = await terminal.expect(
            new RegExp(words.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll(' ', ' +')),
          );
          expect(found[0].replaceAll(/ +/g, ' ')).toBe(words);
        }
      } finally {
        terminal.close();
      }
    },
    120_000,
  );
});
