import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LakeState, Problem, Progress } from '../../src/api/index.ts';
import { createDuckDb, createLakeReader, type LakeFiles, type LakeReader } from '../../src/engine/index.ts';
import { type ApiClient, apiOver } from '../support/console-api.ts';
import { type FixtureRow, writeFixtureLake } from '../support/fixture-lake.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

const TEN = 1_767_261_600;
const directory = temporaryDirectory();
let small: LakeFiles;
let large: LakeFiles;
let reader: LakeReader;
let api: ApiClient;

const row = (index: number): FixtureRow => ({
  interface_id: 'eni-1',
  srcaddr: '10.0.0.1',
  dstaddr: '198.51.100.7',
  srcport: 1000,
  dstport: 443,
  protocol: 6,
  packets: 1,
  bytes: 40,
  start: TEN + index,
  end: TEN + index,
  action: 'ACCEPT',
  log_status: 'OK',
  account_id: '1',
});

beforeAll(async () => {
  small = { ...(await writeFixtureLake(`${directory}/small`, [row(0)])), version: 1 };
  large = { ...(await writeFixtureLake(`${directory}/large`, [row(0), row(1)])), version: 2 };
  const db = await createDuckDb({
    threads: 2,
    memoryLimitBytes: 512e6,
    tempDirectory: `${directory}/tmp`,
    confineTo: [directory],
    watchedSessions: 2,
  });
  reader = createLakeReader(db, small);
  api = apiOver(reader, { maxSessions: 2 });
});
afterAll(() => reader.close());

interface ServerEvent {
  readonly event: string;
  readonly data: unknown;
}

/** Reads events until `isLast` says so, then hangs up. */
async function eventsOf(
  response: Response,
  isLast: (event: ServerEvent) => boolean = () => false,
): Promise<readonly ServerEvent[]> {
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const events: ServerEvent[] = [];
  let text = '';
  const stream = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = (await stream?.read()) ?? { done: true, value: undefined };
    if (done) return events;
    text += value;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const match = /^event: (\w+)\ndata: (.*)$/s.exec(text.slice(0, end));
      text = text.slice(end + 2);
      if (match === null) continue;
      const event = { event: match[1] ?? '', data: JSON.parse(match[2] ?? '') as unknown };
      events.push(event);
      if (isLast(event)) {
        await stream?.cancel();
        return events;
      }
    }
  }
}

const sse = { accept: 'text/event-stream' };

describe('a question as an event stream', () => {
  it('tells its progress and then gives the same answer as JSON', async () => {
    const body = { by: ['srcaddr'], measures: ['flows'] };
    const events = await eventsOf(await api.post('/api/query', body, sse));
    expect(events[0]?.event).toBe('progress');
    const answer = events.at(-1);
    expect(answer?.event).toBe('answer');
    const json = (await (await api.post('/api/query', body)).json()) as object;
    expect(answer?.data).toEqual(json);
  });

  it('says how far the engine is', async () => {
    const sql =
      'SELECT count(*) FROM range(40000000) AS a WHERE hash(a.range) % 7 = 3 AND hash(a.range * 3) % 5 = 1';
    const events = await eventsOf(await api.post('/api/sql?format=events', { sql }));
    const progress = events.filter(({ event }) => event === 'progress').map(({ data }) => data as Progress);
    expect(progress[0]).toMatchObject({ percent: null });
    const elapsed = progress.map(({ elapsedSeconds }) => elapsedSeconds);
    expect(elapsed).toEqual(elapsed.toSorted((a, b) => a - b));
    for (const { percent } of progress) expect(percent ?? 0).toBeLessThanOrEqual(100);
    expect(events.at(-1)).toMatchObject({ event: 'answer', data: { truncated: false } });
  });

  it('ends with the problem when there is one', async () => {
    const events = await eventsOf(await api.post('/api/sql', { sql: 'SELECT nope FROM flows' }, sse));
    expect(events.at(-1)).toMatchObject({ event: 'problem' });
    expect(events.at(-1)?.data as Problem).toMatchObject({ status: 422, code: 'engine.bad-sql' });
  });

  it('stops its statement when it is closed', async () => {
    const narrow = apiOver(reader, { maxSessions: 1, queryTimeoutMs: 600_000 });
    const sql =
      'SELECT count(*) FROM range(1000000) AS a, range(1000000) AS b WHERE (a.range * b.range) % 7 = 3';
    const events = await eventsOf(
      await narrow.post('/api/sql', { sql }, sse),
      ({ event }) => event === 'progress',
    );
    expect(events).toHaveLength(1);
    // The only place is free again.
    expect((await narrow.post('/api/sql', { sql: 'SELECT 1' })).status).toBe(200);
  });
});

describe('/api/lake as an event stream', () => {
  it('tells of each change, once', async () => {
    const states: LakeState[] = [];
    await eventsOf(await api.get('/api/lake', sse), ({ event, data }) => {
      expect(event).toBe('lake');
      states.push(data as LakeState);
      if (states.length === 1) reader.update(large);
      return states.length === 2;
    });
    expect(states.map(({ tables }) => tables.find(({ name }) => name === 'flows')?.rows)).toEqual([1, 2]);
    expect(states[0]?.coverage).toMatchObject({ endSeconds: TEN + 60 });
    reader.update(small);
  });

  it('counts the records of the last minute', async () => {
    const rateAt = async (seconds: number): Promise<number> => {
      const later = apiOver(reader, {}, { nowSeconds: () => 1_767_268_800 + seconds });
      return (await later.json<LakeState>('/api/lake')).recordsPerSecond;
    };
    expect([await rateAt(30), await rateAt(90)]).toEqual([0.017, 0]);
  });
});
