import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { type SimulateRequest, simulate, simulateConfigOf } from '../../src/app/simulate.ts';
import { parseObjectKey } from '../../src/aws/index.ts';
import { silentReporter } from '../../src/base/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'weir-simulate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NOW = Date.parse('2026-11-20T17:00:00Z') / 1000;

function request(more: Partial<SimulateRequest>): SimulateRequest {
  return { out: join(folder, 'logs'), scenarios: [], nowSeconds: NOW, reporter: silentReporter, ...more };
}

function filesIn(place: string): readonly string[] {
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

describe('simulate', () => {
  it('writes objects, totals and labels that fit each other', async () => {
    const out = join(folder, 'scan');
    const done: number[] = [];
    const result = await simulate(
      request({
        out,
        scenarios: ['port-scan/6', 'beacon'],
        span: '1h',
        format: 'v5',
        fleet: 'tiny',
        reporter: { progress: (progress) => done.push(progress.done), warn: () => {} },
      }),
    );
    const files = filesIn(out);
    expect(files.length).toBe(result.objects);
    const lines = new Map(
      files.map((file) => [
        file.slice(out.length + 1),
        gunzipSync(readFileSync(file)).toString().trimEnd().split('\n'),
      ]),
    );
    expect([...lines.values()].reduce((sum, list) => sum + list.length - 1, 0)).toBe(result.lines);
    expect(result.lines).toBe(result.ok + result.nodata + result.skipdata);
    expect(done.at(-1)).toBe(result.lines);
    expect(result.truth).toBe(`${out}.truth`);
    const summary = JSON.parse(readFileSync(`${out}.truth/summary.json`, 'utf8')) as { lines: number };
    expect(summary).toMatchObject({ lines: result.lines, scenarios: [{ ipVersion: 6 }, { ipVersion: 4 }] });
    const labels = readFileSync(`${out}.truth/labels.ndjson`, 'utf8').trimEnd().split('\n');
    expect(labels.length).toBeGreaterThan(1000);
    for (const text of labels) {
      const { key, line, scenario } = JSON.parse(text) as { key: string; line: number; scenario: string };
      expect(lines.get(key)?.[line - 1]).toMatch(scenario === 'beacon' ? /203\.0\.113\./ : /2001:db8:bad::/);
    }
  });

  it('the sample ends at the present and is the same each time', () => {
    const config = simulateConfigOf(request({ sample: true }));
    expect(config.startSeconds + config.spanSeconds).toBeGreaterThan(NOW - 200);
    expect(simulateConfigOf(request({ sample: true }))).toEqual(config);
  });

  it('refuses what the sample would not heed', () => {
    expect(() => simulateConfigOf(request({ sample: true, format: 'v5', scenarios: ['beacon'] }))).toThrow(
      'leave out --format, a scenario, or leave out --sample',
    );
  });

  it('ends now unless a start is given, whatever decides the length', () => {
    for (const more of [{}, { span: '2d' }, { records: '5M' }, { scenarios: ['slow-scan'] }]) {
      const { startSeconds, spanSeconds } = simulateConfigOf(request(more));
      expect(startSeconds + spanSeconds).toBeLessThanOrEqual(NOW - 120);
      expect(startSeconds + spanSeconds).toBeGreaterThan(NOW - 240);
    }
    expect(simulateConfigOf(request({ start: '2026-01-01' })).startSeconds).toBe(
      Date.parse('2026-01-01') / 1000,
    );
  });

  it('understands formats, layouts and counts', () => {
    expect(simulateConfigOf(request({ format: 'tgw', layout: 'hive' }))).toMatchObject({
      recordKind: 'tgw',
      layout: 'hive',
    });
    expect(simulateConfigOf(request({ format: '${srcaddr} ${bytes}' })).format.map((f) => f.name)).toEqual([
      'srcaddr',
      'bytes',
    ]);
    expect(simulateConfigOf(request({ layout: 'export', gzip: '0' }))).toMatchObject({
      style: 'export',
      layout: 'flat',
    });
    expect(simulateConfigOf(request({ objects: '20k', lines: '500' })).size).toEqual({
      kind: 'objects',
      objects: 20_000,
      lines: 500,
    });
  });

  it.each([
    [{ scenarios: ['nothing'] }, /--scenario "nothing": expected one of port-scan/],
    [{ records: 'many' }, /--records "many": expected a count/],
    [{ layout: 'nested' }, /--layout "nested": expected one of plain/],
    [{ gzip: '0' }, /AWS keys end in .log.gz/],
    [{ format: 'tgw', interval: '600' }, /windows of 60 s only/],
  ] as const)('refuses %j', (more, message) => {
    expect(() => simulateConfigOf(request(more))).toThrow(message);
  });

  it('writes the truth where it is told to', async () => {
    const out = join(folder, 'elsewhere');
    const truth = join(folder, 'my-truth');
    const result = await simulate(request({ out, truth, records: '2000', layout: 'hourly' }));
    expect(result.lines).toBe(2000);
    expect(existsSync(join(truth, 'summary.json'))).toBe(true);
    expect(existsSync(`${out}.truth`)).toBe(false);
    for (const file of filesIn(out)) expect(parseObjectKey(file.slice(out.length + 1))?.perHour).toBe(true);
  });

  it('fails with the error of the store', async () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, '');
    await expect(simulate(request({ out: join(file, 'logs') }))).rejects.toMatchObject({
      code: expect.stringMatching(/^storage\./),
    });
  });
});
