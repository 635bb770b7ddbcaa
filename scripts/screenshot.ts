/**
 * Takes the picture of the README: the overview over a simulated site, in real Chromium. The mistake it prevents: a
 * README that shows a console of long ago.
 *
 *   npx tsx scripts/screenshot.ts                          docs/images/overview.png
 *   npx tsx scripts/screenshot.ts PATH OUT [WIDTH] [THEME]  any view
 */
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { launchBrowser, openPage } from '../test/support/browser.ts';
import { startSimulatedConsole } from '../test/support/console-server.ts';

const [path = '/?measure=flows&zone=utc', out = 'docs/images/overview.png', width = '1360', theme = 'light'] =
  process.argv.slice(2);
const target = resolve(import.meta.dirname, '..', out);
const directory = mkdtempSync(join(tmpdir(), 'weir-screenshot-'));
try {
  const spanSeconds = 3 * 86_400;
  const startSeconds = Math.floor((Date.now() / 1000 - spanSeconds - 120) / 60) * 60;
  const server = await startSimulatedConsole(directory, { startSeconds, spanSeconds });
  const browser = await launchBrowser();
  const { page, complaints } = await openPage(browser, server.address, {
    viewport: { width: Number(width), height: 850 },
    colorScheme: theme === 'dark' ? 'dark' : 'light',
  });
  await page.goto(server.address + path);
  await page.waitForSelector('main h1');
  await page.waitForSelector('main:not(:has([aria-busy="true"], .pending))');
  mkdirSync(dirname(target), { recursive: true });
  await page.screenshot({ path: target });
  await browser.close();
  await server.close();
  for (const complaint of complaints) console.error(complaint);
  console.log(`${out}: ${Math.ceil(statSync(target).size / 1000)} kB`);
  process.exitCode = complaints.length > 0 ? 1 : 0;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
