import { describe, expect, it } from 'vitest';
import { type ObjectKeyLayout, objectKey, parseObjectKey } from '../../../src/aws/index.ts';
import { type ListOptions, listSources } from '../../../src/ingest/index.ts';
import { fakeObjectStore } from '../../support/fake-object-store.ts';

const DAY = 86_400;
const at = (iso: string): number => Date.parse(iso) / 1000;
const START = at('2026-01-30T00:00:00Z');

type Shape = Pick<ObjectKeyLayout, 'hive' | 'perHour' | 'serviceName'>;
const LAYOUTS: readonly (readonly [string, Shape])[] = [
  ['plain', { hive: false, perHour: false, serviceName: 'aws-service' }],
  ['plain, hourly', { hive: false, perHour: true, serviceName: 'aws-service' }],
  ['Hive', { hive: true, perHour: false, serviceName: 'aws-service' }],
  ['Hive, hourly', { hive: true, perHour: true, serviceName: 'aws-service' }],
  ['Hive with service= (transit gateways)', { hive: true, perHour: false, serviceName: 'service' }],
];

/** One object per half hour over some days, two accounts with two Regions each, and other services beside them. */
function bucket(prefix: string, shape: Shape, days = 5): Map<string, Uint8Array> {
  const contents = new Map<string, Uint8Array>();
  for (const accountId of ['111111111111', '222222222222']) {
    for (const region of ['eu-west-1', 'us-east-1']) {
      for (let slotSeconds = START; slotSeconds < START + days * DAY; slotSeconds += 1800) {
        const parts = {
          prefix,
          accountId,
          region,
          ...shape,
          flowLogId: 'fl-0123456789abcdef0',
          slotSeconds,
          hash: '0a1b2c3d',
          fileFormat: 'plain-text' as const,
        };
        contents.set(objectKey(parts), Buffer.from('x'));
      }
    }
    contents.set(
      `${prefix === '' ? '' : `${prefix}/`}AWSLogs/${accountId}/CloudTrail/us-east-1/2026/01/31/trail.json.gz`,
      Buffer.from('x'),
    );
  }
  return contents;
}

async function list(contents: ReadonlyMap<string, Uint8Array>, source: string, options: ListOptions = {}) {
  const store = fakeObjectStore(contents);
  const listing = listSources([source], { ...options, openStore: () => Promise.resolve(store) });
  const keys: string[] = [];
  for await (const object of listing.objects()) keys.push(object.uri.replace('s3://bucket/', ''));
  return { keys, requests: store.requests, counts: listing.counts() };
}

const slots = (keys: readonly string[]): readonly number[] =>
  keys.map((key) => parseObjectKey(key)?.slotSeconds ?? 0);

describe('pruning by time, before anything is read', () => {
  const window = { sinceSeconds: at('2026-02-01T10:00:00Z'), untilSeconds: at('2026-02-01T11:00:00Z') };

  describe.each(LAYOUTS)('%s', (_name, shape) => {
    it.each(['', 'logs', 'org/team/logs'])('below prefix "%s"', async (prefix) => {
      const contents = bucket(prefix, shape);
      const { keys, requests, counts } = await list(contents, 's3://bucket', window);
      // Ten minutes before (and the slot that holds them) to an hour and a quarter after.
      expect(new Set(slots(keys))).toEqual(
        new Set([10, 10.5, 11, 11.5, 12].map((hour) => at('2026-02-01T00:00:00Z') + hour * 3600)),
      );
      expect(keys.length).toBe(4 * 5);
      expect(requests.reads).toEqual([]);
      // One listing per Region, and the folders above: root, prefix levels, AWSLogs, two accounts (CloudTrail has its own
      // beside Hive names), two services.
      const levels = prefix === '' ? 0 : prefix.split('/').length;
      expect(requests.lists).toBe(4 + 1 + levels + 1 + (shape.hive ? 4 : 2) + 2);
      expect(counts.skipped['other-service']).toBe(2);
      expect(counts.isPrunedByFolder).toBe(true);
    });

    it('takes the file of the next day for a record that ends after midnight', async () => {
      const midnight = { sinceSeconds: at('2026-01-31T23:50:00Z'), untilSeconds: at('2026-02-01T00:00:00Z') };
      const { keys } = await list(bucket('', shape), 's3://bucket/', midnight);
      expect(slots(keys)).toContain(at('2026-02-01T00:00:00Z'));
      expect(Math.max(...slots(keys))).toBeLessThan(at('2026-02-01T02:00:00Z'));
    });

    it('lists no day before an open range, and none after one', async () => {
      const after = await list(bucket('', shape), 's3://bucket', { sinceSeconds: START + 4 * DAY });
      expect(Math.min(...slots(after.keys))).toBeGreaterThanOrEqual(START + 4 * DAY - 1800);
      expect(after.keys.length).toBe(4 * 48);
      const before = await list(bucket('', shape), 's3://bucket', { untilSeconds: START });
      expect(Math.max(...slots(before.keys))).toBeLessThanOrEqual(START + 2 * 3600);
    });

    it('starts at the account, the Region, the month or the day as well', async () => {
      const contents = bucket('logs', shape);
      const first =
        [...contents.keys()].find((key) => parseObjectKey(key)?.slotSeconds === START + 2 * DAY) ?? '';
      const folders = first.split('/').slice(0, -1);
      for (let depth = 3; depth <= folders.length; depth++) {
        const source = `s3://bucket/${folders.slice(0, depth).join('/')}/`;
        const { keys, requests } = await list(contents, source, window);
        expect(keys.every((key) => key.startsWith(source.slice('s3://bucket/'.length)))).toBe(true);
        if (depth >= 5) expect(requests.lists).toBe(1);
      }
    });
  });

  it('gives the same objects as looking at every name', async () => {
    const contents = bucket(
      'a',
      LAYOUTS[0]?.[1] ?? { hive: false, perHour: false, serviceName: 'aws-service' },
    );
    for (const hours of [0, 1, 7, 23, 24, 25, 60, 119]) {
      const range = { sinceSeconds: START + hours * 3600, untilSeconds: START + (hours + 2) * 3600 };
      const { keys } = await list(contents, 's3://bucket/a', range);
      const expected = [...contents.keys()].filter((key) => {
        const slot = parseObjectKey(key)?.slotSeconds;
        return slot !== undefined && slot >= range.sinceSeconds - 899 && slot <= range.untilSeconds + 4500;
      });
      expect([...keys].sort()).toEqual(expected.sort());
    }
  });

  it('says when folders tell no time, and prunes by file names where they do', async () => {
    const names = ['20260201T1000Z', '20260207T1000Z'].map(
      (slot) => `copied/111111111111_vpcflowlogs_us-east-1_fl-0123abcd_${slot}_0a1b2c3d.log.gz`,
    );
    const contents = new Map([...names, 'copied/export/000000.gz'].map((name) => [name, Buffer.from('x')]));
    const { keys, counts } = await list(contents, 's3://bucket/copied', window);
    expect(keys).toEqual([names[0], 'copied/export/000000.gz']);
    expect(counts).toMatchObject({ isPrunedByFolder: false, skipped: { 'outside-time': 1 } });
  });
});

describe('what a prefix names', () => {
  const contents = new Map(
    [
      'logs/a.gz',
      'logs/b/c.gz',
      'logs2/d.gz',
      'logs.txt',
      'logs/_delta_log/0.json',
      'logs/.hidden',
      'logs/empty/',
      'logs/aws-logs-write-test',
    ].map((key) => [key, Buffer.from('x')]),
  );

  it.each([
    ['s3://bucket/logs/', ['logs/a.gz', 'logs/b/c.gz']],
    ['s3://bucket/logs', ['logs/a.gz', 'logs/b/c.gz']],
    ['s3://bucket/logs.txt', ['logs.txt']],
    ['s3://bucket/log', ['logs.txt', 'logs/a.gz', 'logs/b/c.gz', 'logs2/d.gz']],
    ['s3://bucket/logs*/*.gz', ['logs/a.gz', 'logs2/d.gz']],
    ['s3://bucket/**/*.gz', ['logs/a.gz', 'logs/b/c.gz', 'logs2/d.gz']],
    ['s3://bucket', ['logs.txt', 'logs/a.gz', 'logs/b/c.gz', 'logs2/d.gz']],
  ])('%s', async (source, expected) => {
    const { keys } = await list(contents, source);
    expect(keys).toEqual(expected);
  });

  it('counts what it leaves out', async () => {
    const { counts } = await list(contents, 's3://bucket/logs/');
    expect(counts).toMatchObject({ listed: 2, skipped: { hidden: 1, 'not-a-log': 2, 'folder-marker': 1 } });
  });

  it('refuses a prefix without objects, by name', async () => {
    await expect(list(contents, 's3://bucket/nothing')).rejects.toMatchObject({
      code: 'ingest.no-such-source',
    });
  });

  it('refuses a pattern that no key matches, whatever lies beside', async () => {
    const search = list(contents, 's3://bucket/logs/*.nothing');
    await expect(search).rejects.toMatchObject({ code: 'ingest.no-such-source' });
  });

  it('takes a key or folder by its name before it takes it for a pattern', async () => {
    const odd = new Map(['o/[b]{c}.gz', 'o/b.gz', 'o/{x}/1.gz'].map((key) => [key, Buffer.from('x')]));
    expect((await list(odd, 's3://bucket/o/[b]{c}.gz')).keys).toEqual(['o/[b]{c}.gz']);
    expect((await list(odd, 's3://bucket/o/[b].gz')).keys).toEqual(['o/b.gz']);
    expect((await list(odd, 's3://bucket/o/{x}')).keys).toEqual(['o/{x}/1.gz']);
  });

  it('needs one request per thousand keys without a time range', async () => {
    const many = new Map(Array.from({ length: 2500 }, (_, i) => [`logs/${i}.gz`, Buffer.from('x')]));
    const { requests } = await list(many, 's3://bucket/logs/');
    expect(requests.lists).toBe(3);
  });
});
