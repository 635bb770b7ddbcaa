import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { openPage } from '../support/browser.ts';
import { accessibilityFaults, figure, settled, topList } from '../support/console-journey.ts';
import { startConsole } from '../support/console-server.ts';
import { useSimulatedConsole } from '../support/console-suite.ts';

const { directory, browser, server, at, visit } = useSimulatedConsole(86_400);

const rowsOf = (page: Page, title: string): Promise<string[]> =>
  topList(page, title).locator('tr:not(.other-row) .cell-button').allInnerTexts();

describe('first look', () => {
  it('shows volume, tables and coverage without a complaint', async () => {
    const { page, complaints, close } = await visit('/');
    expect(await figure(page, 'Records')).toBeGreaterThan(10_000);
    expect(await page.locator('.time-chart canvas').count()).toBe(2);
    expect(await page.locator('.coverage-strip rect.is-covered').count()).toBeGreaterThan(10);
    expect(await page.locator('.top-list').count()).toBe(10);
    expect(await rowsOf(page, 'Protocols')).toContain('TCP6');
    expect((await rowsOf(page, 'Sources')).length).toBe(10);
    expect(complaints).toEqual([]);
    await close();
  });

  it('is on screen within a second of a warm server', async () => {
    const { page, close } = await openPage(browser(), at(''));
    const started = performance.now();
    await page.goto(at(''));
    await page.waitForSelector('.figures .number');
    const seconds = (performance.now() - started) / 1000;
    await close();
    // The goal is 1 s on a quiet machine; this fails when something is out of all proportion.
    expect(seconds).toBeLessThan(5);
  });

  it('loads at most 350 kB of script, compressed', () => {
    const assets = join(server().webDirectory, 'assets');
    const page = readFileSync(join(server().webDirectory, 'index.html'), 'utf8');
    const first = readdirSync(assets).filter((name) => name.endsWith('.js') && page.includes(name));
    expect(first.length).toBeGreaterThan(0);
    const bytes = first.reduce((sum, name) => sum + gzipSync(readFileSync(join(assets, name))).length, 0);
    expect(bytes).toBeLessThan(350_000);
    expect(page).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\son\w+=|https?:/);
  });
});

describe('narrowing', () => {
  it('follows a click, and Back undoes it', async () => {
    const { page, complaints, close } = await visit('/');
    const all = await figure(page, 'Records');
    const [port = ''] = await rowsOf(page, 'Rejected ports');
    await topList(page, 'Rejected ports').locator('.cell-button').first().click();
    await page.getByRole('menuitem', { name: 'Only this' }).click();
    await settled(page);
    expect(new URL(page.url()).searchParams.get('where')).toMatch(/^dstport = \d+ and protocol = \w+$/);
    expect(await figure(page, 'Records')).toBeLessThan(all);
    expect((await rowsOf(page, 'Rejected ports'))[0]).toBe(port);
    expect(await page.locator('.chip').count()).toBe(2);
    await page.goBack();
    await settled(page);
    expect(await figure(page, 'Records')).toBe(all);
    expect(await page.locator('.chip').count()).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  });

  it('leaves a value out, and the two parts make the whole', async () => {
    const { page, close } = await visit('/');
    const all = await figure(page, 'Records');
    const choose = async (item: string): Promise<number> => {
      await topList(page, 'IP versions').locator('.cell-button').first().click();
      await page.getByRole('menuitem', { name: item }).click();
      await settled(page);
      return figure(page, 'Records');
    };
    const only = await choose('Only this');
    await page.goBack();
    await settled(page);
    const rest = await choose('Not this');
    expect(only).toBeGreaterThan(0);
    expect(only + rest).toBe(all);
    await close();
  });

  it('zooms by dragging over the chart', async () => {
    const { page, complaints, close } = await visit('/');
    const box = await page.locator('.time-chart').first().boundingBox();
    if (box === null) throw new Error('the chart has no place');
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x + box.width * 0.4, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, y, { steps: 5 });
    await page.mouse.up();
    await settled(page);
    const { searchParams } = new URL(page.url());
    const hours =
      (Date.parse(searchParams.get('to') ?? '') - Date.parse(searchParams.get('from') ?? '')) / 3_600_000;
    expect(hours).toBeGreaterThan(3);
    expect(hours).toBeLessThan(8);
    expect(await page.locator('.readout').getByText('period before').count()).toBe(2);
    expect(complaints).toEqual([]);
    await close();
  });

  it('shows the same to who gets the link', async () => {
    const first = await visit('/?where=action+%3D+REJECT&measure=flows');
    const second = await visit(new URL(first.page.url()).pathname + new URL(first.page.url()).search);
    for (const title of ['Sources', 'Service ports']) {
      expect(await rowsOf(second.page, title)).toEqual(await rowsOf(first.page, title));
    }
    expect(await figure(second.page, 'Records')).toBe(await figure(second.page, 'Rejected'));
    await first.close();
    await second.close();
  });

  it('marks a mistake in the filter and mends it', async () => {
    const { page, complaints, close } = await visit('/');
    const filter = page.getByRole('combobox', { name: 'Filter' });
    await filter.fill('dstprot = 22');
    expect(await page.locator('.filter-twin mark').innerText()).toBe('dstprot');
    await page.getByRole('button', { name: 'use dstport' }).click();
    await filter.press('Enter');
    await settled(page);
    expect(await page.locator('.chip').innerText()).toContain('dstport = 22');
    expect(complaints).toEqual([]);
    await close();
  });

  it('says why there is nothing, and leads out', async () => {
    const { page, complaints, close } = await visit('/?where=srcaddr+%3D+192.0.2.77');
    await page.getByRole('heading', { name: 'No records with traffic here' }).waitFor();
    await page.getByRole('link', { name: 'Without the filter' }).click();
    await settled(page);
    expect(await figure(page, 'Records')).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
    await close();
  });
});

describe('keyboard alone', () => {
  it('filters, narrows, zooms and comes back', async () => {
    const { page, complaints, close } = await visit('/');
    const { keyboard } = page;
    const all = await figure(page, 'Records');
    await keyboard.press('/');
    await keyboard.type('protocol = tcp');
    await keyboard.press('Enter');
    await settled(page);
    expect(await figure(page, 'Records')).toBeLessThan(all);
    await page.locator('.top-list .cell-button').first().focus();
    await keyboard.press('ArrowDown');
    await keyboard.press('Enter');
    await page.getByRole('menu').waitFor();
    await keyboard.press('Enter');
    await settled(page);
    expect(new URL(page.url()).searchParams.get('where')).toMatch(/^protocol = tcp and srcaddr = /);
    await page.locator('.time-chart').first().focus();
    for (const key of ['ArrowRight', 'ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowRight', 'Enter'])
      await keyboard.press(key);
    await settled(page);
    expect(new URL(page.url()).searchParams.has('from')).toBe(true);
    await page.goBack();
    await expect.poll(() => page.url()).not.toContain('from=');
    expect(complaints).toEqual([]);
    await close();
  });

  it('opens and leaves a menu where it was', async () => {
    const { page, close } = await visit('/');
    const cell = page.locator('.top-list .cell-button').first();
    await cell.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menu').waitFor();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('menu').count()).toBe(0);
    expect(await page.locator('.cell-button:focus').innerText()).toBe(await cell.innerText());
    await close();
  });
});

describe('for everybody', () => {
  it.each([
    ['light', 1440],
    ['dark', 1440],
    ['light', 390],
    ['dark', 390],
  ] as const)('%s at %i has no fault that axe finds', async (colorScheme, width) => {
    const { page, complaints, close } = await visit('/?where=action+%3D+REJECT', {
      colorScheme,
      viewport: { width, height: 844 },
    });
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });

  it.each([320, 390, 768, 1440, 2560])('fits %i pixels', async (width) => {
    const { page, close } = await visit('/', { viewport: { width, height: 900 } });
    const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
    expect(overflow).toBeLessThanOrEqual(0);
    await close();
  });

  it('keeps the theme that was chosen', async () => {
    const { page, close } = await visit('/', { colorScheme: 'light' });
    const theme = (): Promise<string> => page.evaluate<string>('document.documentElement.dataset.theme');
    expect(await theme()).toBe('light');
    await page.getByRole('button', { name: /^Theme/ }).click();
    await page.getByRole('button', { name: /^Theme/ }).click();
    expect(await theme()).toBe('dark');
    await page.reload();
    expect(await theme()).toBe('dark');
    await close();
  });

  it('shows times in UTC on a key', async () => {
    const { page, close } = await visit('/', { timezoneId: 'Asia/Tokyo' });
    const before = await page.locator('.time-exact').innerText();
    await page.keyboard.press('u');
    await expect.poll(() => page.locator('.time-exact').innerText()).not.toBe(before);
    expect(page.url()).toContain('zone=utc');
    await close();
  });
});

describe('other states', () => {
  it('tells how an empty lake is filled', async () => {
    const empty = await startConsole(join(directory, 'empty'), join(directory, 'no-lake'), {
      webDirectory: server().webDirectory,
    });
    const { page, complaints, close } = await openPage(browser(), empty.address);
    await page.goto(empty.address);
    await page.getByRole('heading', { name: 'The lake is empty' }).waitFor();
    expect(await page.locator('pre code').innerText()).toContain('weir ingest');
    expect(complaints).toEqual([]);
    await close();
    await empty.close();
  });

  it('asks for the token', async () => {
    const token = '0123456789abcdef';
    const guarded = await startConsole(join(directory, 'guarded'), join(directory, 'lake'), {
      webDirectory: server().webDirectory,
      token,
    });
    const { page, close } = await openPage(browser(), guarded.address);
    await page.goto(guarded.address);
    await page.getByLabel('Token').fill(token);
    await page.getByRole('button', { name: 'Continue' }).click();
    await settled(page);
    expect(await figure(page, 'Records')).toBeGreaterThan(0);
    await close();
    await guarded.close();
  });

  it('says that there is no such page', async () => {
    const { page, complaints, close } = await openPage(browser(), at(''));
    await page.goto(at('/no/such/page'));
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    expect(complaints).toEqual([]);
    await close();
  });
});
