import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ObjectStore, probeConditionalWrites } from '../../src/storage/index.ts';

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

/** All entries of a listing as text, folders marked. */
async function listed(store: ObjectStore, options: Parameters<ObjectStore['list']>[0]): Promise<string[]> {
  const paths: string[] = [];
  for await (const entry of store.list(options))
    paths.push(entry.kind === 'prefix' ? `[${entry.path}]` : entry.path);
  return paths;
}

/**
 * What every object store must do. `open` gives a store whose root is empty and, called again, one on the same root
 * (another writer). Stores that cannot promise conditional writes have their own suite.
 */
export function objectStoreContract(name: string, open: () => Promise<ObjectStore>): void {
  describe(`object store: ${name}`, () => {
    let store: ObjectStore;
    let other: ObjectStore;
    let folder: string;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'weir-store-'));
      store = await open();
      other = await open();
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    it('says nothing is there before the first write', async () => {
      expect(await store.stat('a/missing')).toBeNull();
      expect(await listed(store, { prefix: 'a/' })).toEqual([]);
      await expect(store.read('a/missing')).rejects.toMatchObject({
        code: 'storage.not-found',
        kind: 'input',
      });
      await expect(store.readRange('a/missing', 0, 3)).rejects.toMatchObject({ code: 'storage.not-found' });
      await expect(store.localFile('a/missing')).rejects.toMatchObject({ code: 'storage.not-found' });
      await expect(
        (async () => {
          for await (const chunk of store.stream('a/missing')) throw new Error(`a chunk of ${chunk.length}`);
        })(),
      ).rejects.toMatchObject({ code: 'storage.not-found' });
      await expect(store.remove('a/missing')).resolves.toBeUndefined();
    });

    it('gives back what was put, whole, in ranges and as a stream', async () => {
      await store.put('rw/one', bytesOf('hello weir'));
      expect(textOf(await other.read('rw/one'))).toBe('hello weir');
      expect(textOf(await store.readRange('rw/one', 6, 8))).toBe('we');
      expect(textOf(await store.readRange('rw/one', 6, 900))).toBe('weir');
      expect(textOf(await store.readRange('rw/one', 900, 910))).toBe('');
      expect(textOf(await store.readRange('rw/one', 3, 3))).toBe('');
      const chunks: Uint8Array[] = [];
      for await (const chunk of store.stream('rw/one')) chunks.push(chunk);
      expect(textOf(Buffer.concat(chunks))).toBe('hello weir');
      expect(await store.stat('rw/one')).toMatchObject({ path: 'rw/one', sizeBytes: 10 });
      expect(store.uriOf('rw/one')).toBe(`${store.uri}/rw/one`);
    });

    it('takes an empty object', async () => {
      await store.put('rw/empty', new Uint8Array(0));
      expect((await store.stat('rw/empty'))?.sizeBytes).toBe(0);
      expect((await store.read('rw/empty')).length).toBe(0);
    });

    it('replaces with put and changes the etag', async () => {
      await store.put('rw/two', bytesOf('first'));
      const before = await store.stat('rw/two');
      await store.put('rw/two', bytesOf('second!'));
      expect(textOf(await store.read('rw/two'))).toBe('second!');
      expect((await store.stat('rw/two'))?.etag).not.toBe(before?.etag);
    });

    it('creates once with putIfAbsent', async () => {
      expect(await store.putIfAbsent('log/1.json', bytesOf('mine'))).toBe(true);
      expect(await other.putIfAbsent('log/1.json', bytesOf('theirs'))).toBe(false);
      expect(textOf(await store.read('log/1.json'))).toBe('mine');
    });

    it('lets exactly one of twenty racing creations win, and keeps the bytes of the winner', async () => {
      const wins = await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          (i % 2 ? store : other).putIfAbsent('log/race', bytesOf(`${i}`)),
        ),
      );
      expect(wins.filter(Boolean)).toHaveLength(1);
      expect(textOf(await store.read('log/race'))).toBe(String(wins.indexOf(true)));
    });

    it('passes the probe for conditional writes and leaves nothing behind', async () => {
      await probeConditionalWrites(store);
      expect(await listed(store, { prefix: '_weir_probe' })).toEqual([]);
    });

    it('lists in the order of bytes, with prefixes, start-after and folders', async () => {
      const names = ['l/a.b', 'l/a/1', 'l/a/2/x', 'l/ab/1', 'l/b', 'l/c/1', 'l/é', 'lz'];
      for (const path of names) await store.put(path, bytesOf(path));
      expect(await listed(store, { prefix: 'l/' })).toEqual(
        names.filter((path) => path.startsWith('l/')).sort(),
      );
      expect(await listed(store, { prefix: 'l/a' })).toEqual(['l/a.b', 'l/a/1', 'l/a/2/x', 'l/ab/1']);
      expect(await listed(store, { prefix: 'l/', startAfter: 'l/a/1' })).toEqual([
        'l/a/2/x',
        'l/ab/1',
        'l/b',
        'l/c/1',
        'l/é',
      ]);
      expect(await listed(store, { prefix: 'l/', delimited: true })).toEqual([
        'l/a.b',
        '[l/a/]',
        '[l/ab/]',
        'l/b',
        '[l/c/]',
        'l/é',
      ]);
      expect(await listed(store, { prefix: 'l/a/', delimited: true })).toEqual(['l/a/1', '[l/a/2/]']);
    });

    it('puts local files, copying or moving them', async () => {
      const local = join(folder, 'local');
      await writeFile(local, 'local bytes');
      await store.putFile('files/copied', local);
      expect(textOf(await store.read('files/copied'))).toBe('local bytes');
      const scratch = join(await store.scratchDirectory(), 'moved');
      await writeFile(scratch, 'moved bytes');
      await store.putFile('files/moved', scratch, { move: true });
      expect(textOf(await store.read('files/moved'))).toBe('moved bytes');
      await expect(readFile(scratch)).rejects.toMatchObject({ code: 'ENOENT' });
    });

    it('carries a file of 40 MB and gives it as a local file, once for many who ask', async () => {
      const big = Buffer.alloc(40_000_000);
      for (let i = 0; i < big.length; i += 4096) big.writeUInt32LE(i, i);
      await writeFile(join(folder, 'big'), big);
      await store.putFile('files/big', join(folder, 'big'));
      expect((await store.stat('files/big'))?.sizeBytes).toBe(big.length);
      const paths = await Promise.all([1, 2, 3, 4].map(() => store.localFile('files/big')));
      expect(new Set(paths).size).toBe(1);
      expect(Buffer.compare(await readFile(paths[0] ?? ''), big)).toBe(0);
    });

    it('removes', async () => {
      await store.put('gone', bytesOf('x'));
      await store.remove('gone');
      expect(await store.stat('gone')).toBeNull();
    });
  });
}
