import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { DEFAULT_FORMAT, formatHeader, layoutOfFields } from '../../src/record/index.ts';
import { block, linesOfBlocks, objectsTarget, openBench, readBack, SLOT } from '../support/delivery.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

const home = temporaryDirectory();
const fresh = (): { spool: string; out: string } => ({
  spool: mkdtempSync(join(home, 'spool-')),
  out: mkdtempSync(join(home, 'out-')),
});
const HEADER = formatHeader(layoutOfFields(DEFAULT_FORMAT));
const FOLDER = 'AWSLogs/123456789012/vpcflowlogs/us-east-1/2018/06/20/';
const NAME = '123456789012_vpcflowlogs_us-east-1_fl-0123456789abcdef0_20180620T';

it('records land in the file of the five minutes in which they end, once the slot is over', async () => {
  const { spool, out } = fresh();
  const target = objectsTarget(out);
  const { deliverer, clock, problems } = await openBench(spool);
  deliverer.setTargets([target]);
  const blocks = [
    block(3, { start: SLOT, end: SLOT }),
    block(2, { source: 'eni-0b', start: SLOT - 30, end: SLOT + 299 }),
    block(4, { start: SLOT + 290, end: SLOT + 300 }),
  ];
  for (const each of blocks) expect(deliverer.add(target.flowLogId, each)).toBe('stored');
  clock.nowMs = (SLOT + 300 + 59) * 1000;
  await deliverer.round();
  expect(await readBack(out)).toEqual([]);
  clock.nowMs = (SLOT + 300 + 60) * 1000;
  await deliverer.round();
  const first = await readBack(out);
  expect(first).toMatchObject([{ header: HEADER, lines: linesOfBlocks(blocks.slice(0, 2)) }]);
  expect(first[0]?.name).toMatch(new RegExp(`^${FOLDER}${NAME}1620Z_[0-9a-f]{8}\\.log\\.gz$`));
  expect(problems).toEqual([null]);

  clock.nowMs += 300_000;
  await deliverer.round();
  expect((await readBack(out)).map((file) => file.lines.length)).toEqual([5, 4]);

  // Late records: a file of their own beside the first.
  deliverer.add(target.flowLogId, block(1, { start: SLOT + 1 }));
  expect(await deliverer.drain(0)).toBe(0);
  const files = await readBack(out);
  expect(files.map((file) => /T(\d{4})Z/.exec(file.name)?.[1]).sort()).toEqual(['1620', '1620', '1625']);
  expect(deliverer.counts()).toMatchObject([
    { accepted: 10, delivered: 10, waiting: 0, refused: 0, requests: 3 },
  ]);
  expect(deliverer.spoolBytes).toBe(0);
  await deliverer.stop();
});

it('a text file is a gzip of the header and one line per record, each ended', async () => {
  const { spool, out } = fresh();
  const target = objectsTarget(out);
  const { deliverer } = await openBench(spool);
  deliverer.setTargets([target]);
  deliverer.add(target.flowLogId, block(2));
  await deliverer.drain(0);
  const folder = join(out, FOLDER);
  const text = gunzipSync(readFileSync(join(folder, readdirSync(folder)[0] ?? ''))).toString();
  expect(text).toBe(`${HEADER}\n${linesOfBlocks([block(2)]).join('\n')}\n`);
  await deliverer.stop();
});

it.each([
  ['plain', {}, FOLDER],
  ['hourly', { perHour: true }, `${FOLDER}16/`],
  [
    'Hive, hourly, prefix',
    { hive: true, perHour: true, prefix: 'a/b' },
    'AWSLogs/aws-account-id=123456789012/aws-service=vpcflowlogs/aws-region=us-east-1/year=2018/month=06/day=20/hour=16/',
  ],
  [
    'Hive of a transit gateway',
    { hive: true, serviceName: 'service' as const },
    'AWSLogs/aws-account-id=123456789012/service=vpcflowlogs/aws-region=us-east-1/year=2018/month=06/day=20/',
  ],
])('layout: %s', async (_, layout, folder) => {
  const { spool, out } = fresh();
  const target = objectsTarget(out, layout);
  const { deliverer } = await openBench(spool);
  deliverer.setTargets([target]);
  deliverer.add(target.flowLogId, block(1));
  await deliverer.drain(0);
  await deliverer.stop();
  const [file] = await readBack(out);
  expect(file?.name.startsWith(folder)).toBe(true);
  expect(file?.lines).toEqual(linesOfBlocks([block(1)]));
});

it('a slot with more than the size cap becomes several files, none above it', async () => {
  const { spool, out } = fresh();
  const target = objectsTarget(out);
  const { deliverer } = await openBench(spool, { objectBytes: 10_000 });
  deliverer.setTargets([target]);
  const blocks = Array.from({ length: 40 }, (_, i) => block(11, { firstPort: 11 * i }));
  for (const each of blocks) deliverer.add(target.flowLogId, each);
  await deliverer.drain(0);
  const files = await readBack(out);
  expect(files.length).toBeGreaterThanOrEqual(4);
  for (const file of files) expect(file.lines.join('\n').length).toBeLessThanOrEqual(10_000);
  expect(files.flatMap((file) => file.lines).sort()).toEqual(linesOfBlocks(blocks).sort());
  await deliverer.stop();
});

it('a target that is deleted is delivered at once, and what was published stays', async () => {
  const { spool, out } = fresh();
  const target = objectsTarget(out);
  const { deliverer } = await openBench(spool);
  deliverer.setTargets([target]);
  deliverer.add(target.flowLogId, block(2));
  deliverer.setTargets([]);
  expect(deliverer.add(target.flowLogId, block(2))).toBe('ended');
  await deliverer.round();
  expect((await readBack(out)).map((file) => file.lines.length)).toEqual([2]);
  expect(deliverer.counts()).toMatchObject([{ accepted: 2, delivered: 2, waiting: 0 }]);
  expect(readdirSync(spool).sort()).toEqual(['lock', 'work']);
  await deliverer.stop();
});
