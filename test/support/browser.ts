import { existsSync } from 'node:fs';
import sparticuz from '@sparticuz/chromium';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** A page, and everything it complained about since it was opened. */
export interface WatchedPage {
  readonly page: Page;
  /** Console errors and warnings, exceptions, violations of the page's policy, requests to other hosts: all empty on a good page. */
  readonly complaints: readonly string[];
  readonly close: () => Promise<void>;
}

const SYSTEM_CHROMIUM = '/usr/bin/chromium';

/** In one process the browser would end with the first page that is closed. */
const ARGUMENTS = sparticuz.args.filter((argument) => argument !== '--single-process');

/** Run in the page; text, because this file has no DOM. */
const WATCH_POLICY = `document.addEventListener('securitypolicyviolation', (event) => {
  console.error('policy violated: ' + event.violatedDirective + ' ' + event.blockedURI);
});`;

/**
 * Starts a real Chromium: the one from npm, else the system's. Rejects when neither runs; the journeys are never skipped.
 */
export async function launchBrowser(): Promise<Browser> {
  try {
    return await chromium.launch({ executablePath: await sparticuz.executablePath(), args: ARGUMENTS });
  } catch (error) {
    if (!existsSync(SYSTEM_CHROMIUM)) throw error;
    return chromium.launch({ executablePath: SYSTEM_CHROMIUM, args: ['--no-sandbox'] });
  }
}

/** Opens a page of its own, with an empty profile, and watches it. */
export async function openPage(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    timezoneId: 'UTC',
    locale: 'en-GB',
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`console ${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !url.startsWith('data:')) complaints.push(`request elsewhere: ${url}`);
  });
  await page.addInitScript(WATCH_POLICY);
  return { page, complaints, close: () => context.close() };
}
