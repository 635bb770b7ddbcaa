import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { formatCommandHelp } from '../../src/cli/help.ts';
import { runWeir, runWeirHere, type WeirRun } from '../support/run-weir.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

const directory = temporaryDirectory();
const logs = join(directory, 'logs');
const lake = join(directory, 'lake');
const DAY = 1_767_225_600;
const HEADER =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';

const line = (minute: number, rest: string, tail: string): string =>
  `2 123456789010 eni-1 ${rest} ${DAY + minute * 60} ${DAY + minute * 60 + 59} ${tail}`;

const LINES = [
  ...Array.from({ length: 10 }, (_, minute) =>
    line(minute, `10.0.0.${minute} 203.0.113.5 4000${minute} 443 6 10 ${1000 + minute}`, 'ACCEPT OK'),
  ),
  line(10, '2001:db8::9 2001:db8::1 40000 22 6 1 60', 'REJECT OK'),
  line(11, '- - - - - - -', '- NODATA'),
  line(14, '- - - - - - -', '- SKIPDATA'),
  'this is no record',
];

const weir = (...args: readonly string[]): Promise<WeirRun> => runWeirHere([...args, '--lake', lake]);
const json = async (...args: readonly string[]): Promise<unknown> => {
  const run = await weir(...args, '-o', 'json');
  if (run.stdout === '') throw new Error(run.stderr);
  return JSON.parse(run.stdout) as unknown;
};

beforeAll(async () => {
  mkdirSync(logs);
  writeFileSync(join(logs, 'a.log.gz'), gzipSync(`${[HEADER, ...LINES].join('\n')}\n`));
});

describe('the main job', () => {
  it('ingests once, and says what each line became', async () => {
    const first = await json('ingest', logs);
    expect(first).toEqual({
      objects: 1,
      objectsSkipped: 0,
      lines: 14,
      ok: 11,
      nodata: 1,
      skipdata: 1,
      malformed: 1,
      bytesRead: expect.any(Number),
      seconds: expect.any(Number),
    });
    const again = await runWeir(['ingest', logs, '--lake', lake, '-o', 'json']);
    expect(JSON.parse(again.stdout)).toMatchObject({ objects: 0, objectsSkipped: 1, lines: 0 });
    expect([again.code, again.stderr]).toEqual([0, '']);
  });

  it('sql gives an array of row objects', async () => {
    expect(
      await json('sql', 'SELECT srcaddr, bytes, start_time FROM flows WHERE bytes > 1007 ORDER BY bytes'),
    ).toEqual([
      { srcaddr: '10.0.0.8', bytes: 1008, start_time: '2026-01-01T00:08:00Z' },
      { srcaddr: '10.0.0.9', bytes: 1009, start_time: '2026-01-01T00:09:00Z' },
    ]);
  });

  it('sql reads from standard input, prints ndjson and csv, and shows its row limit', async () => {
    const run = await runWeir(['sql', '-', '--lake', lake], {
      stdin: "SELECT count(*) AS n FROM vpc_flow_logs WHERE day = '2026/01/01'",
    });
    expect(run).toMatchObject({ code: 0, stdout: '{"n":13}\n', stderr: '' });
    const csv = await weir('sql', 'SELECT \'a,"b"\' AS text, NULL AS nothing', '-o', 'csv');
    expect(csv.stdout).toBe('text,nothing\r\n"a,""b""",\r\n');
    const cut = await weir('sql', 'SELECT srcaddr FROM flows', '--max-rows', '2', '-o', 'table');
    expect(cut.stdout.split('\n').length).toBe(5);
    expect(cut.stderr).toContain('only the first 2 rows');
  });

  it('top states other and total', async () => {
    const rows = (await json('top', 'src', '-n', '1')) as readonly unknown[];
    expect(rows).toEqual([
      { rank: 1, srcaddr: '10.0.0.9', flows: 1, packets: 10, bytes: 1009 },
      { rank: 'other', srcaddr: null, flows: 10, packets: 91, bytes: 9096 },
      { rank: 'total', srcaddr: null, flows: 11, packets: 101, bytes: 10_105 },
    ]);
    const explained = await weir('top', 'src', '--explain', '-o', 'table');
    expect(explained.stdout).toMatch(
      /^from flows\n[^]*\ntable ip_day: [^]*\n  not svc_1h: it has no column srcaddr\n/,
    );
  });

  it('report lists and answers', async () => {
    expect(((await json('report')) as readonly unknown[]).length).toBeGreaterThan(20);
    expect(await json('report', 'rejected-ports')).toMatchObject([{ dstport: 22, protocol: 6, records: 1 }]);
    expect(await json('report', 'VpcFlowLogsTrafficFrmSrcAddr', 'ip=2001:DB8::9')).toMatchObject([
      { srcaddr: '2001:db8::9', action: 'REJECT' },
    ]);
  });

  it('summary is one object, and a page for people', async () => {
    expect(await json('summary')).toMatchObject({
      ledger: { lines: 14, ok: 11, nodata: 1, skipdata: 1, malformed: 1 },
      actions: { total: { flows: 11, bytes: 10_105 } },
      rejectedSources: { rows: [{ srcaddr: '2001:db8::9', rejects: 1 }] },
    });
    const page = (await weir('summary', '-o', 'table')).stdout;
    for (const text of [
      '14 lines = 11 ok + 1 nodata + 1 skipdata + 1 malformed',
      '6 TCP',
      '2001:db8::9',
      'Rejected sources',
    ]) {
      expect(page).toContain(text);
    }
  });

  it('ledger adds up, and keeps malformed lines word for word', async () => {
    expect(await json('ledger')).toMatchObject([
      {
        uri: expect.stringContaining('a.log.gz'),
        status: 'ok',
        lines: 14,
        ok: 11,
        nodata: 1,
        skipdata: 1,
        malformed: 1,
      },
    ]);
    expect(await json('ledger', '--malformed')).toMatchObject([{ line: 15, text: 'this is no record' }]);
  });

  it.each([
    ['2026-01-01T00:00Z', '2026-01-01T00:12Z', 0],
    ['2026-01-01T00:00Z', '2026-01-01T00:15Z', 1],
    ['2026-01-01T02:00Z', '2026-01-01T02:40Z', 1],
  ])('coverage from %s to %s exits with %i', async (since, until, code) => {
    const run = await weir('coverage', '--since', since, '--until', until, '-o', 'ndjson');
    expect([run.code, run.stderr]).toEqual([
      code,
      expect.stringContaining(code === 0 ? 'not blind' : 'blind: '),
    ]);
  });

  it('lake status and verify', async () => {
    expect(await json('lake', 'status')).toMatchObject({
      version: expect.any(Number),
      tables: expect.any(Array),
    });
    expect(await weir('lake', 'verify', '-o', 'json')).toMatchObject({ code: 0 });
    expect(await weir('lake', 'compact', '--dry-run')).toMatchObject({ code: 0 });
    expect(await weir('lake', 'expire', '--keep', '1h')).toMatchObject({ code: 2 });
  });

  it('fields and config', async () => {
    expect(await json('fields', 'pktSrcAddr')).toMatchObject([{ name: 'pkt-srcaddr', version: 3 }]);
    expect(((await json('fields', '--kind', 'tgw')) as readonly unknown[]).length).toBe(36);
    const settings = (await json('config', 'show')) as readonly {
      readonly setting: string;
      readonly from: string;
    }[];
    expect(settings.find(({ setting }) => setting === 'lake.location')).toMatchObject({
      value: lake,
      from: 'flag',
    });
  });
});

describe('wrong use', () => {
  it.each<[readonly string[], number, string]>([
    [['tpo', 'srcaddr'], 2, 'did you mean weir top?'],
    [['--verbose'], 2, 'no option --verbose before a command'],
    [['top'], 2, 'needs FIELDS'],
    [['top', 'srcaddr', 'dstaddr'], 2, 'does not know what to do with "dstaddr"'],
    [['top', 'srcaddr', '--limt', '3'], 2, 'did you mean --limit?'],
    [['top', 'srcaddr', '--limit'], 2, '--limit needs a value'],
    [['top', 'srcaddr', '--limit', 'x'], 2, 'no whole number'],
    [['top', 'srcaddr', '--by', 'size'], 2, 'bytes, packets, flows, rejects'],
    [['top', 'srcadr'], 2, 'did you mean srcaddr'],
    [['sql', 'SELECT * FROM nope'], 2, 'there is no table "nope"'],
    [['sql', 'SELECT nope FROM flows'], 2, 'nope'],
    [['sql', 'SELECT 1', '-o', 'xml'], 2, 'table, json, ndjson or csv'],
    [['sql', "SELECT * FROM read_text('/etc/hostname')"], 2, 'not allowed'],
    [['sql', 'SELECT 1', '--memory', 'much'], 2, 'a size such as'],
    [['report', 'nothing'], 2, 'no report "nothing"'],
    [['report', 'from'], 2, 'needs ip='],
    [['coverage', '--last', '3h', '--since', '1h'], 2, 'not both'],
    [['coverage', '--since', 'yesterday'], 2, 'is not a time'],
    [['lake', 'burn'], 2, 'no task'],
    [['config', 'set'], 2, 'config show'],
    [['fields', 'nope'], 2, 'no field nope'],
  ])('weir %j', async (args, code, text) => {
    const run = await weir(...args);
    expect(run).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(text) });
    expect(run.stderr).toMatch(/^weir: /);
    expect(run.stderr).not.toContain('    at ');
  });

  it('a lake that is not there is empty, not an error, and is not made', async () => {
    const nowhere = join(directory, 'nowhere');
    const run = await runWeirHere(['sql', 'SELECT count(*) AS n FROM flows', '--lake', nowhere]);
    expect(run).toMatchObject({ code: 0, stdout: '{"n":0}\n', stderr: expect.stringContaining('is empty') });
    expect(existsSync(nowhere)).toBe(false);
  });

  it('a source that is not there', async () => {
    expect(await weir('ingest', join(directory, 'nothing-here'))).toMatchObject({
      code: expect.any(Number),
      stderr: expect.stringContaining('nothing-here'),
    });
  });
});

describe('manners', () => {
  it('--quiet prints the answer alone', async () => {
    const run = await weir('coverage', '-q');
    expect(run.stderr).toBe('');
  });

  it('ends quietly when its reader goes away', async () => {
    const run = await runWeir(['sql', 'SELECT * FROM range(2000000)', '--lake', lake], {
      whileRunning: (child) => child.stdout?.once('data', () => child.stdout?.destroy()),
    });
    expect([run.code, run.stderr]).toEqual([0, '']);
  });

  it('ends with 130 on SIGINT', async () => {
    const run = await runWeir(
      [
        'sql',
        'SELECT count(*) FROM range(100000000) a, range(100000) b WHERE a.range * b.range % 7 = 3',
        '--lake',
        lake,
      ],
      {
        whileRunning: (child) => setTimeout(() => child.kill('SIGINT'), 2500),
      },
    );
    expect(run.code).toBe(130);
    expect(run.stdout).toBe('');
  }, 60_000);

  it('stops at the time limit with 4', async () => {
    const run = await weir(
      'sql',
      'SELECT count(*) FROM range(100000000) a, range(100000) b WHERE a.range * b.range % 7 = 3',
      '--timeout',
      '1s',
    );
    expect(run).toMatchObject({ code: 4, stderr: expect.stringContaining('stopped after 1 s') });
  });
});

describe('completion', () => {
  it('bash offers commands, options, and files', () => {
    const script = `source <(cat) && COMP_WORDS=(weir "$1" "$2") && COMP_CWORD=$3 && _weir && echo "\${COMPREPLY[@]}"`;
    const complete = async (...words: readonly [string, string, string]): Promise<string> =>
      execFileSync('bash', ['-c', script, 'bash', ...words], {
        input: (await runWeirHere(['completion', 'bash'])).stdout,
        encoding: 'utf8',
      }).trim();
    return Promise.all([
      expect(complete('su', '', '1')).resolves.toBe('summary'),
      expect(complete('top', '--wh', '2')).resolves.toBe('--where'),
      expect(complete('top', 'srcaddr,dstpo', '2')).resolves.toBe('srcaddr,dstport'),
      expect(complete('report', 'rejected-p', '2')).resolves.toBe('rejected-ports'),
    ]);
  });

  it('fish names every command', async () => {
    const { stdout } = await runWeirHere(['completion', 'fish']);
    for (const { name } of COMMANDS) expect(stdout).toContain(`-a ${name} `);
  });
});

describe('help', () => {
  it('lists every command', async () => {
    const run = await runWeir(['--help']);
    for (const { name, summary } of COMMANDS)
      expect(run.stdout).toMatch(new RegExp(`^  ${name} +${summary.slice(0, 20)}`, 'm'));
    expect(run.code).toBe(0);
    expect((await runWeirHere([])).stdout).toBe(run.stdout);
  });

  it.each(COMMANDS.map((entry) => [entry.name, entry] as const))(
    'weir %s --help has two examples',
    async (name, entry) => {
      const command = await entry.load();
      expect(command.name).toBe(name);
      expect(command.examples.length).toBeGreaterThanOrEqual(2);
      const help = formatCommandHelp(command);
      for (const option of command.options) expect(help).toContain(`--${option.name}`);
    },
  );
});
