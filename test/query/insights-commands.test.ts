import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  compilePlan,
  duckdb,
  EVERY_TABLE,
  type InsightsOptions,
  parseInsights,
  planReach,
  trino,
  valueOf,
} from '../../src/query/index.ts';
import type { TestSession } from '../support/duckdb-session.ts';
import { openQueryLake, type TestFlow } from '../support/query-lake.ts';

/** What the new commands answer, against the slow obvious way to the same rows. */

const START = 1_767_225_600;
const HOURS = 8;
const NOW = START + HOURS * 3600;
const FLOWS = randomFlows(600, 7);

let session: TestSession;
beforeAll(async () => {
  session = await openQueryLake(FLOWS, '2026-01-01');
});
afterAll(() => session.close());

type Row = Readonly<Record<string, unknown>>;

async function answer(text: string, options: Partial<InsightsOptions> = {}): Promise<readonly Row[]> {
  const plan = valueOf(
    parseInsights(text, { nowSeconds: NOW, time: { startSeconds: null, endSeconds: null }, ...options }),
    text,
  );
  const { sql, parameters } = compilePlan(plan, duckdb, EVERY_TABLE);
  expect(compilePlan(plan, trino, EVERY_TABLE).sql).not.toContain('undefined');
  return session.rows(sql, parameters);
}

const numberOf = (value: unknown): number => Number(value ?? 0);
const of = (flow: TestFlow, name: string): string => String(flow[name] ?? '');
const within = (low: number, high: number): readonly TestFlow[] =>
  FLOWS.filter(({ start }) => Number(start) >= low && Number(start) < high);

describe('rows of another query', () => {
  it('join pairs every row with all that have an equal key, and left keeps the others', async () => {
    const asked =
      "join type=TYPE left=a right=b where a.dstAddr = b.srcAddr (SOURCE 'g' | filter dstPort = 22)";
    const pairs = FLOWS.flatMap((left) =>
      FLOWS.filter(
        (right) =>
          right['dstport'] === 22 && right['srcaddr'] !== null && left['dstaddr'] === right['srcaddr'],
      ).map((right) => numberOf(left['bytes']) * 7 + numberOf(right['bytes'])),
    );
    const lonely = FLOWS.filter(
      (left) =>
        !FLOWS.some(
          (right) =>
            right['dstport'] === 22 && right['srcaddr'] !== null && left['dstaddr'] === right['srcaddr'],
        ),
    );
    const sum = '| stats count(*) as n, count(b.bytes) as paired, sum(a.bytes * 7 + b.bytes) as s';
    const total = pairs.reduce((left, right) => left + right, 0);
    const [inner] = await answer(`${asked.replace('TYPE', 'inner')} ${sum}`);
    expect([inner?.['n'], inner?.['s']].map(Number)).toEqual([pairs.length, total]);
    expect(pairs.length).toBeGreaterThan(100);
    const [left] = await answer(`${asked.replace('TYPE', 'left')} ${sum}`);
    expect([left?.['n'], left?.['paired']].map(Number)).toEqual([pairs.length + lonely.length, pairs.length]);
  });

  it('in and not in divide the events, missing values being in no list', async () => {
    const list = new Set(
      FLOWS.filter((flow) => flow['action'] === 'REJECT' && numberOf(flow['bytes']) > 8000).map(
        (flow) => flow['srcaddr'],
      ),
    );
    list.delete(null);
    const query = "(SOURCE 'g' | filter action = 'REJECT' and bytes > 8000 | fields srcAddr)";
    const [inside] = await answer(`filter dstAddr in ${query} | stats count(*) as n`);
    const [outside] = await answer(`filter dstAddr not in ${query} | stats count(*) as n`);
    const expected = FLOWS.filter((flow) => list.has(flow['dstaddr'] ?? '')).length;
    expect([Number(inside?.['n']), Number(outside?.['n'])]).toEqual([expected, FLOWS.length - expected]);
    expect(expected).toBeGreaterThan(10);
  });

  it('appendcols puts rows side by side in the order of their groups', async () => {
    const rows = await answer(
      'stats count(*) as n by interfaceId | appendcols (SOURCE g | filter action = "REJECT" | stats sum(bytes) as b by interfaceId)',
    );
    const names = [...new Set(FLOWS.map((flow) => of(flow, 'interface_id')))].sort();
    expect(rows.map((row) => [row['interfaceId'], Number(row['n']), Number(row['b'])])).toEqual(
      names.map((name) => {
        const mine = FLOWS.filter((flow) => flow['interface_id'] === name);
        const refused = mine.filter((flow) => flow['action'] === 'REJECT');
        return [name, mine.length, refused.reduce((sum, flow) => sum + numberOf(flow['bytes']), 0)];
      }),
    );
  });
});

describe('an earlier period', () => {
  const time = { startSeconds: START + 4 * 3600, endSeconds: START + 6 * 3600 };
  const sumBy = (
    flows: readonly TestFlow[],
    key: (flow: TestFlow) => string,
  ): ReadonlyMap<string, number> => {
    const sums = new Map<string, number>();
    for (const flow of flows) sums.set(key(flow), (sums.get(key(flow)) ?? 0) + numberOf(flow['bytes']));
    return sums;
  };

  it.each([
    ['diff', 7200],
    ['logcompare timeshift 1h', 3600],
    ['logcompare timeshift 90m', 5400],
    ['logcompare timeshift -3h', 10_800],
  ])('%s compares group by group, on one axis', async (command, shift) => {
    const rows = await answer(`stats sum(bytes) as b by bin(1h) as t, dstPort | ${command}`, { time });
    const key = (moved: number) => (flow: TestFlow) =>
      `${new Date((numberOf(flow['start']) + moved - ((numberOf(flow['start']) + moved) % 3600)) * 1000)
        .toISOString()
        .replace('T', ' ')
        .replace('Z', '')} ${of(flow, 'dstport')}`;
    const now = sumBy(within(time.startSeconds, time.endSeconds), key(0));
    const before = sumBy(within(time.startSeconds - shift, time.endSeconds - shift), key(shift));
    const keys = [...new Set([...now.keys(), ...before.keys()])].sort();
    const found = rows.map((row) => [
      `${String(row['t'])} ${String(row['dstPort'] ?? '')}`,
      Number(row['b']),
      Number(row['previous_b']),
      Number(row['diff_b']),
    ]);
    expect(found.sort((a, b) => String(a[0]).localeCompare(String(b[0])))).toEqual(
      keys
        .toSorted((a, b) => a.localeCompare(b))
        .map((entry) => {
          const [a, b] = [now.get(entry) ?? 0, before.get(entry) ?? 0];
          return [entry, a, b, a - b];
        }),
    );
  });

  it('the plan says how far back it reaches, and diff without an end means until now', () => {
    const reach = (text: string, asked: InsightsOptions['time']) =>
      planReach(valueOf(parseInsights(text, { nowSeconds: NOW, time: asked }), text));
    expect(reach('stats count(*) | diff previousWeek', time)).toEqual({
      startSeconds: time.startSeconds - 7 * 86_400,
      endSeconds: time.endSeconds,
    });
    expect(reach('stats count(*) | diff', { startSeconds: NOW - 60, endSeconds: null })).toEqual({
      startSeconds: NOW - 120,
      endSeconds: NOW,
    });
    expect(
      reach('filter srcAddr in (SOURCE g start=-7d | fields srcAddr)', {
        startSeconds: NOW - 60,
        endSeconds: NOW,
      }),
    ).toEqual({ startSeconds: NOW - 7 * 86_400, endSeconds: NOW });
  });

  it.each([
    ['2026-03-31T10:00:00Z', '2026-02-28T10:00:00Z'],
    ['2026-01-15T00:00:00Z', '2025-12-15T00:00:00Z'],
    ['2024-03-30T23:59:59Z', '2024-02-29T23:59:59Z'],
  ])('previousMonth of %s begins on %s', (asked, earlier) => {
    const seconds = (text: string): number => Date.parse(text) / 1000;
    const text = 'stats count(*) | diff previousMonth';
    const plan = valueOf(
      parseInsights(text, {
        nowSeconds: NOW,
        time: { startSeconds: seconds(asked), endSeconds: seconds(asked) + 3600 },
      }),
      text,
    );
    expect(plan.inner?.[0]?.time.startSeconds).toBe(seconds(earlier));
  });

  it('patterns are new, gone, more or fewer', async () => {
    const rows = await answer(
      'filter ispresent(action) | fields concat(action, " ", dstPort) as s | pattern s | diff',
      { time },
    );
    const count = (low: number, high: number, action: string): number =>
      within(low, high).filter((flow) => flow['action'] === action && flow['dstport'] !== null).length;
    for (const row of rows) {
      const action = String(row['@pattern']).split(' ')[0] ?? '';
      const now = count(time.startSeconds, time.endSeconds, action);
      const before = count(time.startSeconds - 7200, time.startSeconds, action);
      expect(row['@pattern']).toBe(`${action} <Number-1>`);
      expect([Number(row['@sampleCount']), Number(row['@diffEventCount'])]).toEqual([now, now - before]);
    }
    expect(rows).toHaveLength(2);
  });
});

describe('patterns', () => {
  it.each([
    [
      '2 123456789010 eni-0abc 10.0.0.1 2001:db8::1 443',
      '<Number-1> <Number-2> <Token-3> <IP-4> <IP-5> <Number-6>',
    ],
    [
      'at 2026-01-01T00:00:00.000Z user=12 "10.0.0.1": took 3.5%',
      'at <Timestamp-1> user=<Number-2> "<IP-3>": took <Number-4>',
    ],
    ['(id=4e6f1a2b-1111-2222-3333-444455556666), E42', '(id=<UUID-1>), <Token-2>'],
    ['nothing  varies here', 'nothing  varies here'],
    ['::1 10.0.0.0/8 2026-01-01 12:00:01', '<IP-1> <IP-2> <Timestamp-3> <Timestamp-4>'],
    ['7', '<Number-1>'],
  ])('%s', async (text, pattern) => {
    const [row] = await answer(`fields '${text}' as s | pattern s`);
    expect(row?.['@pattern']).toBe(pattern);
  });

  it('that of a record by its fields is that of its text', async () => {
    const whole = await answer('pattern @message');
    const text = await answer('fields concat(@message, "") as s | pattern s');
    expect(whole).toEqual(text);
    const ratios = whole.map((row) => Number(row['@ratio']));
    expect(ratios.reduce((sum, ratio) => sum + ratio, 0)).toBeCloseTo(1);
  });

  it.each([
    ['ERROR: no', 'Error'],
    ['warning - low', 'Warning'],
    ['debug it', 'Debug'],
    ['[INFO] up', 'Info'],
    ['informal', null],
    ['ACCEPT OK', null],
  ])('the severity of %s is %s', async (text, label) => {
    const [row] = await answer(`fields '${text}' as s | pattern s`);
    expect(row?.['@severityLabel']).toBe(label);
  });
});

describe('rows among their like', () => {
  it.each([
    [false, 1.5],
    [true, 0.5],
    [true, 2.5],
  ])('outliers, lower ones too: %s, factor %s', async (usesLower, factor) => {
    const values = FLOWS.flatMap((flow) => (flow['bytes'] === null ? [] : [numberOf(flow['bytes'])])).sort(
      (a, b) => a - b,
    );
    const quartile = (share: number): number => {
      const at = (values.length - 1) * share;
      const low = values[Math.floor(at)] ?? 0;
      return low + ((values[Math.ceil(at)] ?? 0) - low) * (at % 1);
    };
    const [low, high] = [quartile(0.25), quartile(0.75)];
    const [below, above] = [low - factor * (high - low), high + factor * (high - low)];
    const isOutside = (value: number): boolean => value > above || (usesLower && value < below);
    const options = `param=${factor} uselower=${usesLower} mark=true`;
    const [kept] = await answer(`outlier action=remove ${options} bytes | stats count(*) as n`);
    expect(Number(kept?.['n'])).toBe(FLOWS.length - values.filter(isOutside).length);
    const [cut] = await answer(
      `fields bytes | outlier ${options} bytes | stats sum(bytes) as s, max(bytes) as m, sum(bytes_outlier) as marked`,
    );
    const clamped = values.map((value) => (isOutside(value) ? (value > above ? above : below) : value));
    expect(Number(cut?.['s'])).toBeCloseTo(clamped.reduce((sum, value) => sum + value, 0));
    expect(Number(cut?.['m'])).toBeCloseTo(Math.max(...clamped));
    expect(Number(cut?.['marked'])).toBe(values.filter(isOutside).length);
  });

  it('sessions end where the gap is longer than maxspan', async () => {
    const rows = await answer(
      'sessionize interfaceId, srcAddr maxspan 20m as s | stats count(*) as n, min(startTime) as t by s, interfaceId, srcAddr | sort s',
    );
    const groups = grouped(
      FLOWS.filter((flow) => flow['srcaddr'] !== null),
      (flow) => `${of(flow, 'interface_id')} ${of(flow, 'srcaddr')}`,
    );
    const expected = [...groups].flatMap(([key, flows]) => {
      const times = flows.map((flow) => numberOf(flow['start'])).sort((a, b) => a - b);
      const sessions: number[][] = [];
      for (const time of times) {
        const last = sessions.at(-1);
        if (last !== undefined && time - (last.at(-1) ?? 0) <= 1200) last.push(time);
        else sessions.push([time]);
      }
      return sessions.map((session) => `${key} ${session.length} ${session[0]}`);
    });
    const found = rows.filter((row) => row['s'] !== null);
    expect(
      found.map((row) => [row['interfaceId'], row['srcAddr'], row['n'], row['t']].join(' ')).sort(),
    ).toEqual(expected.sort());
    expect(new Set(found.map((row) => row['s'])).size).toBe(expected.length);
    const missing = rows.filter((row) => row['s'] === null);
    expect(missing.reduce((sum, row) => sum + Number(row['n']), 0)).toBe(
      FLOWS.filter((flow) => flow['srcaddr'] === null).length,
    );
  });

  it('totals of rows and columns', async () => {
    const rows = await answer('stats sum(bytes) as b, count(*) as n by dstPort | addtotals col=true');
    const body = rows.slice(0, -1);
    const last = rows.at(-1);
    const sum = (name: string): number => body.reduce((total, row) => total + numberOf(row[name]), 0);
    for (const row of body) expect(Number(row['Total'])).toBe(numberOf(row['b']) + numberOf(row['n']));
    expect([last?.['dstPort'], Number(last?.['b']), Number(last?.['n']), Number(last?.['Total'])]).toEqual([
      null,
      sum('b'),
      sum('n'),
      sum('Total'),
    ]);
  });
});

describe('aggregates', () => {
  it('topk counts, histogram divides, rate follows the change', async () => {
    const counts = grouped(
      FLOWS.filter((flow) => flow['dstport'] !== null),
      (flow) => numberOf(flow['dstport']),
    );
    const expected = [...counts]
      .map(([port, flows]) => [port, flows.length] as const)
      .sort((a, b) => b[1] - a[1] || a[0] - b[0])
      .slice(0, 3);
    const top = await answer('stats topk(3, dstPort)');
    expect(top.map((row) => [Number(row['dstPort']), Number(row['count'])])).toEqual(expected);

    const [row] = await answer('stats histogram(packets, 5) as h');
    const packets = FLOWS.flatMap((flow) => (flow['packets'] === null ? [] : [numberOf(flow['packets'])]));
    const [low, high] = [Math.min(...packets), Math.max(...packets)];
    const width = (high - low) / 5;
    const ranges = [0, 1, 2, 3, 4].map(
      (index) => packets.filter((value) => Math.min(Math.floor((value - low) / width), 4) === index).length,
    );
    expect(Object.values(JSON.parse(String(row?.['h'])) as Record<string, number>)).toEqual(ranges);

    const [rate] = await answer('filter interfaceId = "eni-only" | stats rate(bytes, 1m) as r');
    expect(Number(rate?.['r'])).toBeCloseTo((900 - 100) / 10);
  });
});

function grouped<T, K>(items: readonly T[], key: (item: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

/** Records with a fixed seed: few addresses and ports, so that keys meet; some without traffic. */
function randomFlows(count: number, seed: number): readonly TestFlow[] {
  let state = seed;
  const next = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
  const base = (start: number): TestFlow => ({
    start,
    end: start + 60,
    version: 2,
    account_id: '123456789010',
    interface_id: `eni-${next(4)}`,
    srcaddr: null,
    dstaddr: null,
    dstport: null,
    bytes: null,
    packets: null,
    action: null,
    log_status: 'NODATA',
  });
  const flows = Array.from({ length: count }, (): TestFlow => {
    const flow = base(START + next(HOURS * 60) * 60 + next(7));
    if (next(12) === 0) return flow;
    const isV6 = next(4) === 0;
    const address = (): string => (isV6 ? `2001:db8::${1 + next(6)}` : `10.0.0.${1 + next(9)}`);
    return {
      ...flow,
      srcaddr: address(),
      dstaddr: address(),
      srcport: 1024 + next(60_000),
      dstport: [22, 53, 80, 443][next(4)] ?? 22,
      protocol: next(3) === 0 ? 17 : 6,
      packets: 1 + next(50),
      bytes: next(20) === 0 ? 50_000 + next(9) : next(9999),
      action: next(4) === 0 ? 'REJECT' : 'ACCEPT',
      log_status: 'OK',
    };
  });
  const only = (start: number, bytes: number): TestFlow => ({
    ...base(start),
    interface_id: 'eni-only',
    bytes,
    log_status: 'OK',
  });
  return [...flows, only(START + 30, 100), only(START + 330, 500), only(START + 630, 900)];
}
