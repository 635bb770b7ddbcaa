import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../src/cli/exit-codes.ts';
import {
  expectClean,
  expectClearError,
  expectWholeAfterRerun,
  writeObjects,
} from '../support/fault-checks.ts';
import { type MadeSource, makeSource } from '../support/simulated-source.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';
import { canBind, weirProcess } from '../support/weir-process.ts';

const root = temporaryDirectory();
const weir = weirProcess();
const some = join(root, 'some');
const all = join(root, 'all');
let made: MadeSource;
beforeAll(async () => {
  made = await makeSource('disk faults', 24, 100);
  writeObjects(all, made.objects);
  writeObjects(some, made.objects.slice(0, 6));
});

let lakes = 0;
/** A lake that has everything of `all/`… `some` was a copy of: only what is missing is read later. */
async function lakeOfSome(folder = join(root, `lake-${lakes++}`)): Promise<string> {
  const names = made.objects.slice(0, 6).map(({ name }) => join(all, name));
  expect(await weir.run('ingest', ...names, '--lake', folder)).toMatchObject({ code: EXIT.fine });
  return folder;
}

function setMode(folder: string, mode: { readonly file: number; readonly directory: number }): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() ? mode.directory : mode.file);
  }
  chmodSync(folder, mode.directory);
}

const READ_ONLY = { file: 0o444, directory: 0o555 };
const WRITABLE = { file: 0o644, directory: 0o755 };

const small = join(root, 'small');
mkdirSync(small);
const isMounted =
  process.getuid?.() === 0 &&
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', small]).status === 0;

describe.skipIf(!isMounted)('a full disk (needs root, to mount a small one)', () => {
  afterAll(() => void spawnSync('umount', [small]));

  it('stops ingest and compaction, and what was there stays whole', async () => {
    const lake = await lakeOfSome(join(small, 'lake'));
    const { bavail, bsize } = statfsSync(small);
    const filler = join(small, 'filler');
    writeFileSync(filler, Buffer.alloc((bavail - 3) * bsize));
    const words = /no space left.*free some space and run again/;
    expectClearError(await weir.run('ingest', all, '--lake', lake), EXIT.outside, words);
    expectClearError(await weir.run('lake', 'compact', '--lake', lake), EXIT.outside, words);
    await expectClean(weir, lake);
    rmSync(filler);
    await expectWholeAfterRerun(weir, all, lake, made.truth);
  });
});

describe.skipIf(!canBind)('permissions (as root: needs setpriv)', () => {
  it('a lake that may only be read answers, and refuses ingest and compaction', async () => {
    const lake = await lakeOfSome();
    setMode(lake, READ_ONLY);
    const bound = { isBound: true };
    const words = /access to .* is denied; check the file's permissions/;
    expectClearError(await weir.runAs(bound, 'ingest', all, '--lake', lake), EXIT.outside, words);
    expectClearError(await weir.runAs(bound, 'lake', 'compact', '--lake', lake), EXIT.outside, words);
    const answer = await weir.runAs(bound, 'sql', 'SELECT count(*) AS n FROM ledger', '--lake', lake);
    expect(answer).toMatchObject({ code: EXIT.fine, stdout: '{"n":6}\n' });
    expect(await weir.runAs(bound, 'lake', 'verify', '--lake', lake)).toMatchObject({ code: EXIT.fine });
    setMode(lake, WRITABLE);
    await expectWholeAfterRerun(weir, all, lake, made.truth);
  });

  it('a place where no lake can be made is named', async () => {
    const place = join(root, 'closed');
    mkdirSync(place, { mode: 0o555 });
    const run = await weir.runAs({ isBound: true }, 'ingest', some, '--lake', join(place, 'lake'));
    expectClearError(run, EXIT.outside, /closed\/lake.* is denied; check the file's permissions/);
    chmodSync(place, 0o755);
    expect(readdirSync(place)).toEqual([]);
  });

  it('a file and a folder that may not be read are named, the others are read', async () => {
    const [source, lake] = [join(root, 'partly'), join(root, 'partly-lake')];
    writeObjects(source, made.objects.slice(0, 20));
    writeObjects(join(source, 'inner'), made.objects.slice(20));
    const closed = made.objects[3]?.name ?? '';
    chmodSync(join(source, closed), 0);
    chmodSync(join(source, 'inner'), 0);
    const run = await weir.runAs({ isBound: true }, 'ingest', source, '--lake', lake, '-o', 'json');
    expectClearError(run, EXIT.outside, new RegExp(`could not read .*${closed}`), /could not read .*inner/);
    expect(JSON.parse(run.stdout)).toMatchObject({ objects: 19 });
    await expectClean(weir, lake);
    chmodSync(join(source, closed), 0o644);
    chmodSync(join(source, 'inner'), 0o755);
    await expectWholeAfterRerun(weir, source, lake, made.truth);
  });

  it('a file of the lake that may not be read is named by whoever needs it', async () => {
    const lake = await lakeOfSome();
    const day = readdirSync(join(lake, 'flows')).find((name) => name.startsWith('day=')) ?? '';
    const file = readdirSync(join(lake, 'flows', day))[0] ?? '';
    chmodSync(join(lake, 'flows', day, file), 0);
    const bound = { isBound: true };
    const verified = await weir.runAs(bound, 'lake', 'verify', '--lake', lake);
    expect(verified).toMatchObject({ code: EXIT.found });
    expect(verified.stdout).toMatch(new RegExp(`file-unreadable.*${file}`));
    const words = [new RegExp(file), /permissions/];
    expectClearError(await weir.runAs(bound, 'summary', '--lake', lake), EXIT.outside, ...words);
    expectClearError(await weir.runAs(bound, 'lake', 'compact', '--lake', lake), EXIT.outside, ...words);
    chmodSync(join(lake, 'flows', day, file), 0o644);
    await expectWholeAfterRerun(weir, all, lake, made.truth);
  });
});
