import { describe, expect, it } from 'vitest';
import { parseIp, scopeOf } from '../../src/base/index.ts';
import {
  DEFAULT_FORMAT,
  type Field,
  type FlowRecord,
  fieldsOf,
  formatHeader,
  formatLine,
  layoutOfFields,
  parseLine,
  TGW_DEFAULT_FORMAT,
  V5_FORMAT,
} from '../../src/record/index.ts';
import {
  createSimulateConfig,
  type SimulateConfig,
  Simulation,
  simulateObjects,
  simulateRecords,
  type TextObject,
} from '../../src/simulate/index.ts';

const FIFTEEN_MINUTES: Partial<SimulateConfig> = { spanSeconds: 900 };

function play(given: Partial<SimulateConfig>): {
  readonly simulation: Simulation;
  readonly objects: readonly TextObject[];
} {
  const simulation = new Simulation(createSimulateConfig({ ...FIFTEEN_MINUTES, ...given }));
  return { simulation, objects: [...simulation.play()] };
}

function records(given: Partial<SimulateConfig>): readonly FlowRecord[] {
  return [...simulateRecords(createSimulateConfig({ ...FIFTEEN_MINUTES, ...given }))]
    .filter(({ status }) => status === 'ok')
    .map(({ record }) => record);
}

const number = (value: unknown): number => Number(value);

describe('the same config gives the same bytes', () => {
  it('twice the same seed: every key and every byte', async () => {
    const make = async (seed: string): Promise<readonly [string, string][]> => {
      const made: [string, string][] = [];
      const config = createSimulateConfig({ ...FIFTEEN_MINUTES, seed, format: V5_FORMAT });
      for await (const object of simulateObjects(new Simulation(config))) {
        made.push([object.key, Buffer.from(object.bytes).toString('base64')]);
      }
      return made;
    };
    const first = await make('one');
    expect(first.length).toBeGreaterThan(3);
    expect(await make('one')).toEqual(first);
    expect(await make('two')).not.toEqual(first);
  });

  it('ids and addresses of the world follow from the seed alone', () => {
    const idsOf = (startSeconds: number): readonly string[] =>
      play({ startSeconds }).simulation.world.interfaces.map((eni) => eni.interfaceId);
    expect(idsOf(1_767_603_600)).toEqual(idsOf(1_777_000_020));
  });
});

const FORMATS: readonly [string, readonly Field[], Partial<SimulateConfig>][] = [
  ['version 2', DEFAULT_FORMAT, {}],
  ['version 5, all fields', V5_FORMAT, {}],
  ['version 11, all fields', fieldsOf('vpc'), {}],
  ['in reverse order', [...V5_FORMAT].reverse(), {}],
  ['times and addresses only', V5_FORMAT.filter((f) => ['address', 'time'].includes(f.shape)), {}],
  ['transit gateway', TGW_DEFAULT_FORMAT, { recordKind: 'tgw' }],
  ['windows of 600 s', V5_FORMAT, { windowSeconds: 600, startSeconds: 1_767_603_600 }],
];

describe.each(FORMATS)('%s', (_, format, more) => {
  const { simulation, objects } = play({ format, ...more });
  const layout = layoutOfFields(format);
  const lines = objects.flatMap((object) => object.text.toString('utf8').trimEnd().split('\n'));

  it('begins every object with the header and ends every line', () => {
    for (const object of objects) {
      const text = object.text.toString('utf8');
      expect(text.split('\n')[0]).toBe(formatHeader(layout));
      expect(text.endsWith('\n')).toBe(true);
      expect(text.split('\n').length).toBe(object.lines + 2);
    }
  });

  it('reads back: every line is a record, and writing it again gives the same line', () => {
    for (const line of lines) {
      const parsed = parseLine(layout, line);
      if (parsed.kind === 'header') continue;
      expect(parsed, line).toMatchObject({ kind: 'record' });
      if (parsed.kind === 'record') expect(formatLine(layout, parsed.record)).toBe(line);
    }
  });

  it('has the lines, statuses and sums of the truth', () => {
    const truth = simulation.truth();
    expect(truth.lines).toBe(objects.reduce((sum, object) => sum + object.lines, 0));
    expect(truth.lines).toBe(truth.ok + truth.nodata + truth.skipdata);
    expect(truth.ok).toBe(truth.groups.reduce((sum, group) => sum + group.lines, 0));
    if (!format.some((f) => f.name === 'log-status')) return;
    const statuses = lines
      .map((line) => parseLine(layout, line))
      .map((p) => (p.kind === 'record' ? p.status : '-'));
    expect(statuses.filter((s) => s === 'ok').length).toBe(truth.ok);
    expect(statuses.filter((s) => s === 'nodata').length).toBe(truth.nodata);
    expect(statuses.filter((s) => s === 'skipdata').length).toBe(truth.skipdata);
  });
});

describe('the truth', () => {
  it('equals a recount of the parsed records', () => {
    const config = createSimulateConfig({ ...FIFTEEN_MINUTES, format: V5_FORMAT });
    const simulation = new Simulation(config);
    for (const object of simulation.play()) expect(object.lines).toBeGreaterThan(0);
    const truth = simulation.truth();
    const all = records({ format: V5_FORMAT });
    const groupOf = (r: FlowRecord): string =>
      [r['action'], r['protocol'], r['type'] === 'IPv6' ? 6 : 4, r['flow_direction']].join('/');
    for (const group of truth.groups) {
      const key = [group.action, group.protocol, group.ipVersion, group.direction].join('/');
      const members = all.filter((r) => groupOf(r) === key);
      expect(members.length, key).toBe(group.lines);
      expect(members.reduce((sum, r) => sum + number(r['bytes']), 0)).toBe(group.bytes);
      expect(members.reduce((sum, r) => sum + number(r['packets']), 0)).toBe(group.packets);
    }
    const top = truth.topSources[0];
    expect(top?.bytes).toBe(
      all.filter((r) => r['srcaddr'] === top?.address).reduce((sum, r) => sum + number(r['bytes']), 0),
    );
    expect(truth.distinctSources).toBe(new Set(all.map((r) => r['srcaddr'])).size);
    expect(truth.distinctDestinations).toBe(new Set(all.map((r) => r['dstaddr'])).size);
  });
});

describe('conservation', () => {
  const all = records({ format: V5_FORMAT, skipShare: 0 });
  const text = (r: FlowRecord, ...names: readonly string[]): string =>
    names.map((n) => String(r[n])).join(' ');
  const FLOW = [
    'pkt_srcaddr',
    'pkt_dstaddr',
    'srcport',
    'dstport',
    'protocol',
    'packets',
    'bytes',
    'tcp_flags',
  ];

  it('sender and receiver inside the world record the same packets, bytes and flags', () => {
    const inside = (address: unknown): boolean => /^10\.|^2600:1f18:4a00:/.test(String(address));
    const plain = all.filter(
      (r) =>
        inside(r['pkt_srcaddr']) &&
        inside(r['pkt_dstaddr']) &&
        r['srcaddr'] === r['pkt_srcaddr'] &&
        r['dstaddr'] === r['pkt_dstaddr'],
    );
    const sorted = (direction: string): readonly string[] =>
      plain
        .filter((r) => r['flow_direction'] === direction)
        .map((r) => text(r, ...FLOW))
        .sort();
    expect(sorted('egress').length).toBeGreaterThan(500);
    expect(sorted('egress')).toEqual(sorted('ingress'));
  });

  it('what enters a NAT gateway leaves it', () => {
    const nats = new Set(
      play({})
        .simulation.world.byRole('nat-gateway')
        .map((eni) => eni.interfaceId),
    );
    const through = all.filter((r) => nats.has(String(r['interface_id'])));
    const sum = (rows: readonly FlowRecord[]): number => rows.reduce((s, r) => s + number(r['bytes']), 0);
    const isPrivate = (address: unknown): boolean => String(address).startsWith('10.');
    const fromClients = through.filter((r) => r['flow_direction'] === 'ingress' && isPrivate(r['srcaddr']));
    const toInternet = through.filter((r) => r['traffic_path'] === 8);
    const toClients = through.filter((r) => r['traffic_path'] === 1);
    expect(fromClients.length).toBeGreaterThan(20);
    expect(sum(fromClients)).toBe(sum(toInternet));
    for (const r of fromClients) expect(r['dstaddr']).not.toBe(r['pkt_dstaddr']);
    for (const r of toClients) expect(r['srcaddr']).not.toBe(r['pkt_srcaddr']);
  });

  it('a transit gateway records each flow once in and once out', () => {
    const flows = records({ recordKind: 'tgw', format: TGW_DEFAULT_FORMAT, skipShare: 0 });
    const side = (direction: string): readonly string[] =>
      flows
        .filter((r) => r['flow_direction'] === direction)
        .map((r) => text(r, 'srcaddr', 'dstaddr', 'srcport', 'dstport', 'packets', 'bytes'))
        .sort();
    expect(side('ingress').length).toBeGreaterThan(50);
    expect(side('ingress')).toEqual(side('egress'));
  });
});

describe('windows', () => {
  const all = [
    ...simulateRecords(createSimulateConfig({ ...FIFTEEN_MINUTES, format: V5_FORMAT, skipShare: 0.3 })),
  ];

  it('every interface has one start and end per window, under 60 s, not on the minute, none touching the next', () => {
    const byInterface = new Map<string, Map<number, number>>();
    for (const { record } of all) {
      const id = String(record['interface_id']);
      const windows = byInterface.get(id) ?? new Map<number, number>();
      const [start, end] = [number(record['start']), number(record['end'])];
      expect(windows.get(start) ?? end).toBe(end);
      windows.set(start, end);
      byInterface.set(id, windows);
    }
    const starts: number[] = [];
    for (const windows of byInterface.values()) {
      expect(windows.size).toBe(15);
      let last = 0;
      for (const [start, end] of [...windows].sort(([a], [b]) => a - b)) {
        expect(start).toBeGreaterThan(last);
        expect(end - start).toBeGreaterThanOrEqual(0);
        expect(end - start).toBeLessThan(60);
        last = end;
        starts.push(start % 60);
      }
    }
    expect(new Set(starts).size).toBeGreaterThan(20);
  });

  it('no window has two records of one flow', () => {
    const seen = new Set<string>();
    for (const { record, status } of all) {
      if (status !== 'ok') continue;
      const { packets: _packets, bytes: _bytes, tcp_flags: _flags, ...identity } = record;
      const key = Object.values(identity).join(' ');
      expect(seen.has(key), key).toBe(false);
      seen.add(key);
    }
  });

  it('NODATA stands alone in its window, SKIPDATA never beside NODATA', () => {
    const windows = new Map<string, string[]>();
    for (const { record, status } of all) {
      const key = `${record['interface_id']} ${record['start']}`;
      windows.set(key, [...(windows.get(key) ?? []), status]);
    }
    const mixed = [...windows.values()].filter((list) => list.includes('nodata') && list.length > 1);
    expect(mixed).toEqual([]);
    expect([...windows.values()].filter((list) => list.includes('skipdata')).length).toBeGreaterThan(3);
    for (const list of windows.values()) {
      expect(list.filter((status) => status === 'skipdata').length).toBeLessThan(2);
    }
  });

  it('an interface over its capacity loses rows and says so', () => {
    const { simulation } = play({ interfaceCapacity: 50 });
    const truth = simulation.truth();
    expect(truth.skipdata).toBeGreaterThan(4);
    expect(truth.ok).toBeLessThan(play({}).simulation.truth().ok);
  });
});

describe('records are believable', () => {
  const all = records({ format: V5_FORMAT, spanSeconds: 3600 });

  it('sizes fit the packets: 28 to 1500 bytes a packet', () => {
    for (const r of all) {
      const perPacket = number(r['bytes']) / number(r['packets']);
      expect(perPacket).toBeGreaterThanOrEqual(r['protocol'] === 6 ? 40 : 28);
      expect(perPacket).toBeLessThanOrEqual(1500);
    }
  });

  it('flags are possible ones, on TCP only; ports only where they mean something', () => {
    for (const r of all) {
      expect([0, 1, 2, 3, 4, 5, 6, 7, 18, 19, 22, 23]).toContain(r['tcp_flags']);
      if (r['protocol'] !== 6) expect(r['tcp_flags']).toBe(0);
      if (r['protocol'] === 1 || r['protocol'] === 58) expect([r['srcport'], r['dstport']]).toEqual([0, 0]);
    }
  });

  it('traffic-path stands on egress only, and gateway endpoints carry their service name', () => {
    for (const r of all) {
      if (r['flow_direction'] === 'ingress') expect(r['traffic_path']).toBeNull();
      if (r['traffic_path'] === 7) expect(['S3', 'DYNAMODB']).toContain(r['pkt_dst_aws_service']);
    }
    expect(all.some((r) => r['traffic_path'] === 7)).toBe(true);
  });

  it('the interface side of a record is the interface’s own address', () => {
    const { world, book } = play({}).simulation;
    const own = new Map(
      world.interfaces.map((eni) => [eni.interfaceId, new Set([book.text(eni.v4), book.text(eni.v6)])]),
    );
    for (const r of all) {
      const side = r['flow_direction'] === 'egress' ? r['srcaddr'] : r['dstaddr'];
      expect(own.get(String(r['interface_id']))?.has(String(side))).toBe(true);
    }
  });

  it('outside addresses are public', () => {
    for (const r of all) {
      for (const address of [r['pkt_srcaddr'], r['pkt_dstaddr']]) {
        const ip = parseIp(String(address));
        expect(ip).not.toBeNull();
        if (ip !== null && !String(address).startsWith('10.')) expect(scopeOf(ip)).toBe('public');
      }
    }
  });

  it('the mix: mostly TCP, some UDP and ICMP, IPv6, rejects, scanners’ lone SYNs, a heavy tail', () => {
    const share = (test: (r: FlowRecord) => boolean): number => all.filter(test).length / all.length;
    expect(share((r) => r['protocol'] === 6)).toBeGreaterThan(0.75);
    expect(share((r) => r['protocol'] === 17)).toBeGreaterThan(0.02);
    expect(share((r) => r['type'] === 'IPv6')).toBeGreaterThan(0.03);
    const rejects = all.filter((r) => r['action'] === 'REJECT');
    expect(rejects.length / all.length).toBeGreaterThan(0.01);
    expect(rejects.filter((r) => r['tcp_flags'] === 2).length / rejects.length).toBeGreaterThan(0.5);
    expect(rejects.some((r) => r['protocol'] === 6 && [0, 1, 4].includes(number(r['tcp_flags'])))).toBe(true);
    const bySource = new Map<unknown, number>();
    for (const r of all) bySource.set(r['srcaddr'], (bySource.get(r['srcaddr']) ?? 0) + 1);
    const counts = [...bySource.values()].sort((a, b) => b - a);
    expect(counts.length).toBeGreaterThan(800);
    expect(counts[0]).toBeGreaterThan(50 * (counts.at(-1) ?? 0));
  });

  it('the day is busier than the night, the week than the weekend', () => {
    const linesAt = (iso: string): number =>
      play({ startSeconds: Date.parse(iso) / 1000 }).simulation.truth().ok;
    const tuesdayNoon = linesAt('2026-01-06T14:00:00Z');
    expect(tuesdayNoon).toBeGreaterThan(1.5 * linesAt('2026-01-06T04:00:00Z'));
    expect(tuesdayNoon).toBeGreaterThan(1.3 * linesAt('2026-01-04T14:00:00Z'));
  });

  it('long connections have windows without flags between SYN and FIN', () => {
    const ssh = all.filter(
      (r) => r['dstport'] === 22 && r['action'] === 'ACCEPT' && r['flow_direction'] === 'ingress',
    );
    const byFlow = new Map<string, number[]>();
    for (const r of ssh) {
      const key = text3(r);
      byFlow.set(key, [...(byFlow.get(key) ?? []), number(r['tcp_flags'])]);
    }
    const long = [...byFlow.values()].filter((flags) => flags.length > 3 && flags[0] === 2);
    expect(long.length).toBeGreaterThan(0);
    for (const flags of long) expect(flags.slice(1, -1).every((f) => f === 0)).toBe(true);
  });
});

function text3(r: FlowRecord): string {
  return `${r['srcaddr']} ${r['srcport']} ${r['dstaddr']}`;
}
