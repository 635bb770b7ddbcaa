import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Values } from '../../src/api/index.ts';
import type { LakeReader } from '../../src/engine/index.ts';
import { type ApiClient, apiOver, openApiLake } from '../support/console-api.ts';
import type { FixtureRow } from '../support/fixture-lake.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

/** 2026-01-01T10:00:00Z. */
const TEN = 1_767_261_600;
const PATIENT = { sampleTimeoutMs: 60_000 };
const directory = temporaryDirectory();
let reader: LakeReader;
let api: ApiClient;

const flow = (start: number, change: Readonly<Record<string, string | number | null>> = {}): FixtureRow => ({
  version: 5,
  account_id: '123456789012',
  interface_id: 'eni-1',
  subnet_id: 'subnet-a',
  srcaddr: '198.51.100.7',
  dstaddr: '10.0.1.14',
  srcport: 40_000,
  dstport: 443,
  protocol: 6,
  tcp_flags: 2,
  packets: 10,
  bytes: 1000,
  start,
  end: start + 59,
  action: 'ACCEPT',
  log_status: 'OK',
  ...change,
});

beforeAll(async () => {
  reader = await openApiLake(directory, [
    flow(TEN),
    flow(TEN + 60, { subnet_id: 'subnet-b' }),
    flow(TEN + 86_400, {
      srcaddr: '2001:db8::9',
      dstaddr: '2600:1f18::5',
      dstport: 22,
      interface_id: 'eni-2',
    }),
    flow(TEN + 86_460, { srcaddr: '198.51.101.9', dstport: 8443, protocol: 17, tcp_flags: null }),
    flow(TEN + 86_520, { srcaddr: '198.51.101.9', dstport: 44, interface_id: "eni-2'" }),
  ]);
  api = apiOver(reader, PATIENT);
});
afterAll(() => reader.close());

const valuesOf = async (query: string): Promise<Values> => api.json<Values>(`/api/values?${query}`);
const listOf = async (query: string): Promise<readonly unknown[]> =>
  (await valuesOf(query)).values.map(({ value, flows }) => [value, flows]);

describe('/api/values', () => {
  it('ranks addresses by their records, from the index', async () => {
    const answer = await valuesOf('field=srcaddr&prefix=198.51');
    expect(answer).toMatchObject({ column: 'srcaddr', table: 'ip_day', partial: false, truncated: false });
    expect(answer.values.map(({ value, flows }) => [value, flows])).toEqual([
      ['198.51.100.7', 2],
      ['198.51.101.9', 2],
    ]);
    expect(await listOf('field=srcaddr&prefix=2001:DB8')).toEqual([['2001:db8::9', 1]]);
    expect(await listOf('field=srcaddr&prefix=%25')).toEqual([]);
  });

  it('joins both sides of a word for both', async () => {
    expect(await listOf('field=ip')).toEqual([
      ['10.0.1.14', 4],
      ['198.51.100.7', 2],
      ['198.51.101.9', 2],
      ['2001:db8::9', 1],
      ['2600:1f18::5', 1],
    ]);
  });

  it.each(['dstport', 'port', 'svc_port'])(
    '%s: ports by digits or by name, from the services',
    async (field) => {
      expect(await listOf(`field=${field}&prefix=44`)).toEqual([
        [443, 2],
        [44, 1],
      ]);
      const named = await valuesOf(`field=${field}&prefix=ss`);
      expect(named.values).toEqual([{ value: 22, label: 'ssh', flows: 1 }]);
      expect(named.table).toBe('svc_1h');
      expect(named.partial).toBe(field !== 'svc_port');
    },
  );

  it('widens a range to whole rows', async () => {
    expect(await listOf(`field=srcaddr&from=${TEN + 86_400 + 17}&to=${TEN + 86_400 + 18}`)).toEqual([
      ['198.51.101.9', 2],
      ['2001:db8::9', 1],
    ]);
  });

  it('takes letters of a prefix as they are', async () => {
    expect(await listOf(`field=interface_id&prefix=${encodeURIComponent("ENI-2'")}`)).toEqual([
      ["eni-2'", 1],
    ]);
    expect(await listOf('field=interface_id&prefix=e.i')).toEqual([]);
    expect(await listOf('field=protocol&prefix=ud')).toEqual([[17, 1]]);
  });

  it('searches the records for what no rollup knows, and says so', async () => {
    const answer = await valuesOf('field=subnet&prefix=sub');
    expect(answer).toMatchObject({ column: 'subnet_id', table: 'flows', partial: false });
    expect(answer.values[0]).toMatchObject({ value: 'subnet-a', flows: 4 });
    expect((await valuesOf('field=tcp_flags')).values).toEqual([{ value: 2, label: 'SYN', flows: 4 }]);
    const hasty = apiOver(reader, { sampleTimeoutMs: 0 });
    expect(await hasty.json<Values>('/api/values?field=subnet_id')).toMatchObject({
      values: [],
      partial: true,
    });
  });

  it('says when there are more, and lists nothing for what measures', async () => {
    expect(await valuesOf('field=srcaddr&limit=1')).toMatchObject({ truncated: true });
    expect(await valuesOf('field=bytes')).toMatchObject({ values: [], table: null });
    const unknown = await api.get('/api/values?field=srcadr');
    expect([unknown.status, await unknown.json()]).toMatchObject([400, { code: 'analyze.unknown-field' }]);
  });
});
