import { join } from 'node:path';
import { build } from 'vite';
import { resolveConfig, type Serving, serve } from '../../src/app/index.ts';
import type { SimulateConfig } from '../../src/simulate/index.ts';
import { writeConsoleLake } from './console-lake.ts';

const root = join(import.meta.dirname, '../..');

/** Builds the console into `directory/web` from the sources as they are. Cost: a second or two. */
export async function buildConsole(directory: string): Promise<string> {
  const outDir = join(directory, 'web');
  const before = process.env['NODE_ENV'];
  // As people get it: test runs would have React's version for developers.
  process.env['NODE_ENV'] = 'production';
  try {
    await build({
      configFile: join(root, 'web/vite.config.ts'),
      logLevel: 'error',
      build: { outDir, emptyOutDir: true },
    });
  } finally {
    if (before === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = before;
  }
  return outDir;
}

/** A server over a lake of `directory`, on a free port of loopback. */
export async function startConsole(
  directory: string,
  lake: string,
  options: { readonly token?: string; readonly webDirectory: string },
): Promise<Serving> {
  const config = resolveConfig({
    flags: { 'lake.location': lake, 'engine.temp': join(directory, 'engine-temp') },
    env: {},
    workingDirectory: directory,
    homeDirectory: directory,
  });
  return serve(
    { ...config, serve: { ...config.serve, port: 0 } },
    { token: options.token ?? null, webDirectory: options.webDirectory, version: 'test' },
  );
}

/** The whole of it: a simulated site, ingested, served with the console. */
export async function startSimulatedConsole(
  directory: string,
  changes: Partial<SimulateConfig> = {},
): Promise<Serving & { readonly webDirectory: string }> {
  const [webDirectory, lake] = [await buildConsole(directory), await writeConsoleLake(directory, changes)];
  return { ...(await startConsole(directory, lake, { webDirectory })), webDirectory };
}
