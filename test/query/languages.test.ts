import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { factSql } from '../../src/query/compile/dialect.ts';
import {
  test as ask,
  compilePlan,
  completeFilter,
  decodePlan,
  duckdb,
  FUNCTIONS,
  formatProblem,
  INSIGHTS_COMMANDS,
  parseFilter,
  parseInsights,
  planOf,
  SERVICE_NAMES,
  serviceName,
  servicePorts,
  trino,
  valueOf,
} from '../../src/query/index.ts';
import { editDistance, suggest } from '../../src/query/suggest.ts';
import type { TestSession } from '../support/duckdb-session.ts';
import { openQueryLake } from '../support/query-lake.ts';

const OPTIONS = { nowSeconds: 1_767_225_600, time: { startSeconds: null, endSeconds: null } } as const;
const FLOWS = [
  {
    start: 1_767_225_600,
    end: 1_767_225_660,
    interface_id: 'eni-a',
    srcaddr: '10.0.0.1',
    dstaddr: '10.0.0.2',
    log_status: 'OK',
    bytes: 5,
  },
];

let session: TestSession;
beforeAll(async () => {
  session = await openQueryLake(FLOWS, '2026-01-01');
});
afterAll(() => session.close());

describe('any text', () => {
  const words = [
    'srcaddr',
    'ip',
    'port',
    '=',
    '!=',
    'in',
    '(',
    ')',
    '[',
    '22',
    '10.0.0.0/8',
    'and',
    'or',
    'not',
    "'x",
    '"y"',
    '@set',
    ':',
    '*',
    '/re/',
    'flags',
    'has',
    'SYN',
    '|',
    'stats',
    'count(*)',
    'by',
    'bin(5m)',
    'filter',
    'parse',
    'as',
    ',',
    '#',
    '`',
    'limit',
    'sort',
    'desc',
  ];
  const anyText = fc.oneof(
    fc.string(),
    fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((list) => list.join(' ')),
  );

  it('gives a value or problems with places, and never throws', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const parsed of [parseFilter(text), parseInsights(text, OPTIONS)]) {
          expect(parsed.value === null).toBe(parsed.problems.length > 0);
          for (const found of parsed.problems) {
            expect(found.start).toBeGreaterThanOrEqual(0);
            expect(found.end).toBeLessThanOrEqual(text.length);
            expect(found.start).toBeLessThanOrEqual(found.end);
            expect(formatProblem(found, text)).toContain('^');
          }
        }
        for (let cursor = 0; cursor <= Math.min(text.length, 10); cursor++) completeFilter(text, cursor);
      }),
      { numRuns: 2000, seed: 17 },
    );
  });

  it('compiles for both engines whenever it has a value', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const filter = parseFilter(text).value;
        const plans = [filter === null ? null : planOf({ filter }), parseInsights(text, OPTIONS).value];
        for (const plan of plans) {
          if (plan === null) continue;
          for (const dialect of [duckdb, trino]) {
            const { sql, parameters } = compilePlan(plan, dialect);
            expect(sql).not.toMatch(/undefined|\uE000/);
            if (dialect === trino)
              expect(sql.split('?').length - 1).toBeGreaterThanOrEqual(parameters.length);
          }
        }
      }),
      { numRuns: 1000, seed: 19 },
    );
  });

  it.each([
    ['parentheses', '('.repeat(5000)],
    ['negations', 'not '.repeat(5000)],
    ['brackets', `dstport in ${'['.repeat(5000)}`],
  ])('%s do not exhaust the stack', (_, text) => {
    expect(parseFilter(text).problems).toHaveLength(1);
    expect(
      parseInsights(`filter ${text.replaceAll('dstport in', 'dstPort in').slice(0, 9000)}`, OPTIONS).problems,
    ).toHaveLength(1);
  });

  it('has a longest length', () => {
    expect(parseFilter('a'.repeat(50_001)).problems[0]?.code).toBe('query.too-long');
    expect(parseInsights('a'.repeat(10_001), OPTIONS).problems[0]?.code).toBe('query.too-long');
  });
});

describe('hostile text', () => {
  const hostile = [
    "'; DROP TABLE flows; --",
    '"; DROP TABLE flows; --',
    '$1',
    '?',
    '{0}',
    '{*}',
    '\uE0000\uE000',
    "\\'",
    'a"b',
    'NULL',
    'x\u0000y',
    "%' OR '1'='1",
  ];

  it.each(hostile)('as a value: %s', async (text) => {
    for (const kind of ['compare', 'glob', 'contains'] as const) {
      const question =
        kind === 'compare'
          ? ({ kind, operator: '=', value: text } as const)
          : kind === 'glob'
            ? ({ kind, pattern: text } as const)
            : ({ kind, text } as const);
      const plan = planOf({ filter: ask('interface_id', question), columns: ['interface_id'] });
      const { sql, parameters, literalSql } = compilePlan(plan, duckdb);
      expect(sql).not.toContain('DROP');
      expect(await session.rows(sql, parameters)).toEqual([]);
      if (!text.includes('\u0000')) expect(await session.rows(literalSql)).toEqual([]);
    }
    expect(await session.rows('SELECT count(*)::INTEGER AS n FROM flows')).toEqual([{ n: 1 }]);
  });

  it.each(hostile.filter((text) => !text.includes('`')))('as a name: %s', async (text) => {
    const parsed = parseInsights(`fields bytes as \`${text}\` | sort \`${text}\` | limit 1`, OPTIONS);
    const plan = valueOf(parsed, text);
    const { sql, parameters } = compilePlan(plan, duckdb);
    const rows = await session.rows(sql, parameters);
    expect(Object.values(rows[0] ?? {}).map(String)).toEqual(['5']);
    const grouped = valueOf(
      parseInsights(`stats sum(bytes) as \`${text}\` by interfaceId as \`k${text}\``, OPTIONS),
      text,
    );
    const compiled = compilePlan(grouped, duckdb);
    expect(await session.rows(compiled.sql, compiled.parameters)).toHaveLength(1);
    expect(await session.rows('SELECT count(*)::INTEGER AS n FROM flows')).toEqual([{ n: 1 }]);
  });

  it('a plan from outside cannot name what is not there', async () => {
    const plan = {
      ...planOf({ by: ['srcaddr'], measures: ['bytes'] }),
      order: [{ name: 'x"; DROP TABLE flows; --', descending: true }],
    };
    const { sql } = compilePlan(decodePlan(JSON.parse(JSON.stringify(plan))), duckdb);
    expect(sql).not.toContain('DROP');
  });
});

/** Functions that become another shape of plan before any engine sees them. */
const LOWERED = new Set(
  'bin datefloor dateceil now querystarttime queryendtime querytimerange messagesize isipinsubnet isipv4insubnet isipv6insubnet isprivateip ispublicip isreservedip case eq ne lt le gt ge'.split(
    ' ',
  ),
);

describe('a dialect', () => {
  it.each(FUNCTIONS.filter((row) => !LOWERED.has(row.name)).map((row) => [row.name, row] as const))(
    'has a fact for %s in every engine',
    (name, row) => {
      for (let count = row.least; count <= Math.min(row.most, 4); count++) {
        const args = Array.from({ length: count }, (_, i) => `a${i}`);
        for (const dialect of [duckdb, trino])
          expect(factSql(dialect, `call.${name}`, args)).not.toContain('undefined');
      }
    },
  );

  it('names itself and what it forgot', () => {
    expect(() => factSql(trino, 'call.teleport', [])).toThrow('dialect trino has no fact "call.teleport"');
  });

  it('holds the same facts as the other, but for how blocks are tested', () => {
    const names = (facts: object): string[] =>
      [...new Set(Object.keys(facts).map((name) => name.replace(/\/\d$/, '')))].sort();
    const only = (a: string[], b: string[]): string[] => a.filter((name) => !b.includes(name));
    expect(only(names(duckdb.facts), names(trino.facts))).toEqual([
      'address.key',
      'text.octet',
      'text.starts-with',
    ]);
    expect(only(names(trino.facts), names(duckdb.facts))).toEqual(['address.in-block']);
  });
});

describe('a plan as JSON', () => {
  it.each([
    ['no object', 7, 'plan'],
    ['an unknown source', { ...planOf({}), source: 'users' }, 'plan.source'],
    ['an unknown expression', { ...planOf({}), filter: { kind: 'exec' } }, 'plan.filter.kind'],
    [
      'a filter of the wrong shape',
      { ...planOf({}), filter: { kind: 'and', terms: [{ kind: 'column' }] } },
      'plan.filter.terms[0].name',
    ],
    ['a prototype name', { ...planOf({}), filter: { kind: 'constructor' } }, 'plan.filter.kind'],
    ['an infinite number', { ...planOf({}), limit: { count: Number.NaN, other: false } }, 'plan.limit.count'],
    ['an unknown step', { ...planOf({}), steps: [{ kind: 'explode' }] }, 'plan.steps[0].kind'],
  ])('is refused with %s', (_, value, path) => {
    expect(() => decodePlan(value)).toThrow(
      expect.objectContaining({ code: 'query.bad-plan', details: { path } }),
    );
  });
});

describe('completion', () => {
  const at = (text: string): readonly string[] =>
    completeFilter(text, text.length, {
      values: (column, prefix) =>
        column === 'interface_id' ? ['eni-a', 'eni-b'].filter((v) => v.startsWith(prefix)) : [],
      setNames: ['ioc'],
    }).items.map((item) => item.text);

  it.each([
    ['', 'srcaddr'],
    ['dstp', 'dstport'],
    ['dstport = 22 ', 'and'],
    ['dstport = 22 and sr', 'srcaddr'],
    ['action = ', 'REJECT'],
    ['action:RE', 'REJECT'],
    ['dstport = s', 'ssh'],
    ['protocol in (tcp, u', 'udp'],
    ['interface_id = eni', 'eni-b'],
    ['ip in @', '@ioc'],
    ['flags has S', 'SYN'],
    ['(dstport = 22 or ', 'not'],
    ['bytes ', '>='],
    ['direction ', '='],
  ])('of "%s" offers %s', (text, word) => {
    expect(at(text)).toContain(word);
  });

  it('replaces the word under the cursor and nothing else', () => {
    expect(completeFilter('action:RE and x', 9)).toMatchObject({
      start: 7,
      end: 9,
      items: [{ text: 'REJECT' }],
    });
    expect(completeFilter('dstport = 22 zzz', 16).items).toEqual([]);
  });

  it('offers nothing after a mistake', () => {
    expect(at('nosuch ! = 5 and ')).toEqual([]);
  });
});

describe('words', () => {
  it('knows the services that people name', () => {
    expect(SERVICE_NAMES.length).toBeGreaterThan(150);
    expect(servicePorts('SSH')).toEqual([22]);
    expect(serviceName(5432)).toBe('postgres');
    expect(serviceName(1)).toBeUndefined();
    for (const name of SERVICE_NAMES)
      for (const port of servicePorts(name) ?? [])
        expect(port, name).toSatisfy((n: number) => n > 0 && n < 65_536);
  });

  it('measures how far a word is from another', () => {
    expect(editDistance('kitten', 'sitting')).toBe(3);
    expect(editDistance('adn', 'and')).toBe(1);
    expect(suggest('dstprot', ['srcport', 'dstport'])).toBe('dstport');
    expect(suggest('x', ['srcport', 'dstport'])).toBeNull();
  });

  it('lists every command under one name only', () => {
    const names = INSIGHTS_COMMANDS.flatMap((row) => row.names);
    expect(new Set(names).size).toBe(names.length);
  });
});
