import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { expectedTotals, totalsOf } from './lake-totals.ts';
import type { MadeObject, MadeTruth } from './simulated-source.ts';
import type { Weir, WeirRun } from './weir-process.ts';

/** Writes objects into a folder, which is made. */
export function writeObjects(folder: string, objects: readonly MadeObject[]): void {
  mkdirSync(folder, { recursive: true });
  for (const { name, bytes } of objects) writeFileSync(join(folder, name), bytes);
}

/** The run ended with this code, and stderr says `weir: …` with these words in plain language: no stack, no fault of ours. */
export function expectClearError(run: WeirRun, code: number, ...words: readonly (RegExp | string)[]): void {
  expect(run).toMatchObject({ code });
  expect(run.stderr).toMatch(/^weir: /m);
  expect(run.stderr).not.toMatch(/\n\s+at |fault of Weir|\[object |undefined/);
  for (const word of words) expect(run.stderr).toMatch(word);
}

/** `weir lake verify` finds nothing wrong. */
export async function expectClean(weir: Weir, lake: string): Promise<void> {
  expect(await weir.run('lake', 'verify', '--lake', lake)).toMatchObject({ code: EXIT.fine });
}

/** The fault is gone: one more run takes what is missing, and the lake says exactly what the simulator knows. */
export async function expectWholeAfterRerun(
  weir: Weir,
  source: string,
  lake: string,
  truth: MadeTruth,
): Promise<void> {
  expect(await weir.run('ingest', source, '--lake', lake)).toMatchObject({ code: EXIT.fine });
  expect(await totalsOf(lake)).toEqual(expectedTotals(truth));
  await expectClean(weir, lake);
}
