import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { AnswerTable } from '../../src/api/index.ts';
import { ingest } from '../../src/app/ingest.ts';
import { silentReporter } from '../../src/base/index.ts';
import { openPage } from '../support/browser.ts';
import { accessibilityFaults, figure, settled, topList } from '../support/console-journey.ts';
import { startConsole } from '../support/console-server.ts';
import { useSimulatedConsole } from '../support/console-suite.ts';

const { directory, browser, server, at, visit } = useSimulatedConsole(21_600);

/** The one row of a statement over the lake that the console shows. */
async function sql(statement: string): Promise<AnswerTable['rows'][number]> {
  const response = await fetch(at('/api/sql'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sql: statement }),
  });
  const answer = (await response.json()) as AnswerTable;
  const [row] = answer.rows;
  if (row === undefined) throw new Error(JSON.stringify(answer));
  return row;
}

/** The one cell of a statement, as text. */
const word = async (statement: string): Promise<string> => String((await sql(statement))[0]);

const dataOf = async (page: Page, selector: string): Promise<number[]> =>
  (await page.locator(`${selector} data`).all()).reduce<Promise<number[]>>(
    async (values, one) => [...(await values), Number(await one.getAttribute('value'))],
    Promise.resolve([]),
  );

/** Waits for the picture, which is drawn once its place has been measured. */
const drawn = (page: Page): Promise<void> => page.locator('.network-graph svg').waitFor();

describe('network', () => {
  it('draws every byte: graph, matrix and list agree with SQL', async () => {
    const { page, complaints, close } = await visit('/network');
    const [bytes] = await sql("SELECT sum(bytes) FROM flows WHERE log_status = 'OK'");
    const corner = await dataOf(page, '.matrix tr.matrix-total td:last-child');
    expect(corner).toEqual([Number(bytes)]);
    const senders = await dataOf(page, '.matrix tbody tr:not(.matrix-total) td.matrix-total');
    expect(senders.reduce((sum, value) => sum + value, 0)).toBe(Number(bytes));
    const button = page.getByRole('button', { name: /^All \d+ edges$/ });
    if ((await button.count()) > 0) await button.click();
    const edges = await dataOf(page, '.edge-list tbody td:nth-child(3)');
    expect(edges.reduce((sum, value) => sum + value, 0)).toBe(Number(bytes));
    const [subnets] = await sql('SELECT count(DISTINCT subnet_id) FROM flows');
    await drawn(page);
    expect(await page.locator('.network-node.is-subnet').count()).toBe(Number(subnets));
    expect(await page.locator('.network-edge').count()).toBeGreaterThan(10);
    expect(complaints).toEqual([]);
    await close();
  });

  it('leads from an edge to exactly the records it sums up', async () => {
    const { page, complaints, close } = await visit('/network?measure=rejects');
    const [rejects] = await sql("SELECT count(*) FROM flows WHERE action = 'REJECT'");
    expect(await dataOf(page, '.matrix tr.matrix-total td:last-child')).toEqual([Number(rejects)]);
    const row = page.locator('.edge-list tbody tr').first();
    const [bytes, flows, rejected] = await dataOf(page, '.edge-list tbody tr:first-child');
    await row.getByRole('button').nth(2).click();
    await page.getByRole('menuitem', { name: 'Overview of it' }).click();
    await settled(page);
    expect(await figure(page, 'Bytes')).toBe(bytes);
    expect(await figure(page, 'Records')).toBe(flows);
    expect(await figure(page, 'Rejected')).toBe(rejected);
    await page.goBack();
    await settled(page);
    await page.locator('.network-edge').first().locator('.edge-head').click();
    await page.getByRole('menuitem', { name: 'Show the records' }).click();
    await page.locator('.drawer .grid-row').first().waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  it('takes a node apart into hosts, and a host has a page', async () => {
    const { page, complaints, close } = await visit('/network');
    await page.locator('.network-node.is-internet').click();
    await page.getByRole('menuitem', { name: 'Show its hosts' }).click();
    await settled(page);
    expect(new URL(page.url()).searchParams.get('expand')).toBe('internet');
    const host = page.locator('.network-node.is-host').first();
    const name = await host.locator('text').first().innerHTML();
    await host.click();
    await page.getByRole('menuitem', { name: /^Open / }).click();
    await settled(page);
    expect(decodeURIComponent(new URL(page.url()).pathname)).toContain(`/address/${name.replace('…', '')}`);
    await page.goBack();
    await page.getByRole('link', { name: 'Put all hosts together' }).click();
    await settled(page);
    expect(await page.locator('.network-node.is-host').count()).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  });

  it('narrows VPC by VPC down to hosts, and keeps its places', async () => {
    const { page, complaints, close } = await visit('/network?level=vpc');
    const [vpcs] = await sql('SELECT count(DISTINCT vpc_id) FROM flows');
    await drawn(page);
    expect(await page.locator('.network-node.is-vpc').count()).toBe(Number(vpcs));
    await page.locator('.matrix tbody th .node-button').first().click();
    await page.getByRole('menuitem', { name: 'Only this, by subnet' }).click();
    await settled(page);
    expect(new URL(page.url()).searchParams.get('where')).toMatch(/^ip in \(/);
    const places = async (): Promise<string> => {
      await drawn(page);
      return page
        .locator('.network-node :is(circle, rect)')
        .evaluateAll((shapes) => shapes.map((shape) => shape.getAttribute('cx')).join());
    };
    const before = await places();
    await page.reload();
    await settled(page);
    expect(await places()).toBe(before);
    expect(complaints).toEqual([]);
    await close();
  });

  it('is a list and a matrix on a phone', async () => {
    const { page, close } = await visit('/network', { viewport: { width: 390, height: 844 } });
    // Long enough for a picture to be measured and drawn, if there were one.
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done, 200)))');
    expect(await page.locator('.network-graph svg').count()).toBe(0);
    expect(await page.locator('.edge-list tbody tr').count()).toBeGreaterThan(5);
    await close();
  });
});

describe('an entity', () => {
  it('says what SQL says, in three requests', async () => {
    const address = await word(
      "SELECT dstaddr FROM flows WHERE ip_version = 6 AND direction = 'ingress' GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1",
    );
    const watched = await openPage(browser(), at(''));
    const { page, complaints, close } = watched;
    const asked = new Set<string>();
    page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (pathname.startsWith('/api/')) asked.add(pathname);
    });
    await page.goto(at(`/address/${encodeURIComponent(address)}`));
    await settled(page);
    expect([...asked].toSorted()).toEqual(['/api/coverage', '/api/entity', '/api/lake', '/api/overview']);
    const [sent, received, first] = await sql(
      `SELECT sum(bytes) FILTER (WHERE srcaddr = '${address}'), sum(bytes) FILTER (WHERE dstaddr = '${address}'), min("start") FROM flows WHERE srcaddr = '${address}' OR dstaddr = '${address}'`,
    );
    const told = await dataOf(page, '.entity-roles');
    expect([told[0], told[2]]).toEqual([Number(sent), Number(received)]);
    const seen = new Date(Number(first) * 1000).toISOString().slice(0, 19).replace('T', ' ');
    expect(await page.locator('.entity').innerText()).toContain(`First seen ${seen}`);
    const [peer, bytes] = await sql(
      `SELECT srcaddr, sum(bytes) FROM flows WHERE dstaddr = '${address}' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1`,
    );
    const list = topList(page, 'Received from');
    expect(await list.locator('.cell-button').first().getAttribute('title')).toBe(peer);
    expect(await list.locator('data').first().getAttribute('value')).toBe(String(bytes));
    expect(complaints).toEqual([]);
    await close();
  });

  it('leads to its interface, from there to its instance, and back', async () => {
    const address = await word(
      "SELECT dstaddr FROM flows WHERE instance_id IS NOT NULL AND direction = 'ingress' GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1",
    );
    const { page, complaints, close } = await visit(`/address/${address}`);
    await page.locator('.entity-places a').first().click();
    await settled(page);
    expect(new URL(page.url()).pathname).toMatch(/^\/interface\/eni-/);
    await page.locator('.entity-places a', { hasText: /^i-/ }).first().click();
    await settled(page);
    expect(new URL(page.url()).pathname).toMatch(/^\/instance\/i-/);
    await topList(page, 'Service ports').locator('.cell-button').first().click();
    await page.getByRole('menuitem', { name: /^Open \d+$/ }).click();
    await settled(page);
    expect(await page.locator('.entity').innerText()).toContain('as service port');
    await page.goBack();
    await settled(page);
    expect(await page.title()).toMatch(/^instance i-\w+ · Weir$/);
    expect(complaints).toEqual([]);
    await close();
  });
});

describe('lake', () => {
  it('answers whether we were blind between two moments', async () => {
    const { page, complaints, close } = await visit('/lake?zone=utc');
    const [first] = await sql('SELECT min("start") FROM flows');
    const hour = (after: number): string =>
      new Date((Math.ceil(Number(first) / 3600) + after) * 3_600_000).toISOString().slice(0, 16);
    await page.getByLabel('between').fill(hour(1));
    await page.getByLabel('and', { exact: true }).fill(hour(2));
    await page.getByRole('button', { name: 'Ask' }).click();
    await settled(page);
    expect(new URL(page.url()).searchParams.get('from')).toBe(`${hour(1)}Z`);
    expect(await page.locator('.blind-answer').innerText()).toMatch(/^(?:No|Partly): /);
    await page.goto(at('/lake?zone=utc&from=2026-03-10T00:00Z&to=2026-03-11T00:00Z'));
    await settled(page);
    expect(await page.locator('.blind-answer').innerText()).toMatch(/^Yes, entirely/);
    expect(complaints).toEqual([]);
    await close();
  });

  it('names tables and files, and keeps its filters in the address', async () => {
    const { page, complaints, close } = await visit('/lake');
    const [rows] = await sql('SELECT count(*) FROM flows');
    const flows = page.locator('.lake-columns tr', { has: page.getByText('flows', { exact: true }) });
    expect(await flows.locator('data').first().getAttribute('value')).toBe(String(rows));
    await page.getByRole('combobox', { name: 'status' }).selectOption('refused');
    await settled(page);
    expect(new URL(page.url()).searchParams.get('status')).toBe('refused');
    expect(await page.getByText('No object is like that.').count()).toBe(1);
    await page.goBack();
    await settled(page);
    expect(await page.locator('.grid-row').count()).toBeGreaterThan(5);
    expect(complaints).toEqual([]);
    await close();
  });

  it('that read objects without records says which and why', async () => {
    const home = join(directory, 'no-records');
    mkdirSync(join(home, 'logs'), { recursive: true });
    writeFileSync(join(home, 'logs/a.log'), 'this is no flow log\nand neither is this\n');
    await ingest({ sources: [join(home, 'logs')], lake: join(home, 'lake'), reporter: silentReporter });
    const other = await startConsole(home, join(home, 'lake'), { webDirectory: server().webDirectory });
    const { page, complaints, close } = await openPage(browser(), other.address);
    await page.goto(other.address);
    await page.getByRole('heading', { name: 'No records yet' }).waitFor();
    await page.getByText('this is no flow log').first().waitFor();
    expect(complaints).toEqual([]);
    await close();
    await other.close();
  });
});

describe('keyboard alone', () => {
  it('goes through every view', async () => {
    const { page, complaints, close } = await visit('/');
    const { keyboard } = page;
    const focused = (): Promise<string> =>
      page.evaluate<string>(
        'document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent',
      );
    await keyboard.press('Tab');
    expect(await focused()).toBe('Skip to the page');
    await keyboard.press('Enter');
    expect(await page.evaluate<string>('document.activeElement.id')).toBe('main');
    for (const name of ['Explore', 'Query', 'Network', 'Lake', 'Settings', 'Overview']) {
      await page.locator('.rail-place', { hasText: name }).focus();
      await keyboard.press('Enter');
      await settled(page);
      expect(await page.title()).toBe(`${name} · Weir`);
      expect(await page.locator('.rail-place[aria-current]').innerText()).toBe(name);
    }
    await page.goto(at('/network'));
    await settled(page);
    await page.locator('.edge-list .cell-button').first().focus();
    await keyboard.press('Enter');
    await page.getByRole('menu').waitFor();
    for (const key of ['ArrowDown', 'Enter']) await keyboard.press(key);
    await settled(page);
    expect(new URL(page.url()).searchParams.get('where')).toMatch(/^ip in /);
    await page.locator('.matrix td button').first().focus();
    await keyboard.press('Enter');
    await page.getByRole('menu').waitFor();
    await keyboard.press('Escape');
    expect(await page.getByRole('menu').count()).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  });
});

describe('for everybody', () => {
  const views = ['/network', '/network?measure=rejects&expand=internet', '/port/443', '/lake', '/settings'];
  it.each(views)(
    '%s has no fault that axe finds, in both themes, narrow and wide, and fits',
    async (path) => {
      const { page, complaints, close } = await visit(path);
      for (const width of [1440, 390]) {
        await page.setViewportSize({ width, height: 900 });
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          expect(await accessibilityFaults(page), `${colorScheme} at ${width}`).toEqual([]);
        }
      }
      // 720 is a usual screen at 200 %.
      for (const width of [320, 390, 720, 1440, 2560]) {
        await page.setViewportSize({ width, height: 900 });
        // Charts follow the width when the page has been laid out.
        await expect
          .poll(() => page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth'), {
            message: `at ${width}`,
          })
          .toBeLessThanOrEqual(0);
      }
      expect(complaints).toEqual([]);
      await close();
    },
  );

  it('prints the page and not the frame', async () => {
    const { page, close } = await visit('/network');
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.rail').isVisible()).toBe(false);
    expect(await page.locator('.matrix').isVisible()).toBe(true);
    await close();
  });
});
