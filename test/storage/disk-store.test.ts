import { chmod, mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { linkError } from '../../src/storage/disk-errors.ts';
import { createDiskStore, openStore, parseS3Location } from '../../src/storage/index.ts';
import { objectStoreContract } from '../contract/object-store.ts';

const roots: string[] = [];
async function freshRoot(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'weir-disk-'));
  roots.push(root);
  return root;
}
afterAll(() => Promise.all(roots.map((root) => rm(root, { recursive: true, force: true }))));

const shared = freshRoot();
objectStoreContract('local disk', async () => createDiskStore(await shared));

describe('disk store', () => {
  let root: string;
  beforeEach(async () => {
    root = await freshRoot();
  });

  it('opens directories and file addresses, and refuses other schemes', async () => {
    expect((await openStore(root)).uri).toBe(pathToFileURL(root).href);
    expect((await openStore(pathToFileURL(root).href)).uri).toBe(pathToFileURL(root).href);
    await expect(openStore('gopher://host/x')).rejects.toMatchObject({ code: 'storage.bad-location' });
    expect(parseS3Location('s3://bucket/a/b/')).toEqual({ bucket: 'bucket', prefix: 'a/b' });
    expect(parseS3Location('/bucket')).toBeNull();
    expect(() => parseS3Location('s3:///x')).toThrow(/names no bucket/);
  });

  it('does not make its directory before the first write', async () => {
    const store = createDiskStore(join(root, 'deep/er'));
    expect(await store.stat('x')).toBeNull();
    expect(await readdir(root)).toEqual([]);
    await store.put('x', new Uint8Array(1));
    expect(await readdir(join(root, 'deep/er'))).toEqual(['x']);
  });

  it('hides unfinished files and sweeps them when they are old', async () => {
    const store = createDiskStore(root);
    await mkdir(join(root, 'log'));
    const old = join(root, 'log/.weir-tmp-old');
    const scratch = join(await store.scratchDirectory(), 'old.parquet');
    for (const path of [old, scratch]) {
      await writeFile(path, 'half');
      await utimes(path, 1000, 1000);
    }
    await writeFile(join(root, 'log/.weir-tmp-new'), 'half');
    const seen: string[] = [];
    for await (const entry of store.list()) seen.push(entry.path);
    expect(seen).toEqual([]);
    expect(await store.removeStale(60_000)).toBe(2);
    expect(await readdir(join(root, 'log'))).toEqual(['.weir-tmp-new']);
  });

  it('follows links when it lists', async () => {
    const elsewhere = await freshRoot();
    await writeFile(join(elsewhere, 'one.log'), 'x');
    await symlink(elsewhere, join(root, 'linked'));
    const seen: string[] = [];
    for await (const entry of createDiskStore(root).list()) seen.push(entry.path);
    expect(seen).toEqual(['linked/one.log']);
  });

  it.skipIf(process.getuid?.() === 0)(
    'names a file it may not read (needs a user other than root)',
    async () => {
      await writeFile(join(root, 'secret'), 'x');
      await chmod(join(root, 'secret'), 0);
      await expect(createDiskStore(root).read('secret')).rejects.toMatchObject({
        code: 'storage.access-denied',
      });
    },
  );

  it('with one vouched writer, putIfAbsent needs no hard links and still keeps the first', async () => {
    const store = createDiskStore(root, { singleWriter: true });
    expect(await store.putIfAbsent('a', Buffer.from('1'))).toBe(true);
    expect(await store.putIfAbsent('a', Buffer.from('2'))).toBe(false);
    expect(Buffer.from(await store.read('a')).toString()).toBe('1');
  });

  it.each(['EPERM', 'ENOTSUP', 'ENOSYS'])(
    'says what a disk without hard links (%s) means for several writers',
    (code) => {
      const error = linkError(Object.assign(new Error('link'), { code }), 'file:///lake/x');
      expect(error).toMatchObject({ code: 'storage.no-conditional-writes', kind: 'config' });
      expect(error.message).toMatch(/disk with hard links .* or vouch for a single writer/);
      expect(linkError(Object.assign(new Error('link'), { code: 'ENOSPC' }), 'x').code).toBe(
        'storage.disk-full',
      );
    },
  );

  it('lists any tree exactly as sorting all paths would', async () => {
    const segment = fc.constantFrom('a', 'a.b', 'a-', 'ab', 'b', 'é', '0');
    const path = fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => `${parts.join('/')}.f`);
    const bytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(path, { maxLength: 12 }),
        path,
        fc.constantFrom('', 'a', 'a/', 'a.b', 'b/a'),
        async (paths, after, prefix) => {
          const store = createDiskStore(await freshRoot());
          for (const one of paths) await store.put(one, new Uint8Array(0));
          const seen: string[] = [];
          for await (const entry of store.list({ prefix, startAfter: after })) seen.push(entry.path);
          expect(seen).toEqual(
            paths.filter((one) => one.startsWith(prefix) && bytes(one, after) > 0).sort(bytes),
          );
        },
      ),
      { numRuns: 40 },
    );
  });
});
