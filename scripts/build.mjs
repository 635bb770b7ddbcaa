// Builds dist/ when the sources are not what it was built from, and costs a few milliseconds when they are. The mistake
// it prevents: running yesterday's build of today's sources.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assertWritable, giveUp, runNpm } from './install.mjs';
import { withLock } from './lock.mjs';

const SOURCES = ['src', 'web', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
const SKIPPED = new Set(['node_modules', 'dist', 'README.md']);

/** Path of the built command. */
export function builtMain(root) {
  return join(root, 'dist/src/cli/main.js');
}

/** Builds when needed; says so on stderr, and stops the program when the build fails. */
export function ensureBuilt(root) {
  if (isFresh(root)) return;
  assertWritable(root, 'build into dist');
  withLock(root, 'build', () => {
    if (isFresh(root)) return;
    const before = { stats: statsOf(root), content: contentOf(root) };
    console.error('weir: building (npm run build)');
    runNpm(root, ['run', '--silent', 'build']);
    if (!existsSync(builtMain(root))) giveUp(`the build made no ${builtMain(root)}`, 70);
    // Taken before the build, so that a file saved while it ran makes the next run build again.
    writeFileSync(stampPath(root), JSON.stringify(before));
  });
}

function isFresh(root) {
  let stamp;
  try {
    stamp = JSON.parse(readFileSync(stampPath(root), 'utf8'));
  } catch {
    return false;
  }
  if (!existsSync(builtMain(root))) return false;
  const stats = statsOf(root);
  if (stamp.stats === stats) return true;
  // Times change without the content when a branch is left and come back to, or the tree is copied.
  if (stamp.content !== contentOf(root)) return false;
  try {
    writeFileSync(stampPath(root), JSON.stringify({ ...stamp, stats }));
  } catch {
    // A read-only tree stays right, only the check stays the slower one.
  }
  return true;
}

function stampPath(root) {
  return join(root, 'dist/.built-from');
}

/** Names, sizes and times of all sources; one stat for each file. */
function statsOf(root) {
  const hash = createHash('sha256');
  for (const path of sourceFiles(root)) {
    const { size, mtimeMs } = statSync(join(root, path));
    hash.update(`${path}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function contentOf(root) {
  const hash = createHash('sha256');
  for (const path of sourceFiles(root)) hash.update(`${path}\0`).update(readFileSync(join(root, path)));
  return hash.digest('hex');
}

function sourceFiles(root) {
  const found = [];
  const walk = (path) => {
    for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
      if (SKIPPED.has(entry.name)) continue;
      if (entry.isDirectory()) walk(`${path}/${entry.name}`);
      else found.push(`${path}/${entry.name}`);
    }
  };
  for (const path of SOURCES) {
    if (!existsSync(join(root, path))) continue;
    if (path.includes('.')) found.push(path);
    else walk(path);
  }
  return found.toSorted();
}
