import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FlowLogStore, openJournalStore, type StoreChange } from '../../src/service/index.ts';
import { fakeFlowLog } from '../support/flow-log-fixture.ts';

const NOW = 1_700_000_000_000;
let folder: string;
let path: string;
const open: FlowLogStore[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-journal-'));
  path = join(folder, 'state', 'flow-logs.journal');
});
afterEach(async () => {
  for (const store of open.splice(0)) await store.close().catch(() => {});
  await rm(folder, { recursive: true, force: true });
});

const openStore = async (nowMs = NOW): Promise<FlowLogStore> => {
  const store = await openJournalStore(path, { nowMs: () => nowMs });
  open.push(store);
  return store;
};
const put = (id: string, change = {}): StoreChange => ({ kind: 'put', flowLog: fakeFlowLog(id, change) });
const remove = (flowLogId: string): StoreChange => ({ kind: 'delete', flowLogId });
const receipt = (clientToken: string, creationMs: number): StoreChange => ({
  kind: 'receipt',
  receipt: { clientToken, fingerprint: 'f', creationMs, flowLogIds: ['fl-1'], unsuccessful: [] },
});
const idsOf = (store: FlowLogStore): string[] => [...store.state.flowLogs.keys()];

describe('the journal', () => {
  it('survives a restart, deletions, tags and receipts included', async () => {
    const first = await openStore();
    await first.commit([put('fl-1'), put('fl-2')]);
    await first.commit([
      put('fl-1', { tags: [{ key: 'a', value: 'b' }], deliveryError: 'Access error' }),
      remove('fl-2'),
    ]);
    await first.commit([put('fl-3'), receipt('t', NOW)]);
    await first.close();
    const second = await openStore();
    expect(second.state.flowLogs).toEqual(first.state.flowLogs);
    expect(idsOf(second)).toEqual(['fl-1', 'fl-3']);
    expect(second.state.receipts.get('t')?.flowLogIds).toEqual(['fl-1']);
  });

  it('survives without being closed: what was promised is on the disk', async () => {
    const first = await openStore();
    await first.commit([put('fl-1')]);
    const copy = join(folder, 'copy');
    await writeFile(copy, await readFile(path));
    const second = await openJournalStore(copy, { nowMs: () => NOW });
    open.push(second);
    expect(idsOf(second)).toEqual(['fl-1']);
  });

  it('drops a commit that a crash cut anywhere, whole, and goes on from there', async () => {
    const first = await openStore();
    await first.commit([put('fl-1')]);
    const { size: before } = await stat(path);
    await first.commit([put('fl-2'), put('fl-3')]);
    await first.close();
    const whole = await readFile(path);
    for (let length = before; length < whole.length; length += 7) {
      await writeFile(path, whole.subarray(0, length));
      const cut = await openStore();
      expect(idsOf(cut)).toEqual(['fl-1']);
      await cut.commit([put('fl-4')]);
      await cut.close();
      const again = await openStore();
      expect(idsOf(again)).toEqual(['fl-1', 'fl-4']);
      await again.close();
    }
  });

  it('takes a last line of zeros as torn', async () => {
    const first = await openStore();
    await first.commit([put('fl-1')]);
    await first.close();
    await appendFile(path, `${'\0'.repeat(100)}\n`);
    expect(idsOf(await openStore())).toEqual(['fl-1']);
  });

  it('refuses to start over damage in the middle, naming the line', async () => {
    const first = await openStore();
    await first.commit([put('fl-1')]);
    await first.commit([put('fl-2')]);
    await first.close();
    const lines = (await readFile(path, 'utf8')).split('\n');
    lines[1] = `${lines[1]?.slice(0, -5)}`;
    await writeFile(path, lines.join('\n'));
    await expect(openStore()).rejects.toMatchObject({
      kind: 'config',
      code: 'service.state-corrupt',
      details: { line: 2 },
    });
    await writeFile(path, 'something else\n');
    await expect(openStore()).rejects.toMatchObject({ code: 'service.state-corrupt', details: { line: 1 } });
  });

  it('forgets receipts after a day, not before', async () => {
    const first = await openStore();
    await first.commit([receipt('old', NOW - 86_400_001), receipt('young', NOW - 86_399_000)]);
    await first.close();
    expect([...(await openStore()).state.receipts.keys()]).toEqual(['young']);
  });

  it('stays short however often things change', async () => {
    const store = await openStore();
    for (let i = 0; i < 30; i++) {
      const changes = Array.from({ length: 100 }, (_, j) =>
        put('fl-1', { tags: [{ key: 'n', value: `${i}-${j}` }] }),
      );
      await store.commit(changes);
    }
    const lines = (await readFile(path, 'utf8')).split('\n').length;
    expect(lines).toBeLessThan(15);
    await store.close();
    expect((await openStore()).state.flowLogs.get('fl-1')?.tags).toEqual([{ key: 'n', value: '29-99' }]);
  });

  it('is locked while a living process has it, and free when that one is gone', async () => {
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    await (await openStore()).close();
    await writeFile(`${path}.lock`, String(process.ppid));
    await expect(openStore()).rejects.toMatchObject({
      code: 'service.state-locked',
      details: { owner: process.ppid },
    });
    await writeFile(`${path}.lock`, String(gone));
    await expect(openStore()).resolves.toBeDefined();
  });

  it('a commit that cannot be written rejects and is not there', async () => {
    const store = await openStore();
    await store.commit([put('fl-1')]);
    // A closed file is the failure that every system can be made to show.
    await store.close();
    const lost = store.commit([put('fl-2'), remove('fl-1')]);
    expect(idsOf(store)).toEqual(['fl-2']);
    await expect(lost).rejects.toMatchObject({ code: 'service.state-not-written' });
    expect(idsOf(store)).toEqual(['fl-1']);
  });

  it('replaying any history gives what memory says', async () => {
    const change = fc.oneof(
      fc
        .tuple(fc.integer({ min: 1, max: 5 }), fc.string())
        .map(([n, value]) => put(`fl-${n}`, { tags: [{ key: 'k', value }] })),
      fc.integer({ min: 1, max: 5 }).map((n) => remove(`fl-${n}`)),
    );
    const commits = fc.array(fc.array(change, { minLength: 1, maxLength: 4 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(commits, async (history) => {
        await rm(path, { force: true });
        const store = await openStore();
        await Promise.all(history.map((changes) => store.commit(changes)));
        await store.close();
        const again = await openStore();
        expect(new Map(again.state.flowLogs)).toEqual(new Map(store.state.flowLogs));
        await again.close();
      }),
      { numRuns: 25 },
    );
  });

  it('a killed process has lost nothing that it said was done', async () => {
    const writer = resolve(import.meta.dirname, '../support/journal-writer.ts');
    for (const enough of [30, 100, 2500]) {
      await rm(path, { force: true });
      const child = spawn(process.execPath, ['--import', 'tsx', writer, path], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let printed = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
        if (printed.split('\n').length > enough) child.kill('SIGKILL');
      });
      await once(child, 'close');
      const done = printed.split('\n').slice(0, -1);
      expect(done.length).toBeGreaterThanOrEqual(enough);
      const store = await openStore();
      expect(done.filter((id) => !store.state.flowLogs.has(id))).toEqual([]);
      await store.close();
    }
  });

  it('an empty file is an empty state', async () => {
    await (await openStore()).close();
    await truncate(path);
    expect(idsOf(await openStore())).toEqual([]);
  });
});
