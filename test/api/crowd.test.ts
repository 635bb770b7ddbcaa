import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAnswerCache } from '../../src/api/answer-cache.ts';
import type { ApiContext } from '../../src/api/context.ts';
import type { AnswerTable, Overview } from '../../src/api/index.ts';
import { remembered } from '../../src/api/plan-answer.ts';
import type { LakeMoment, LakeReader } from '../../src/engine/index.ts';
import { apiOver, openApiLake } from '../support/console-api.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

/** Many who ask at once: the same question runs once, and small statements do not wait for large ones. */
const directory = temporaryDirectory();
const ENDLESS =
  'SELECT count(*) FROM range(10000000) AS a, range(1000000) AS b WHERE (a.range * b.range) % 7 = 3';
const TEN = 1_767_261_600;
let reader: LakeReader;

beforeAll(async () => {
  const row = {
    interface_id: 'eni-1',
    srcaddr: '10.0.0.1',
    dstaddr: '198.51.100.7',
    srcport: 1000,
    dstport: 443,
  };
  const sums = {
    protocol: 6,
    packets: 1,
    bytes: 40,
    start: TEN,
    end: TEN,
    action: 'ACCEPT',
    log_status: 'OK',
  };
  reader = await openApiLake(directory, [{ ...row, ...sums, account_id: '1' }]);
});
afterAll(() => reader.close());

/** The reader, with the statements of its sessions counted. */
function counted(): { readonly reader: LakeReader; readonly statements: string[] } {
  const statements: string[] = [];
  const connect: LakeMoment['connect'] = async (admit) => {
    const session = await reader.connect(admit);
    return {
      ...session,
      query: (sql, options) => {
        statements.push(sql);
        return session.query(sql, options);
      },
    };
  };
  return { reader: { ...reader, connect }, statements };
}

describe('the same question, asked by many at once', () => {
  it('runs once', async () => {
    const { reader: seen, statements } = counted();
    const api = apiOver(seen);
    await api.json('/api/lake');
    statements.length = 0;
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => api.json<Overview>('/api/overview?where=dstport%20%3D%20443')),
    );
    expect(statements).toHaveLength(1);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });

  it('is asked again when who asked first has gone, and fails for all when it fails', async () => {
    const cache = createAnswerCache(100);
    const contextOf = (signal: AbortSignal) =>
      ({ cache, signal, reader: { version: () => 1 } }) as unknown as ApiContext;
    const first = new AbortController();
    let asked = 0;
    const never = (): Promise<string> => {
      asked++;
      return new Promise((_, reject) =>
        first.signal.addEventListener('abort', () => reject(first.signal.reason)),
      );
    };
    const answer = async (): Promise<string> => `answer ${++asked}`;
    const gone = remembered(contextOf(first.signal), ['q'], never, () => 1);
    const others = Array.from({ length: 3 }, () =>
      remembered(contextOf(new AbortController().signal), ['q'], answer, () => 1),
    );
    first.abort(new Error('gone'));
    await expect(gone).rejects.toThrow('gone');
    expect(await Promise.all(others)).toEqual(['answer 2', 'answer 2', 'answer 2']);
    const fail = async (): Promise<string> => {
      asked++;
      throw new Error('no such thing');
    };
    const failing = Array.from({ length: 3 }, () =>
      remembered(contextOf(new AbortController().signal), ['bad'], fail, () => 1),
    );
    expect((await Promise.allSettled(failing)).map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
      'rejected',
    ]);
    expect(asked).toBe(3);
  });
});

describe('a small statement', () => {
  it('does not wait for large ones', async () => {
    const api = apiOver(reader, { maxLargeStatements: 1, queryTimeoutMs: 600_000 });
    const running = await api.post('/api/sql?format=events', { sql: ENDLESS });
    const events = running.body?.getReader();
    await events?.read();
    const waiting = api.post('/api/sql', { sql: 'SELECT 1' });
    expect((await api.json<Overview>('/api/overview')).totals.flows).toBe(1);
    await events?.cancel();
    expect(((await (await waiting).json()) as AnswerTable).rows).toEqual([[1]]);
  });

  it('nor does one for an address, however large its table', async () => {
    const api = apiOver(reader, { maxLargeStatements: 1, largeBytes: 0, queryTimeoutMs: 600_000 });
    await api.json('/api/lake');
    const running = await api.post('/api/sql?format=events', { sql: ENDLESS });
    const events = running.body?.getReader();
    await events?.read();
    const where = encodeURIComponent('ip = 10.0.0.1');
    expect((await api.json<AnswerTable>(`/api/records?where=${where}`)).rows).toHaveLength(1);
    await events?.cancel();
  });
});
