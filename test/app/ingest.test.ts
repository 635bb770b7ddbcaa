import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type IngestReport, ingest, openReadSession, resolveConfig } from '../../src/app/index.ts';
import { silentReporter } from '../../src/base/index.ts';
import { createDuckDb, type DuckDb, type DuckDbSession } from '../../src/engine/index.ts';
import { compactLake, type Lake, openLake, verifyLake } from '../../src/lake/index.ts';
import { DEFAULT_FORMAT, V5_FORMAT } from '../../src/record/index.ts';
import { createSimulateConfig, Simulation, simulateObjects } from '../../src/simulate/index.ts';
import { openStore } from '../../src/storage/index.ts';
import { hasSharedData, sharedData } from '../support/shared-data.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

// Several of these ingest the same logs again and again, beside whatever else the machine does.
vi.setConfig({ testTimeout: 120_000 });

const HEADER =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
const line = (n: number): string =>
  `2 123456789010 eni-1 10.0.0.${n % 250} 8.8.8.8 ${1024 + n} 443 6 ${n} ${n * 100} 1700000000 1700000059 ACCEPT OK`;

const root = temporaryDirectory();
let folders = 0;
const fresh = (): string => {
  const folder = join(root, `case-${folders++}`);
  mkdirSync(folder, { recursive: true });
  return folder;
};

const run = (
  sources: readonly string[],
  lake: string,
  more: Partial<Parameters<typeof ingest>[0]> = {},
): Promise<IngestReport> =>
  ingest({ sources, lake, reporter: silentReporter, batchRows: 1024, commitRows: 4096, ...more });

/** Everything of the lake's answers that must not depend on how it was filled. */
async function answers(lake: string): Promise<unknown> {
  const session = await openReadSession(resolveConfig({ flags: { 'lake.location': lake } }));
  try {
    return await session.session.rows(`
      SELECT (SELECT count(*)::INTEGER FROM flows) AS rows, (SELECT sum(bytes)::VARCHAR FROM flows WHERE log_status = 'OK') AS bytes,
        (SELECT sum(flows)::INTEGER FROM eni_5m) AS eni_flows, (SELECT sum(bytes)::VARCHAR FROM svc_1h) AS svc_bytes,
        (SELECT sum(flows)::INTEGER FROM ip_day WHERE role = 'src') AS ip_flows, (SELECT count(DISTINCT ip)::INTEGER FROM ip_day) AS ips,
        (SELECT sum(lines)::INTEGER FROM ledger) AS lines, (SELECT sum(malformed)::INTEGER FROM ledger) AS malformed,
        (SELECT count(*)::INTEGER FROM malformed) AS kept`);
  } finally {
    session.close();
  }
}

async function rowsOf(lake: string, sql: string): Promise<readonly unknown[]> {
  const session = await openReadSession(resolveConfig({ flags: { 'lake.location': lake } }));
  try {
    return await session.session.rows(sql);
  } finally {
    session.close();
  }
}

/** A folder of simulated objects, a mixture of formats; gives the truth of all of them. */
async function simulated(
  folder: string,
): Promise<{ readonly lines: number; readonly nodata: number; readonly skipdata: number }> {
  const sum = { lines: 0, nodata: 0, skipdata: 0 };
  for (const [seed, format] of [DEFAULT_FORMAT, V5_FORMAT].entries()) {
    const simulation = new Simulation(
      createSimulateConfig({ seed: `seed-${seed}`, format, size: { kind: 'records', records: 6000 } }),
    );
    for await (const object of simulateObjects(simulation)) {
      const path = join(folder, object.key);
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, object.bytes);
    }
    const { lines, nodata, skipdata } = simulation.truth();
    sum.lines += lines;
    sum.nodata += nodata;
    sum.skipdata += skipdata;
  }
  return sum;
}

describe('ingest', () => {
  let db: DuckDb;
  let session: DuckDbSession;
  const lakeAt = async (location: string): Promise<Lake> =>
    openLake({
      store: await openStore(location),
      session,
      now: () => Date.now() / 1000,
      newId: () => crypto.randomUUID(),
    });

  beforeAll(async () => {
    db = await createDuckDb({ threads: 2, memoryLimitBytes: 512e6, tempDirectory: join(root, 'duckdb') });
    session = await db.connect();
  });
  afterAll(() => {
    session.close();
    db.close();
  });

  it('accounts for every line of simulated logs, once, however often and in whatever order it runs', async () => {
    const source = fresh();
    const truth = await simulated(source);
    const lake = join(fresh(), 'lake');
    const first = await run([source], lake);
    const { lines, ok, nodata, skipdata, malformed } = first.result;
    expect({ lines, nodata, skipdata, malformed }).toEqual({ ...truth, malformed: 0 });
    expect(lines).toBe(ok + nodata + skipdata + malformed);
    const answer = await answers(lake);

    const again = await run([source], lake);
    expect(again.result).toMatchObject({ objects: 0, objectsSkipped: first.result.objects, lines: 0 });
    expect(await answers(lake)).toEqual(answer);

    const backwards = join(fresh(), 'lake');
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.gz'),
    );
    await run(
      files.toReversed().map((name) => join(source, name)),
      backwards,
      { batchRows: 7000, commitRows: 500 },
    );
    expect(await answers(backwards)).toEqual(answer);
    expect((await verifyLake(await lakeAt(backwards))).problems).toEqual([]);
  });

  it('commits each object once when several runs work at the same time', async () => {
    const source = fresh();
    const truth = await simulated(source);
    const lake = join(fresh(), 'lake');
    const reports = await Promise.all([1, 2, 3].map(() => run([source], lake, { commitRows: 1500 })));
    const committed = reports.reduce((sum, { result }) => sum + result.lines, 0);
    expect(committed).toBe(truth.lines);
    const single = join(fresh(), 'lake');
    await run([source], single);
    expect(await answers(lake)).toEqual(await answers(single));
    expect((await verifyLake(await lakeAt(lake))).problems).toEqual([]);
  });

  it('keeps malformed lines word for word, with object, line number and reason', async () => {
    const source = fresh();
    const bad = [
      'not a flow log',
      line(2).replace('443', '70000'),
      `${line(3)} surplus`,
      'café \u0000 "quoted"',
    ];
    writeFileSync(join(source, 'mixed.log'), [HEADER, line(1), ...bad, '', HEADER, line(4), ''].join('\r\n'));
    const lake = join(fresh(), 'lake');
    const { result } = await run([source], lake);
    expect(result).toMatchObject({ lines: 6, ok: 2, nodata: 0, skipdata: 0, malformed: 4 });
    const uri = pathToFileURL(join(source, 'mixed.log')).href;
    expect(
      await rowsOf(
        lake,
        'SELECT uri, line_number::INTEGER AS n, code, text FROM malformed ORDER BY line_number',
      ),
    ).toEqual([
      { uri, n: 3, code: 'field-count', text: bad[0] },
      { uri, n: 4, code: 'number-out-of-range', text: bad[1] },
      { uri, n: 5, code: 'field-count', text: bad[2] },
      { uri, n: 6, code: 'field-count', text: bad[3] },
    ]);
  });

  it('notes the same bytes under another name as a duplicate and counts them once', async () => {
    const source = fresh();
    writeFileSync(join(source, 'a.log'), `${HEADER}\n${line(1)}\n`);
    writeFileSync(join(source, 'b.log'), `${HEADER}\n${line(1)}\n`);
    const lake = join(fresh(), 'lake');
    expect((await run([source], lake)).result).toMatchObject({ objects: 1, objectsSkipped: 1, lines: 1 });
    writeFileSync(join(source, 'c.log'), `${HEADER}\n${line(1)}\n`);
    expect((await run([source], lake)).result).toMatchObject({ objects: 0, objectsSkipped: 3, lines: 0 });
    expect(
      await rowsOf(lake, "SELECT regexp_extract(uri, '[^/]+$') AS name, status FROM ledger ORDER BY 1"),
    ).toEqual([
      { name: 'a.log', status: 'ok' },
      { name: 'b.log', status: 'duplicate' },
      { name: 'c.log', status: 'duplicate' },
    ]);
  });

  it('warns of other bytes under an address that it has lines of, and counts both', async () => {
    const folder = fresh();
    const lake = fresh();
    const file = join(folder, 'a.log');
    const warnings: string[] = [];
    const reporter = { ...silentReporter, warn: (message: string) => void warnings.push(message) };
    for (const lines of [3, 5]) {
      writeFileSync(file, `${HEADER}\n${Array.from({ length: lines }, (_, n) => `${line(n)}\n`).join('')}`);
      const { result } = await run([folder], lake, { reporter });
      expect(result).toMatchObject({ objects: 1, ok: lines });
    }
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(
      `${pathToFileURL(file).href} was ingested before with other bytes (3 lines)`,
    );
    expect(await rowsOf(lake, 'SELECT count(*)::INTEGER AS n FROM flows')).toEqual([{ n: 8 }]);
  });

  it('reads what is left of a truncated gzip and says so', async () => {
    const source = fresh();
    const text = `${HEADER}\n${Array.from({ length: 3000 }, (_, n) => line(n)).join('\n')}\n`;
    const whole = gzipSync(text);
    writeFileSync(join(source, 'cut.log.gz'), whole.subarray(0, Math.floor(whole.length * 0.7)));
    const lake = join(fresh(), 'lake');
    const report = await run([source], lake);
    const { lines, ok, malformed } = report.result;
    expect(lines).toBe(ok + malformed);
    expect(ok).toBeGreaterThan(1000);
    expect(ok).toBeLessThan(3000);
    expect(report.imperfect).toEqual([expect.objectContaining({ status: 'truncated' })]);
  });

  it('keeps fields that nobody knows as text under their own name', async () => {
    const source = fresh();
    writeFileSync(join(source, 'new.log'), `${HEADER} quantum-state\n${line(1)} spin-up\n`);
    writeFileSync(join(source, 'old.log'), `${HEADER}\n${line(2)}\n`);
    const lake = join(fresh(), 'lake');
    const report = await run([source], lake);
    expect(report.unknownFields).toEqual({ quantum_state: 1 });
    expect(await rowsOf(lake, 'SELECT packets::INTEGER AS p, quantum_state FROM flows ORDER BY 1')).toEqual([
      { p: 1, quantum_state: 'spin-up' },
      { p: 2, quantum_state: null },
    ]);
  });

  it('keeps them apart from columns of the lake that have their name', async () => {
    const source = fresh();
    const lake = join(fresh(), 'lake');
    writeFileSync(
      join(source, 'a.log'),
      `${HEADER} day direction ip-version\n${line(1)} monday sideways six\n`,
    );
    expect((await run([source], lake)).unknownFields).toMatchObject({ source_day: 1, source_direction: 1 });
    expect(
      await rowsOf(
        lake,
        `SELECT day::VARCHAR AS day, source_day, direction, source_direction, ip_version, source_ip_version FROM flows`,
      ),
    ).toEqual([
      {
        day: '2023-11-14',
        source_day: 'monday',
        direction: 'egress',
        source_direction: 'sideways',
        ip_version: 4,
        source_ip_version: 'six',
      },
    ]);
  });

  it('adds up counters that no column could hold together', async () => {
    const source = fresh();
    const lake = join(fresh(), 'lake');
    const most = (2n ** 63n - 1n).toString();
    const records = [1, 2, 3].map((n) => line(n).replace(`443 6 ${n} ${n * 100}`, `443 6 ${most} ${most}`));
    writeFileSync(join(source, 'a.log'), [HEADER, ...records, line(4), ''].join('\n'));
    expect((await run([source], lake)).result).toMatchObject({ lines: 4, ok: 4 });
    expect(await rowsOf(lake, 'SELECT sum(bytes)::VARCHAR AS bytes FROM flows')).toEqual([
      { bytes: (3n * (2n ** 63n - 1n) + 400n).toString() },
    ]);
    const opened = await lakeAt(lake);
    await compactLake(opened);
    expect((await verifyLake(opened)).problems).toEqual([]);
    expect(await rowsOf(lake, 'SELECT max(bytes)::VARCHAR AS bytes FROM svc_1h')).toEqual([{ bytes: most }]);
  });

  it('reads an object refused before once a format is given', async () => {
    const source = fresh();
    writeFileSync(
      join(source, 'ambiguous.log'),
      '10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4\n10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4\n',
    );
    const lake = join(fresh(), 'lake');
    const refused = await run([source], lake);
    expect(refused.imperfect).toEqual([expect.objectContaining({ status: 'refused' })]);
    const given = await run([source], lake, { format: 'srcaddr dstaddr pkt-srcaddr pkt-dstaddr' });
    expect(given.result).toMatchObject({ objects: 1, lines: 2, ok: 2 });
    expect(await rowsOf(lake, 'SELECT count(*)::INTEGER AS n FROM flows')).toEqual([{ n: 2 }]);
  });

  it.skipIf(process.getuid?.() === 0)(
    'names a file that it may not read and reads the others (not as root)',
    async () => {
      const source = fresh();
      writeFileSync(join(source, 'a.log'), `${HEADER}\n${line(1)}\n`);
      writeFileSync(join(source, 'b.log'), `${HEADER}\n${line(2)}\n`);
      chmodSync(join(source, 'a.log'), 0);
      const report = await run([source], join(fresh(), 'lake'));
      expect(report.result).toMatchObject({ objects: 1, lines: 1 });
      expect(report.problems).toEqual([expect.objectContaining({ uri: expect.stringContaining('a.log') })]);
    },
  );

  it('stops at once when asked, and the next run does the rest', async () => {
    const source = fresh();
    const truth = await simulated(source);
    const lake = join(fresh(), 'lake');
    const stop = new AbortController();
    let seen = 0;
    const reporter = {
      warn: () => {},
      progress: ({ done }: { done: number }) => void ((seen = done) > 50_000 && stop.abort()),
    };
    await expect(run([source], lake, { commitRows: 1000, reporter, signal: stop.signal })).rejects.toThrow(
      /abort/i,
    );
    expect(seen).toBeGreaterThan(0);
    const rest = await run([source], lake);
    expect(rest.result.objectsSkipped).toBeGreaterThan(0);
    expect(await rowsOf(lake, 'SELECT sum(lines)::INTEGER AS n FROM ledger')).toEqual([{ n: truth.lines }]);
    expect((await verifyLake(await lakeAt(lake))).isClean).toBe(true);
  });

  describe.skipIf(!hasSharedData)('real logs (needs ../shared/data)', () => {
    it('counts every record of five interfaces of a real VPC', async () => {
      const lake = join(fresh(), 'lake');
      const folder = sharedData('flowlogs/aws/real-eks-vpc');
      const files = readdirSync(folder).filter((name) => name.startsWith('eni-'));
      const { result } = await run(
        files.map((name) => join(folder, name)),
        lake,
      );
      const expected = files.flatMap((name) =>
        readFileSync(join(folder, name), 'utf8')
          .split('\n')
          .filter((text) => text !== ''),
      );
      expect(result).toMatchObject({ objects: files.length, lines: expected.length, malformed: 0 });
      const bytes = expected.reduce(
        (sum, text) => sum + (text.endsWith(' OK') ? Number(text.split(' ')[10]) : 0),
        0,
      );
      expect(await rowsOf(lake, 'SELECT sum(bytes)::VARCHAR AS b FROM eni_5m')).toEqual([
        { b: String(bytes) },
      ]);
    });

    it('reads Parquet with text for numbers and None for null', async () => {
      const lake = join(fresh(), 'lake');
      const { result } = await run([sharedData('flowlogs/aws/obsrvbl/flows.parquet')], lake);
      expect(result).toMatchObject({ objects: 1, lines: 3, ok: 1, nodata: 2, malformed: 0 });
    });
  });

  it('gives an object the id that it has everywhere', async () => {
    const source = fresh();
    const path = join(source, 'a.log');
    writeFileSync(path, `${HEADER}\n${line(1)}\n`);
    const lake = join(fresh(), 'lake');
    await run([source], lake);
    const etag = createHash('sha256').update(readFileSync(path)).digest('hex');
    expect(await rowsOf(lake, 'SELECT l.uri, l.etag FROM flows f JOIN ledger l USING (object_id)')).toEqual([
      { uri: pathToFileURL(path).href, etag },
    ]);
  });
});
