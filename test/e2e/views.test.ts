import { describe, expect, it } from 'vitest';
import { openPage } from '../support/browser.ts';
import { accessibilityFaults, figure, settled, topList } from '../support/console-journey.ts';
import { useSimulatedConsole } from '../support/console-suite.ts';

const { browser, at, visit } = useSimulatedConsole(43_200);

describe('an address', () => {
  it('is followed through the whole lake', async () => {
    const { page, complaints, close } = await visit('/');
    const cell = topList(page, 'Rejected sources').locator('.cell-button').first();
    const address = await cell.innerText();
    await cell.click();
    await page.getByRole('menuitem', { name: `Open ${address}` }).click();
    await settled(page);
    expect(decodeURIComponent(new URL(page.url()).pathname)).toBe(`/address/${address}`);
    expect(await page.locator('.entity').innerText()).toMatch(/First seen 2026-03-1\d/);
    expect(await topList(page, 'Sent to').locator('.cell-button').count()).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
    await close();
  });

  it('that was never seen says so', async () => {
    const { page, complaints, close } = await visit('/address/192.0.2.200');
    expect(await page.locator('.entity').innerText()).toContain('Never seen');
    expect(complaints).toEqual([]);
    await close();
  });

  it('that is none says so', async () => {
    const { page, complaints, close } = await visit('/address/10.0.0.999');
    expect(await page.locator('.empty').innerText()).toContain('This is no address');
    expect(complaints).toEqual([]);
    await close();
  });
});

describe('the filter', () => {
  it('offers words, and takes one by keyboard', async () => {
    const { page, complaints, close } = await visit('/');
    const { keyboard } = page;
    await keyboard.press('/');
    await keyboard.type('acti');
    await page.getByRole('option', { name: /^action/ }).waitFor();
    await keyboard.press('ArrowDown');
    await keyboard.press('Tab');
    expect(await page.getByRole('combobox', { name: 'Filter' }).inputValue()).toBe('action ');
    await keyboard.type('= REJ');
    await page.getByRole('option', { name: /^REJECT/ }).click();
    await keyboard.press('Enter');
    await settled(page);
    expect(new URL(page.url()).searchParams.get('where')).toBe('action = REJECT');
    expect(complaints).toEqual([]);
    await close();
  });
});

describe('lake', () => {
  it('accounts for every line', async () => {
    const { page, complaints, close } = await visit('/lake');
    const value = (name: string): Promise<number> => figure(page, name);
    const parts = await Promise.all(['Records', 'NODATA', 'SKIPDATA', 'Malformed'].map(value));
    expect(parts.reduce((sum, part) => sum + part, 0)).toBe(await value('Lines'));
    expect(await page.locator('.grid-row').count()).toBeGreaterThan(10);
    await page.getByRole('textbox', { name: 'address holds' }).fill('no such object');
    await expect.poll(() => page.locator('.grid-row').count()).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  });
});

describe('a console that was replaced while a page was open', () => {
  it('keeps the page when the commands cannot be loaded, and the frame when a view cannot', async () => {
    const { page, close } = await openPage(browser(), at(''));
    const lost: string[] = [];
    await page.route(/assets\/(?:palette|network-view)-/, (route) => {
      lost.push(/assets\/([a-z-]+)-/.exec(route.request().url())?.[1] ?? '');
      return route.abort();
    });
    await page.goto(at('/'));
    await settled(page);
    expect(await page.locator('.top-list').count()).toBeGreaterThan(5);
    await page.getByRole('link', { name: 'Network' }).click();
    await page.getByRole('heading', { name: 'This view could not be shown' }).waitFor();
    await page.getByRole('link', { name: 'Lake' }).click();
    await page.locator('.grid-row').first().waitFor();
    expect(new Set(lost)).toEqual(new Set(['palette', 'network-view']));
    await close();
  });
});

describe('for everybody', () => {
  const paths = ['/explore', '/address/10.0.0.1'];
  it.each(paths.flatMap((path) => (['light', 'dark'] as const).map((theme) => [path, theme] as const)))(
    '%s in %s has no fault that axe finds',
    async (path, colorScheme) => {
      const { page, complaints, close } = await visit(path, { colorScheme });
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(complaints).toEqual([]);
      await close();
    },
  );

  it.each(paths)('%s fits 390 pixels', async (path) => {
    const { page, close } = await visit(path, { viewport: { width: 390, height: 844 } });
    const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
    expect(overflow).toBeLessThanOrEqual(0);
    await close();
  });
});
