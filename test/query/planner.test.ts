import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ALWAYS,
  test as ask,
  chooseTable,
  compilePlan,
  duckdb,
  EVERY_TABLE,
  either,
  explainPlan,
  formatExplanation,
  type Inventory,
  not,
  planOf,
  printPlan,
  type Question,
  reversePlan,
} from '../../src/query/index.ts';
import type { TestSession } from '../support/duckdb-session.ts';
import { anyCondition, anyFlow } from '../support/query-arbitrary.ts';
import { openQueryLake, type TestFlow } from '../support/query-lake.ts';

const DAY = 86_400;
const START = Date.UTC(2026, 0, 1) / 1000;
const MERGED = '2026-01-02';
const WITH_MONTHS: Inventory = { ...EVERY_TABLE, ip_month: { mergedUntilSeconds: START + DAY } };
const RECORDS_ONLY: Inventory = { flows: {}, tgw_flows: {} };

const flows: readonly TestFlow[] = fc.sample(anyFlow, { numRuns: 300, seed: 3 });
let session: TestSession;
beforeAll(async () => {
  session = await openQueryLake(flows, MERGED);
});
afterAll(() => session.close());

const anyQuestion: fc.Arbitrary<Question> = fc
  .record({
    by: fc.subarray(
      ['srcaddr', 'dstaddr', 'interface_id', 'action', 'protocol', 'svc_port', 'direction', 'vpc_id'],
      {
        maxLength: 2,
      },
    ),
    measures: fc.oneof(
      {
        weight: 4,
        arbitrary: fc.subarray(
          ['bytes', 'flows', 'packets', 'rejects', 'first_seen', 'last_seen', 'interfaces'],
          { minLength: 1 },
        ),
      },
      { weight: 1, arbitrary: fc.subarray(['sources', 'destinations', 'ports', 'flows'], { minLength: 1 }) },
    ),
    bucketSeconds: fc.option(fc.constantFrom(300, 3600, DAY, 7 * DAY), { nil: undefined, freq: 2 }),
    days: fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined, freq: 2 }),
    offset: fc.constantFrom(0, 0, 0, 17, 300, 4000),
    compare: fc.constantFrom(undefined, undefined, 'length' as const, DAY, 5400, 300),
    filter: fc.oneof({ weight: 2, arbitrary: fc.constant(ALWAYS) }, { weight: 3, arbitrary: anyCondition }),
  })
  .map(({ bucketSeconds, days, offset, compare, ...rest }) => ({
    ...rest,
    ...(bucketSeconds === undefined ? {} : { bucketSeconds }),
    ...(days === undefined
      ? {}
      : {
          time: {
            startSeconds: START + days * DAY + offset,
            endSeconds: START + (days * 3 + 1) * DAY - offset,
          },
          ...(compare === undefined
            ? {}
            : { compareShiftSeconds: compare === 'length' ? (days * 2 + 1) * DAY - 2 * offset : compare }),
        }),
  }));

/** Questions whose distinct values are counted for the kept groups only: by addresses and ports, most records left. */
const anyLateQuestion: fc.Arbitrary<Question> = fc.record({
  by: fc.subarray(['srcaddr', 'dstaddr', 'dstport', 'svc_port', 'action'], { minLength: 1, maxLength: 3 }),
  measures: fc.shuffledSubarray(['bytes', 'flows', 'rejects', 'sources', 'destinations', 'ports'], {
    minLength: 2,
  }),
  limit: fc.integer({ min: 1, max: 12 }),
  filter: fc.constantFrom(
    ALWAYS,
    ask('bytes', { kind: 'compare', operator: '>', value: 500 }),
    not(ask('dstport', { kind: 'compare', operator: '=', value: 443 })),
    either('ip', { kind: 'compare', operator: '!=', value: '10.0.0.1' }),
    not(either('ip', { kind: 'compare', operator: '=', value: '10.0.0.1' })),
  ),
});

describe('distinct values of the kept groups', () => {
  it('are those of all groups', async () => {
    const onePass = { ...duckdb, sharesWith: false };
    let late = 0;
    await fc.assert(
      fc.asyncProperty(anyLateQuestion, async (question) => {
        const plan = planOf(question);
        const [two, one] = [duckdb, onePass].map((dialect) => compilePlan(plan, dialect, RECORDS_ONLY));
        if (two?.sql !== one?.sql) late++;
        const answer = await session.rows(two?.sql ?? '', two?.parameters);
        expect(answer, two?.literalSql).toEqual(await session.rows(one?.sql ?? '', one?.parameters));
      }),
      { numRuns: 100 },
    );
    expect(late).toBeGreaterThan(0);
  });

  it('keep their own where names differ in case only', async () => {
    const plan = planOf({ by: ['dstport'], measures: ['flows', 'sources'], limit: 5 });
    const [flowCount, sources] = plan.measures;
    if (flowCount === undefined || sources === undefined) throw new Error('two measures');
    const named = {
      ...plan,
      measures: [
        { ...flowCount, name: 'n' },
        { ...sources, name: 'N' },
      ],
    };
    const order = [{ name: 'n', descending: true }];
    const [two, one] = [duckdb, { ...duckdb, sharesWith: false }].map((dialect) =>
      compilePlan({ ...named, order }, dialect, RECORDS_ONLY),
    );
    expect(two?.sql).toContain('"late"');
    const [values, others] = await Promise.all(
      [two, one].map(async (each) => (await session.rows(each?.sql ?? '')).map(Object.values)),
    );
    expect(values).toEqual(others);
  });

  it.each([
    ['the order needs them', { measures: ['sources', 'bytes'] }],
    ['groups are few', { by: ['action'] }],
    [
      'an equality leaves few records',
      { filter: ask('action', { kind: 'compare', operator: '=', value: 'REJECT' }) },
    ],
    ['hardly a group is left out', { limit: 5000 }],
  ])('are counted at once when %s', (_, given) => {
    const plan = planOf({ by: ['dstport'], measures: ['bytes', 'sources'], limit: 10, ...given });
    expect(compilePlan(plan, duckdb, RECORDS_ONLY).sql).not.toContain('"late"');
  });
});

describe('the smallest table', () => {
  it('gives the same answer as the records where the range begins inside the row of the first ones', async () => {
    const late = flows.filter(({ start }) => typeof start === 'number' && start % 300 !== 0);
    const lake = await openQueryLake(late, MERGED);
    const starts = late.map(({ start }) => Number(start));
    const [startSeconds, endSeconds] = [Math.min(...starts), Math.max(...starts) + 2];
    const facts = { startSeconds, endSeconds: endSeconds - 1 };
    const inventory: Inventory = { flows: facts, tgw_flows: facts, svc_1h: facts, eni_5m: facts };
    for (const by of [['svc_port'], ['interface_id', 'action']]) {
      const plan = planOf({ by, measures: ['bytes', 'flows'], time: { startSeconds, endSeconds } });
      const small = compilePlan(plan, duckdb, inventory);
      const large = compilePlan(plan, duckdb, RECORDS_ONLY);
      expect(small.choices[0]?.rollup).not.toBeNull();
      expect(await lake.rows(small.sql, small.parameters), small.literalSql).toEqual(
        await lake.rows(large.sql, large.parameters),
      );
    }
    lake.close();
  });

  it('gives the same answer as the records', async () => {
    const used = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(anyQuestion, async (question) => {
        const plan = planOf(question);
        const small = compilePlan(plan, duckdb, WITH_MONTHS);
        const large = compilePlan(plan, duckdb, RECORDS_ONLY);
        const table = small.choices[0]?.table ?? '';
        used.set(table, (used.get(table) ?? 0) + 1);
        const answer = await session.rows(small.sql, small.parameters);
        const expected = await session.rows(large.sql, large.parameters);
        expect(answer, `${printPlan(plan)}\n${small.literalSql}`).toEqual(expected);
      }),
      { numRuns: 300, seed: 5 },
    );
    expect([...used.keys()].sort()).toEqual(['eni_5m', 'flows', 'ip_day', 'ip_month', 'svc_1h']);
  }, 60_000);

  it.each([
    ['a sum per interface', { by: ['interface_id'], measures: ['bytes'] }, 'svc_1h'],
    ['five-minute buckets', { by: ['interface_id'], measures: ['bytes'], bucketSeconds: 300 }, 'eni_5m'],
    ['hours of service ports', { by: ['svc_port'], measures: ['flows'], bucketSeconds: 3600 }, 'svc_1h'],
    ['top sources', { by: ['srcaddr'], measures: ['bytes'] }, 'ip_month'],
    ['pairs', { by: ['srcaddr', 'dstaddr'], measures: ['bytes'] }, 'flows'],
    ['records', { columns: ['srcaddr'] }, 'flows'],
    ['NODATA too', { measures: ['flows'], statuses: 'any' }, 'flows'],
    ['both directions', { by: ['interface_id'], measures: ['bytes'], bidirectional: true }, 'flows'],
    ['a percentile', { measures: ['p95_bytes'] }, 'flows'],
    ['transit gateways', { source: 'tgw_flows', by: ['protocol'], measures: ['bytes'] }, 'tgw_flows'],
  ] as const)('%s', (_, question, table) => {
    expect(chooseTable(planOf(question), WITH_MONTHS).table).toBe(table);
  });

  it('begins weeks on Monday', async () => {
    const plan = planOf({ measures: ['flows'], bucketSeconds: 7 * DAY });
    for (const inventory of [RECORDS_ONLY, WITH_MONTHS]) {
      const { sql, parameters } = compilePlan(plan, duckdb, inventory);
      const rows = await session.rows(sql, parameters);
      const days = rows.map(({ time }) => new Date(Number(time) * 1000).getUTCDay());
      expect(new Set(days)).toEqual(new Set([1]));
    }
  });

  it('is no index of one address for a number of the other', () => {
    const from = ask('srcaddr', { kind: 'compare', operator: '=', value: '10.0.0.5' });
    for (const [filter, measure] of [
      [from, 'destinations'],
      [ask('dstaddr', { kind: 'compare', operator: '=', value: '10.0.0.5' }), 'sources'],
    ] as const) {
      const choice = chooseTable(planOf({ filter, measures: [measure] }), EVERY_TABLE);
      expect(choice.table).toBe('flows');
      expect(choice.passedOver.find(({ table }) => table === 'ip_day')?.why).toContain('not both together');
    }
    expect(chooseTable(planOf({ filter: from, measures: ['sources'] }), EVERY_TABLE).table).toBe('ip_day');
  });

  it('says why not the smaller ones', () => {
    const plan = planOf({ by: ['interface_id', 'dstport'], measures: ['bytes'] });
    const choice = chooseTable(plan, { ...EVERY_TABLE, svc_1h: { rows: 10 } });
    expect(choice.passedOver.map(({ table, why }) => `${table}: ${why}`)).toEqual([
      'ip_month: no month has been merged yet',
      'ip_day: no single address is asked about',
      'svc_1h: it has no column dstport',
      'eni_5m: it has no column dstport',
    ]);
    expect(formatExplanation(explainPlan(plan, duckdb, EVERY_TABLE))).toContain(
      'not svc_1h: it has no column dstport',
    );
  });

  it('goes by row counts where they are known', () => {
    const plan = planOf({ by: ['interface_id'], measures: ['bytes'] });
    const inventory: Inventory = {
      flows: { rows: 1000 },
      ip_day: { rows: 500 },
      ip_month: { rows: 400 },
      eni_5m: { rows: 10 },
      svc_1h: { rows: 90 },
    };
    expect(chooseTable(plan, inventory).table).toBe('eni_5m');
  });

  it('needs whole periods, unless nothing lies beyond the edge', () => {
    const time = { startSeconds: START + 10, endSeconds: START + 50 * DAY + 7 };
    const plan = planOf({ by: ['action'], measures: ['bytes'], time });
    expect(chooseTable(plan, EVERY_TABLE).table).toBe('flows');
    const known: Inventory = {
      ...EVERY_TABLE,
      svc_1h: { startSeconds: START + 60, endSeconds: START + 40 * DAY },
    };
    expect(chooseTable(plan, known).table).toBe('svc_1h');
  });

  it('answers the middle of a range from a rollup and its edges from the records', () => {
    const time = { startSeconds: START + 10, endSeconds: START + DAY + 7 };
    const { choices } = compilePlan(
      planOf({ by: ['action'], measures: ['bytes'], time }),
      duckdb,
      EVERY_TABLE,
    );
    expect(choices.map((choice) => choice.table)).toEqual(['eni_5m', 'flows', 'flows']);
    const ports = compilePlan(planOf({ by: ['svc_port'], measures: ['bytes'], time }), duckdb, EVERY_TABLE);
    expect(ports.choices.map((choice) => choice.table)).toEqual(['svc_1h', 'flows', 'flows']);
    const few = planOf({ measures: ['bytes'], time: { startSeconds: START + 10, endSeconds: START + 900 } });
    expect(compilePlan(few, duckdb, EVERY_TABLE).choices.map((choice) => choice.table)).toEqual(['flows']);
    const mean = compilePlan(planOf({ measures: ['avg_bytes'], time }), duckdb, EVERY_TABLE);
    expect(mean.choices.map((choice) => choice.table)).toEqual(['flows']);
  });

  it.each([
    ['periods that touch', 12 * 3600],
    ['periods apart', DAY],
    ['periods that overlap', 3600],
    ['a shift that no rollup row is as wide as', 5400],
  ])('compares as two questions would: %s', async (_, shift) => {
    const time = { startSeconds: START + DAY, endSeconds: START + DAY + 12 * 3600 };
    const question: Question = { by: ['svc_port'], bucketSeconds: 3600, measures: ['bytes', 'flows'], time };
    const rowsOf = async (asked: Question, inventory: Inventory) => {
      const { sql, parameters } = compilePlan(planOf(asked), duckdb, inventory);
      return session.rows(sql, parameters);
    };
    const keyOf = (row: Readonly<Record<string, unknown>>, moved = 0): string =>
      `${Number(row['time']) + moved} ${String(row['svc_port'])}`;
    const figures = (row: Readonly<Record<string, unknown>> | undefined): readonly number[] =>
      [row?.['bytes'], row?.['flows']].map((value) => Number(value ?? 0));
    const now = new Map((await rowsOf(question, RECORDS_ONLY)).map((row) => [keyOf(row), row]));
    // Buckets of the earlier period begin where those asked do, once moved.
    const before = new Map<string, readonly number[]>();
    for (let hour = 0; hour < 12; hour++) {
      const startSeconds = time.startSeconds + hour * 3600 - shift;
      const part = { startSeconds, endSeconds: startSeconds + 3600 };
      for (const row of await rowsOf(
        { by: ['svc_port'], measures: ['bytes', 'flows'], time: part },
        RECORDS_ONLY,
      ))
        before.set(`${startSeconds + shift} ${String(row['svc_port'])}`, figures(row));
    }
    const compared = await rowsOf({ ...question, compareShiftSeconds: shift }, EVERY_TABLE);
    expect(new Set(compared.map((row) => keyOf(row)))).toEqual(new Set([...now.keys(), ...before.keys()]));
    for (const row of compared) {
      expect(figures(row)).toEqual(figures(now.get(keyOf(row))));
      const earlier = [row['previous_bytes'], row['previous_flows']].map((value) => Number(value ?? 0));
      expect(earlier).toEqual(before.get(keyOf(row)) ?? [0, 0]);
    }
    expect(compared.length).toBeGreaterThan(5);
  });

  it('refuses a comparison without two ends', () => {
    const plan = planOf({ measures: ['bytes'], compareShiftSeconds: DAY });
    expect(() => compilePlan(plan, duckdb)).toThrow(
      expect.objectContaining({ code: 'query.compare-unbounded' }),
    );
  });

  it('warns when the records asked are gone', () => {
    const time = { startSeconds: START, endSeconds: null };
    const plan = planOf({ columns: ['srcaddr'], time });
    expect(chooseTable(plan, { flows: { startSeconds: START + 90 * DAY } }).warnings).toEqual([
      'flows begins 90 days after the range asked',
    ]);
    // What the planner is told of a lake may be of that time alone.
    expect(chooseTable(plan, {}).warnings).toEqual(['this lake holds no flows of that time']);
    expect(chooseTable(planOf({ columns: ['srcaddr'] }), {}).warnings).toEqual(['this lake holds no flows']);
  });
});

describe('a plan read backwards', () => {
  it('exchanges ends and directions, and twice is itself', () => {
    const plan = planOf({
      filter: ask('direction', { kind: 'compare', operator: '=', value: 'egress' }),
      by: ['srcaddr', 'dstport', 'pkt_src_aws_service', 'vpc_id'],
      measures: ['sources', 'rejects'],
    });
    const reverse = reversePlan(plan);
    expect(printPlan(reverse)).toContain('where direction = ingress');
    expect(printPlan(reverse)).toContain(
      'by dstaddr as srcaddr, srcport as dstport, pkt_dst_aws_service as pkt_src_aws_service, vpc_id',
    );
    expect(reversePlan(reverse)).toEqual(plan);
  });
});

describe('names that are not there', () => {
  it.each([
    [{ by: ['srcadr'] }, 'query.unknown-field', 'srcaddr'],
    [{ measures: ['byts'] }, 'query.unknown-measure', 'bytes'],
  ] as const)('%j', (question, code, suggestion) => {
    expect(() => planOf(question)).toThrow(
      expect.objectContaining({ code, details: expect.objectContaining({ suggestion }) }),
    );
  });
});
