import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { block, linesOfBlocks, objectsTarget, openBench, readBack, SLOT } from '../support/delivery.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

const home = temporaryDirectory();
const WRITER = resolve(import.meta.dirname, '../support/spool-writer.ts');

/** Runs the writer until it has stored `blocks`, kills it, and gives the number of the last block it told of. */
async function recordAndKill(spool: string, out: string, blocks: number): Promise<number> {
  const child = spawn(process.execPath, ['--import', 'tsx', WRITER, spool, out], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let told = '';
  let endedBy: NodeJS.Signals | null = null;
  await new Promise<void>((done) => {
    child.stdout.on('data', (text: Buffer) => {
      told += text.toString();
      if (told.split('\n').length > blocks) child.kill('SIGKILL');
    });
    child.on('close', (_, signal) => {
      endedBy = signal;
      done();
    });
  });
  // Nothing but the kill may have ended it.
  expect(endedBy).toBe('SIGKILL');
  return Number(told.split('\n').slice(0, -1).at(-1));
}

it.each([3, 40, 250])(
  'SIGKILL after %i blocks loses nothing that was stored, and no file holds a record twice',
  async (blocks) => {
    const spool = mkdtempSync(join(home, 'spool-'));
    const out = mkdtempSync(join(home, 'out-'));
    const last = await recordAndKill(spool, out, blocks);
    expect(last).toBeGreaterThanOrEqual(blocks - 1);
    const { deliverer } = await openBench(spool, { nowMs: (SLOT + last * 15) * 1000 + 90_000 });
    deliverer.setTargets([objectsTarget(out)]);
    expect(await deliverer.drain(0)).toBe(0);
    await deliverer.stop();

    const lines = (await readBack(out)).flatMap((file) => file.lines);
    // Objects are exactly once: a file that is sent again replaces itself. And what is there is a prefix of what was
    // recorded, at least as long as what was told of.
    const whole = Array.from({ length: lines.length / 50 }, (_, n) =>
      block(50, { start: SLOT + n * 15, firstPort: n * 50 }),
    );
    expect(whole.length).toBeGreaterThan(last);
    expect(lines.toSorted()).toEqual(linesOfBlocks(whole).toSorted());
  },
  30_000,
);
