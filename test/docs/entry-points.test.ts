import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

it('every entry point of the package is built from a file that is there', async () => {
  const { exports: entries } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    exports: Record<string, string>;
  };
  expect(Object.keys(entries)).toEqual(['.', './record', './packet', './query', './lake']);
  for (const target of Object.values(entries)) {
    const source = join(ROOT, target.replace('./dist/', '').replace(/\.js$/, '.ts'));
    expect(existsSync(source), source).toBe(true);
    expect(Object.keys((await import(source)) as object).length, source).toBeGreaterThan(2);
  }
});
