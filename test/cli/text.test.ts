import { describe, expect, it } from 'vitest';
import { type ErrorKind, WeirError } from '../../src/base/index.ts';
import { EXIT, exitCodeOf } from '../../src/cli/exit-codes.ts';
import { createProgressReporter, formatProgress } from '../../src/cli/progress.ts';
import { coverageStrip, resample, sparkline } from '../../src/cli/strips.ts';
import { nearest } from '../../src/cli/suggest.ts';
import { cellText, formatTable } from '../../src/cli/table.ts';

describe('formatTable', () => {
  it('aligns numbers right and text left, and scales units', () => {
    const table = formatTable(
      [{ name: 'ip' }, { name: 'port', align: 'right' }, { name: 'bytes', unit: 'bytes' }],
      [
        ['10.0.0.1', 443, 1_234_567],
        ['2001:db8::1', null, 40],
      ],
    );
    expect(table).toBe(
      [
        'ip           port    bytes',
        '-----------  ----  -------',
        '10.0.0.1      443  1.23 MB',
        '2001:db8::1     -     40 B',
        '',
      ].join('\n'),
    );
  });

  it('says when there is nothing', () => {
    expect(formatTable([{ name: 'ip' }], [])).toContain('(no rows)');
  });

  it('lets no control character of a log reach the terminal', () => {
    expect(cellText({ name: 'text' }, 'a\u001b[2Jb\nc\u202ed')).toBe('a\uFFFD[2Jb\uFFFDc\uFFFDd');
  });

  it('cuts what is too long', () => {
    expect(cellText({ name: 'text' }, 'x'.repeat(200)).length).toBe(80);
  });
});

describe('strips', () => {
  it.each<[readonly number[], string]>([
    [[], ''],
    [[0, 0], '  '],
    [[0, 1, 4, 8], ' ▂▅█'],
  ])('sparkline of %j', (values, expected) => {
    expect(sparkline(values)).toBe(expected);
  });

  it('resample keeps the sum', () => {
    const values = Array.from({ length: 101 }, (_, index) => index);
    const few = resample(values, 20);
    expect(few.length).toBeLessThanOrEqual(20);
    expect(few.reduce((sum, value) => sum + value, 0)).toBe(5050);
  });

  it('a short gap shows in a long strip', () => {
    const strip = coverageStrip(
      [
        { startSeconds: 0, endSeconds: 6000, state: 'covered' },
        { startSeconds: 6000, endSeconds: 6060, state: 'skipped' },
        { startSeconds: 6060, endSeconds: 12_000, state: 'idle' },
      ],
      { startSeconds: 0, endSeconds: 12_000 },
      10,
    );
    expect(strip).toBe('#####!....');
  });
});

describe('nearest', () => {
  it.each<[string, string | null]>([
    ['tpo', 'top'],
    ['summ', 'summary'],
    ['legder', 'ledger'],
    ['xyzzy', null],
    ['', null],
  ])('%s', (text, expected) => {
    expect(nearest(text, ['ingest', 'top', 'summary', 'ledger'])).toBe(expected);
  });
});

describe('exitCodeOf', () => {
  it.each<[ErrorKind, string, number]>([
    ['query', 'x', EXIT.usage],
    ['config', 'x', EXIT.usage],
    ['input', 'x', EXIT.badData],
    ['service', 'x', EXIT.outside],
    ['engine', 'engine.bad-sql', EXIT.usage],
    ['engine', 'engine.timeout', EXIT.outside],
    ['bug', 'x', EXIT.bug],
  ])('%s %s is %i', (kind, code, exit) => {
    expect(exitCodeOf(new WeirError(kind, code, 'message'))).toBe(exit);
  });

  it('anything else is a fault of ours', () => {
    expect(exitCodeOf(new TypeError('x'))).toBe(EXIT.bug);
  });
});

describe('progress', () => {
  it.each([
    [{ phase: 'read', done: 0, total: 100 }, 0, 'read  [------------------------] 0 %  0 of 100'],
    [
      { phase: 'read', done: 25, total: 100 },
      5,
      'read  [######------------------] 25 %  25 of 100, 5/s, 15 s left',
    ],
    [{ phase: 'read', done: 100, total: 100 }, 5, 'read  [########################] 100 %  100 of 100, 20/s'],
    [{ phase: 'list', done: 1200, total: null }, 1, 'list  1.20 k, 1.20 k/s'],
  ])('%j after %i s', (progress, seconds, expected) => {
    expect(formatProgress(progress, seconds)).toBe(expected);
  });

  const collect = (
    isTTY: boolean,
  ): { readonly stream: NodeJS.WritableStream & { isTTY: boolean }; readonly text: () => string } => {
    let written = '';
    const stream = { isTTY, columns: 60, write: (chunk: string) => ((written += chunk), true) };
    return { stream: stream as unknown as NodeJS.WritableStream & { isTTY: boolean }, text: () => written };
  };

  it('draws at most ten times a second on a terminal, and clears', () => {
    const { stream, text } = collect(true);
    let now = 0;
    const reporter = createProgressReporter(stream, () => now);
    for (; now < 1000; now += 10) reporter.progress({ phase: 'read', done: now, total: 1000 });
    reporter.clear();
    expect(text().split('\r').length - 1).toBe(11);
    expect(text().endsWith('\r\u001b[2K')).toBe(true);
  });

  it('writes a line every ten seconds elsewhere, and each warning once', () => {
    const { stream, text } = collect(false);
    let now = 0;
    const reporter = createProgressReporter(stream, () => now);
    for (; now <= 30_000; now += 100) {
      reporter.progress({ phase: 'read', done: now, total: 60_000 });
      reporter.warn('clocks differ');
    }
    expect(
      text()
        .split('\n')
        .filter((line) => line.startsWith('read')).length,
    ).toBe(3);
    expect(text().split('clocks differ').length - 1).toBe(1);
    expect(text()).not.toContain('\u001b');
  });
});
