// npm test [-- ARGS]: installs what the tests need, builds what the end-to-end tests run, then runs vitest with ARGS.
//
//   npm test                     everything
//   npm test -- test/lake        one folder (no build unless it is test/e2e or test/cli)
//   npm test -- -t 'compaction'  by name
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';

const root = resolve(import.meta.dirname, '..');
const args = process.argv.slice(2);
const paths = args.filter((arg) => arg.startsWith('test/') || arg.startsWith('./test/'));
const runsBuilt = paths.length === 0 || paths.some((path) => /test\/(e2e|cli|docs)\b/.test(path));

ensureInstalled(root);
if (runsBuilt) ensureBuilt(root);

const vitest = spawn(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...args], {
  cwd: root,
  stdio: 'inherit',
});
// Vitest stops the test servers when it is asked to stop; leaving first would leave them running.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => vitest.kill(signal));
vitest.on('error', (error) => {
  console.error(`npm test: vitest could not be run: ${error.message}`);
  process.exitCode = 1;
});
vitest.on('close', (code) => (process.exitCode = code ?? 1));
