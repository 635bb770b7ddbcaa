import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../../../shared/data');

/** True when the licensed test data lies beside the checkout; suites that need it skip by name otherwise. */
export const hasSharedData: boolean = existsSync(ROOT);

/** The absolute path of a file or folder of the licensed test data. */
export function sharedData(path: string): string {
  return resolve(ROOT, path);
}
