import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AskAnswer,
  type Coverage,
  type LakeState,
  type Ledger,
  type Overview,
  type Problem,
  type Records,
  ROUTES,
  type Top,
} from '../../src/api/index.ts';
import type { LakeReader } from '../../src/engine/index.ts';
import { type ApiClient, apiOver, openApiLake } from '../support/console-api.ts';
import type { FixtureRow } from '../support/fixture-lake.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

/** 2026-01-01T10:00:00Z. */
const TEN = 1_767_261_600;
const directory = temporaryDirectory();
let reader: LakeReader;
let api: ApiClient;

const flow = (start: number, change: Readonly<Record<string, string | number | null>> = {}): FixtureRow => ({
  version: 2,
  account_id: '123456789012',
  interface_id: 'eni-1',
  srcaddr: '198.51.100.7',
  dstaddr: '10.0.1.14',
  srcport: 40_000,
  dstport: 443,
  protocol: 6,
  packets: 10,
  bytes: 1000,
  start,
  end: start + 59,
  action: 'ACCEPT',
  log_status: 'OK',
  ...change,
});

const nothing = {
  srcaddr: null,
  dstaddr: null,
  srcport: null,
  dstport: null,
  protocol: null,
  packets: null,
  bytes: null,
  action: null,
};

const ROWS: readonly FixtureRow[] = [
  flow(TEN),
  flow(TEN + 60, { bytes: 500 }),
  flow(TEN + 120, {
    srcaddr: '10.0.1.14',
    dstaddr: '198.51.100.7',
    srcport: 443,
    dstport: 40_000,
    bytes: 9000,
  }),
  flow(TEN + 600, { srcaddr: '203.0.113.9', dstport: 22, action: 'REJECT', bytes: 40, packets: 1 }),
  flow(TEN + 660, { srcaddr: '203.0.113.9', dstport: 23, action: 'REJECT', bytes: 40, packets: 1 }),
  flow(TEN + 720, {
    srcaddr: '2001:db8::9',
    dstaddr: '2600:1f18::5',
    dstport: 23,
    action: 'REJECT',
    bytes: 60,
    packets: 1,
  }),
  flow(TEN + 3600, { ...nothing, log_status: 'NODATA' }),
  flow(TEN + 3660, { ...nothing, log_status: 'SKIPDATA' }),
];

beforeAll(async () => {
  reader = await openApiLake(directory, ROWS);
  api = apiOver(reader);
});
afterAll(() => reader.close());

const where = (text: string): string => encodeURIComponent(text);

describe('/api/lake', () => {
  it('says what is in the lake', async () => {
    const lake = await api.json<LakeState>('/api/lake');
    expect(lake).toMatchObject({
      isEmpty: false,
      firstSeconds: TEN,
      lastSeconds: TEN + 3719,
      objects: 1,
      lines: 9,
      ok: 6,
      nodata: 1,
      skipdata: 1,
      malformed: 1,
    });
    expect(lake.tables.find((table) => table.name === 'flows')).toEqual({ name: 'flows', rows: 8 });
  });
});

describe('/api/overview', () => {
  it('sums the points to the totals', async () => {
    const overview = await api.json<Overview>(`/api/overview?from=${TEN}&to=${TEN + 3600}&bucketSeconds=300`);
    expect(overview.totals).toEqual({ bytes: 10_640, packets: 33, flows: 6, rejects: 3 });
    expect(overview.previousTotals).toBeNull();
    const sum = overview.points.reduce((total, point) => total + Number(point.bytes), 0);
    expect(sum).toBe(10_640);
    expect(
      overview.points.map(({ startSeconds, direction, action, flows }) => [
        startSeconds - TEN,
        direction,
        action,
        flows,
      ]),
    ).toEqual(
      expect.arrayContaining([
        [0, 'ingress', 'ACCEPT', 2],
        [0, 'egress', 'ACCEPT', 1],
        [600, 'ingress', 'REJECT', 3],
      ]),
    );
    expect(overview.explain.table).toBe('eni_5m');
  });

  it('lays the range before beside it', async () => {
    const overview = await api.json<Overview>(
      `/api/overview?from=${TEN + 600}&to=${TEN + 1200}&bucketSeconds=300`,
    );
    expect(overview.totals).toMatchObject({ flows: 3, bytes: 140 });
    expect(overview.previousTotals).toMatchObject({ flows: 3, bytes: 10_500, rejects: 0 });
    const shifted = overview.points.find((point) => point.direction === 'egress');
    expect(shifted).toMatchObject({ startSeconds: TEN + 600, bytes: 0, previousBytes: 9000 });
  });

  it('narrows to a filter', async () => {
    const overview = await api.json<Overview>(`/api/overview?where=${where('srcaddr in 203.0.113.0/24')}`);
    expect(overview.totals).toEqual({ bytes: 80, packets: 2, flows: 2, rejects: 2 });
  });
});

describe('/api/top', () => {
  it('leaves nothing out: rows and Other make the total', async () => {
    const top = await api.json<Top>('/api/top?by=srcaddr&limit=1');
    expect(top.rows).toEqual([
      { values: ['10.0.1.14'], sums: { bytes: 9000, packets: 10, flows: 1, rejects: 0 } },
    ]);
    expect(top.other).toEqual({ bytes: 1640, packets: 23, flows: 5, rejects: 3 });
    expect(top.total).toEqual({ bytes: 10_640, packets: 33, flows: 6, rejects: 3 });
  });

  it('has no Other when the list is complete', async () => {
    const top = await api.json<Top>('/api/top?by=ip_version');
    expect(top.rows.map((row) => row.values[0])).toEqual([4, 6]);
    expect(top.other).toBeNull();
  });

  it.each([
    'srcaddr',
    'dstaddr',
    'svc_port,protocol',
    'dstport',
    'interface_id',
    'direction',
    'remote_scope',
    'protocol',
  ])('ranks rejects by %s alike through every table', async (by) => {
    const top = await api.json<Top>(`/api/top?by=${by}&measure=rejects&where=${where('action = REJECT')}`);
    expect(top.total).toEqual({ bytes: 140, packets: 3, flows: 3, rejects: 3 });
    const ranks = top.rows.map((row) => Number(row.sums.rejects));
    expect(ranks).toEqual(ranks.toSorted((a, b) => b - a));
  });
});

describe('/api/coverage', () => {
  it('adds up to interfaces times minutes', async () => {
    const coverage = await api.json<Coverage>(
      `/api/coverage?from=${TEN}&to=${TEN + 7200}&bucketSeconds=3600`,
    );
    expect(coverage.interfaces).toBe(1);
    const { covered, idle, skipped, unknown } = coverage.minutes;
    expect(covered + idle + skipped + unknown).toBe(120);
    expect(skipped).toBeGreaterThan(0);
    for (const point of coverage.points)
      expect(point.covered + point.idle + point.skipped + point.unknown).toBe(60);
    expect(coverage.blindest[0]?.interfaceId).toBe('eni-1');
  });
});

describe('/api/records', () => {
  it('gives the latest first, records without traffic too, and says when there are more', async () => {
    const records = await api.json<Records>('/api/records?limit=3');
    const start = records.columns.findIndex((column) => column.name === 'start');
    expect(records.rows.map((row) => Number(row[start]) - TEN)).toEqual([3660, 3600, 720]);
    expect(records.truncated).toBe(true);
    expect((await api.json<Records>('/api/records?limit=8')).truncated).toBe(false);
  });
});

describe('/api/query', () => {
  it('answers a question in parts', async () => {
    const response = await api.post('/api/query', {
      by: ['action'],
      measures: ['flows', 'sources'],
      limit: 5,
      other: false,
    });
    const answer = (await response.json()) as {
      columns: { name: string }[];
      rows: unknown[][];
      plan: string;
    };
    expect(answer.columns.map((column) => column.name)).toEqual(['action', 'flows', 'sources']);
    expect(answer.rows).toEqual([
      ['ACCEPT', 3, 2],
      ['REJECT', 3, 2],
    ]);
    expect(answer.plan).not.toBe('');
  });

  it('measures again at an earlier time', async () => {
    const ask = async (from: number, more: object): Promise<unknown[][]> => {
      const range = { from: String(from), to: String(from + 600) };
      const response = await api.post('/api/query', { ...range, measures: ['flows'], ...more });
      return ((await response.json()) as { rows: unknown[][] }).rows;
    };
    const [now, before] = [await ask(TEN + 600, {}), await ask(TEN, {})];
    expect(Number(before[0]?.[0])).toBeGreaterThan(0);
    expect(await ask(TEN + 600, { compareSeconds: 600 })).toEqual([[now[0]?.[0], before[0]?.[0]]]);
  });
});

describe('/api/sql', () => {
  it('reads', async () => {
    const response = await api.post('/api/sql', { sql: 'SELECT count(*) AS n FROM flows' });
    expect(await response.json()).toMatchObject({ columns: [{ name: 'n' }], rows: [[8]], truncated: false });
  });

  it.each([
    ["SELECT * FROM read_csv('/etc/passwd')", 400, 'engine.sql-forbidden'],
    ['DROP VIEW flows', 400, 'engine.sql-not-read-only'],
    ["COPY flows TO '/tmp/out.csv'", 400, 'engine.sql-not-read-only'],
    ['SELECT nope FROM flows', 422, 'engine.bad-sql'],
    ['SELECT 1; SELECT 2', 400, 'engine.sql-not-read-only'],
  ])('%s', async (sql, status, code) => {
    const response = await api.post('/api/sql', { sql });
    expect(response.status).toBe(status);
    expect((await response.json()) as Problem).toMatchObject({ code });
  });
});

describe('/api/insights', () => {
  it('answers as Logs Insights would', async () => {
    const query = 'stats count(*) as n by action | sort n desc';
    const response = await api.post('/api/insights', { query });
    expect(response.status).toBe(200);
    const answer = (await response.json()) as { columns: { name: string }[]; rows: unknown[][] };
    expect(answer.columns.map((column) => column.name)).toEqual(['action', 'n']);
    expect(answer.rows.reduce((sum, row) => sum + Number(row[1]), 0)).toBe(8);
  });

  it('says where a query is wrong', async () => {
    const response = await api.post('/api/insights', { query: 'stats count(*) | limti 3' });
    expect(response.status).toBe(400);
    expect(((await response.json()) as Problem).details['problems']).toMatchObject([{ start: 17, end: 22 }]);
  });
});

describe('/api/ask', () => {
  it('answers a plain question and says how it was read', async () => {
    const response = await api.post('/api/ask', { question: 'top 3 sources of rejected traffic' });
    expect(response.status).toBe(200);
    const answer = (await response.json()) as AskAnswer;
    expect(answer.parts.map((part) => part.text)).toContain('action = REJECT');
    expect(answer.rows.length).toBeGreaterThan(0);
  });

  it('refuses rather than guess', async () => {
    const response = await api.post('/api/ask', { question: 'paint the fence green' });
    expect(response.status).toBe(400);
    expect(((await response.json()) as Problem).code).toBe('query.problems');
  });
});

describe('/api/ledger', () => {
  it('gives every object, and the lines that are no records word for word', async () => {
    const ledger = await api.json<Ledger>('/api/ledger');
    expect(ledger.rows).toHaveLength(1);
    expect((await api.json<Ledger>('/api/ledger?uri=nowhere')).rows).toEqual([]);
    const malformed = await api.json<Ledger>('/api/malformed');
    const text = malformed.columns.findIndex((column) => column.name === 'text');
    expect(malformed.rows.map((row) => row[text])).toEqual(['what ever']);
  });
});

describe('tables as text', () => {
  it('come as CSV, and say when rows are missing', async () => {
    const response = await api.get('/api/records?limit=2', { accept: 'text/csv' });
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('weir-truncated')).toBe('true');
    const lines = (await response.text()).split('\r\n');
    expect(lines[0]).toMatch(/^day,version,account_id,/);
    expect(lines).toHaveLength(4);
  });

  it('come as one JSON object per line', async () => {
    const sql = 'SELECT action, count(*) AS n FROM flows WHERE action IS NOT NULL GROUP BY 1 ORDER BY 1';
    const response = await api.post('/api/sql', { sql }, { accept: 'application/x-ndjson' });
    expect(await response.text()).toBe('{"action":"ACCEPT","n":3}\n{"action":"REJECT","n":3}\n');
    expect(response.headers.get('weir-truncated')).toBeNull();
  });

  it.each([
    ["'a,b'", '"a,b"'],
    [`'say "x"'`, '"say ""x"""'],
    ["'=cmd()'", "'=cmd()"],
    ["'-1'", '-1'],
    ["'-x'", "'-x"],
    ['-1', '-1'],
    ['NULL', ''],
    ['[1, 2]', '"[1,2]"'],
  ])('%s is %s in CSV', async (expression, expected) => {
    const response = await api.post('/api/sql', { sql: `SELECT ${expression} AS v` }, { accept: 'text/csv' });
    expect(await response.text()).toBe(`v\r\n${expected}\r\n`);
  });

  it('stay JSON where the answer is no table', async () => {
    const response = await api.get('/api/lake', { accept: 'text/csv' });
    expect(response.headers.get('content-type')).toContain('application/json');
  });
});

describe('problems', () => {
  it.each([
    ['/api/top', 400, 'api.bad-request'],
    ['/api/top?by=srcaddr&limit=0', 400, 'api.bad-request'],
    ['/api/top?by=nope', 400, 'analyze.unknown-field'],
    ['/api/overview?from=yesterday-ish', 400, 'api.bad-time'],
    [`/api/overview?from=${TEN}&to=${TEN - 1}`, 400, 'api.empty-range'],
    ['/api/overview?bucketSeconds=7', 400, 'api.bad-request'],
    ['/api/lake?where=', 400, 'api.bad-request'],
    ['/api/nothing', 404, 'api.not-found'],
    ['/api/query', 405, 'api.method'],
    ['/nothing.js', 404, 'api.not-found'],
  ])('GET %s is %i %s', async (path, status, code) => {
    const response = await api.get(path);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect((await response.json()) as Problem).toMatchObject({
      status,
      code,
      type: `urn:weir:problem:${code}`,
    });
  });

  it('says where a filter is wrong', async () => {
    const response = await api.get(`/api/overview?where=${where('dstprot = 22')}`);
    const problem = (await response.json()) as Problem;
    expect(problem.code).toBe('query.problems');
    expect(problem.details['problems']).toMatchObject([{ start: 0, end: 7, suggestion: 'dstport' }]);
  });

  it('takes no name that it does not know, and says which was likely meant', async () => {
    const query = await api.get(`/api/top?by=srcaddr&wher=${where('action = REJECT')}`);
    const problem = (await query.json()) as Problem;
    expect([query.status, problem.detail]).toEqual([400, 'query: there is no "wher"; did you mean "where"?']);
    const body = await api.post('/api/sql', { sql: 'SELECT 1', max_rows: 1 });
    expect([body.status, ((await body.json()) as Problem).detail]).toEqual([
      400,
      'body: there is no "max_rows"; did you mean "maxRows"?',
    ]);
  });

  it('takes no body that is not JSON, and none without end', async () => {
    const bad = await api.post('/api/sql', { sql: 7 });
    expect(bad.status).toBe(400);
    const large = await api.post('/api/sql', { sql: 'x'.repeat(1_100_000) });
    expect(large.status).toBe(413);
  });
});

describe('guards', () => {
  it('sends the policy with everything, problems too', async () => {
    for (const path of ['/api/lake', '/api/nothing', '/']) {
      const { headers } = await api.get(path);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('content-security-policy')).not.toContain('unsafe');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it('turns other hosts and origins away', async () => {
    expect((await api.get('/api/lake', { host: 'evil.example' })).status).toBe(403);
    expect((await api.get('/', { host: 'evil.example' })).status).toBe(403);
    expect((await api.get('/api/lake', { origin: 'https://evil.example' })).status).toBe(403);
    expect((await api.get('/api/lake', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await api.post('/api/sql', { sql: 'SELECT 1' }, { origin: 'https://evil.example' })).status).toBe(
      403,
    );
    expect((await api.get('/api/lake', { origin: 'http://127.0.0.1:4700' })).status).toBe(200);
  });

  it('asks for the token where there is one, and lets nobody guess', async () => {
    const token = '0123456789abcdef';
    const guarded = apiOver(reader, { token });
    expect((await guarded.get('/api/lake')).status).toBe(401);
    expect((await guarded.get('/api/openapi.json')).status).toBe(401);
    expect((await guarded.get('/api/lake', { authorization: `Bearer ${token}` })).status).toBe(200);
    for (let i = 0; i < 10; i++) {
      expect((await guarded.get('/api/lake', { authorization: `Bearer wrong-${i}` })).status).toBe(401);
    }
    const late = await guarded.get('/api/lake', { authorization: `Bearer ${token}` });
    expect(late.status).toBe(429);
    expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('refuses to be made for others without a token', () => {
    expect(() => apiOver(reader, { host: '0.0.0.0' })).toThrow(/WEIR_TOKEN/);
  });
});

describe('/api/openapi.json', () => {
  it('describes every route, and every answer fits its schema', async () => {
    const document = await api.json<{ openapi: string; paths: Record<string, Record<string, unknown>> }>(
      '/api/openapi.json',
    );
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths).toSorted()).toEqual(ROUTES.map((route) => route.path).toSorted());
    const asked: Record<string, string> = {
      '/api/top': '?by=srcaddr,dstaddr',
      '/api/values': '?field=srcaddr',
      '/api/entity': '?kind=port&value=443',
    };
    for (const route of ROUTES.filter((entry) => entry.method === 'get')) {
      const answer = await api.json(`${route.path}${asked[route.path] ?? ''}`);
      expect(route.response.safeParse(answer).error, route.path).toBeUndefined();
    }
  });
});

describe('an empty lake', () => {
  it('answers everything without a problem', async () => {
    const empty = await openApiLake(`${directory}/empty`, []);
    const client = apiOver(empty);
    const lake = await client.json<LakeState>('/api/lake');
    expect(lake).toMatchObject({ isEmpty: true, firstSeconds: null, objects: 0 });
    expect((await client.json<Overview>('/api/overview')).points).toEqual([]);
    expect((await client.json<Top>('/api/top?by=srcaddr')).rows).toEqual([]);
    expect((await client.json<Coverage>('/api/coverage')).interfaces).toBe(0);
    expect((await client.json<Records>('/api/records')).rows).toEqual([]);
    empty.close();
  });
});
