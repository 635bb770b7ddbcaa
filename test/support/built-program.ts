import { mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { build } from 'vite';

const ROOT = resolve(import.meta.dirname, '../..');

/**
 * Builds a program of ours from the sources as they are now, in about a second, and gives the file to run with `node`. It
 * starts in a third of the time that running the sources takes, which counts where hundreds are started. The file lies in a
 * directory of its own below the system's temporary one; remove that (`directory`) when it is not needed any more.
 */
export async function buildProgram(
  entry: string,
): Promise<{ readonly file: string; readonly directory: string }> {
  const directory = mkdtempSync(join(tmpdir(), 'weir-built-'));
  // Packages stay where they are installed.
  symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    build: { ssr: entry, outDir: join(directory, 'out'), emptyOutDir: true, target: 'node20', minify: false },
  });
  return { file: join(directory, 'out', `${basename(entry, '.ts')}.js`), directory };
}
