import { describe, expect, it } from 'vitest';
import {
  type Field,
  type FlowRecord,
  fieldsOf,
  layoutOfFields,
  parseLine,
  TGW_DEFAULT_FORMAT,
  V5_FORMAT,
} from '../../src/record/index.ts';
import {
  createSimulateConfig,
  formatTruthLines,
  SCENARIOS,
  type ScenarioFacts,
  type SimulateConfig,
  Simulation,
  scenarioByName,
} from '../../src/simulate/index.ts';

interface Played {
  readonly facts: ScenarioFacts;
  readonly byRole: ReadonlyMap<string, readonly FlowRecord[]>;
  readonly background: readonly FlowRecord[];
}

const START = 1_767_603_600;

const known = new Map<string, Played>();

/** `play` of the usual config, made once. */
function playOnce(name: string, ipVersion: 4 | 6): Played {
  const key = `${name} ${ipVersion}`;
  const played = known.get(key) ?? play(name, ipVersion);
  known.set(key, played);
  return played;
}

/** Plays one scenario on a quiet, tiny site and sorts its records by label. */
function play(name: string, ipVersion: 4 | 6, more: Partial<SimulateConfig> = {}): Played {
  const scenario = scenarioByName(name);
  if (scenario === undefined) throw new Error(name);
  const format: readonly Field[] = more.format ?? V5_FORMAT;
  const simulation = new Simulation(
    createSimulateConfig({
      fleet: 'tiny',
      size: { kind: 'duration', activity: 0.05 },
      startSeconds: START,
      spanSeconds: scenario.durationSeconds + 1200,
      format,
      skipShare: 0,
      scenarios: [{ name, ipVersion, startsAfterSeconds: 600 }],
      ...more,
    }),
  );
  const layout = layoutOfFields(format);
  const byRole = new Map<string, FlowRecord[]>();
  const background: FlowRecord[] = [];
  for (const object of simulation.play()) {
    const roles = new Map<number, string>();
    const truth = formatTruthLines(object, simulation.labels()).split('\n').filter(Boolean);
    for (const line of truth) {
      const entry = JSON.parse(line) as { key: string; line: number; role: string; scenario: string };
      expect(entry).toMatchObject({ key: object.key, scenario: name, ipVersion, run: 0 });
      roles.set(entry.line, entry.role);
    }
    expect(roles.size).toBe(object.labels.length);
    const lines = object.text.toString().trimEnd().split('\n');
    for (const [index, line] of lines.entries()) {
      const parsed = parseLine(layout, line);
      const role = roles.get(index + 1);
      if (parsed.kind !== 'record') {
        expect(role).toBeUndefined();
        continue;
      }
      if (role === undefined) background.push(parsed.record);
      else byRole.set(role, [...(byRole.get(role) ?? []), parsed.record]);
    }
  }
  return { facts: simulation.scenarios()[0] as ScenarioFacts, byRole, background };
}

const number = (value: unknown): number => Number(value);
const sum = (records: readonly FlowRecord[], field: string): number =>
  records.reduce((total, record) => total + number(record[field]), 0);

const CASES = SCENARIOS.flatMap((scenario) =>
  scenario.ipVersions.map((ipVersion) => [scenario.name, ipVersion] as const),
);

describe.each(CASES)('%s over IPv%i', (name, ipVersion) => {
  const scenario = scenarioByName(name);
  const played = playOnce(name, ipVersion);
  const all = [...played.byRole.values()].flat();

  it('labels records of every role, inside its time, in its IP version', () => {
    const tgw = scenario?.seenIn.includes('tgw') ? play(name, ipVersion, TGW) : null;
    const seen = new Set([...played.byRole.keys(), ...(tgw?.byRole.keys() ?? [])]);
    expect([...seen].sort()).toEqual(Object.keys(scenario?.roles ?? {}).sort());
    for (const record of all) {
      expect(record['type']).toBe(`IPv${ipVersion}`);
      expect(number(record['start'])).toBeGreaterThanOrEqual(played.facts.startSeconds - 60);
      expect(number(record['end'])).toBeLessThan(played.facts.endSeconds + 120);
    }
  });

  it('leaves no record of its strangers unlabelled', () => {
    for (const part of ['attacker', 'client']) {
      for (const address of played.facts.cast[part] ?? []) {
        const stray = played.background.filter((r) =>
          [r['srcaddr'], r['dstaddr'], r['pkt_srcaddr'], r['pkt_dstaddr']].includes(address),
        );
        expect(stray).toEqual([]);
        expect(all.some((r) => r['pkt_srcaddr'] === address || r['pkt_dstaddr'] === address)).toBe(true);
      }
    }
  });

  it('keeps one record for each flow and window', () => {
    const seen = new Set<string>();
    for (const { packets: _p, bytes: _b, tcp_flags: _f, ...identity } of [...all, ...played.background]) {
      if (identity['log_status'] !== 'OK') continue;
      const key = Object.values(identity).join(' ');
      expect(seen.has(key), key).toBe(false);
      seen.add(key);
    }
  });

  it('is the same twice, and the background is the same without it', () => {
    expect(play(name, ipVersion)).toEqual(played);
    const plain = play(name, ipVersion, { scenarios: [] }).background;
    const sorted = (records: readonly FlowRecord[]): readonly string[] =>
      records
        .filter((r) => r['log_status'] === 'OK')
        .map((r) => Object.values({ ...r, start: 0, end: 0 }).join(' '))
        .sort();
    expect(sorted(played.background)).toEqual(sorted(plain));
  });
});

const TGW: Partial<SimulateConfig> = { recordKind: 'tgw', format: TGW_DEFAULT_FORMAT };

describe('what the records show', () => {
  const of = (played: Played, role: string): readonly FlowRecord[] => played.byRole.get(role) ?? [];

  it('port scan: a thousand ports of one host, all but one refused', () => {
    const played = playOnce('port-scan', 4);
    const probes = of(played, 'probe');
    expect(new Set(probes.map((r) => r['dstport'])).size).toBe(999);
    expect(probes.every((r) => r['action'] === 'REJECT' && r['tcp_flags'] === 2)).toBe(true);
    expect(
      of(played, 'open-port')
        .map((r) => r['tcp_flags'])
        .sort(),
    ).toEqual([18, 6]);
  });

  it('slow scan: never two probes within two minutes', () => {
    const starts = of(playOnce('slow-scan', 4), 'probe')
      .map((r) => number(r['start']))
      .sort((a, b) => a - b);
    expect(starts.length).toBe(45);
    expect((starts.at(-1) ?? 0) - (starts[0] ?? 0)).toBeGreaterThan(5 * 3600);
  });

  it('SSH brute force: many alike, then one that is larger', () => {
    const played = playOnce('ssh-brute-force', 4);
    const attempts = of(played, 'attempt').filter((r) => r['flow_direction'] === 'ingress');
    expect(attempts.length).toBe(240);
    expect(Math.max(...attempts.map((r) => number(r['bytes'])))).toBeLessThan(3_000);
    const replies = of(played, 'session').filter((r) => r['flow_direction'] === 'egress');
    expect(replies.length).toBe(10);
    expect(sum(replies, 'bytes')).toBeGreaterThan(100_000);
  });

  it('beacon: regular, alike, with the outside address behind NAT in pkt-dstaddr', () => {
    const played = playOnce('beacon', 4);
    const [attacker] = played.facts.cast['attacker'] ?? [];
    const [source] = played.facts.cast['source'] ?? [];
    const calls = of(played, 'beacon').filter(
      (r) => r['srcaddr'] === source && r['flow_direction'] === 'egress',
    );
    expect(calls.length).toBe(96);
    expect(calls.every((r) => r['dstaddr'] === attacker)).toBe(true);
    const atNat = of(played, 'beacon').filter(
      (r) => r['pkt_dstaddr'] === attacker && r['dstaddr'] !== attacker,
    );
    expect(atNat.length).toBe(96);
    expect(of(playOnce('beacon', 6), 'beacon').length).toBe(2 * 96);
  });

  it('exfiltration: gigabytes at once, or megabytes all day', () => {
    const burst = playOnce('exfiltration-burst', 4);
    const out = (played: Played, role: string): number =>
      sum(
        of(played, role).filter((r) => r['traffic_path'] === 8),
        'bytes',
      );
    expect(out(burst, 'transfer')).toBeGreaterThan(7_000_000_000);
    const drips = out(playOnce('exfiltration-drip', 4), 'drip');
    expect(drips).toBeGreaterThan(100_000_000);
    expect(drips).toBeLessThan(200_000_000);
  });

  it('lateral movement: each hop starts where the last one ended', () => {
    const played = playOnce('lateral-movement', 4);
    const { attacker, edge, first, second, database } = played.facts.cast;
    const ends = (role: string): readonly unknown[] => {
      const request = of(played, role).find((r) => [22, 5432].includes(number(r['dstport'])));
      return [[request?.['srcaddr']], [request?.['dstaddr']]];
    };
    expect(ends('foothold')).toEqual([attacker, edge]);
    expect(ends('hop-1')).toEqual([edge, first]);
    expect(ends('hop-2')).toEqual([first, second]);
    expect(ends('collection')).toEqual([second, database]);
    const probes = of(played, 'discovery');
    expect(probes.filter((r) => r['action'] === 'REJECT').length).toBe(probes.length / 2);
  });

  it('SYN flood: thousands of sources, SYNs answered, none completed', () => {
    const played = playOnce('syn-flood', 4);
    const syns = of(played, 'syn');
    expect(new Set(syns.map((r) => r['srcaddr'])).size).toBe(12_000);
    expect(syns.every((r) => r['tcp_flags'] === 2 && r['action'] === 'ACCEPT')).toBe(true);
    expect(of(played, 'syn-ack').every((r) => r['tcp_flags'] === 18)).toBe(true);
  });

  it('a flood over the capacity brings SKIPDATA, and the labelled lines stay', () => {
    const played = play('syn-flood', 4, { interfaceCapacity: 2_000 });
    expect(played.background.some((r) => r['log_status'] === 'SKIPDATA')).toBe(true);
    expect(of(played, 'syn').length).toBe(12_000);
  });

  it('UDP reflection: large refused datagrams from well-known ports', () => {
    const reflected = of(playOnce('udp-reflection', 4), 'reflected');
    expect(new Set(reflected.map((r) => r['srcaddr'])).size).toBe(120);
    expect(reflected.every((r) => r['action'] === 'REJECT' && r['protocol'] === 17)).toBe(true);
    expect(sum(reflected, 'bytes')).toBeGreaterThan(500_000_000);
  });

  it('network ACL: an accepted request and a refused reply of the same flow in the same window', () => {
    const played = playOnce('nacl-return-blocked', 4);
    const replies = new Set(
      of(played, 'blocked-reply').map((r) => `${r['dstaddr']} ${r['dstport']} ${r['start']} ${r['action']}`),
    );
    for (const r of of(played, 'request')) {
      expect(r['action']).toBe('ACCEPT');
      expect(replies.has(`${r['srcaddr']} ${r['srcport']} ${r['start']} REJECT`)).toBe(true);
    }
  });

  it('Block Public Access: the reason in version 8, no bytes in any', () => {
    const blocked = of(play('block-public-access', 4, { format: fieldsOf('vpc') }), 'blocked');
    expect(blocked.length).toBe(120);
    for (const r of blocked) {
      expect(r).toMatchObject({ action: 'REJECT', reject_reason: 'BPA', bytes: null, packets: 3n });
    }
  });

  it.each([
    ['blackhole-route', 'packets_lost_blackhole', 1],
    ['mtu-loss', 'packets_lost_mtu_exceeded', 0.6],
    ['ttl-loss', 'packets_lost_ttl_expired', 1],
  ] as const)('%s: the transit gateway counts the lost packets', (name, field, share) => {
    for (const ipVersion of [4, 6] as const) {
      const played = play(name, ipVersion, TGW);
      const lost = of(played, 'lost');
      expect(lost.length).toBe(60);
      expect(sum(lost, field) / sum(lost, 'packets')).toBeCloseTo(share, 1);
      const others = ['no_route', 'blackhole', 'mtu_exceeded', 'ttl_expired']
        .map((reason) => `packets_lost_${reason}`)
        .filter((other) => other !== field);
      for (const other of others) expect(sum(lost, other)).toBe(0);
      const arrived = of(played, 'request').filter((r) => r['flow_direction'] === 'egress');
      expect(sum(arrived, 'packets')).toBe(sum(lost, 'packets') - sum(lost, field));
    }
  });

  it('any format: version 11 and exports are labelled by the right line', () => {
    const played = play('port-scan', 6, { format: fieldsOf('vpc') });
    expect(of(played, 'probe').length).toBe(999);
    const simulation = new Simulation(
      createSimulateConfig({
        style: 'export',
        layout: 'flat',
        scenarios: [{ name: 'port-scan', ipVersion: 4, startsAfterSeconds: 60 }],
      }),
    );
    let labelled = 0;
    for (const object of simulation.play()) {
      const lines = object.text.toString().split('\n');
      for (const { line } of object.labels) {
        expect(lines[line - 1]).toContain('203.0.113.');
        labelled++;
      }
    }
    expect(labelled).toBe(1001);
  });

  it('refuses unknown names and times outside the simulation', () => {
    const choose = (name: string, startsAfterSeconds: number): SimulateConfig =>
      createSimulateConfig({ scenarios: [{ name, ipVersion: 4, startsAfterSeconds }] });
    expect(() => choose('nothing', 0)).toThrow(/there is no scenario "nothing"/);
    expect(() => choose('beacon', 1e9)).toThrow(/outside the simulated time/);
  });
});
