import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Entity, entitySeen, type Measure, runEntity, runTop } from '../../src/analyze/index.ts';
import { resolveConfig } from '../../src/app/config.ts';
import { openReadSession, type ReadSession } from '../../src/app/read-session.ts';
import { writeConsoleLake } from '../support/console-lake.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

const directory = temporaryDirectory();
let lake: ReadSession;

beforeAll(async () => {
  const location = await writeConsoleLake(directory, { spanSeconds: 7200 });
  lake = await openReadSession(
    resolveConfig({
      flags: { 'lake.location': location, 'engine.temp': join(directory, 'engine-temp') },
      env: {},
      workingDirectory: directory,
      homeDirectory: directory,
    }),
  );
});
afterAll(() => lake.close());

const ALL = { startSeconds: null, endSeconds: null };

const ask = (entity: Entity, by: Measure = 'bytes') =>
  runEntity(lake.analyze, { entity, range: ALL, by, limit: 4 });

async function cell(sql: string): Promise<string> {
  return String((await lake.session.query(sql)).rows[0]?.[0]);
}

/** One of each kind, the busiest. */
const ENTITIES: readonly (readonly [Entity['kind'], string, string])[] = [
  [
    'address',
    `ip = `,
    `SELECT srcaddr FROM flows WHERE ip_version = 4 GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1`,
  ],
  [
    'address',
    `ip = `,
    `SELECT dstaddr FROM flows WHERE ip_version = 6 GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1`,
  ],
  [
    'interface',
    `interface_id = `,
    `SELECT interface_id FROM flows GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1`,
  ],
  [
    'instance',
    `instance_id = `,
    `SELECT instance_id FROM flows WHERE instance_id IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1`,
  ],
  [
    'port',
    `port = `,
    `SELECT svc_port FROM flows WHERE svc_port IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1`,
  ],
];

describe('an entity', () => {
  it.each(ENTITIES)('of kind %s (%s%s) has the lists that top lists give', async (kind, subject, sql) => {
    const value = await cell(sql);
    const where = `${subject}${kind === 'interface' || kind === 'instance' ? `'${value}'` : value}`;
    const answer = await ask({ kind, value });
    expect(answer.total.flows).toBeGreaterThan(50);
    for (const list of answer.lists) {
      const isPeer = kind === 'address' && list.name === 'destinations';
      const isSender = kind === 'address' && list.name === 'sources';
      const narrowed = isPeer ? `srcaddr = ${value}` : isSender ? `dstaddr = ${value}` : where;
      const isRejected = list.name.startsWith('rejected');
      const top = await runTop(lake.analyze, {
        fields: list.fields.join(','),
        by: list.measure,
        limit: 4,
        where: isRejected ? `(${narrowed}) and action = REJECT` : narrowed,
      });
      expect(list.rows, list.name).toEqual(top.rows);
      expect(list.total, list.name).toEqual(top.total.sums);
      expect(list.other ?? { flows: 0, packets: 0, bytes: 0, rejects: 0 }, list.name).toEqual(top.other.sums);
    }
  });

  it('serves, asks, or neither, and that makes all of its records', async () => {
    const address = await cell(
      `SELECT dstaddr FROM flows WHERE dstport = 443 AND dstaddr LIKE '10.%' GROUP BY 1 ORDER BY count(*) DESC LIMIT 1`,
    );
    const { roles, total, sent, received, places } = await ask({ kind: 'address', value: address });
    const flows = [roles.server, roles.client, roles.unknown].map((sums) => Number(sums.flows));
    expect(flows.reduce((sum, one) => sum + one, 0)).toBe(total.flows);
    expect(Number(roles.server.flows)).toBeGreaterThan(0);
    expect(Number(sent.bytes) + Number(received.bytes)).toBe(total.bytes);
    const known = await cell(
      `SELECT max(subnet_id) FROM flows WHERE dstaddr = '${address}' AND direction = 'ingress'`,
    );
    expect(places[0]).toMatchObject({ address, subnetId: known });
  });

  it('was first and last seen when the whole lake says so', async () => {
    const address = await cell(
      `SELECT srcaddr FROM flows WHERE ip_version = 6 GROUP BY 1 ORDER BY count(*) DESC LIMIT 1`,
    );
    const seen = await entitySeen(lake.analyze, { kind: 'address', value: address });
    const named = `srcaddr = '${address}' OR dstaddr = '${address}'`;
    expect(String(seen.firstSeconds)).toBe(await cell(`SELECT min("start") FROM flows WHERE ${named}`));
    expect(String(seen.lastSeconds)).toBe(await cell(`SELECT max("end") FROM flows WHERE ${named}`));
  });

  it('that was never seen has nothing, and no port is a word', async () => {
    const entity: Entity = { kind: 'address', value: '192.0.2.200' };
    expect(await entitySeen(lake.analyze, entity)).toEqual({ firstSeconds: null, lastSeconds: null });
    expect(await ask(entity)).toMatchObject({ total: { flows: 0, bytes: 0 }, places: [] });
    await expect(ask({ kind: 'port', value: 'https' })).rejects.toMatchObject({ code: 'analyze.bad-entity' });
  });
});
