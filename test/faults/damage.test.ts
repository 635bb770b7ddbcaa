import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ingest } from '../../src/app/index.ts';
import { silentReporter } from '../../src/base/index.ts';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { openDuckdbSession } from '../support/duckdb-session.ts';
import { expectClearError, expectWholeAfterRerun, writeObjects } from '../support/fault-checks.ts';
import { totalsOf } from '../support/lake-totals.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { type MadeSource, makeSource } from '../support/simulated-source.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';
import { weirProcess } from '../support/weir-process.ts';

const root = temporaryDirectory();
const weir = weirProcess();
const source = join(root, 'source');
/** A lake of most of the objects in many commits, with checkpoints; each case damages a copy of it. */
const original = join(root, 'lake');
let made: MadeSource;
beforeAll(async () => {
  made = await makeSource('damage', 60, 20);
  const later = made.objects.slice(54);
  writeObjects(source, made.objects.slice(0, 54));
  const warnings: string[] = [];
  const reporter = { ...silentReporter, warn: (message: string) => void warnings.push(message) };
  await ingest({ sources: [source], lake: original, reporter, batchRows: 200, commitRows: 1 });
  expect(warnings).toEqual([]);
  writeObjects(source, later);
});

let copies = 0;
function copyOfLake(): string {
  const lake = join(root, `copy-${copies++}`);
  cpSync(original, lake, { recursive: true });
  return lake;
}

/** Everything in a folder, to see that a command left it alone. */
function listing(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
}

const halve = (path: string): void => truncateSync(path, Math.floor(readFileSync(path).length / 2));

function scramble(path: string): void {
  const bytes = readFileSync(path);
  const random = seededRandom(bytes.length);
  // The footer stays good: only reading the data shows it.
  for (let at = 4; at < bytes.length / 3; at++) bytes[at] = Math.floor(random() * 256);
  writeFileSync(path, bytes);
}

describe('a damaged Parquet source', () => {
  it('is refused, or read as far as it goes; the whole file is read once it is there', async () => {
    const [folder, lake, good] = [
      join(root, 'parquet'),
      join(root, 'parquet-lake'),
      join(root, 'good.parquet'),
    ];
    mkdirSync(folder);
    const session = await openDuckdbSession();
    await session.run(
      `COPY (SELECT 2 AS version, '123456789010' AS account_id, 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr,
         '192.0.2.' || (n % 200) AS dstaddr, 40000 + n % 9 AS srcport, 443 AS dstport, 6 AS protocol, n AS packets, n * 100 AS bytes,
         1700000000 + n AS start, 1700000060 + n AS "end", 'ACCEPT' AS action, 'OK' AS log_status
       FROM range(5000) AS t(n)) TO '${good}' (FORMAT parquet)`,
    );
    session.close();
    const bytes = readFileSync(good);
    const damaged: Readonly<Record<string, Uint8Array>> = {
      'cut.parquet': bytes.subarray(0, bytes.length / 2),
      'footer.parquet': Buffer.concat([bytes.subarray(0, -200), Buffer.alloc(192, 7), bytes.subarray(-8)]),
      'length.parquet': Buffer.concat([
        bytes.subarray(0, -8),
        Buffer.from([255, 255, 255, 127]),
        bytes.subarray(-4),
      ]),
      'magic.parquet': Buffer.from('PAR1'),
    };
    for (const [name, content] of Object.entries(damaged)) writeFileSync(join(folder, name), content);
    const run = await weir.run('ingest', folder, '--lake', lake, '-o', 'json');
    expectClearError(
      run,
      EXIT.badData,
      ...Object.keys(damaged).map((name) => new RegExp(`refused: .*${name}: .*damaged`)),
    );
    expect(JSON.parse(run.stdout)).toMatchObject({ objects: 4, lines: 0 });

    writeFileSync(join(folder, 'cut.parquet'), bytes);
    const again = await weir.run('ingest', folder, '--lake', lake, '-o', 'json');
    expect(again).toMatchObject({ code: EXIT.fine });
    expect(JSON.parse(again.stdout)).toMatchObject({ objects: 1, objectsSkipped: 3, lines: 5000, ok: 5000 });
    expect((await totalsOf(lake)).records).toMatchObject({
      ok: 5000,
      packets: 12_497_500,
      bytes: 1_249_750_000,
    });
  });

  it('counts nothing of a file whose data is damaged behind a good footer, and says that nothing was read', async () => {
    const [folder, lake] = [join(root, 'scrambled'), join(root, 'scrambled-lake')];
    mkdirSync(folder);
    writeFileSync(join(folder, 'a.parquet'), readFileSync(join(root, 'good.parquet')));
    scramble(join(folder, 'a.parquet'));
    const run = await weir.run('ingest', folder, '--lake', lake, '-o', 'json');
    expectClearError(run, EXIT.badData, /truncated: .*a\.parquet: the Parquet data is damaged/);
    expect(await weir.run('lake', 'verify', '--lake', lake)).toMatchObject({ code: EXIT.fine });
  });
});

describe('a damaged data file of the lake', () => {
  const cases: readonly (readonly [
    name: string,
    damage: (path: string) => void,
    found: string,
    code: number,
  ])[] = [
    ['cut in half', halve, 'file-size', EXIT.outside],
    ['emptied', (path) => writeFileSync(path, ''), 'file-size', EXIT.outside],
    ['with damaged data behind a good footer', scramble, 'file-unreadable', EXIT.outside],
    ['removed', (path) => rmSync(path), 'file-missing', EXIT.badData],
  ];

  it.each(cases)(
    '%s: is named, nothing is changed, and with the file restored all is well',
    async (_name, damage, found, code) => {
      const lake = copyOfLake();
      const day = readdirSync(join(lake, 'flows')).find((name) => name.startsWith('day=')) ?? '';
      const path = join('flows', day, readdirSync(join(lake, 'flows', day))[0] ?? '');
      damage(join(lake, path));
      const before = listing(lake);
      const verified = await weir.run('lake', 'verify', '--lake', lake);
      expect(verified).toMatchObject({ code: EXIT.found });
      expect(verified.stdout).toContain(`"code":"${found}","where":"${path}"`);
      const asked = await weir.run('sql', 'SELECT max(COLUMNS(*)) FROM flows', '--lake', lake);
      expectClearError(asked, code);
      expectClearError(await weir.run('lake', 'compact', '--lake', lake), code);
      expect(listing(lake)).toEqual(before);
      cpSync(join(original, path), join(lake, path));
      await expectWholeAfterRerun(weir, source, lake, made.truth);
    },
  );
});

describe('a damaged log', () => {
  const newest = (lake: string, table: string): string => {
    const log = join(lake, table, '_delta_log');
    return join(
      log,
      readdirSync(log)
        .filter((name) => name.endsWith('.json'))
        .toSorted()
        .at(-1) ?? '',
    );
  };
  const firstLine = (path: string): void => {
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.slice(0, text.indexOf('\n') + 1));
  };
  const cases: readonly (readonly [name: string, table: string, damage: (path: string) => void])[] = [
    ['an entry of flows cut in half', 'flows', halve],
    ['an entry of flows cut at the end of a line', 'flows', firstLine],
    ['an entry of flows emptied', 'flows', (path) => writeFileSync(path, '')],
    ['an entry of another table cut in half', 'ip_day', halve],
  ];

  it.each(cases)(
    '%s: everybody refuses, nothing is changed, and with the entry restored all is well',
    async (_name, table, damage) => {
      const lake = copyOfLake();
      const entry = newest(lake, table);
      const whole = readFileSync(entry);
      damage(entry);
      const before = listing(lake);
      const words = /the log entry .* is damaged at line \d+; restore it from a copy of the lake/;
      const verified = await weir.run('lake', 'verify', '--lake', lake);
      expect(verified).toMatchObject({ code: EXIT.found });
      expect(verified.stdout).toMatch(/"log-damaged"/);
      for (const args of [
        ['ingest', source],
        ['lake', 'compact'],
        ['sql', 'SELECT count(*) FROM flows'],
      ]) {
        expectClearError(await weir.run(...args, '--lake', lake), EXIT.badData, words, entry);
      }
      expect(listing(lake)).toEqual(before);
      writeFileSync(entry, whole);
      await expectWholeAfterRerun(weir, source, lake, made.truth);
    },
  );

  it('whose newest entry has no copy: moving away what the messages name, and ingesting again, makes the lake whole', async () => {
    const lake = copyOfLake();
    const entry = newest(lake, 'flows');
    halve(entry);
    renameSync(entry, join(root, 'moved-entry'));
    const run = await weir.run('ingest', source, '--lake', lake);
    expectClearError(run, EXIT.badData, /move these away too/);
    const named = run.stderr.match(/file:\/\/\S+\.json/g) ?? [];
    expect(named.length).toBeGreaterThan(0);
    for (const [index, address] of named.entries())
      renameSync(new URL(address), join(root, `moved-${index}`));
    await expectWholeAfterRerun(weir, source, lake, made.truth);
  });

  it('with a checkpoint cut in half: is named, and without checkpoint and pointer the entries do', async () => {
    const lake = copyOfLake();
    const log = join(lake, 'flows/_delta_log');
    const checkpoints = readdirSync(log).filter((name) => name.endsWith('.checkpoint.parquet'));
    expect(checkpoints).toHaveLength(1);
    const checkpoint = join(log, checkpoints[0] ?? '');
    halve(checkpoint);
    const words = /the checkpoint .* cannot be read; remove it and _last_checkpoint beside it/;
    expectClearError(await weir.run('ingest', source, '--lake', lake), EXIT.badData, words, checkpoint);
    expect(await weir.run('lake', 'verify', '--lake', lake)).toMatchObject({ code: EXIT.found });
    rmSync(checkpoint);
    expectClearError(await weir.run('ingest', source, '--lake', lake), EXIT.badData, words);
    rmSync(join(log, '_last_checkpoint'));
    await expectWholeAfterRerun(weir, source, lake, made.truth);
  });
});
