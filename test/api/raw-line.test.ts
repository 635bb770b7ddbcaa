import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RawLine, type Records } from '../../src/api/index.ts';
import { openReadSession, type ReadSession, resolveConfig } from '../../src/app/index.ts';
import { ingest } from '../../src/app/ingest.ts';
import { silentReporter } from '../../src/base/index.ts';
import { type ApiClient, apiOver } from '../support/console-api.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

const directory = temporaryDirectory();
const file = join(directory, 'flow logs.gz');
const HEADER =
  'version interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
const LINES = [443, 22, 22].map(
  (port, index) =>
    `2 eni-${index} 10.0.0.1 198.51.100.7 40000 ${port} 6 10 9007199254740993 176726160${index} 1767261659 ACCEPT OK`,
);
let session: ReadSession;
let api: ApiClient;

beforeAll(async () => {
  mkdirSync(directory, { recursive: true });
  writeFileSync(file, gzipSync([HEADER, ...LINES, ''].join('\n')));
  const lake = join(directory, 'lake');
  await ingest({ sources: [file], lake, reporter: silentReporter });
  session = await openReadSession(
    resolveConfig({
      flags: { 'lake.location': lake },
      env: {},
      workingDirectory: directory,
      homeDirectory: directory,
    }),
  );
  api = apiOver(session.reader);
});
afterAll(() => session.close());

async function ask(record: Readonly<Record<string, unknown>>): Promise<RawLine> {
  const response = await api.post('/api/raw-line', { record });
  expect(response.status).toBe(200);
  return (await response.json()) as RawLine;
}

async function records(): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { columns, rows } = await api.json<Records>('/api/records');
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, index) => [name, row[index]])));
}

describe('/api/raw-line', () => {
  it('leads from each record to its line in the object', async () => {
    const rows = await records();
    expect(rows).toHaveLength(3);
    for (const [index, row] of rows.entries()) {
      const answer = await ask(row);
      expect(answer).toMatchObject({
        status: 'found',
        object: { uri: pathToFileURL(file).href, layoutSource: 'header', layout: HEADER },
        encodings: ['gzip'],
        lineNumbers: 'source',
        lines: [{ number: 4 - index, text: LINES[2 - index], header: HEADER }],
      });
      expect(answer.lines[0]?.values).toContainEqual({ name: 'bytes', value: '9007199254740993' });
    }
  });

  it('says what is wrong with the question', async () => {
    const [row = {}] = await records();
    expect(await ask({ ...row, bytes: 5 })).toMatchObject({ status: 'missing', lines: [] });
    expect(await ask({ ...row, object_id: 12 })).toMatchObject({ status: 'unknown', object: null });
    expect((await api.post('/api/raw-line', { record: { object_id: 'x' } })).status).toBe(400);
  });

  it('never shows bytes that are not those that were ingested', async () => {
    const [row = {}] = await records();
    appendFileSync(file, 'more');
    expect(await ask(row)).toMatchObject({
      status: 'changed',
      lines: [],
      object: { sizeBytes: expect.any(Number) },
    });
    rmSync(file);
    expect(await ask(row)).toMatchObject({ status: 'gone', lines: [] });
  });
});
