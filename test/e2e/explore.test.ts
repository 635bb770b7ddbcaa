import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { QueryAnswer } from '../../src/api/index.ts';
import { accessibilityFaults, figure, settled } from '../support/console-journey.ts';
import { CONSOLE_NOW_SECONDS, writeConsoleLake } from '../support/console-lake.ts';
import { buildConsole, startConsole } from '../support/console-server.ts';
import { useConsole } from '../support/console-suite.ts';

const HOUR = 3600;
const FIRST = CONSOLE_NOW_SECONDS - 9 * HOUR;
/** Two stretches of records with three hours between them that nobody watched. */
const SECOND = FIRST + 6 * HOUR;
const SLICE = 300;
const RANGE = `from=${iso(FIRST)}&to=${iso(FIRST + 9 * HOUR)}`;

const root = resolve(import.meta.dirname, '../..');
const { directory, at, visit } = useConsole(async (folder) => {
  const [webDirectory, lake] = await Promise.all([buildConsole(folder), writeLake(folder)]);
  return { ...(await startConsole(folder, lake, { webDirectory })), webDirectory };
});

describe('the numbers', () => {
  it('are those of SQL: totals, statistics over watched slices, and Other', async () => {
    const { page, complaints, close } = await visit(`/explore?by=svc_port&n=3&${RANGE}`);
    const rows = await tableRows(page);
    const slices = await sql<{ port: number | null; slice: number; bytes: number }>(
      `SELECT svc_port AS port, CAST(floor(start / ${SLICE}) AS BIGINT) AS slice, CAST(sum(bytes) AS BIGINT) AS bytes
       FROM flows WHERE log_status = 'OK' AND start >= ${FIRST} AND start < ${FIRST + 9 * HOUR} GROUP BY 1, 2`,
    );
    const watched = Number((await page.locator('.table-rule').innerText()).match(/^Over (\d+) slices/)?.[1]);
    const expected = byTotal(slices)
      .slice(0, 3)
      .map(([, values]) => statistics(values, watched));
    const whole = slices.reduce((sum, row) => sum + row.bytes, 0);
    expect(rows.map((row) => row.name)).toHaveLength(4);
    for (const [index, { min, average, p95, max, total }] of expected.entries()) {
      const row = rows[index];
      expect([row?.values['Min'], row?.values['p95'], row?.values['Max'], row?.values['Total']]).toEqual([
        min,
        p95,
        max,
        total,
      ]);
      expect(row?.values['Average']).toBe(Math.round(average));
    }
    expect(rows.at(-1)?.name).toBe('Other');
    expect(rows.reduce((sum, row) => sum + (row.values['Total'] ?? 0), 0)).toBe(whole);
    expect(complaints).toEqual([]);
    await close();
  });

  it('leave out what nobody watched, and draw it as a gap', async () => {
    const { page, close } = await visit(`/explore?${RANGE}`);
    const [{ seen } = { seen: 0 }] = await sql<{ seen: number }>(
      `SELECT count(DISTINCT s) AS seen FROM (
         SELECT unnest(range(CAST(floor(start / ${SLICE}) AS BIGINT), CAST(floor(("end" - 1) / ${SLICE}) AS BIGINT) + 1)) AS s
         FROM flows WHERE start >= ${FIRST - HOUR})`,
    );
    const rule = await page.locator('.table-rule').innerText();
    const [, watched, gaps] = rule.match(/^Over (\d+) .*, (\d+) that nobody watched/) ?? [];
    expect(Number(watched) + Number(gaps)).toBe((9 * HOUR) / SLICE);
    expect(Math.abs(Number(watched) - seen)).toBeLessThanOrEqual(1);
    expect(await page.locator('.time-chart .chart-gap').count()).toBeGreaterThanOrEqual(1);
    await close();
  });

  it('of an earlier time are those of SQL over that time', async () => {
    const from = SECOND + 1.5 * HOUR;
    const { page, close } = await visit(
      `/explore?by=action&compare=period&from=${iso(from)}&to=${iso(SECOND + 3 * HOUR)}`,
    );
    const rows = await tableRows(page);
    const before = await sql<{ action: string; bytes: number }>(
      `SELECT action, CAST(sum(bytes) AS BIGINT) AS bytes FROM flows
       WHERE log_status = 'OK' AND start >= ${SECOND} AND start < ${from} GROUP BY 1`,
    );
    expect(rows.length).toBe(2);
    for (const row of rows) {
      expect(row.values['Before']).toBe(before.find(({ action }) => action === row.name)?.bytes);
    }
    await close();
  });

  it('by direction add up above and below the axis, Other included', async () => {
    const { page, close } = await visit(`/explore?by=direction,svc_port&n=3&${RANGE}`);
    expect(await page.locator('.chart-half').allInnerTexts()).toEqual(['ingress', 'egress']);
    const rows = await tableRows(page);
    const sides = await sql<{ direction: string; bytes: number }>(
      `SELECT flow_direction AS direction, CAST(sum(bytes) AS BIGINT) AS bytes FROM flows
       WHERE log_status = 'OK' AND start >= ${FIRST} GROUP BY 1`,
    );
    for (const { direction, bytes } of sides) {
      const half = rows.filter(({ name }) => name.toLowerCase().includes(direction));
      expect(half.reduce((sum, row) => sum + (row.values['Total'] ?? 0), 0)).toBe(bytes);
    }
    await close();
  });

  it('are the same in every shape', async () => {
    const { page, complaints, close } = await visit('/explore');
    const found: number[] = [];
    for (const shape of ['stacked', 'lines', 'grid', 'heatmap', 'table', 'bars', 'sankey']) {
      await page.goto(at(`/explore?by=srcaddr,dstaddr&n=5&shape=${shape}&${RANGE}`));
      await settled(page);
      const isBars = shape === 'bars' || shape === 'sankey';
      const cell = isBars ? '.bar-list tbody td.number' : '.series-table tbody td:nth-last-child(2)';
      const title = await page.locator(cell).first().getAttribute('title');
      found.push(Number(title?.replaceAll(/\D/g, '')));
    }
    expect(new Set(found).size).toBe(1);
    expect(found[0]).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
    await close();
  });
});

describe('clicking', () => {
  it('a bar of the chart narrows to its series, and Back undoes it', async () => {
    const { page, complaints, close } = await visit(`/explore?by=action&measure=flows&${RANGE}`);
    const box = await page.locator('.time-chart').first().boundingBox();
    if (box === null) throw new Error('the chart has no place');
    // Low in the stack stands the largest group.
    await page.mouse.click(box.x + box.width * 0.2, box.y + box.height - 24);
    await page.getByRole('menuitem', { name: 'Only this' }).click();
    await settled(page);
    expect(parameter(page, 'where')).toBe('action = ACCEPT');
    expect((await tableRows(page)).map(({ name }) => name)).toEqual(['ACCEPT']);
    await page.goBack();
    await settled(page);
    expect((await tableRows(page)).length).toBe(2);
    expect(complaints).toEqual([]);
    await close();
  });

  it('a band of the Sankey diagram narrows to both of its ends', async () => {
    const { page, close } = await visit(`/explore?by=srcaddr,dstaddr&shape=sankey&n=5&${RANGE}`);
    await page.locator('.sankey-link:not(.is-other)').first().click({ force: true });
    await page.getByRole('menuitem', { name: 'Only this' }).click();
    await settled(page);
    expect(parameter(page, 'where')).toMatch(/^srcaddr = .+ and dstaddr = /);
    await close();
  });

  it('Other explains it and leads into it, and what is in it makes the whole with the rest', async () => {
    const { page, close } = await visit(`/explore?by=srcaddr&measure=flows&shape=bars&n=3&${RANGE}`);
    const numbers = async (): Promise<readonly number[]> =>
      (
        await page
          .locator('.bar-list tbody td.number')
          .evaluateAll((cells) => cells.map((cell) => cell.title))
      ).map((title) => Number(title.replaceAll(/\D/g, '')));
    const other = (await numbers()).at(-1);
    await page.getByRole('button', { name: 'Other', exact: true }).click();
    expect(await page.getByRole('menu').innerText()).toMatch(/beyond the 3 groups that stand alone/);
    await page.getByRole('menuitem', { name: 'Only what is in Other' }).click();
    await settled(page);
    expect((await numbers()).reduce((sum, value) => sum + value, 0)).toBe(other);
    await close();
  });

  it('opens exactly the records of a slice and group, from the chart and from a number', async () => {
    const { page, complaints, close } = await visit(`/explore?by=action&measure=flows&${RANGE}`);
    const box = await page.locator('.time-chart').first().boundingBox();
    if (box === null) throw new Error('the chart has no place');
    await page.mouse.click(box.x + box.width * 0.2, box.y + box.height - 24);
    await page.getByRole('menuitem', { name: 'Show the records' }).click();
    const shown = await recordsShown(page);
    const slice = duringOf(page);
    expect(slice.end - slice.start).toBe(SLICE);
    const [{ n } = { n: 0 }] = await sql<{ n: number }>(
      `SELECT count(*) AS n FROM flows WHERE log_status = 'OK' AND action = 'ACCEPT'
       AND start >= ${slice.start} AND start < ${slice.end}`,
    );
    expect([shown, n > 0]).toEqual([n, true]);
    // "Other" beside three ports, and its largest slice.
    await page.goto(at(`/explore?by=svc_port&measure=flows&n=3&${RANGE}`));
    await settled(page);
    const row = page.locator('.series-table tbody tr').last();
    const largest = row.locator('td').nth(4).locator('a');
    const max = Number((await largest.getAttribute('title'))?.replace(/,.*/, '').replaceAll(/\D/g, ''));
    await row.locator('button').press('End');
    expect(await row.locator('a:focus').count()).toBe(1);
    await largest.press('Enter');
    expect(await recordsShown(page)).toBe(max);
    expect(duringOf(page).end - duringOf(page).start).toBe(SLICE);
    await page.keyboard.press('Escape');
    await expect.poll(() => parameter(page, 'during')).toBeNull();
    expect(complaints).toEqual([]);
    await close();
  });

  it('a head sorts the table, and the address says so', async () => {
    const { page, close } = await visit(`/explore?by=srcaddr&shape=table&n=12&${RANGE}`);
    await page.getByRole('button', { name: /^Max/ }).click();
    expect(parameter(page, 'sort')).toBe('max');
    const values = (await tableRows(page)).slice(0, -1).map((row) => row.values['Max'] ?? 0);
    expect(values).toEqual(values.toSorted((a, b) => b - a));
    await close();
  });
});

describe('the keyboard', () => {
  it('walks along the chart, opens the menu of a series, zooms and shifts', async () => {
    const { page, complaints, close } = await visit(`/explore?by=action&${RANGE}`);
    const { keyboard } = page;
    await page.locator('.time-chart').first().focus();
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight']) await keyboard.press(key);
    await keyboard.press('Space');
    expect(await page.getByRole('menu').innerText()).toContain('action = ACCEPT');
    await keyboard.press('Escape');
    await page.locator('.time-chart').first().focus();
    for (const key of ['ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowRight', 'Enter'])
      await keyboard.press(key);
    await settled(page);
    expect(Date.parse(parameter(page, 'from') ?? '')).toBeGreaterThanOrEqual(FIRST * 1000);
    const from = parameter(page, 'from');
    await page.locator('h2').first().click();
    await keyboard.press(']');
    await expect.poll(() => parameter(page, 'from')).not.toBe(from);
    expect(complaints).toEqual([]);
    await close();
  });

  it('chooses fields and a shape', async () => {
    const { page, complaints, close } = await visit(`/explore?measure=flows&${RANGE}`);
    const box = page.getByRole('combobox', { name: 'by' });
    await box.fill('srcadr');
    await expect.poll(() => page.getByRole('alert').innerText()).toContain('srcadr');
    await box.fill('proto');
    await page.getByRole('option', { name: /^protocol/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await expect.poll(() => parameter(page, 'by')).toBe('protocol');
    await page.getByRole('radio', { name: 'Stacked' }).focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => parameter(page, 'shape')).toBe('lines');
    expect(complaints).toEqual([]);
    await close();
  });
});

describe('the filter box', () => {
  it('offers values of the lake, most frequent first', async () => {
    const { page, complaints, close } = await visit(`/explore?${RANGE}`);
    const [{ eni } = { eni: '' }] = await sql<{ eni: string }>(
      `SELECT interface_id AS eni FROM flows WHERE start >= ${FIRST} GROUP BY 1 ORDER BY count(*) DESC LIMIT 1`,
    );
    await page.keyboard.press('/');
    await page.keyboard.type('interface_id = eni-');
    await page.getByRole('option', { name: eni }).waitFor();
    await page.getByRole('option', { name: eni }).click();
    await page.keyboard.press('Enter');
    await expect.poll(() => parameter(page, 'where')).toBe(`interface_id = ${eni}`);
    expect(complaints).toEqual([]);
    await close();
  });

  it('mends a mistake with one key', async () => {
    const { page, complaints, close } = await visit('/explore');
    const filter = page.getByRole('combobox', { name: 'Filter' });
    await page.keyboard.press('/');
    await page.keyboard.type('dstprot = 22');
    expect(await page.locator('.filter-twin mark').innerText()).toBe('dstprot');
    await page.keyboard.press('Tab');
    expect(await filter.inputValue()).toBe('dstport = 22');
    await page.keyboard.press('Enter');
    await expect.poll(() => parameter(page, 'where')).toBe('dstport = 22');
    expect(complaints).toEqual([]);
    await close();
  });
});

describe('what is copied', () => {
  it('asks the same on the command line', async () => {
    const where = "action = 'ACCEPT' and not dstport = 22";
    const range = `from=${iso(SECOND + 1.5 * HOUR)}&to=${iso(SECOND + 3 * HOUR)}`;
    const { page, close } = await visit(
      `/explore?by=svc_port,protocol&shape=bars&n=4&measure=packets&compare=period&where=${encodeURIComponent(where)}&${range}`,
    );
    const rows = await page.locator('.bar-list tbody tr').all();
    const shown = await Promise.all(
      rows.map(async (row) => {
        const titles = await row.locator('td.number').evaluateAll((cells) => cells.map((cell) => cell.title));
        return titles.slice(0, 2).map((title) => Number(title.replaceAll(/\D/g, '')));
      }),
    );
    const printed = JSON.parse(await shell(`${await copied(page, 'Command line')} -o json`)) as {
      packets: number;
      previous_packets: number | null;
    }[];
    expect(printed.map((row) => [row.packets, row.previous_packets ?? 0])).toEqual(shown);
    expect(shown).toHaveLength(5);
    await close();
  });

  it('asks the same in SQL', async () => {
    const { page, close } = await visit(`/explore?by=action&shape=bars&${RANGE}`);
    const shown = (
      await page.locator('.bar-list tbody td.number').evaluateAll((cells) => cells.map((cell) => cell.title))
    ).map((title) => Number(title.replaceAll(/\D/g, '')));
    const rows = await sql<{ bytes: number }>(await copied(page, 'SQL'));
    expect(rows.map(({ bytes }) => bytes)).toEqual(shown);
    await close();
  });

  it.skipIf(!existsSync('/usr/bin/curl'))('asks the same with curl (needs curl)', async () => {
    const { page, close } = await visit(`/explore?by=action&shape=bars&${RANGE}`);
    const shown = await page.locator('.bar-list tbody td.number').first().getAttribute('title');
    const answer = JSON.parse(await shell(await copied(page, 'curl'))) as QueryAnswer;
    const bytes = answer.columns.findIndex(({ name }) => name === 'bytes');
    expect(Number(answer.rows[0]?.[bytes])).toBe(Number(shown?.replaceAll(/\D/g, '')));
    await close();
  });

  it.skipIf(!existsSync('/usr/bin/curl'))(
    'of the overview asks the same with curl (needs curl)',
    async () => {
      const { page, close } = await visit(`/?${RANGE}`);
      const records = await figure(page, 'Records');
      const answer = JSON.parse(await shell(await copied(page, 'curl'))) as { totals: { flows: number } };
      expect(answer.totals.flows).toBe(records);
      const rows = (await shell(`${await copied(page, 'Command line')} -o ndjson`)).trim().split('\n');
      const flows = rows.reduce((sum, row) => sum + (JSON.parse(row) as { flows: number }).flows, 0);
      expect(flows).toBe(records);
      await close();
    },
  );
});

describe('every shape', () => {
  const shapes = [
    'shape=stacked&by=direction,action',
    'shape=lines&by=svc_port&compare=period',
    'shape=grid&by=interface_id&n=5',
    'shape=bars&by=srcaddr&compare=day',
    'shape=heatmap&by=srcaddr&n=20',
    'shape=sankey&by=srcaddr,svc_port,dstaddr&n=12',
    'shape=table&by=srcaddr&n=40',
  ];
  it.each(['light', 'dark'] as const)('has no fault that axe finds in %s', async (colorScheme) => {
    const { page, complaints, close } = await visit('/explore', { colorScheme });
    for (const shape of shapes) {
      await page.goto(at(`/explore?${shape}&${RANGE}`));
      await settled(page);
      expect([shape, ...(await accessibilityFaults(page))]).toEqual([shape]);
    }
    expect(complaints).toEqual([]);
    await close();
  });

  it('fits 390 pixels', async () => {
    const { page, close } = await visit('/explore', { viewport: { width: 390, height: 844 } });
    for (const shape of shapes) {
      await page.goto(at(`/explore?${shape}&${RANGE}`));
      await settled(page);
      const overflow = await page.evaluate<number>(
        'document.documentElement.scrollWidth - window.innerWidth',
      );
      expect([shape, overflow]).toEqual([shape, 0]);
    }
    await close();
  });

  it('says why it is empty where nobody watched', async () => {
    const { page, complaints, close } = await visit(
      `/explore?from=${iso(FIRST + 4 * HOUR)}&to=${iso(FIRST + 5 * HOUR)}`,
    );
    await page.getByRole('heading', { name: 'No records with traffic here' }).waitFor();
    await page.getByText('nobody can say whether there was traffic').waitFor();
    expect(complaints).toEqual([]);
    await close();
  });
});

async function writeLake(folder: string): Promise<string> {
  const span = { spanSeconds: 3 * HOUR };
  await writeConsoleLake(folder, { ...span, startSeconds: FIRST });
  return writeConsoleLake(folder, { ...span, startSeconds: SECOND });
}

interface TableRow {
  readonly name: string;
  readonly values: Readonly<Record<string, number>>;
}

/** The table of series with exact numbers, by the title of their column. */
async function tableRows(page: Page): Promise<readonly TableRow[]> {
  const heads = await page.locator('.series-table thead th').allInnerTexts();
  const rows = await page.locator('.series-table tbody tr').all();
  return Promise.all(
    rows.map(async (row) => {
      const name = await row.locator('th').innerText();
      const titles = await row.locator('td').evaluateAll((cells) => cells.map((cell) => cell.title));
      const values = heads.slice(1).map((head, index) => {
        const digits = (titles[index] ?? '').replaceAll(/\D/g, '');
        return [head.replace(/ [↓↑]$/, ''), digits === '' ? Number.NaN : Number(digits)] as const;
      });
      return { name: name.trim(), values: Object.fromEntries(values) };
    }),
  );
}

async function sql<R>(text: string): Promise<readonly R[]> {
  const response = await fetch(at('/api/sql'), {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/x-ndjson' },
    body: JSON.stringify({ sql: text, maxRows: 10_000 }),
  });
  const body = await response.text();
  if (!response.ok) throw new Error(body);
  return body
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as R);
}

/** What a choice of "Copy as" copies. */
async function copied(page: Page, name: string): Promise<string> {
  await page.getByRole('button', { name: 'Copy as' }).click();
  await page.getByRole('menuitem', { name, exact: true }).click();
  return page.evaluate<string>('navigator.clipboard.readText()');
}

/** Runs a line the way a person would, with `weir` on the path; gives what it prints. */
async function shell(line: string): Promise<string> {
  const bin = join(directory, 'bin');
  mkdirSync(bin, { recursive: true });
  const command = [
    process.execPath,
    join(root, 'node_modules/tsx/dist/cli.mjs'),
    join(root, 'src/cli/main.ts'),
  ];
  writeFileSync(join(bin, 'weir'), `#!/bin/sh\nexec ${command.map((word) => `'${word}'`).join(' ')} "$@"\n`);
  chmodSync(join(bin, 'weir'), 0o755);
  return new Promise((done, fail) => {
    const child = spawn('sh', ['-c', line], {
      cwd: directory,
      env: {
        ...process.env,
        PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`,
        WEIR_LAKE: join(directory, 'lake'),
      },
    });
    let [printed, said] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (printed += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
    child.on('error', fail);
    child.on('close', (code) => (code === 0 ? done(printed) : fail(new Error(`${line}\n${said}`))));
  });
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

/** How many records the open drawer holds, all of them. */
async function recordsShown(page: Page): Promise<number> {
  const note = page.locator('.drawer .grid-note', { hasText: 'all of them' });
  return Number((await note.innerText()).replaceAll(/\D/g, ''));
}

function duringOf(page: Page): { readonly start: number; readonly end: number } {
  const [start = 0, end = 0] = (parameter(page, 'during') ?? '')
    .split('/')
    .map((text) => Date.parse(text) / 1000);
  return { start, end };
}

function parameter(page: Page, name: string): string | null {
  return new URL(page.url()).searchParams.get(name);
}

/** Slices by port, the largest port first. */
function byTotal(
  rows: readonly { readonly port: number | null; readonly bytes: number }[],
): readonly (readonly [number | null, readonly number[]])[] {
  const groups = new Map<number | null, number[]>();
  for (const { port, bytes } of rows) groups.set(port, [...(groups.get(port) ?? []), bytes]);
  const size = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
  return [...groups].sort(([, a], [, b]) => size(b) - size(a));
}

/** The statistics over `watched` slices of which these have records. */
function statistics(values: readonly number[], watched: number) {
  const all = [...values, ...Array.from({ length: watched - values.length }, () => 0)].sort((a, b) => a - b);
  const total = all.reduce((sum, value) => sum + value, 0);
  return {
    min: all[0] ?? 0,
    max: all.at(-1) ?? 0,
    p95: all[Math.ceil(all.length * 0.95) - 1] ?? 0,
    average: total / all.length,
    total,
  };
}
