/**
 * A second reader of our tables that we did not write: ClickHouse in a child process, by the npm package chdb. It is
 * 540 MB, so it is no dependency; scripts/install-test-servers.sh puts it under node_modules/.cache. In a suite:
 *
 *   describe.skipIf(!canUseChdb())('another reader agrees (needs chdb)', () => {
 *     const [row] = await queryChdb(`SELECT sum(bytes) AS bytes FROM deltaLakeLocal('${directory}')`);
 *   });
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const HOME = resolve(import.meta.dirname, '../../node_modules/.cache/test-servers/chdb');

/** May a suite use it? True when it is installed, and when `REQUIRE_ENGINES` names chdb: then its absence is a failure. */
export function canUseChdb(): boolean {
  const required = (process.env['REQUIRE_ENGINES'] ?? '').split(',').map((name) => name.trim());
  return required.includes('chdb') || existsSync(resolve(HOME, 'node_modules/chdb/package.json'));
}

/**
 * Runs one query and gives its rows, about half a second. Numbers come as JavaScript numbers, so wrap what may pass
 * 2^53 in `toString(…)`; timestamps come as ClickHouse prints them. Tables on disk are named by absolute path:
 * `deltaLakeLocal('/…/flows')`; on S3 `deltaLake('http://127.0.0.1:PORT/bucket/flows', key, secret)`.
 * Throws with ClickHouse's message.
 */
export function queryChdb(sql: string): Record<string, unknown>[] {
  // The child stands in /: the …Local functions read nothing above the directory of their process.
  const options = {
    cwd: '/',
    input: sql,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    timeout: 60_000,
  } as const;
  const result = spawnSync(process.execPath, ['-e', CHILD, HOME], options);
  if (result.status !== 0)
    throw new Error(`chdb: ${result.stderr || String(result.error ?? result.signal)}\n${sql}`);
  const lines = result.stdout.split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

const CHILD = `
const { createRequire } = require('node:module');
const { query } = createRequire(process.argv[1] + '/package.json')('chdb');
const sql = require('node:fs').readFileSync(0, 'utf8');
try {
  process.stdout.write(query(sql, 'JSONEachRow'));
} catch (error) {
  process.stderr.write(error.message);
  process.exitCode = 1;
}
`;
