import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  compilePlan,
  duckdb,
  EVERY_TABLE,
  type InsightsOptions,
  type Problem,
  parseInsights,
  trino,
} from '../../src/query/index.ts';
import type { TestSession } from '../support/duckdb-session.ts';
import { openQueryLake, type TestFlow } from '../support/query-lake.ts';

/**
 * What is written of Logs Insights, fact by fact: the query that shows it, and the rows, the problem or the warning
 * that must come of it. A problem and a warning name their code and the piece of the query they stand at.
 */
type Fact = readonly [fact: string, query: string, expected: Expected];
type Expected =
  | { readonly rows: readonly (readonly unknown[])[] }
  | { readonly problem: string; readonly at: string }
  | { readonly warning: string; readonly at: string };

const rows = (...values: readonly (readonly unknown[])[]): Expected => ({ rows: values });
const one = (...values: readonly unknown[]): Expected => rows(values);
const problem = (code: string, at: string): Expected => ({ problem: `query.${code}`, at });
const warning = (code: string, at: string): Expected => ({ warning: `query.${code}`, at });

/** One event, so that an expression has one value. */
const value = (expression: string): string => `fields ${expression} as x | display x | limit 1`;

const NOON = Date.UTC(2026, 0, 14, 12) / 1000;
const EVENTS: readonly TestFlow[] = [
  event({
    start: NOON,
    srcaddr: '10.0.0.1',
    dstaddr: '110.0.0.9',
    srcport: 40_000,
    dstport: 443,
    bytes: 1000,
    packets: 10,
  }),
  event({
    start: NOON + 30,
    srcaddr: '110.0.0.9',
    dstaddr: '10.0.0.1',
    srcport: 443,
    dstport: 40_000,
    bytes: 9000,
    packets: 12,
  }),
  event({
    start: NOON + 300,
    srcaddr: '198.51.100.7',
    dstaddr: '10.0.0.1',
    srcport: 51_000,
    dstport: 22,
    bytes: 40,
    packets: 1,
    action: 'REJECT',
  }),
  event({
    start: NOON + 3600,
    srcaddr: '2001:db8::1',
    dstaddr: '2001:db8:1::2',
    srcport: 40_001,
    dstport: 443,
    bytes: 500,
    packets: 5,
    interface_id: 'eni-b',
  }),
  {
    start: NOON + 7200,
    end: NOON + 7260,
    interface_id: 'eni-c',
    account_id: '123456789010',
    log_status: 'NODATA',
    region: 'eu-west-1',
  },
];

const TABLES: Readonly<Record<string, string>> = {
  'own-ers_1': 'ip,owner,port\n10.0.0.1,alice,40000\n198.51.100.7,Eve,51000\n10.0.0.1,second,1\n',
  nets: 'cidr,zone\n0.0.0.0/0,world\n10.0.0.0/8,corp\n10.0.0.0/24,dmz\n10.0.0.0/24,late\n',
};

const LEXICAL: readonly Fact[] = [
  ['any command may come first, over several lines', 'stats\n count(*)\n as n\n|\n limit 1', one(5)],
  [
    'a comment on a line of its own, and after a command',
    '# all\nstats count(*) as n # how many\n| limit 1',
    one(5),
  ],
  ['# in a string is text', value('"a#b"'), one('a#b')],
  ['# in backticks is text', 'fields 1 as `a#b` | display `a#b` | limit 1', one(1)],
  ['# in a pattern is text', 'filter "a#b" like /a#b/ | stats count(*)', one(5)],
  [
    'keywords and functions in any case',
    'STATS COUNT(*) AS n BY isPresent(srcAddr) | SORT n DESC | LIMIT 1',
    one(true, 4),
  ],
  ['fields in their own case only', value('SRCADDR'), warning('undiscovered-field', 'SRCADDR')],
  ['a bare dash subtracts', 'filter dstPort = 22 | fields bytes-packets as x | display x', one(39)],
  ['a name with a dash stands in backticks', 'filter dstPort = 22 | display `log-status`', one('OK')],
  [
    'backticks quote one part of a path',
    `fields jsonParse('{"a":{"user.id":7}}') as j | display j.a.\`user.id\` | limit 1`,
    one('7'),
  ],
  ['either quote', value(`concat("a'b", 'c"d')`), one('a\'bc"d')],
  ['escapes of strings', value(String.raw`'\\ \" \' \n \t \d'`), one('\\ " \' \n \t \\d')],
  ['a number in text compares by number', 'filter bytes > "999" | stats count(*)', one(2)],
  ['text that is no number compares as text', 'filter interfaceId > "eni-b" | stats count(*)', one(1)],
  ['a pattern with a slash', 'filter "a/b" =~ /a\\/b/ | stats count(*)', one(5)],
  [
    'an alias may begin with @',
    'stats count(*) as @n by action as @a | sort @n desc | limit 1',
    one('ACCEPT', 3),
  ],
  ['an alias in sort', 'fields bytes | sort bytes * 2 as double desc | limit 1', one(9000)],
  [
    'an aggregate without alias goes by its text',
    'stats sum( bytes ) by dstPort | filter sum(bytes) > 1000 | sort sum(bytes) desc',
    rows([40_000, 9000], [443, 1500]),
  ],
  ['! negates', 'filter !ispresent(srcAddr) | stats count(*)', one(1)],
  [
    'not before and, and before or',
    'filter not dstPort = 22 and bytes < 1000 or dstPort = 22 | stats count(*)',
    one(2),
  ],
  ['^ before unary minus, both before *', value('-2^2*3 + 10 % 4'), one(-10)],
  ['a missing field compares false', 'filter srcAddr != "10.0.0.1" | stats count(*)', one(3)],
  ['and the negation of that is true', 'filter not srcAddr != "10.0.0.1" | stats count(*)', one(2)],
  [
    'not in and not like hold for a missing field',
    'filter srcAddr not in ["10.0.0.1"] and srcAddr not like "110" | stats count(*)',
    one(3),
  ],
  ['count of a field counts the events that have it', 'stats count(srcAddr), count(*)', one(4, 5)],
];

const FIELDS: readonly Fact[] = [
  [
    'without fields, display and stats: @timestamp and @message',
    'filter dstPort = 22',
    one(
      '2026-01-14 12:05:00.000',
      `2 123456789010 eni-a 198.51.100.7 10.0.0.1 51000 22 6 1 40 ${NOON + 300} ${NOON + 360} REJECT OK`,
    ),
  ],
  ['@log is account and log group', value('@log'), one('123456789010:vpc-flow-logs')],
  ['@logStream is of the interface', 'filter @logStream = "eni-b-all" | stats count(*)', one(1)],
  ['@ingestionTime is not kept', value('@ingestionTime'), warning('note', '@ingestionTime')],
  [
    'the fourteen names',
    'filter dstPort = 22 | display version, accountId, interfaceId, srcAddr, dstAddr, srcPort, dstPort, protocol, packets, bytes, startTime, endTime, action, logStatus',
    one(
      2,
      '123456789010',
      'eni-a',
      '198.51.100.7',
      '10.0.0.1',
      51_000,
      22,
      6,
      1,
      40,
      NOON + 300,
      NOON + 360,
      'REJECT',
      'OK',
    ),
  ],
  [
    'start and end are startTime and endTime',
    'filter dstPort = 22 | display startTime - start, endTime - `end`',
    one(0, 0),
  ],
  [
    'camel case of custom fields',
    'filter ispresent(flowDirection) or ispresent(tcpFlags) or ispresent(pktSrcAwsService) | stats count(*)',
    one(0),
  ],
  [
    'hyphens in backticks and SQL names',
    'filter dstPort = 22 | display `interface-id`, interface_id',
    one('eni-a', 'eni-a'),
  ],
  [
    '@aws.region and @aws.account',
    'filter interfaceId = "eni-c" | display @aws.region, @aws.account',
    one('eu-west-1', '123456789010'),
  ],
  [
    'logStream is no field; @logStream is',
    'filter logStream = "x" | stats count(*)',
    warning('undiscovered-field', 'logStream'),
  ],
];

const COMMANDS: readonly Fact[] = [
  ['fields accumulate', 'filter dstPort = 22 | fields srcAddr | fields bytes', one('198.51.100.7', 40)],
  [
    'a condition as a field',
    'filter dstPort = 22 | fields action = "REJECT" as isRejected | display isRejected',
    one(true),
  ],
  ['the last display counts', 'filter dstPort = 22 | display srcAddr | display bytes', one(40)],
  [
    'filters add up, where is one',
    'filter protocol = 6 | where bytes > 100 | filter dstPort = 443 | stats count(*)',
    one(2),
  ],
  [
    'filterIndex takes = and in',
    'filterIndex action = "REJECT" | filterIndex dstPort in [22, 80] | stats count(*)',
    one(1),
  ],
  ['filterIndex takes nothing else', 'filterIndex bytes > 3', problem('argument-kind', 'filterIndex')],
  [
    'sort ascends unless told',
    'fields dstPort | filter ispresent(dstPort) | sort dstPort | limit 2',
    rows([22], [443]),
  ],
  ['limit beyond 100,000 is cut', 'limit 100001', warning('note', '100001')],
  ['limit any', 'limit any | stats count(*)', one(5)],
  [
    'dedup keeps the newest of each, and rows without a key',
    'fields dstPort, startTime | dedup dstPort',
    rows([null, NOON + 7200], [443, NOON + 3600], [22, NOON + 300], [40_000, NOON + 30]),
  ],
  [
    'dedup keeps the first in the order of sort',
    'fields dstPort, bytes | sort bytes desc | dedup dstPort | limit 2',
    rows([40_000, 9000], [443, 1000]),
  ],
  ['only limit may follow dedup', 'dedup dstPort | sort dstPort', problem('order-of-commands', 'sort')],
  [
    'parse reads @message unless told',
    'filter dstPort = 22 | parse "* * * " as a, b, c | display c',
    one('eni-a'),
  ],
  [
    'the last * goes to the end',
    'filter dstPort = 22 | parse @message "REJECT *" as rest | display rest',
    one('OK'),
  ],
  ['no match, no field', 'parse @message "nothing * here" as x | stats count(x), count(*)', one(0, 5)],
  [
    "[ ] ' : are themselves in globs",
    `fields "[a]: 'b'" as s | parse s "[*]: '*'" as x, y | display x, y | limit 1`,
    one('a', 'b'),
  ],
  [
    'parse by a pattern with names',
    'parse @message /(?<n>eni-\\S+) (?<ip>\\S+)/ | filter dstPort = 22 | display n, ip',
    one('eni-a', '198.51.100.7'),
  ],
  [
    'parse again on what was parsed',
    'filter dstPort = 22 | parse @message "* * eni-* " as v, a, e | parse e "*" as f | display f',
    one('a'),
  ],
  ['as many names as stars', 'parse @message "* *" as a', problem('argument-count', '"* *"')],
  [
    'unnest makes a row per item',
    'filter dstPort = 22 | fields split("a,b", ",") as l | unnest l into i | display i, dstPort | sort i',
    rows(['a', 22], ['b', 22]),
  ],
  [
    'unnest of a value is that value',
    'filter dstPort = 22 | fields "a" as l | unnest l into i | display i',
    one('a'),
  ],
  [
    'expand makes an event per item',
    `filter dstPort = 22 | fields jsonParse('["x","y"]') as l | expand l | display l | sort l`,
    rows(['x'], ['y']),
  ],
  [
    'lookup by a name with dash and digit',
    'filter dstPort = 22 | lookup own-ers_1 ip as srcAddr OUTPUT owner | display owner',
    one('Eve'),
  ],
  [
    'lookup by several keys',
    'lookup own-ers_1 ip as srcAddr, port as srcPort OUTPUT owner | filter ispresent(owner) | display owner | sort owner',
    rows(['Eve'], ['alice']),
  ],
  [
    'OUTPUT overwrites, with nothing on a miss',
    'filter dstPort = 443 | lookup own-ers_1 ip as srcAddr OUTPUT owner as action | display srcAddr, action | sort srcAddr',
    rows(['10.0.0.1', 'alice'], ['2001:db8::1', null]),
  ],
  [
    'OUTPUTNEW only fills',
    'lookup own-ers_1 ip as dstAddr OUTPUTNEW owner as action | stats count(*) by action | sort action',
    rows(['ACCEPT', 3], ['REJECT', 1], [null, 1]),
  ],
  [
    'cidrlookup takes the longest block, the first of equals',
    'filter dstPort = 443 | cidrlookup nets srcAddr AS cidr OUTPUT zone | display srcAddr, zone | sort srcAddr',
    rows(['10.0.0.1', 'dmz'], ['2001:db8::1', null]),
  ],
  ['no such table', 'lookup nobody ip OUTPUT x', problem('unknown-table', 'nobody')],
  [
    'autoregress names f_p1',
    'fields bytes | filter ispresent(bytes) | sort bytes | autoregress bytes p=1-2 | display bytes, bytes_p1, bytes_p2 | limit 3',
    rows([40, null, null], [500, 40, null], [1000, 500, 40]),
  ],
  [
    'accum runs',
    'fields bytes | filter ispresent(bytes) | sort bytes | accum bytes as total | display total',
    rows([40], [540], [1540], [10_540]),
  ],
  ['countFrequent', 'countFrequent dstPort | limit 1', one(443, 2)],
  [
    'filldown takes the row before, for names by pattern too',
    'fields startTime, srcPort, dstPort | sort startTime | filldown src* | display srcPort, dstPort | sort startTime desc | limit 1',
    one(40_001, null),
  ],
  [
    'fillmissing adds the empty bins',
    'filter bytes < 2000 | stats sum(bytes) as b by bin(30m) as t | fillmissing with 0 for b | sort t',
    rows(['2026-01-14 12:00:00.000', 1040], ['2026-01-14 12:30:00.000', 0], ['2026-01-14 13:00:00.000', 500]),
  ],
  [
    'fillmissing needs bins',
    'stats count(*) by action | fillmissing',
    problem('order-of-commands', 'fillmissing'),
  ],
  ['unmask changes nothing', 'unmask srcAddr | stats count(*)', warning('note', 'unmask')],
  ['SOURCE comes first', 'fields bytes | SOURCE logGroups()', problem('order-of-commands', 'SOURCE')],
  [
    'SOURCE takes at most five prefixes',
    "SOURCE logGroups(namePrefix: ['a','b','c','d','e','f']) | limit 1",
    problem('argument-count', 'namePrefix'),
  ],
  [
    'SOURCE takes two classes',
    "SOURCE logGroups(class: ['COLD']) | limit 1",
    problem('argument-kind', "'COLD'"),
  ],
  ['another data source has no events', "SOURCE dataSource(['aws_waf']) | stats count(*)", one(0)],
  [
    'one join to a query',
    'join left=a right=b where a.x = b.x (SOURCE g) | join left=c right=d where c.x = d.x (SOURCE g)',
    problem('order-of-commands', 'join'),
  ],
  [
    'join for equality only',
    'join left=a right=b where a.bytes < b.bytes (SOURCE g)',
    problem('unexpected', '<'),
  ],
  [
    'join is inner or left',
    'join type=outer left=a right=b where a.bytes = b.bytes (SOURCE g)',
    problem('argument-kind', 'outer'),
  ],
  [
    'no query within a query within a query',
    'filter srcAddr in (SOURCE g | filter dstAddr in (SOURCE h | fields srcAddr) | fields srcAddr)',
    problem('order-of-commands', 'SOURCE'),
  ],
  [
    'a list from a query has one column',
    'filter srcAddr in (SOURCE g | fields srcAddr, dstAddr)',
    problem('argument-count', 'SOURCE'),
  ],
  [
    'a list from a query is not correlated',
    'filter dstAddr in (SOURCE g | filter action = "REJECT" | fields dstAddr) | stats count(*)',
    one(2),
  ],
  [
    'appendcols takes at most 100,000 rows',
    'stats count(*) | appendcols max=100001 (SOURCE g | stats count(*))',
    problem('argument-kind', '100001'),
  ],
  [
    'addtotals over given fields under a name',
    'filter dstPort = 22 | fields bytes, packets | addtotals fieldname=all bytes, packets',
    one(40, 1, 41),
  ],
  ['estimate comes last', 'estimate | limit 1', problem('order-of-commands', 'estimate')],
  ['anomaly is refused with a reason', 'pattern @message | anomaly', problem('refused-command', 'anomaly')],
  [
    'relevantfields is refused with a reason',
    'relevantfields where bytes > 3',
    problem('refused-command', 'relevantfields'),
  ],
  ['an unknown command is told', 'fields bytes | statz count(*)', problem('unknown-command', 'statz')],
  ['tail needs an order', 'tail 3', problem('order-of-commands', 'tail')],
];

const CONDITIONS: readonly Fact[] = [
  [
    'a map compares false',
    `filter jsonParse('{"a":1}') = '{"a":1}' or jsonParse('[1]') = "[1]" | stats count(*)`,
    one(0),
  ],
  ['a list compares false', 'filter split("a", ",") = "a" | stats count(*)', one(0)],
  ['in matches whole values', 'filter interfaceId in ["eni", "eni-b"] | stats count(*)', one(1)],
  ['in tests the items of an array', 'filter split("a,b", ",") in ["b", "c"] | stats count(*)', one(5)],
  [
    'a value in an array',
    `filter "b" in split("a,b", ",") and "x" in jsonParse('["x"]') | stats count(*)`,
    one(5),
  ],
  [
    'like is a plain substring',
    'filter interfaceId like "ni-_" or interfaceId like "%" or interfaceId like "*" | stats count(*)',
    one(0),
  ],
  ['like is case-sensitive', 'filter action like "rej" | stats count(*)', one(0)],
  ['(?i) is not', 'filter action like /(?i)rej/ | stats count(*)', one(1)],
  [
    '=~ and like of a pattern are one, unanchored',
    'filter action =~ /EJ/ and action like /^R/ | stats count(*)',
    one(1),
  ],
  ['like of an address meets others too', 'filter dstAddr like "10.0." | stats count(*)', one(3)],
  ['and says so', 'filter dstAddr like "10.0." | stats count(*)', warning('note', 'dstAddr like "10.0."')],
  ['no look-around', 'filter action like /(?=x)/', problem('bad-regex', '/(?=x)/')],
  ['no back-reference', 'filter action like /(a)\\1/', problem('bad-regex', '/(a)\\1/')],
  [
    'text before numbers, chunks of digits by value',
    'fields split("3 2 1 01 0 a12345hfh A9876fghj A @_ @ 2345_ 111A 5A 0# *%04 # !:", " ") as l | limit 1 | unnest l into v | display v | sort v',
    rows(
      ...'!: # *%04 0# 5A 111A 2345_ @ @_ A A9876fghj a12345hfh 0 01 1 2 3'.split(' ').map((item) => [item]),
    ),
  ],
  [
    'desc is the reverse',
    'fields split("3 a 1 #", " ") as l | limit 1 | unnest l into v | display v | sort v desc',
    rows(['3'], ['1'], ['a'], ['#']),
  ],
  [
    'missing values come last',
    'fields dstPort | sort dstPort desc | limit 5',
    rows([40_000], [443], [443], [22], [null]),
  ],
];

const STATS: readonly Fact[] = [
  [
    'ten stats are a query',
    Array.from({ length: 10 }, (_, i) => `stats count(*) as n${i}`).join(' | '),
    one(1),
  ],
  [
    'eleven are not',
    Array.from({ length: 11 }, (_, i) => `stats count(*) as n${i}`).join(' | '),
    problem('order-of-commands', 'stats'),
  ],
  [
    'a later stats sees what the one before gave',
    'stats count(*) as n by dstPort | stats max(n), count(*)',
    one(2, 4),
  ],
  [
    'and nothing else',
    'stats count(*) as n by dstPort | stats max(bytes)',
    problem('gone-after-stats', 'bytes'),
  ],
  [
    '@timestamp included',
    'stats count(*) by bin(5m) | stats count(*) by bin(1h)',
    problem('order-of-commands', 'bin(1h)'),
  ],
  [
    'unless it is carried',
    'stats count(*) as n by bin(5m) as @t | stats sum(n) as s by datefloor(@t, 1h) as h | sort h | limit 1',
    one('2026-01-14 12:00:00.000', 3),
  ],
  [
    'max(@timestamp) carries it too',
    'stats max(@timestamp) as @t by dstPort | stats count(*) as n by dateceil(@t, 1h) as h | sort h | limit 1',
    one('2026-01-14 13:00:00.000', 3),
  ],
  ['no sort before stats', 'sort bytes | stats count(*)', problem('order-of-commands', 'sort')],
  ['no limit before stats', 'limit 3 | stats count(*)', problem('order-of-commands', 'limit')],
  [
    'arithmetic over aggregates',
    'stats sum(bytes) / 1024 / 1024 as mb, max(bytes / 1000) as k',
    one(10_540 / 1024 / 1024, 9),
  ],
  [
    'an item uses those before it',
    'stats max(bytes) as x, max(packets) as y, x - y as z',
    one(9000, 12, 8988),
  ],
  ['a field outside an aggregate', 'stats bytes', problem('argument-kind', 'bytes')],
  [
    'by an expression under its text',
    'stats count(*) by bytes > 600 | sort `bytes > 600`',
    rows([false, 3], [true, 2]),
  ],
  [
    'empty bins give no row',
    'stats count(*) by bin(5m) as t | sort t',
    rows(
      ['2026-01-14 12:00:00.000', 2],
      ['2026-01-14 12:05:00.000', 1],
      ['2026-01-14 13:00:00.000', 1],
      ['2026-01-14 14:00:00.000', 1],
    ),
  ],
  [
    'offset moves the bins',
    'stats count(*) as n by bin(1h) offset 1d | sort n desc | limit 1',
    one('2026-01-15 12:00:00.000', 3),
  ],
  ['avg and sum skip what is missing', 'stats avg(bytes), sum(packets)', one(2635, 28)],
  ['min and max of text', 'stats min(interfaceId), max(interfaceId)', one('eni-a', 'eni-c')],
  [
    'both spellings of the distinct count',
    'stats count_distinct(dstPort), countDistinct(interfaceId)',
    one(3, 3),
  ],
  ['pct takes 0 to 100', 'stats pct(bytes, 0), pct(bytes, 50), pct(bytes, 100)', one(40, 750, 9000)],
  ['and no more', 'stats pct(bytes, 101)', problem('argument-kind', 'pct(bytes, 101)')],
  [
    'deviation of the population',
    'filter dstPort = 443 | stats stddev(bytes), variance(bytes)',
    one(250, 62_500),
  ],
  ['the values', 'stats values(interfaceId) as v', one(['eni-a', 'eni-b', 'eni-c'])],
  [
    'earliest and latest go by @timestamp',
    'stats earliest(interfaceId), latest(interfaceId), earliest(bytes), latest(bytes)',
    one('eni-a', 'eni-c', 1000, 500),
  ],
  [
    'sortsFirst and sortsLast go by sort',
    'fields split("b 10 a 9", " ") as l | limit any | unnest l into v | stats sortsFirst(v), sortsLast(v)',
    one('a', '10'),
  ],
  ['topk stands alone', 'stats topk(2, dstPort), count(*)', problem('order-of-commands', 'topk')],
  ['topk without by', 'stats topk(2, dstPort) by action', problem('order-of-commands', 'topk')],
  ['topk after another', 'stats count(*), topk(2, dstPort)', problem('argument-kind', 'topk(2, dstPort)')],
  ['topk counts from 1 to 10,000', 'stats topk(10001, dstPort)', problem('argument-kind', '10001')],
  [
    'sums over time need bins',
    'stats sumOverTime(bytes)',
    problem('order-of-commands', 'sumOverTime(bytes)'),
  ],
  [
    'count_over_time is a spelling',
    'stats count_over_time(bytes) as c by bin(1d)',
    one('2026-01-14 00:00:00.000', 4),
  ],
  ['an aggregate belongs in stats', 'filter sum(bytes) > 3', problem('refused-function', 'sum')],
];

const FUNCTIONS_OF: readonly Fact[] = [
  ['2^3', value('2^3'), one(8)],
  ['division by zero', value('1 / 0'), one(null)],
  ['modulo zero', value('1 % 0'), one(null)],
  ['division is not rounded', value('5 / 2'), one(2.5)],
  ['log is natural', value('round(log(10), 4)'), one(2.3026)],
  ['abs ceil floor sqrt', value('abs(-1) + ceil(1.2) + floor(1.8) + sqrt(9)'), one(7)],
  ['greatest and least', value('greatest(1, 3, 2) * least(4, 5)'), one(12)],
  ['round to decimals', value('round(2.345, 1)'), one(2.3)],
  [
    'toInt toLong toDouble toNumber',
    value('toInt("7.9") + toLong("8") + toDouble("0.5") + toNumber("1")'),
    one(16.5),
  ],
  [
    'datefloor and dateceil',
    value('toMillis(dateceil(fromMillis(61000), 1m)) - toMillis(datefloor(fromMillis(61000), 1m))'),
    one(60_000),
  ],
  ['now() is seconds', value('now()'), one(NOON + 86_400)],
  [
    'and @timestamp milliseconds',
    'filter toMillis(@timestamp) >= now() * 1000 - 82800000 | stats count(*)',
    one(2),
  ],
  [
    'parseDate and formatDate',
    value('formatDate(parseDate("2026-01-02 03:04", "yyyy-MM-dd HH:mm"), "dd.MM.yyyy")'),
    one('02.01.2026'),
  ],
  ['the range of the query', value('queryTimeRange() - (queryEndTime() - queryStartTime())'), one(0)],
  [
    'units long and plural',
    value(
      'toMillis(datefloor(fromMillis(7200001), 2hours)) + toMillis(datefloor(fromMillis(61000), 1min)) + toMillis(datefloor(fromMillis(1999), 1000ms))',
    ),
    one(7_200_000 + 60_000 + 1000),
  ],
  ['weeks begin on Monday', value('datefloor(@timestamp, 1w)'), one('2026-01-12 00:00:00.000')],
  [
    'months, quarters and years',
    'fields datefloor(@timestamp, 1mo) as m, datefloor(@timestamp, 1qtr) as q, datefloor(@timestamp, 1y) as y | display m, q, y | limit 1',
    one('2026-01-01 00:00:00.000', '2026-01-01 00:00:00.000', '2026-01-01 00:00:00.000'),
  ],
  ['a bin beyond the cap of its unit', 'stats count(*) by bin(300s)', warning('note', '300s')],
  [
    'coalesce, if and case',
    value('coalesce(traceless, if(1 = 2, "a", case(1 = 3, "b", 1 = 1, "c", "d")))'),
    one('c'),
  ],
  [
    'case has at most ten branches',
    value(`case(${Array.from({ length: 11 }, (_, i) => `bytes = ${i}, ${i}`).join(', ')})`),
    problem('argument-count', 'case'),
  ],
  ['isNumeric', value('isNumeric("1.5") and not isNumeric("x")'), one(true)],
  [
    'messageSize is bytes',
    'filter dstPort = 22 | fields messageSize() = strlen(@message) as x | display x',
    one(true),
  ],
  [
    'valid addresses',
    value(
      'isValidIp("::1") and isValidIpV4("1.2.3.4") and isValidIpV6("::1") and not isValidIp("1.2.3.400")',
    ),
    one(true),
  ],
  [
    'subnets, host bits masked',
    value(
      'isIpInSubnet("10.1.2.3", "10.9.9.9/8") and isIpv4InSubnet("10.1.2.3", "10.0.0.0/8") and isIpv6InSubnet("2001:db8::1", "2001:db8::/32")',
    ),
    one(true),
  ],
  ['an invalid address is in none', value('isIpInSubnet("x", "0.0.0.0/0")'), one(false)],
  [
    'a subnet of the other family',
    value('isIpv4InSubnet(srcAddr, "::/0")'),
    problem('argument-kind', '"::/0"'),
  ],
  [
    'ipv4ToNumber and kinds of addresses',
    value(
      'ipv4ToNumber("0.0.1.2") = 258 and isPrivateIP("10.0.0.1") and isPublicIP("8.8.8.8") and isReservedIP("127.0.0.1")',
    ),
    one(true),
  ],
  [
    'isempty and isblank give 1 and 0',
    'fields isempty("") as a, isempty(" ") as b, isblank(" ") as c, isblank("x") as d | display a, b, c, d | limit 1',
    one(1, 0, 1, 0),
  ],
  [
    'trims take a set of characters',
    'fields trim("  x ") as a, ltrim("xyxa", "xy") as b, rtrim("axyx", "xy") as c | display a, b, c | limit 1',
    one('x', 'a', 'a'),
  ],
  ['strlen counts characters', value('strlen("äß€")'), one(3)],
  ['upper and lower', value('concat(toupper("a"), tolower("B"))'), one('Ab')],
  [
    'substr counts from 0',
    'fields substr("abcdef", 0, 2) as a, substr("abcdef", 4) as b | display a, b | limit 1',
    one('ab', 'ef'),
  ],
  ['replace all of them', value('replace("abab", "a", "c")'), one('cbcb')],
  [
    'strcontains gives 1 and 0',
    'fields strcontains("abc", "B") as a, strcontains("abc", "B", true) as b | display a, b | limit 1',
    one(0, 1),
  ],
  ['regexReplace', value('regexReplace("a1b22", /([0-9]+)/, "<$1>")'), one('a<1>b<22>')],
  ['startsWith and endsWith', value('startsWith("abc", "ab") and endsWith("abc", "bc")'), one(true)],
  [
    'encodings',
    value(
      'concat(urldecode(urlencode("a b&")), base64decode(base64encode("x")), hexToAscii("6869"), hexToDec("ff"), decToHex(255))',
    ),
    one('a b&xhi2550xff'),
  ],
  [
    'digests',
    value('concat(md5("a"), substr(sha256("a"), 0, 8))'),
    one('0cc175b9c0f1b6a831c399e269772661ca978112'),
  ],
  [
    'jsonParse and paths',
    `fields jsonParse('{"a":[1,{"b":"x"}]}') as j | display j.a.0, j.a.1.b, jsonArraySize(j.a), jsonArrayContains(j.a, "1") | limit 1`,
    one('1', 'x', 2, false),
  ],
  ['text that is no JSON', value("jsonParse('{')"), one(null)],
  [
    'a map is no text and no number',
    value(`concat(toupper(jsonParse('{"a":1}')), abs(jsonParse('[1]')))`),
    one(''),
  ],
  ['a map is no key of sort', `fields jsonParse('{"a":1}') as j | sort j`, problem('argument-kind', 'j')],
  ['nor of dedup', 'dedup split(srcAddr, ".")', problem('argument-kind', 'split(srcAddr, ".")')],
  ['nor of stats', 'stats count(*) by split(srcAddr, ".")', problem('argument-kind', 'split(srcAddr, ".")')],
  ['nor of pattern', `fields jsonParse('{"a":1}') as j | pattern j`, problem('argument-kind', 'j')],
  ['an unknown function is told', value('strlenn("a")'), problem('unknown-function', 'strlenn')],
];

const LIMITS: readonly Fact[] = [
  [
    'a query has at most 10,000 characters',
    `fields bytes # ${'x'.repeat(10_000)}`,
    problem('too-long', 'x'.repeat(15)),
  ],
  ['a quote that stays open', 'filter action = "REJ', problem('unclosed', '"')],
  ['a parenthesis that stays open', 'filter (bytes > 3', problem('unclosed', '(')],
  ['the end where a value was due', 'filter bytes >', problem('unexpected-end', '')],
  ['nothing', ' ', problem('unexpected-end', '')],
];

let session: TestSession;
beforeAll(async () => {
  session = await openQueryLake(EVENTS, '2026-01-01');
});
afterAll(() => session.close());

const OPTIONS: InsightsOptions = {
  nowSeconds: NOON + 86_400,
  time: { startSeconds: NOON - 3600, endSeconds: NOON + 86_400 },
  table: (name) => TABLES[name],
};

describe.each([
  ['words', LEXICAL],
  ['fields', FIELDS],
  ['commands', COMMANDS],
  ['conditions and order', CONDITIONS],
  ['stats', STATS],
  ['functions', FUNCTIONS_OF],
  ['limits', LIMITS],
] as const)('%s', (_, facts) => {
  it.each(facts)('%s', async (_fact, query, expected) => {
    const parsed = parseInsights(query, OPTIONS);
    const shown = (found: Problem): object => ({ code: found.code, at: query.slice(found.start, found.end) });
    if ('problem' in expected) {
      expect(parsed.problems.map(shown)).toEqual([{ code: expected.problem, at: expected.at }]);
      return;
    }
    expect(parsed.problems).toEqual([]);
    if ('warning' in expected) {
      expect(parsed.warnings.map(shown)).toContainEqual({ code: expected.warning, at: expected.at });
      return;
    }
    if (parsed.value === null) throw new Error('a query without problems has a plan');
    const { sql, parameters } = compilePlan(parsed.value, duckdb, EVERY_TABLE);
    expect(compilePlan(parsed.value, trino, EVERY_TABLE).sql).not.toContain('undefined');
    const found = await session.rows(sql, parameters);
    expect(
      found.map((row) => Object.values(row).map(plain)),
      sql,
    ).toEqual(expected.rows);
  });
});

/** Numbers of any width as numbers, those with fractions to nine places. */
function plain(cell: unknown): unknown {
  if (typeof cell === 'bigint') return Number(cell);
  if (Array.isArray(cell)) return cell.map(plain);
  if (typeof cell === 'object' && cell !== null && 'items' in cell)
    return (cell.items as unknown[]).map(plain);
  return cell;
}

function event(flow: TestFlow): TestFlow {
  return {
    version: 2,
    account_id: '123456789010',
    interface_id: 'eni-a',
    protocol: 6,
    action: 'ACCEPT',
    log_status: 'OK',
    end: Number(flow['start']) + 60,
    ...flow,
  };
}
