import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseObjectKey, slotOf } from '../../src/aws/index.ts';
import {
  DEFAULT_FORMAT,
  layoutOfFields,
  parseHeader,
  parseLine,
  TGW_DEFAULT_FORMAT,
} from '../../src/record/index.ts';
import {
  createSimulateConfig,
  type SimulateConfig,
  Simulation,
  sampleConfig,
  simulateObjects,
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

const number = (value: unknown): number => Number(value);

describe('objects', () => {
  it.each(['plain', 'hourly', 'hive', 'hive-hourly'] as const)('%s keys say what is in them', (layout) => {
    const { simulation, objects } = play({ layout, prefix: 'a/b', accounts: 2 });
    const parsed = layoutOfFields(DEFAULT_FORMAT);
    expect(new Set(objects.map((object) => object.key)).size).toBe(objects.length);
    for (const object of objects) {
      const parts = parseObjectKey(object.key);
      expect(parts).toMatchObject({
        prefix: 'a/b',
        hive: layout.startsWith('hive'),
        perHour: layout.endsWith('hourly'),
        slotSeconds: object.slotSeconds,
      });
      for (const line of object.text.toString('utf8').trimEnd().split('\n').slice(1)) {
        const read = parseLine(parsed, line);
        if (read.kind !== 'record') throw new Error(line);
        expect(slotOf(number(read.record['end']))).toBe(object.slotSeconds);
        expect(read.record['account_id']).toBe(parts?.accountId);
      }
    }
    const accounts = new Set(objects.map((object) => parseObjectKey(object.key)?.accountId));
    expect([...accounts].sort()).toEqual(simulation.world.vpcs.map((vpc) => vpc.accountId).sort());
  });

  it('transit gateway keys use the Hive name service=', () => {
    const { objects } = play({ recordKind: 'tgw', layout: 'hive' });
    expect(objects.length).toBeGreaterThan(2);
    for (const { key } of objects) expect(parseObjectKey(key)?.serviceName).toBe('service');
  });

  it('an exact number of records, spread over the wanted time', () => {
    const spanSeconds = 7200;
    const { simulation } = play({ size: { kind: 'records', records: 20_000 }, spanSeconds });
    const truth = simulation.truth();
    expect(truth.lines).toBe(20_000);
    const span = (truth.lastEnd ?? 0) - (truth.firstStart ?? 0);
    expect(span).toBeGreaterThan(0.8 * spanSeconds);
    expect(span).toBeLessThan(1.2 * spanSeconds);
  });

  it('an exact number of objects of the same number of lines, the same lines however they are cut', () => {
    const cut = (objects: number, lines: number): readonly TextObject[] =>
      play({ size: { kind: 'objects', objects, lines } }).objects;
    const many = cut(40, 50);
    const few = cut(4, 500);
    expect(many.map((object) => object.lines)).toEqual(Array.from({ length: 40 }, () => 50));
    expect(new Set(many.map((object) => object.key)).size).toBe(40);
    const linesOf = (objects: readonly TextObject[]): string =>
      objects.map((object) => object.text.toString().split('\n').slice(1).join('\n')).join('');
    expect(linesOf(many)).toBe(linesOf(few));
    for (const object of many) expect(parseObjectKey(object.key)).not.toBeNull();
  });

  it('objects are cut at the size cap', () => {
    const { objects } = play({ objectBytes: 20_000 });
    expect(Math.max(...objects.map((object) => object.text.length))).toBeLessThan(21_000);
    expect(new Set(objects.map((object) => object.key)).size).toBe(objects.length);
  });

  it('flat plain text, and CloudWatch exports with one folder per interface', () => {
    const flat = play({ layout: 'flat', gzipLevel: 0, prefix: 'here' }).objects;
    expect(flat.map((object) => object.key)).toEqual(['here/flow-logs-000001.log']);
    const streams = play({ layout: 'flat', style: 'export', gzipLevel: 0 });
    expect(streams.objects.length).toBe(streams.simulation.world.interfaces.length);
    for (const object of streams.objects) {
      expect(object.key).toMatch(/^[0-9a-f-]{36}\/eni-[0-9a-f]{17}-all\/000000$/);
      const [first] = object.text.toString().split('\n');
      const [iso, ...record] = (first ?? '').split(' ');
      const start = Number(record[10]);
      expect(iso).toBe(new Date(start * 1000).toISOString());
      expect(parseHeader(record)).toBeNull();
    }
  });

  it('gzip holds the text', async () => {
    const config = createSimulateConfig({ ...FIFTEEN_MINUTES, gzipLevel: 1 });
    const texts = [...new Simulation(config).play()].map((object) => object.text.toString());
    const unpacked: string[] = [];
    for await (const object of simulateObjects(new Simulation(config))) {
      unpacked.push(gunzipSync(object.bytes).toString());
      expect(object.textBytes).toBe(unpacked.at(-1)?.length);
    }
    expect(unpacked).toEqual(texts);
  });
});

describe('configs', () => {
  it('the sample has some 280,000 records of three days, none in the future', () => {
    const now = Date.parse('2026-11-20T17:00:00Z') / 1000;
    const simulation = new Simulation(sampleConfig(now));
    let lines = 0;
    for (const object of simulation.play()) lines += object.lines;
    const truth = simulation.truth();
    expect(lines).toBeGreaterThan(200_000);
    expect(lines).toBeLessThan(320_000);
    expect(truth.lastEnd).toBeLessThanOrEqual(now);
    expect(truth.lastEnd).toBeGreaterThan(now - 300);
    expect(truth.skipdata).toBeGreaterThan(0);
    expect(truth.nodata).toBeGreaterThan(0);
  });

  it('refuses what cannot be, all at once', () => {
    expect(() =>
      createSimulateConfig({ windowSeconds: 600, recordKind: 'tgw', format: DEFAULT_FORMAT, gzipLevel: 0 }),
    ).toThrow(/windows of 60 s only.*AWS keys end in/);
    expect(() => createSimulateConfig({ format: TGW_DEFAULT_FORMAT })).toThrow(/not one of vpc records/);
    expect(() => createSimulateConfig({ size: { kind: 'records', records: 0 } })).toThrow(/whole number/);
  });
});
