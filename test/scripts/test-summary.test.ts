import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const SCRIPT = resolve(import.meta.dirname, '../../scripts/test-summary.mjs');

interface Test {
  readonly status: 'passed' | 'failed' | 'skipped' | 'pending';
  readonly fullName: string;
  readonly ancestorTitles: readonly string[];
}

const test = (status: Test['status'], name = 'adds'): Test => ({
  status,
  fullName: `sums ${name}`,
  ancestorTitles: ['sums'],
});
const suite = (status: 'passed' | 'failed', tests: readonly Test[], message = ''): object => ({
  name: resolve('test/sum.test.ts'),
  status,
  message,
  assertionResults: tests,
});

describe('the last line of CI', () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'weir-summary-'));
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  const summaryOf = (
    reports: readonly unknown[],
    exitCode = 0,
  ): { lines: string[]; status: number | null } => {
    const files = reports.map((report, index) => {
      const file = join(dir, `${index}.json`);
      writeFileSync(file, typeof report === 'string' ? report : JSON.stringify(report));
      return file;
    });
    const result = spawnSync(process.execPath, [SCRIPT, `--exit-code=${exitCode}`, ...files], {
      encoding: 'utf8',
    });
    return { lines: result.stdout.trim().split('\n'), status: result.status };
  };

  it('sums gates and suites', () => {
    const suites = [suite('passed', [test('passed'), test('passed')]), suite('passed', [test('passed')])];
    expect(summaryOf([{ passed: 9, failed: 0 }, { testResults: suites }])).toEqual({
      lines: ['12 passed, 0 failed'],
      status: 0,
    });
  });

  it('names what failed and what was skipped', () => {
    const tests = [test('passed'), test('failed', 'carries'), test('skipped'), test('skipped')];
    expect(summaryOf([{ testResults: [suite('failed', tests)] }], 1)).toEqual({
      lines: [
        'failed: test/sum.test.ts: sums carries',
        'skipped: test/sum.test.ts: sums (2)',
        '1 passed, 1 failed',
      ],
      status: 1,
    });
  });

  it('counts a file that failed before its first test', () => {
    const broken = suite('failed', [], 'Cannot find module\nstack');
    const { lines, status } = summaryOf([{ testResults: [suite('passed', [test('passed')]), broken] }], 1);
    expect(lines).toEqual(['failed: test/sum.test.ts: Cannot find module', '1 passed, 1 failed']);
    expect(status).toBe(1);
  });

  it('counts an exit code that no report explains', () => {
    const { lines, status } = summaryOf([{ testResults: [suite('passed', [test('passed')])] }], 124);
    expect(lines.at(-1)).toBe('1 passed, 1 failed');
    expect(status).toBe(1);
  });

  it('names the tests whose process died under them', () => {
    const { lines, status } = summaryOf(
      [{ testResults: [suite('passed', [test('passed'), test('pending', 'on')])] }],
      1,
    );
    expect(lines).toEqual([
      'failed: test/sum.test.ts: sums on (its process died before the end)',
      '1 passed, 1 failed',
    ]);
    expect(status).toBe(1);
  });

  it('counts a report that was cut off', () => {
    const { lines, status } = summaryOf([{ passed: 9, failed: 0 }, '{"testResults":[']);
    expect(lines.at(-1)).toBe('9 passed, 1 failed');
    expect(status).toBe(1);
  });

  it('does not call nothing a success', () => {
    expect(summaryOf([{ testResults: [] }])).toEqual({ lines: ['0 passed, 0 failed'], status: 1 });
  });
});
