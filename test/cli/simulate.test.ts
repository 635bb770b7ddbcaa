import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, expect, it } from 'vitest';
import { runCli } from '../../src/cli/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'weir-cli-simulate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function weir(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await runCli(args, { stdout, stderr });
  const textOf = (stream: PassThrough): string => String(stream.read() ?? '');
  return { code, out: textOf(stdout), err: textOf(stderr) };
}

it('weir simulate writes logs and says how to repeat them', async () => {
  const out = join(folder, 'logs');
  const run = await weir(
    'simulate',
    'port-scan',
    '--out',
    out,
    '--start',
    '2026-01-05T09:00:00Z',
    '-o',
    'json',
  );
  expect(run.code).toBe(0);
  const result = JSON.parse(run.out) as Record<string, number>;
  expect(result['lines']).toBe((result['ok'] ?? 0) + (result['nodata'] ?? 0) + (result['skipdata'] ?? 0));
  expect(result['startSeconds']).toBe(Date.parse('2026-01-05T09:00:00Z') / 1000);
  expect(existsSync(join(`${out}.truth`, 'labels.ndjson'))).toBe(true);
});

it('lists the scenarios', async () => {
  const { out } = await weir('simulate', '--list', '-o', 'csv');
  expect(out).toContain('ssh-brute-force,attack,');
});

it('says what is missing', async () => {
  expect(await weir('simulate')).toMatchObject({ code: 2, err: expect.stringContaining('--out DIRECTORY') });
  const wrong = await weir('simulate', 'nothing', '--out', join(folder, 'x'));
  expect(wrong.code).toBe(2);
  expect(wrong.err).toContain('expected one of port-scan');
});
