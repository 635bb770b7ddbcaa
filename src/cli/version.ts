import { readFileSync } from 'node:fs';

/** The version in package.json, which lies two levels above `src/cli` and three above `dist/src/cli`. */
export function versionOf(): string {
  for (const up of ['../../package.json', '../../../package.json']) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8')) as {
        readonly name: string;
        readonly version: string;
      };
      if (name === 'weir') return version;
    } catch {
      // Not there: the other place has it.
    }
  }
  return 'unknown';
}
