import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, vi } from 'vitest';
import type { Serving } from '../../src/app/index.ts';
import { launchBrowser, type WatchedPage } from './browser.ts';
import { openView } from './console-journey.ts';
import { startSimulatedConsole } from './console-server.ts';
import { temporaryDirectory } from './temp-directory.ts';

/** A console with the directory that its files are built into. */
export type ServedConsole = Serving & { readonly webDirectory: string };

/** What the journeys of one file share. The browser and the console are there once its tests run. */
export interface ConsoleSuite {
  readonly directory: string;
  readonly browser: () => Browser;
  readonly server: () => ServedConsole;
  /** An address of the console. */
  readonly at: (path: string) => string;
  /** A page of its own at a path, with nothing loading any more. */
  readonly visit: (path: string, options?: BrowserContextOptions) => Promise<WatchedPage>;
}

/** Starts a browser and a console before the tests of this file, and ends both after them. */
export function useConsole(start: (directory: string) => Promise<ServedConsole>): ConsoleSuite {
  // Browsers on a busy machine take their time.
  vi.setConfig({ testTimeout: 90_000 });
  const directory = temporaryDirectory();
  let browser: Browser | null = null;
  let server: ServedConsole | null = null;
  beforeAll(async () => {
    [browser, server] = await Promise.all([launchBrowser(), start(directory)]);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  const started = <T>(one: T | null): T => {
    if (one === null) throw new Error('the console starts before the tests, not before that');
    return one;
  };
  const at = (path: string): string => started(server).address + path;
  return {
    directory,
    browser: () => started(browser),
    server: () => started(server),
    at,
    visit: (path, options) => openView(started(browser), at(''), path, options),
  };
}

/** The same over a simulated site of so many seconds. */
export function useSimulatedConsole(spanSeconds: number): ConsoleSuite {
  return useConsole((directory) => startSimulatedConsole(directory, { spanSeconds }));
}
