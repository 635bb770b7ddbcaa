import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiServer, defaultApiConfig, type Problem, startApiServer } from '../../src/api/index.ts';
import type { LakeReader } from '../../src/engine/index.ts';
import { findRecord } from '../../src/ingest/index.ts';
import { openApiLake } from '../support/console-api.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

/** What only shows on a port: connections that end early, bodies without end, many at a time. */
const directory = temporaryDirectory();
let reader: LakeReader;
let server: ApiServer;
const ENDLESS =
  'SELECT count(*) FROM range(10000000) AS a, range(1000000) AS b WHERE (a.range * b.range) % 7 = 3';

beforeAll(async () => {
  reader = await openApiLake(directory, []);
  server = await startApiServer(
    { ...defaultApiConfig, port: 0, maxSessions: 1, maxExports: 1, queryTimeoutMs: 600_000 },
    {
      reader: async () => reader,
      nowSeconds: () => 0,
      lakeStatus: async () => {
        throw new Error('not asked here');
      },
      findRecord: (source, record, signal) => findRecord(source, record, { signal }),
      webDirectory: null,
      version: 'test',
    },
  );
});
afterAll(async () => {
  await server.close();
  reader.close();
});

const post = (path: string, body: unknown, init: RequestInit = {}): Promise<Response> =>
  fetch(`${server.address}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...init,
  });

describe('a caller that goes', () => {
  it.each(['json', 'events', 'csv', 'parquet', 'arrow'])('stops its statement (%s)', async (format) => {
    const controller = new AbortController();
    const asked = post(`/api/sql?format=${format}`, { sql: ENDLESS }, { signal: controller.signal });
    const answered = asked.then((response) => response.text()).catch(() => 'gone');
    await new Promise((resolve) => setTimeout(resolve, 100));
    controller.abort();
    expect(await answered).toBe('gone');
    // There is one place only: an answer means that it is free again.
    expect((await post('/api/sql', { sql: 'SELECT 1' })).status).toBe(200);
    expect((await post('/api/sql?format=csv', { sql: 'SELECT 1 AS n' })).status).toBe(200);
  });
});

describe('requests', () => {
  it('are answered, a hundred at a time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, async (_, n) => {
        const response = await post('/api/sql', { sql: `SELECT ${n} AS n` });
        return ((await response.json()) as { readonly rows: readonly (readonly number[])[] }).rows[0]?.[0];
      }),
    );
    expect(answers).toEqual(Array.from({ length: 100 }, (_, n) => n));
  });

  it('say which methods there are', async () => {
    const options = await fetch(`${server.address}/api/lake`, { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS']);
    const put = await fetch(`${server.address}/api/sql`, { method: 'PUT', body: 'x' });
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
    expect(((await put.json()) as Problem).code).toBe('api.method');
    const form = await post('/api/sql', null, { body: 'sql=SELECT 1' });
    expect(((await form.json()) as Problem).detail).toContain('must be JSON');
    const head = await fetch(`${server.address}/api/records?format=csv`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-type'), await head.text()]).toEqual([
      200,
      'text/csv; charset=utf-8',
      '',
    ]);
  });

  it('may carry the longest filter in their address', async () => {
    const where = encodeURIComponent(`srcport = 1 or ${'語'.repeat(19_000)}`);
    const response = await fetch(`${server.address}/api/records?where=${where}`);
    expect([response.status, ((await response.json()) as Problem).code]).toEqual([400, 'query.problems']);
  });

  it('with a body without end are refused before it ends', async () => {
    const chunk = new Uint8Array(64 * 1024).fill(120);
    const body = new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(chunk) });
    const response = await post('/api/sql', null, { body, duplex: 'half' }).catch(() => null);
    if (response !== null) {
      expect(response.status).toBe(413);
      expect(((await response.json()) as Problem).code).toBe('api.body');
    }
    expect((await post('/api/sql', { sql: 'SELECT 1' })).status).toBe(200);
  });

  it('that are no HTTP, or lie about their host, are turned away', async () => {
    const { port } = new URL(server.address);
    const answerTo = (text: string): Promise<string> =>
      new Promise((resolve, reject) => {
        const socket = connect(Number(port), '127.0.0.1', () => socket.write(text));
        let answer = '';
        socket.on('data', (data) => {
          answer += data.toString();
        });
        socket.on('close', () => resolve(answer.split('\r\n', 1)[0] ?? ''));
        socket.on('error', reject);
      });
    expect(await answerTo('nonsense\r\n\r\n')).toContain('400');
    const lie = 'GET /api/lake HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n';
    expect(await answerTo(lie)).toContain('403');
  });
});
