// Brings node_modules to what package-lock.json says, and does nothing when it is there already. The mistake it
// prevents: "works after npm install, which I had forgotten" (a pull that changes the lockfile changes the install).
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';

/** Stops the program with a message for people: what was found, what to do. Exit code 4, as for any outside service. */
export function giveUp(message, code = 4) {
  console.error(`weir: ${message}`);
  process.exit(code);
}

/** Installs the packages when the lockfile has changed since the last install; says so on stderr, and stops the program when it cannot. */
export function ensureInstalled(root) {
  if (isInstalled(root)) return;
  assertWritable(root, 'install packages into node_modules');
  withLock(root, 'install', () => {
    if (isInstalled(root)) return;
    console.error('weir: installing packages (npm install)');
    // `npm install` respects the lockfile; `npm ci` of npm 11 refuses lockfiles that list other platforms' binaries.
    runNpm(root, ['install', '--no-audit', '--no-fund', '--loglevel=error']);
    mkdirSync(join(root, 'node_modules/.cache'), { recursive: true });
    writeFileSync(stampPath(root), lockfileHash(root));
  });
}

/** Runs npm in the repository with its output on stderr, so that stdout stays the command's own. */
export function runNpm(root, args) {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const result = spawnSync(npm, args, {
    cwd: root,
    stdio: ['ignore', process.stderr, process.stderr],
    shell: process.platform === 'win32',
  });
  if (result.error)
    giveUp(`npm could not be run (${result.error.message}); Weir needs Node 20.19 or later with npm`);
  if (result.status !== 0)
    giveUp(`npm ${args[0]} failed with exit code ${result.status ?? result.signal}; its output is above`);
}

/** Stops the program unless files can be made under `root`. */
export function assertWritable(root, purpose) {
  try {
    accessSync(root, constants.W_OK);
  } catch {
    giveUp(
      `cannot ${purpose}: ${root} is not writable; run ./weir once as a user who may write there, or copy the tree`,
    );
  }
}

function isInstalled(root) {
  try {
    if (readFileSync(stampPath(root), 'utf8') === lockfileHash(root)) return true;
  } catch {
    // No stamp: somebody may have run npm install by hand, which leaves its own mark.
  }
  try {
    return (
      statSync(join(root, 'node_modules/.package-lock.json')).mtimeMs >=
      statSync(join(root, 'package-lock.json')).mtimeMs
    );
  } catch {
    return false;
  }
}

function stampPath(root) {
  return join(root, 'node_modules/.cache/weir-install');
}

function lockfileHash(root) {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}
