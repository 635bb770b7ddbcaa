import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ingest } from '../../src/app/index.ts';
import { silentReporter } from '../../src/base/index.ts';
import { type Lake, type LedgerEntry, objectIdOf, openLake } from '../../src/lake/index.ts';
import { createDiskStore } from '../../src/storage/index.ts';
import { openDuckdbSession, type TestSession } from '../support/duckdb-session.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

const root = temporaryDirectory();
let session: TestSession;
beforeAll(async () => {
  session = await openDuckdbSession();
});
afterAll(() => session.close());

function entryOf(
  uri: string,
  etag: string,
  sizeBytes: number,
  status: LedgerEntry['status'] = 'ok',
): LedgerEntry {
  return {
    objectId: objectIdOf(uri, etag),
    uri,
    etag,
    sizeBytes,
    status,
    reason: null,
    shape: null,
    layout: null,
    layoutSource: null,
    layoutConfidence: null,
    unknownFields: null,
    lines: 0,
    ok: 0,
    nodata: 0,
    skipdata: 0,
    malformed: 0,
    bytesRead: 0,
    firstStartSeconds: null,
    lastEndSeconds: null,
  };
}

const commit = (lake: Lake, ...ledger: readonly LedgerEntry[]): ReturnType<Lake['commit']> =>
  lake.commit({ staged: [], ledger, malformed: [] });

describe('the same bytes under two addresses', () => {
  let folders = 0;
  const lakes = (): readonly [Lake, Lake] => {
    const store = createDiskStore(`${root}/${folders++}`);
    const open = (): Lake => openLake({ store, session, now: () => 1_767_225_600, newId: randomUUID });
    return [open(), open()];
  };

  it('are committed once, whichever of two writers that both found them new is first', async () => {
    const [first, second] = lakes();
    const [a, b] = [entryOf('file:///a', 'same', 9), entryOf('file:///b', 'same', 9)];
    for (const [lake, entry] of [
      [first, a],
      [second, b],
    ] as const) {
      expect(await lake.lookUp([entry])).toEqual([{ kind: 'new' }]);
    }
    expect(await commit(first, a)).toMatchObject({ kind: 'committed' });
    const refused = { kind: 'overlap', objects: [{ uri: 'file:///b', etag: 'same' }] };
    expect(await commit(second, b)).toEqual(refused);
    expect(await second.lookUp([b])).toMatchObject([{ kind: 'duplicate', entry: { uri: 'file:///a' } }]);
    expect(await commit(second, { ...b, status: 'duplicate' })).toMatchObject({ kind: 'committed' });
  });

  it('are told from others of the same etag by their size, and empty objects are no copies', async () => {
    const [first, second] = lakes();
    expect(await commit(first, entryOf('file:///a', 'same', 9))).toMatchObject({ kind: 'committed' });
    expect(await commit(second, entryOf('file:///b', 'same', 8))).toMatchObject({ kind: 'committed' });
    expect(await commit(first, entryOf('file:///c', 'none', 0))).toMatchObject({ kind: 'committed' });
    expect(await second.lookUp([entryOf('file:///d', 'none', 0)])).toEqual([{ kind: 'new' }]);
    expect(await commit(second, entryOf('file:///d', 'none', 0))).toMatchObject({ kind: 'committed' });
  });

  it('that were refused do not stand in the way of reading them elsewhere', async () => {
    const [first, second] = lakes();
    expect(await commit(first, entryOf('file:///a', 'same', 9, 'refused'))).toMatchObject({
      kind: 'committed',
    });
    expect(await commit(second, entryOf('file:///b', 'same', 9))).toMatchObject({ kind: 'committed' });
  });
});

describe('copies in one run', () => {
  const HEADER =
    'version srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n';
  const RECORD = '2 10.0.0.1 192.0.2.1 40000 443 6 1 100 1700000000 1700000059 ACCEPT OK\n';
  const folderOf = (name: string, files: Readonly<Record<string, string>>): string => {
    const folder = join(root, name);
    mkdirSync(folder);
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
    return folder;
  };
  const run = (source: string, lake: string): ReturnType<typeof ingest> =>
    ingest({ sources: [source], lake, reporter: silentReporter, commitRows: 1 });

  it('are noted, those of refused objects and three of a kind too, and known to the next run', async () => {
    const text = HEADER + RECORD;
    const source = folderOf('kinds', { a: text, b: text, c: text, d: 'no flow log\n', e: 'no flow log\n' });
    const lake = join(root, 'kinds-lake');
    const first = await run(source, lake);
    expect(first.problems).toEqual([]);
    expect(first.result).toMatchObject({ objects: 2, objectsSkipped: 3, ok: 1, malformed: 1 });
    expect((await run(source, lake)).result).toMatchObject({ objects: 0, objectsSkipped: 5 });
  });
});
