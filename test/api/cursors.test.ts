import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Problem, Records } from '../../src/api/index.ts';
import { createDuckDb, createLakeReader, type LakeFiles, type LakeReader } from '../../src/engine/index.ts';
import { type ApiClient, apiOver } from '../support/console-api.ts';
import { type FixtureRow, writeFixtureLake } from '../support/fixture-lake.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

/** 2026-01-01T10:00:00Z. */
const TEN = 1_767_261_600;
const directory = temporaryDirectory();
let before: LakeFiles;
let after: LakeFiles;
let reader: LakeReader;
let api: ApiClient;

/** Many records share a start, and some are alike in everything. */
const row = (index: number, shift = 0): FixtureRow => ({
  version: 2,
  account_id: '123456789012',
  interface_id: `eni-${index % 3}`,
  srcaddr: `10.0.0.${index % 7}`,
  dstaddr: '198.51.100.7',
  srcport: 1000 + (index % 5),
  dstport: 443,
  protocol: 6,
  packets: 1,
  bytes: 40 + shift,
  start: TEN + Math.floor(index / 20) * 60,
  end: TEN + Math.floor(index / 20) * 60 + 59,
  action: 'ACCEPT',
  log_status: 'OK',
});
const ROWS = Array.from({ length: 103 }, (_, index) => row(index));

beforeAll(async () => {
  before = { ...(await writeFixtureLake(`${directory}/before`, ROWS)), version: 1 };
  const more = Array.from({ length: 103 }, (_, index) => row(index, 1));
  after = { ...(await writeFixtureLake(`${directory}/after`, [...ROWS, ...more])), version: 2 };
  const db = await createDuckDb({
    threads: 2,
    memoryLimitBytes: 512e6,
    tempDirectory: `${directory}/tmp`,
    confineTo: [directory],
  });
  reader = createLakeReader(db, before);
  api = apiOver(reader);
});
afterAll(() => reader.close());

/** All pages, following `next`; `between` runs after each. */
async function pages(address: string, between: () => void = () => {}): Promise<readonly Records[]> {
  const all: Records[] = [];
  for (let next: string | null = address; next !== null; next = all.at(-1)?.next ?? null) {
    all.push(await api.json<Records>(next));
    between();
  }
  return all;
}

const rowsOf = (all: readonly Records[]): readonly string[] =>
  all.flatMap(({ rows }) => rows.map((cells) => JSON.stringify(cells)));

describe('pages of records', () => {
  it.each([1, 7, 20, 102, 103])('of %i make the whole, in one order', async (limit) => {
    const whole = await api.json<Records>('/api/records?limit=1000');
    expect(whole).toMatchObject({ truncated: false, next: null });
    const all = await pages(`/api/records?limit=${limit}`);
    expect(rowsOf(all)).toEqual(rowsOf([whole]));
    expect(all.every(({ rows }) => rows.length <= limit)).toBe(true);
  });

  it('are of one state of the lake, whatever is ingested between them', async () => {
    reader.update(before);
    const whole = rowsOf([await api.json<Records>('/api/records?limit=1000')]);
    const where = encodeURIComponent('bytes >= 40');
    const all = await pages(`/api/records?limit=10&where=${where}`, () => reader.update(after));
    expect(rowsOf(all)).toEqual(whole);
    expect(rowsOf(await pages('/api/records?limit=50'))).toHaveLength(206);
    reader.update(before);
  });

  it('keep their filter and range, and say where the next one is', async () => {
    const response = await api.get(
      `/api/records?limit=2&from=${TEN + 60}&to=${TEN + 120}&where=srcport%3D1001`,
    );
    const { next, rows } = (await response.json()) as Records;
    expect(rows).toHaveLength(2);
    expect(response.headers.get('link')).toBe(`<${next}>; rel="next"`);
    const rest = await pages(next ?? '');
    expect(rowsOf(rest)).toHaveLength(2);
  });

  it('say when they are too old, and what is no cursor', async () => {
    const { next } = await api.json<Records>('/api/records?limit=2');
    for (let version = 3; version < 30; version++) {
      reader.update({ ...after, version });
      reader.hold();
    }
    const late = await api.get(next ?? '');
    expect(late.status).toBe(410);
    expect((await late.json()) as Problem).toMatchObject({ code: 'api.cursor-expired' });
    for (const cursor of ['x', 'AAAA', encodeURIComponent('=='), 'a'.repeat(3000)]) {
      const bad = await api.get(`/api/records?cursor=${cursor}`);
      expect([bad.status, ((await bad.json()) as Problem).code]).toEqual([400, 'api.bad-cursor']);
    }
    reader.update(before);
  });
});
