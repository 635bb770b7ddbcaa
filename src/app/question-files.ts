import { readFileSync } from 'node:fs';
import { messageOf, WeirError } from '../base/index.ts';

/** A name and the file that holds what it stands for, as `--set ioc=FILE` gives them. */
export type NamedFile = string;

/**
 * Reads lists for `@name` in filters: one member to a line; empty lines and what follows `#` do not count.
 * Errors: `app.bad-file` (kind `query`) for a text without a name and for a file that cannot be read.
 */
export function readSets(files: readonly NamedFile[]): ReadonlyMap<string, readonly string[]> {
  return new Map(
    readNamed(files).map(([name, text]) => [
      name,
      text
        .split(/\r?\n/)
        .map((line) => line.replace(/#.*$/, '').trim())
        .filter((line) => line !== ''),
    ]),
  );
}

/** Reads CSV lookup tables for Logs Insights as they are. Errors: as `readSets`. */
export function readTables(files: readonly NamedFile[]): ReadonlyMap<string, string> {
  return new Map(readNamed(files));
}

function readNamed(files: readonly NamedFile[]): readonly (readonly [string, string])[] {
  return files.map((given) => {
    const at = given.indexOf('=');
    if (at < 1) throw new WeirError('query', 'app.bad-file', `"${given}" is not NAME=FILE`);
    try {
      return [given.slice(0, at), readFileSync(given.slice(at + 1), 'utf8')] as const;
    } catch (error) {
      throw new WeirError('query', 'app.bad-file', `cannot read the file of ${given}: ${messageOf(error)}`, {
        cause: error,
      });
    }
  });
}
