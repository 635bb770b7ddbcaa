import { open, readFile, rm } from 'node:fs/promises';
import { WeirError } from '../base/index.ts';

/**
 * Takes the lock file of a spool; gives its path. Errors: `deliver.spool-locked` when another living process holds it.
 */
export async function takeSpoolLock(path: string): Promise<string> {
  const owner = Number(await readFile(path, 'utf8').catch(() => ''));
  if (owner > 0 && owner !== process.pid && isAlive(owner)) {
    throw new WeirError(
      'config',
      'deliver.spool-locked',
      `process ${owner} already delivers from the spool of ${path}; stop it, or give this one another spool directory`,
      { details: { path, owner } },
    );
  }
  // A lock of a process that is gone, or of our own number (containers number from 1 again), is left from a crash.
  await rm(path, { force: true });
  const file = await open(path, 'wx', 0o600);
  await file.writeFile(String(process.pid));
  await file.close();
  return path;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
