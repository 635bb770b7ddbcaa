import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { openPager } from '../../src/cli/pager.ts';
import { seriesTable } from '../../src/cli/series.ts';
import { runWeirHere, type WeirRun } from '../support/run-weir.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

const directory = temporaryDirectory();
const lake = join(directory, 'lake');
const DAY = 1_767_225_600;
const HEADER =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
const line = (minute: number, rest: string, tail: string): string =>
  `2 123456789010 eni-1 ${rest} ${DAY + minute * 60} ${DAY + minute * 60 + 59} ${tail}`;
const LINES = [
  ...Array.from({ length: 6 }, (_, hour) =>
    line(hour * 60, `10.0.0.${hour} 203.0.113.5 40000 443 6 10 ${1000 * (hour + 1)}`, 'ACCEPT OK'),
  ),
  line(10, '2001:db8::9 2001:db8::1 40000 22 6 1 60', 'REJECT OK'),
  line(70, '198.51.100.7 10.0.0.1 40000 22 6 2 120', 'REJECT OK'),
  line(71, '- - - - - - -', '- NODATA'),
];

const weir = (...args: readonly string[]): Promise<WeirRun> => runWeirHere([...args, '--lake', lake]);
const json = async (...args: readonly string[]): Promise<unknown> => {
  const run = await weir(...args, '-o', 'json');
  if (run.stdout === '') throw new Error(run.stderr);
  return JSON.parse(run.stdout) as unknown;
};

beforeAll(async () => {
  const logs = join(directory, 'logs');
  mkdirSync(logs);
  writeFileSync(join(logs, 'a.log.gz'), gzipSync(`${[HEADER, ...LINES].join('\n')}\n`));
  await weir('ingest', logs, '-q');
});

describe('weir find', () => {
  it('gives records, the newest first, and says when there are more', async () => {
    const run = await weir('find', 'dst port 443', '-n', '2', '--columns', 'srcaddr,bytes', '-o', 'csv');
    expect(run.stdout).toBe('srcaddr,bytes\r\n10.0.0.5,6000\r\n10.0.0.4,5000\r\n');
    expect(run.stderr).toBe('only the first 2 are shown; -n shows more\n');
    const all = await weir('find', 'dst port 443', '-n', '6', '--columns', 'srcaddr', '-o', 'csv');
    expect([all.stdout.split('\r\n').length, all.stderr]).toEqual([8, '']);
  });

  it('shows a table of what matters', async () => {
    const { stdout } = await weir('find', 'srcaddr 2001:db8::9', '-o', 'table');
    expect(stdout).toContain('start                 interface_id  srcaddr');
    expect(stdout).toMatch(/2026-01-01T00:10:00Z {2}eni-1 +2001:db8::9 .* 6 TCP .* 60 B {2}REJECT {2}OK\n/);
  });

  it('without a filter gives every record, idle windows too', async () => {
    expect(((await json('find')) as readonly unknown[]).length).toBe(LINES.length);
  });

  it('groups, ranks by the first measure, and sums the rest up', async () => {
    expect(await json('find', 'net 10/8', '--by', 'src', '--sum', 'bytes,flows', '-n', '1')).toEqual([
      { srcaddr: '10.0.0.5', bytes: 6000, flows: 1, other: false },
      { srcaddr: null, bytes: 15_120, flows: 6, other: true },
    ]);
    const table = await weir('find', 'net 10/8', '--by', 'src', '--sum', 'bytes', '-n', '1', '-o', 'table');
    expect(table.stdout.split('\n').slice(2)).toEqual(['10.0.0.5  6.00 kB', '(others)  15.1 kB', '']);
  });

  it('draws slices of time as bars, and gives them to programs as numbers', async () => {
    const drawn = await weir(
      'find',
      'tcp',
      '--by',
      'action',
      '--sum',
      'bytes',
      '--every',
      '1h',
      '-o',
      'table',
    );
    expect(drawn.stdout).toMatch(/ACCEPT +▂▃▅▆▇█ +6\.00 kB +21\.0 kB\n/);
    expect(drawn.stdout).toMatch(/REJECT +▅█ +120 B +180 B\n/);
    expect(drawn.stdout).toContain('2026-01-01T00:00:00Z to 2026-01-01T06:00:00Z, one step 1 h 0 min');
    expect(await json('find', 'rejected', '--sum', 'flows', '--every', '1h')).toEqual([
      { time: '2026-01-01T00:00:00Z', flows: 1 },
      { time: '2026-01-01T01:00:00Z', flows: 1 },
    ]);
  });

  it('takes sets from files', async () => {
    const file = join(directory, 'ioc.txt');
    writeFileSync(file, '# known bad\n198.51.100.0/24  # scanner\n\n2001:db8::/64\n');
    expect(await json('find', 'ip in @ioc', '--set', `ioc=${file}`, '--sum', 'flows')).toEqual([
      { flows: 2 },
    ]);
  });

  it('explains: plan, table with the reasons, SQL that runs', async () => {
    const explained = (await json('find', 'tcp', '--by', 'svc_port', '--explain')) as Record<string, string>;
    expect([explained['table'], explained['plan']]).toEqual([
      'svc_1h',
      expect.stringContaining('where protocol = tcp'),
    ]);
    expect(explained['passedOver']).toContainEqual({
      table: 'ip_month',
      why: 'it is not in this lake',
    });
    expect(await json('sql', explained['sql'] ?? '')).toHaveLength(2);
  });
});

describe('weir insights', () => {
  it("runs AWS's language, with times as AWS writes them", async () => {
    expect(
      await json('insights', 'filter action = "REJECT" | stats sum(bytes) as b by bin(1h) as t | sort t'),
    ).toEqual([
      { t: '2026-01-01 00:00:00.000', b: 60 },
      { t: '2026-01-01 01:00:00.000', b: 120 },
    ]);
  });

  it('draws buckets below the table', async () => {
    const { stdout } = await weir('insights', 'stats sum(bytes) as b by bin(1h)', '-o', 'table');
    expect(stdout).toMatch(/\n\n.*b +most +sum\n.*\n.*▂▃▅▆▇█ +6\.00 k +21\.2 k\n/);
  });

  it('takes lookup tables, and warns at the place of a name that no event has', async () => {
    const file = join(directory, 'owners.csv');
    writeFileSync(file, 'ip,owner\n198.51.100.7,mallory\n');
    const query =
      'lookup owners ip as srcAddr OUTPUT owner | filter ispresent(owner) | display owner, nosuch';
    const run = await weir('insights', query, '--table', `owners=${file}`, '-o', 'json');
    expect(JSON.parse(run.stdout)).toEqual([{ owner: 'mallory', nosuch: null }]);
    expect(run.stderr).toContain(`\n  ${query}\n  ${' '.repeat(query.indexOf('nosuch'))}^^^^^^\n`);
  });
});

describe('weir ask', () => {
  it('answers, and says what each part was read as and which words were not used', async () => {
    const run = await weir('ask', 'top 2 sources of rejected traffic by bytes kindly', '-o', 'json');
    expect(JSON.parse(run.stdout)).toMatchObject([
      { srcaddr: '198.51.100.7', bytes: 120 },
      { srcaddr: '2001:db8::9', bytes: 60 },
    ]);
    for (const text of [
      'filter     action = REJECT',
      'dimension  srcaddr',
      'measure    bytes',
      'limit      2',
    ])
      expect(run.stderr).toContain(`${text}\n`);
  });

  it('explains', async () => {
    const explained = await json('ask', 'did anything talk to 203.0.113.5 in the last 90 days', '--explain');
    expect(explained).toMatchObject({ plan: expect.stringContaining('where ip = 203.0.113.5') as unknown });
  });

  it('opens the days of the period that is compared with', async () => {
    const { planAsk } = await import('../../src/app/index.ts');
    const { plan, reach } = planAsk('bytes by source this week compared with last week', DAY + 6 * 86_400);
    expect(plan.compareShiftSeconds).toBe(7 * 86_400);
    expect(reach.startSeconds).toBe((plan.time.startSeconds ?? 0) - 7 * 86_400);
  });
});

describe('an earlier time beside', () => {
  const HOUR = ['--since', '2026-01-01T01:00:00Z', '--until', '2026-01-01T02:00:00Z'];

  it('is the time just before, or some time ago', async () => {
    expect(await json('find', 'action = REJECT', '--sum', 'bytes', '--compare', 'previous', ...HOUR)).toEqual(
      [{ bytes: 120, previous_bytes: 60 }],
    );
    expect(
      await json('find', 'port 443', '--by', 'srcaddr', '--sum', 'bytes', '--compare', '1h', ...HOUR),
    ).toEqual([
      { srcaddr: '10.0.0.1', bytes: 2000, previous_bytes: null, other: false },
      { srcaddr: '10.0.0.0', bytes: null, previous_bytes: 1000, other: false },
    ]);
  });

  it('is told in words in a table, by top as well', async () => {
    const { stdout } = await weir('top', 'action', '--compare', 'previous', ...HOUR, '-o', 'table');
    expect(stdout).toMatch(/^action +bytes .* previous_bytes .* change\n/);
    expect(stdout).toMatch(/^ACCEPT +2.00 kB .* \+100 %$/m);
    expect(stdout).toMatch(/^REJECT +120 B .* \+100 %$/m);
    const gone = await weir(
      'top',
      'srcaddr',
      '--where',
      'port 443',
      '--compare',
      '1h',
      ...HOUR,
      '-o',
      'table',
    );
    expect(gone.stdout).toMatch(/^10.0.0.1 .* new$/m);
    expect(gone.stdout).toMatch(/^10.0.0.0 .* gone$/m);
  });

  it.each<[readonly string[], string]>([
    [['find', '--by', 'srcaddr', '--compare', '1d'], 'add --last 24h or --since'],
    [['find', '--by', 'srcaddr', '--compare', 'before', ...HOUR], 'neither previous nor a length of time'],
    [['find', '--compare', '1d', ...HOUR], 'add --by, --sum or --every'],
  ])('weir %j is refused', async (args, text) => {
    const run = await weir(...args);
    expect([run.code, run.stdout]).toEqual([2, '']);
    expect(run.stderr).toContain(text);
  });
});

describe('--dialect trino', () => {
  it.each([
    ['find', 'ip 10.0.0.0/9', '--by', 'srcaddr'],
    ['top', 'dstport', '--where', 'ip 10.0.0.0/9'],
    ['insights', 'filter isIpv4InSubnet(srcAddr, "10.0.0.0/9") | stats count(*)'],
    ['ask', 'top sources to 10.0.0.0/9'],
  ])('%s shows the SQL for Trino', async (...args) => {
    const explained = (await json(...args, '--explain', '--dialect', 'trino')) as { readonly sql: string };
    expect(explained.sql).toContain("contains('10.0.0.0/9', TRY_CAST(");
  });

  it('shows SQL only, of engines that are known', async () => {
    expect((await weir('find', '--dialect', 'trino')).stderr).toContain('add --explain');
    expect((await weir('find', '--dialect', 'oracle', '--explain')).stderr).toContain('use duckdb or trino');
  });
});

describe('wrong questions', () => {
  it.each<[readonly string[], string]>([
    [
      ['find', 'dstprot = 22'],
      'weir: there is no field "dstprot"\n  dstprot = 22\n  ^^^^^^^\ndid you mean "dstport"?\n',
    ],
    [['find', 'bytes > 10MB and'], '\n                  ^\nexpected: a field, ip'],
    [['find', '', '--by', 'srcadr'], 'did you mean srcaddr'],
    [['find', '', '--sum', 'byts'], 'did you mean "bytes"?'],
    [['find', '', '--every', '0s'], 'no width of time'],
    [['find', '', '--every', '1h', '--by', 'hour'], 'both cut time'],
    [['find', 'ip in @nope'], 'there is no set "@nope"'],
    [['find', '', '--set', 'ioc'], 'is not NAME=FILE'],
    [['find', '', '--set', 'ioc=/nowhere/x'], 'cannot read the file'],
    [['insights', 'stat count(*)'], '  stat count(*)\n  ^^^^\ndid you mean "stats"?'],
    [['top', 'src', '--where', "action = 'REJECT'' OR 1=1"], 'weir: '],
    [['top', 'src', '--where', 'dstprot = 22'], 'did you mean "dstport"?'],
    [['ask', 'what is the meaning of life'], 'weir: '],
    [['ask', ' '], 'weir ask needs QUESTION'],
    [['sql', ''], 'weir sql needs SQL'],
    [['lake', 'expire'], '--keep 90d'],
    [['ask', 'traffic from nowhereland'], 'nowhereland'],
    [['completion', 'tcsh'], 'bash, zsh, fish'],
  ])('weir %j', async (args, text) => {
    const run = await weir(...args);
    expect([run.code, run.stdout]).toEqual([2, '']);
    expect(run.stderr).toContain(text);
  });
});

describe('series', () => {
  const columns = [
    { name: 'time', type: 'seconds' },
    { name: 'dstport', type: 'number' },
    { name: 'bytes', type: 'number' },
  ] as const;

  it('leaves silence where there are no rows, and takes ports for names', () => {
    const rows = [
      [0, 22, 8],
      [1800, 22, 4],
      [600, 443, 1],
    ];
    expect(seriesTable(columns, rows, 600, 80)?.split('\n').slice(2, 4)).toEqual([
      expect.stringMatching(/^ *22 +█ {2}▅ +8 B +12 B$/),
      expect.stringMatching(/^ *443 +█ +1 B +1 B$/),
    ]);
  });

  it.each<[string, readonly (readonly (number | null)[])[]]>([
    ['no rows', []],
    ['a single slice', [[600, 22, 8]]],
    ['no time', [[null, 22, 8]]],
  ])('draws nothing for %s', (_name, rows) => {
    expect(seriesTable(columns, rows, 600, 80)).toBeNull();
  });
});

describe('the pager', () => {
  it('gets what the command writes, and is waited for', async () => {
    const file = join(directory, 'paged');
    const pager = openPager(Object.assign(new PassThrough(), { columns: 70 }), `cat > '${file}'`);
    expect([pager.stdout.isTTY, pager.stdout.columns]).toEqual([true, 70]);
    pager.stdout.write('a long table\n');
    await pager.close();
    expect(readFileSync(file, 'utf8')).toBe('a long table\n');
  });

  it('that leaves early, or is not there, is no error', async () => {
    for (const command of ['true', '/nowhere/pager 2>&-']) {
      const pager = openPager(new PassThrough(), command);
      pager.stdout.write('x'.repeat(1e6));
      await expect(pager.close()).resolves.toBeUndefined();
    }
  });
});
