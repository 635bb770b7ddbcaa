/**
 * The promise that matters most: whatever is killed, whenever, nothing is lost and nothing counts twice. Workers are real
 * processes, their death is SIGKILL, the judge is the simulator's own truth.
 *
 *   WEIR_KILL_SEED=7 npm run test:slow    the moments of an earlier run again (its seed is in the output)
 */
import { randomInt, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveConfig, vacuumLake, withLakeFiles } from '../../src/app/index.ts';
import { silentReporter } from '../../src/base/index.ts';
import { buildProgram } from '../support/built-program.ts';
import { type KillRun, killAtRandom, runOnce } from '../support/kill-run.ts';
import { expectedTotals, totalsOf, verifyAt } from '../support/lake-totals.ts';
import { seededRandom } from '../support/seeded-random.ts';
import {
  awsEnvironmentOf,
  canUse,
  createTestBucket,
  s3ClientOf,
  sharedServer,
} from '../support/servers/index.ts';
import { type MadeObject, makeSource } from '../support/simulated-source.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

const root = temporaryDirectory();
const seed = Number(process.env['WEIR_KILL_SEED'] ?? randomInt(1_000_000));
const WORKERS = 3;
/** A commit every two or three objects, and compaction that always finds files small enough. */
const SIZES = { batchRows: 200, commitRows: 250, targetBytes: 100_000 };

let program: { readonly file: string; readonly directory: string };
beforeAll(async () => {
  program = await buildProgram('test/support/ingest-worker.ts');
});
afterAll(() => rmSync(program.directory, { recursive: true, force: true }));

/** Files appear by rename: a file seen half written would be another object. */
function revealIn(folder: string): (object: MadeObject) => Promise<void> {
  mkdirSync(folder, { recursive: true });
  return async ({ name, bytes }) => {
    const aside = join(root, randomUUID());
    writeFileSync(aside, bytes);
    renameSync(aside, join(folder, name));
  };
}

/** What must hold at every moment, also while three workers write: every committed object is whole. */
async function assertWhole(lake: string): Promise<void> {
  const { ledger, records } = await totalsOf(lake);
  expect(ledger.lines).toBe(ledger.ok + ledger.nodata + ledger.skipdata + ledger.malformed);
  expect(records).toMatchObject({
    ok: ledger.ok,
    nodata: ledger.nodata,
    skipdata: ledger.skipdata,
    malformed: ledger.malformed,
  });
}

describe(`SIGKILL at random moments (seed ${seed})`, () => {
  it('200 times, three workers on one disk: after a rerun the totals are exact and the lake is clean', {
    timeout: 900_000,
  }, async () => {
    const [source, lake] = [join(root, 'source'), join(root, 'lake')];
    const { objects, truth } = await makeSource(`kills-${seed}`, 450, 120);
    const run: KillRun = {
      program: program.file,
      job: { lake, source, ...SIZES },
      workers: WORKERS,
      kills: 200,
      maxLifeMs: 2500,
      random: seededRandom(seed),
      objects,
      reveal: revealIn(source),
      onLook: () => assertWhole(lake),
    };
    const tally = await killAtRandom(run);
    process.stdout.write(
      `seed ${seed}: killed in ${JSON.stringify(tally.killedIn)}, ${tally.finished} tasks finished\n`,
    );
    expect(tally.killedIn.ingest + tally.killedIn.compact + tally.killedIn.between).toBe(200);
    expect(tally.killedIn.ingest).toBeGreaterThan(50);
    expect(tally.killedIn.compact).toBeGreaterThan(20);
    // Were nothing ever committed, killing would prove nothing.
    const commits = readdirSync(join(lake, 'flows/_delta_log')).filter((name) => name.endsWith('.json'));
    expect(commits.length).toBeGreaterThan(50);
    await assertWhole(lake);

    await runOnce(run, 'ingest');
    expect(await totalsOf(lake)).toEqual(expectedTotals(truth));
    await runOnce(run, 'compact');
    expect(await totalsOf(lake)).toEqual(expectedTotals(truth));
    const report = await verifyAt(lake);
    expect(report.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(report).toMatchObject({ isClean: true, objects: truth.objects });

    // What the killed left behind is swept without harm, and nothing else is.
    const config = resolveConfig({ flags: { 'lake.location': lake } });
    await withLakeFiles(config, silentReporter, (open) => vacuumLake(open, { graceMs: -1 }));
    expect(await verifyAt(lake)).toMatchObject({ isClean: true, problems: [] });
    expect(await totalsOf(lake)).toEqual(expectedTotals(truth));
  });

  describe.skipIf(!canUse('radosgw'))('on S3 (needs radosgw)', () => {
    it('20 times, three workers: after a rerun the totals are exact and the lake is clean', {
      timeout: 600_000,
    }, async () => {
      const server = await sharedServer('radosgw');
      const environment = { ...awsEnvironmentOf(server), WEIR_CACHE: join(root, 'cache') };
      const bucket = await createTestBucket(server);
      const client = s3ClientOf(server, { maxAttempts: 3 });
      const { objects, truth } = await makeSource(`s3-kills-${seed}`, 60, 120);
      const lake = `s3://${bucket}/lake`;
      const run: KillRun = {
        program: program.file,
        job: { lake, source: `s3://${bucket}/source/`, ...SIZES },
        environment,
        workers: WORKERS,
        kills: 20,
        maxLifeMs: 6000,
        random: seededRandom(seed + 1),
        objects,
        reveal: async ({ name, bytes }) => {
          await client.send(new PutObjectCommand({ Bucket: bucket, Key: `source/${name}`, Body: bytes }));
        },
      };
      Object.assign(process.env, environment);
      try {
        const tally = await killAtRandom(run);
        process.stdout.write(
          `seed ${seed}, S3: killed in ${JSON.stringify(tally.killedIn)}, ${tally.finished} tasks finished\n`,
        );
        await runOnce(run, 'ingest');
        await runOnce(run, 'compact');
        expect(await totalsOf(lake)).toEqual(expectedTotals(truth));
        const report = await verifyAt(lake);
        expect(report.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
        expect(report).toMatchObject({ isClean: true, objects: truth.objects });
      } finally {
        for (const name of Object.keys(environment)) delete process.env[name];
        client.destroy();
      }
    });
  });
});
