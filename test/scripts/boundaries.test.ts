import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { checkBoundaries } from '../../scripts/boundaries.ts';

type Tree = Readonly<Record<string, string>>;

const trees: string[] = [];
afterEach(() => {
  for (const tree of trees.splice(0)) rmSync(tree, { recursive: true, force: true });
});

function check(tree: Tree): { found: string[]; imports: number } {
  const root = mkdtempSync(join(tmpdir(), 'weir-boundaries-'));
  trees.push(root);
  for (const [path, text] of Object.entries(tree)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const report = checkBoundaries(root);
  return {
    found: report.problems.map((problem) => `${problem.file}:${problem.line} ${problem.rule}`),
    imports: report.imports,
  };
}

/** A tree that keeps every rule; each row below adds the one file that breaks one. */
const GOOD: Tree = {
  'src/base/index.ts': `export { one } from './one.ts';`,
  'src/base/one.ts': `export const one = 1;`,
  'src/record/index.ts': `export { two } from './two.ts';\nexport type { Two } from './two.ts';`,
  'src/record/two.ts': `import { one } from '../base/index.ts';\nexport const two = one + 1;\nexport type Two = typeof two;`,
  'src/stats/index.ts': `export const mean = 0;`,
  'src/query/index.ts': `import { two } from '../record/index.ts';\nimport { inspect } from 'node:util';\nexport const at = (ms: number) => [new Date(ms), two, inspect];`,
  'src/flow/index.ts': `import { readFile } from 'node:fs/promises';\nexport const flow = readFile;`,
  'src/simulate/index.ts': `import { two } from '../record/index.ts';\nexport const world = two;`,
  'src/engine/index.ts': `import { DuckDBInstance } from '@duckdb/node-api';\nexport const engine = DuckDBInstance;`,
  'src/api/index.ts': `import { engine } from '../engine/index.ts';\nexport type Contract = typeof engine;\nexport const api = 1;`,
  'src/app/index.ts': `import { api } from '../api/index.ts';\nexport const app = api;\nexport type App = typeof app;`,
  'src/cli/main.ts': `import type { App } from '../app/index.ts';\nimport { one } from '../base/index.ts';\nexport const run = async (): Promise<[App, number]> => [(await import('../app/index.ts')).app, one];`,
  'src/index.ts': `export { two } from './record/index.ts';\nexport { app } from './app/index.ts';`,
  'web/src/main.tsx': `import { two } from '../../src/record/index.ts';\nimport type { Contract } from '../../src/api/index.ts';\nimport './page.css';\nimport 'react';\nexport const a = [two, <p />] as unknown as Contract;`,
  'web/src/page.css': `p {}`,
  'web/src/parts/strip.tsx': `import 'react';\nexport const b = 1;`,
};

const BAD: readonly (readonly [name: string, path: string, text: string, rule: string])[] = [
  ['a lower level imports a higher one', 'src/base/x.ts', `import '../record/index.ts';`, 'level'],
  [
    'a sibling is imported',
    'src/stats/x.ts',
    `import { two } from '../record/index.ts';\nexport const x = two;`,
    'sibling',
  ],
  [
    'a sibling is imported as a type only',
    'src/stats/x.ts',
    `import type { Two } from '../record/index.ts';\nexport type X = Two;`,
    'sibling',
  ],
  [
    'a sibling is named in import()',
    'src/stats/x.ts',
    `export type X = import('../record/index.ts').Two;`,
    'sibling',
  ],
  [
    'a sibling is loaded by import()',
    'src/simulate/x.ts',
    `export const x = import('../flow/index.ts');`,
    'sibling',
  ],
  ['a sibling is passed on', 'src/stats/x.ts', `export { two } from '../record/index.ts';`, 'sibling'],
  ['a folder is entered by the side door', 'src/record/x.ts', `import '../base/one.ts';`, 'front-door'],
  ['a folder is passed on by a star', 'src/record/x.ts', `export * from './two.ts';`, 'star-export'],
  [
    'a folder is passed on under one name',
    'src/record/x.ts',
    `export * as twos from './two.ts';`,
    'star-export',
  ],
  ['a folder has no level', 'src/utils/x.ts', `export const x = 1;`, 'unknown-folder'],
  [
    'an import is computed',
    'src/flow/x.ts',
    `export const x = (name: string) => import(name);`,
    'computed-import',
  ],
  ['an import leaves the sources', 'src/flow/x.ts', `import '../../scripts/layers.ts';`, 'outside'],
  ['an import finds nothing', 'src/flow/x.ts', `import './absent.ts';`, 'outside'],
  ['a pure folder reads files', 'src/record/x.ts', `import 'node:fs';`, 'impure'],
  ['a pure folder makes random bytes', 'src/stats/x.ts', `import 'node:crypto';`, 'impure'],
  ['a pure folder asks the clock', 'src/stats/x.ts', `export const x = Date.now();`, 'impure'],
  ['a pure folder asks the clock by a new Date', 'src/query/x.ts', `export const x = new Date();`, 'impure'],
  ['a pure folder throws dice', 'src/stats/x.ts', `export const x = globalThis.Math.random();`, 'impure'],
  ['a pure folder fetches', 'src/query/x.ts', `export const x = fetch('http://x');`, 'impure'],
  ['a second folder imports a package', 'src/lake/x.ts', `import '@duckdb/node-api';`, 'package-owner'],
  [
    'a second folder imports a part of a package',
    'src/lake/x.ts',
    `import '@duckdb/node-api/lib';`,
    'package-owner',
  ],
  ['a shared package is imported outside its folders', 'src/report/x.ts', `import 'react';`, 'package-owner'],
  ['two files import each other', 'src/flow/x.ts', `import './y.ts';`, 'cycle'],
  ['a file imports itself', 'src/flow/x.ts', `import './x.ts';`, 'cycle'],
  [
    'the command line loads the app at once',
    'src/cli/x.ts',
    `import { app } from '../app/index.ts';\nexport const x = app;`,
    'level',
  ],
  [
    'the command line goes past the app',
    'src/cli/x.ts',
    `export const x = import('../engine/index.ts');`,
    'level',
  ],
  ['sources import the page', 'src/app/x.ts', `import '../../web/src/main.tsx';`, 'level'],
  ['the page imports the engine', 'web/src/x.ts', `import '../../src/engine/index.ts';`, 'level'],
  [
    'the page runs code of the API',
    'web/src/x.ts',
    `import { api } from '../../src/api/index.ts';\nexport const x = api;`,
    'level',
  ],
  ['the page imports Node', 'web/src/x.ts', `import 'node:util';`, 'impure'],
  ['a file is no TypeScript', 'src/flow/x.ts', `export const = 1;`, 'syntax'],
];

describe('boundaries', () => {
  it('lets a tree pass that keeps every rule, and counts what it saw', () => {
    const { found, imports } = check(GOOD);
    expect(found).toEqual([]);
    expect(imports).toBe(21);
  });

  it.each(BAD)('finds that %s', (_, path, text, rule) => {
    const back = rule === 'cycle' ? { 'src/flow/y.ts': `import type { x } from './x.ts';` } : {};
    const { found } = check({ ...GOOD, ...back, [path]: text });
    expect(found.length, 'number of problems').toBe(1);
    expect(found[0]).toMatch(/ [a-z-]+$/);
    expect(found[0]?.endsWith(` ${rule}`), `${found[0]} should be ${rule}`).toBe(true);
  });

  it('names the line', () => {
    const { found } = check({
      ...GOOD,
      'src/stats/x.ts': `export const y = 1;\n\nimport '../record/index.ts';`,
    });
    expect(found).toEqual(['src/stats/x.ts:3 sibling']);
  });

  it('fails when it saw no imports', () => {
    expect(check({ 'src/base/one.ts': `export const one = 1;` }).found).toEqual(['src:1 nothing-seen']);
    expect(check({}).found).toEqual(['src:1 nothing-seen']);
  });
});
