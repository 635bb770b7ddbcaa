import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type ListOptions, listSources } from '../../../src/ingest/index.ts';
import { bytesOf } from '../../support/source-objects.ts';
import { temporaryDirectory } from '../../support/temp-directory.ts';

const root = temporaryDirectory();

function tree(name: string, files: readonly string[]): string {
  const folder = join(root, name);
  mkdirSync(folder, { recursive: true });
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), file);
  }
  return folder;
}

async function list(sources: readonly string[], options: ListOptions = {}) {
  const listing = listSources(sources, options);
  const uris: string[] = [];
  for await (const object of listing.objects()) uris.push(object.uri);
  await listing.close();
  return { uris, counts: listing.counts() };
}

const urls = (folder: string, files: readonly string[]): string[] =>
  files.map((file) => pathToFileURL(join(folder, file)).href);

describe('files and folders', () => {
  it('are listed recursively in the order of their names; hidden files and companions are counted and left out', async () => {
    const folder = tree('plain', [
      'b.log',
      'a/2.log',
      'a/1.log',
      '.hidden',
      '.git/config',
      'a/_SUCCESS',
      'aws-logs-write-test',
      'B.log',
    ]);
    const { uris, counts } = await list([folder]);
    expect(uris).toEqual(urls(folder, ['B.log', 'a/1.log', 'a/2.log', 'b.log']));
    expect(counts).toMatchObject({ listed: 4, skipped: { hidden: 2, 'not-a-log': 2 }, problems: [] });
  });

  it('leave out a Delta table that lies among them', async () => {
    const folder = tree('with-lake', [
      'a.log',
      'weir-lake/flows/_delta_log/0.json',
      'weir-lake/flows/part.parquet',
    ]);
    const { uris } = await list([folder]);
    expect(uris).toEqual(urls(folder, ['a.log']));
  });

  it('are read when they are named, whatever the name', async () => {
    const folder = tree('named', ['.hidden']);
    const { uris } = await list([join(folder, '.hidden')]);
    expect(uris).toEqual(urls(folder, ['.hidden']));
  });

  it('follow links once, so that loops end', async () => {
    const folder = tree('links', ['a/1.log']);
    symlinkSync(folder, join(folder, 'a/loop'));
    symlinkSync(join(folder, 'a/1.log'), join(folder, 'z.log'));
    symlinkSync(join(folder, 'nowhere'), join(folder, 'broken'));
    const { uris, counts } = await list([folder]);
    expect(uris).toEqual(urls(folder, ['a/1.log', 'z.log']));
    expect(counts.skipped).toEqual({ repeated: 1 });
    expect(counts.problems).toMatchObject([{ uri: pathToFileURL(join(folder, 'broken')).href }]);
  });

  it.skipIf(process.getuid?.() === 0)(
    'count a folder that may not be read as a problem (needs an ordinary user)',
    async () => {
      const folder = tree('locked', ['in/1.log', 'out.log']);
      chmodSync(join(folder, 'in'), 0);
      const { uris, counts } = await list([folder]);
      chmodSync(join(folder, 'in'), 0o700);
      expect(uris).toEqual(urls(folder, ['out.log']));
      expect(counts.problems.length).toBe(1);
    },
  );

  it('give each object once when sources overlap', async () => {
    const folder = tree('overlap', ['a.log', 'b.log']);
    const { uris, counts } = await list([join(folder, 'b.log'), folder]);
    expect(uris).toEqual(urls(folder, ['b.log', 'a.log']));
    expect(counts.skipped).toEqual({ repeated: 1 });
  });

  it.each([
    ['*.log', ['a.log', 'b.log']],
    ['**/*.log', ['a.log', 'b.log', 'x/c.log', 'x/y/d.log']],
    ['x/**', ['x/c.log', 'x/y/d.log', 'x/y/e.gz']],
    ['{a,b}.log', ['a.log', 'b.log']],
    ['[!a].log', ['b.log']],
    ['x/?.log', ['x/c.log']],
  ])('match the pattern %s', async (pattern, expected) => {
    const folder = tree('glob', ['a.log', 'b.log', 'x/c.log', 'x/y/d.log', 'x/y/e.gz']);
    const { uris } = await list([join(folder, pattern)]);
    expect(uris).toEqual(urls(folder, expected));
  });

  it('leave out files whose name lies outside of the time range', async () => {
    const name = (slot: string) => `111111111111_vpcflowlogs_us-east-1_fl-0123abcd_${slot}_0a1b2c3d.log.gz`;
    const folder = tree('slots', [
      name('20260131T0000Z'),
      name('20260201T1000Z'),
      name('20260203T0000Z'),
      'any.log',
    ]);
    const { uris, counts } = await list([folder], {
      sinceSeconds: Date.parse('2026-02-01T10:00:00Z') / 1000,
      untilSeconds: Date.parse('2026-02-01T11:00:00Z') / 1000,
    });
    expect(uris).toEqual(urls(folder, [name('20260201T1000Z'), 'any.log']));
    expect(counts.skipped).toEqual({ 'outside-time': 2 });
  });

  it.each([
    ['a path that is not there', join(root, 'missing'), 'ingest.no-such-source'],
    ['a pattern that matches nothing', join(root, '*.nothing'), 'ingest.no-such-source'],
    ['an address of another kind', 'ftp://host/logs', 'ingest.unknown-scheme'],
  ])('are refused by name: %s', async (_name, source, code) => {
    await expect(list([source])).rejects.toMatchObject({ code, kind: 'config' });
  });
});

describe('the content of a file', () => {
  it('is identified by its SHA-256 and read as it was when it was listed', async () => {
    const folder = tree('content', ['grow.log']);
    const listing = listSources([folder]);
    for await (const object of listing.objects()) {
      writeFileSync(join(folder, 'grow.log'), 'grow.log and more');
      expect(await object.identify()).toBe(createHash('sha256').update('grow.log').digest('hex'));
      expect((await bytesOf(object.stream())).toString()).toBe('grow.log');
      expect(Buffer.from(await object.range(2, 6)).toString()).toBe('ow.l');
      expect((await object.range(5, 500)).length).toBe(3);
    }
  });

  it('comes in pieces when it is large', async () => {
    const path = join(root, 'large.bin');
    const bytes = Buffer.alloc(3_000_000, 'abc');
    writeFileSync(path, bytes);
    for await (const object of listSources([path]).objects()) {
      const sizes: number[] = [];
      for await (const chunk of object.stream()) sizes.push(chunk.length);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(512 * 1024);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(bytes.length);
      expect(await object.identify()).toBe(createHash('sha256').update(bytes).digest('hex'));
    }
  });
});

describe('standard input', () => {
  async function* pipe() {
    yield 'first ';
    yield Buffer.from('second');
  }

  it('is kept in a file so that it can be read twice, and removed by close', async () => {
    const spoolDirectory = tree('spool', []);
    const listing = listSources(['-'], { stdin: pipe(), spoolDirectory });
    for await (const object of listing.objects()) {
      expect(object).toMatchObject({ uri: 'stdin:', sizeBytes: 12 });
      expect(await object.identify()).toBe(createHash('sha256').update('first second').digest('hex'));
      for (let pass = 0; pass < 2; pass++)
        expect((await bytesOf(object.stream())).toString()).toBe('first second');
    }
    expect((await list([spoolDirectory])).uris.length).toBe(1);
    await listing.close();
    expect((await list([spoolDirectory])).uris).toEqual([]);
  });

  it('that breaks off is an error of the run, and leaves nothing behind', async () => {
    const spoolDirectory = tree('broken-spool', []);
    async function* broken() {
      yield 'first';
      throw new Error('the pipe broke');
    }
    await expect(list(['-'], { stdin: broken(), spoolDirectory })).rejects.toMatchObject({
      code: 'ingest.spool-failed',
      kind: 'service',
    });
    expect((await list([spoolDirectory])).uris).toEqual([]);
  });
});
