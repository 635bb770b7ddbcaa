import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { openPage, type WatchedPage } from './browser.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe answers, as far as we read it. */
interface AxeAnswer {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** Waits until a view of the console is there and nothing of it is loading. */
export async function settled(page: Page): Promise<void> {
  await page.waitForSelector('main h1');
  await page.waitForSelector('main:not(:has([aria-busy="true"], .pending))');
}

/** Opens a view of the console at `origin`, and waits until nothing of it is loading. The clipboard may be used. */
export async function openView(
  browser: Browser,
  origin: string,
  path: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const permissions = ['clipboard-read', 'clipboard-write'];
  const watched = await openPage(browser, origin, { permissions, ...options });
  await watched.page.goto(origin + path);
  await settled(watched.page);
  return watched;
}

/** Faults of contrast, labels, roles and structure that axe finds on the page as it is. */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<AxeAnswer>('axe.run()');
  return violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .slice(0, 3)
        .map((node) => node.html)
        .join(' | ')}`,
  );
}

/** A figure at the head of a view, by its name. */
export function figureOf(page: Page, name: string): Locator {
  return page.locator('.figure', { has: page.getByText(name, { exact: true }) });
}

/** The number of a figure, whole as the page holds it. */
export async function figure(page: Page, name: string): Promise<number> {
  return Number(await figureOf(page, name).locator('data').getAttribute('value'));
}

/** A top list by the beginning of its heading. */
export function topList(page: Page, title: string): Locator {
  return page.locator('.top-list', { has: page.getByRole('heading', { name: new RegExp(`^${title}\\b`) }) });
}
