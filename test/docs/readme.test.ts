import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../support/temp-directory.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const WEIR = join(ROOT, 'weir');

/** The commands of the `sh` blocks of a page, comments cut off. */
function commandsOf(page: string): string[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block);
  return blocks.flatMap((block) =>
    block
      .split('\n')
      .map((line) => line.replace(/\s+# .*$/, '').trim())
      .filter((line) => line !== ''),
  );
}

describe('README', () => {
  it('shows commands that work, in the order it shows them', () => {
    const directory = temporaryDirectory();
    const commands = commandsOf('README.md');
    expect(commands.length).toBeGreaterThan(5);
    for (const command of commands) {
      const run = spawnSync('bash', ['-c', command.replace(/^\.\/weir\b/, `'${WEIR}'`)], {
        cwd: directory,
        encoding: 'utf8',
      });
      expect({ command, status: run.status, stderr: run.status === 0 ? '' : run.stderr }).toEqual({
        command,
        status: 0,
        stderr: '',
      });
      // A clean `verify` has no rows to print; it says so beside them.
      expect(run.stdout + run.stderr, command).not.toBe('');
    }
  }, 180_000);

  it('leads to pages that exist', () => {
    const links = [...readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(/\]\(([^)#]+)/g)].map(
      ([, link = '']) => link,
    );
    expect(links.length).toBeGreaterThan(8);
    expect(links.filter((link) => !existsSync(join(ROOT, link)))).toEqual([]);
  });
});
