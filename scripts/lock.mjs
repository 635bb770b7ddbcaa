// One process at a time installs or builds. The mistake it prevents: two commands started together in a fresh clone,
// each building over the other's half-written files.
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const WAIT_MS = 100;
const PATIENCE_MS = 10 * 60_000;

/** Runs `work` while holding the lock `name` under the repository; waits for its holder, and takes over from a dead one. */
export function withLock(root, name, work) {
  const lock = join(root, `node_modules/.cache/weir-${name}.lock`);
  mkdirSync(join(root, 'node_modules/.cache'), { recursive: true });
  const deadline = Date.now() + PATIENCE_MS;
  while (!take(lock)) {
    if (Date.now() > deadline)
      throw new Error(`${lock} is held for over ten minutes; remove it when no other weir runs`);
    if (!isHeld(lock)) rmSync(lock, { force: true });
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MS);
  }
  const release = () => rmSync(lock, { force: true });
  process.once('exit', release);
  try {
    return work();
  } finally {
    process.off('exit', release);
    release();
  }
}

/** Linking a finished file into place is atomic, so nobody ever reads a lock without its holder's number in it. */
function take(lock) {
  const mine = `${lock}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    linkSync(mine, lock);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Signal 0 asks whether the process lives; EPERM means that it does and is somebody else's. */
function isHeld(lock) {
  try {
    process.kill(Number(readFileSync(lock, 'utf8')), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
