import fc from 'fast-check';
import { and, type Expression, either, not, or, test, type ValueTest } from '../../src/query/index.ts';
import type { TestFlow } from './query-lake.ts';

const ADDRESSES = [
  '10.0.0.1',
  '10.0.0.2',
  '10.1.2.3',
  '172.16.5.4',
  '172.32.0.1',
  '192.168.1.1',
  '8.8.8.8',
  '203.0.113.9',
  '2001:db8::1',
  '2001:db8:1::2',
  'fe80::1',
  '::1',
  '::ffff:10.0.0.1',
];
const BLOCKS = [
  '10.0.0.0/8',
  '10.0.0.0/31',
  '10.0.0.1/32',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '0.0.0.0/0',
  '8.0.0.0/5',
  '2001:db8::/32',
  '2001:db8::/48',
  '2001:db8::/47',
  '::/0',
  'fe80::/10',
];
const PORTS = [0, 22, 53, 443, 8080, 40_000];
const INTERFACES = ['eni-a', 'eni-b', 'eni-%', "eni-'q", 'eni_b'];

const one = <T>(values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { freq: 8 });

/** Random records in a few days of January 2026, with missing values and NODATA records among them. */
export const anyFlow: fc.Arbitrary<TestFlow> = fc
  .record({
    start: fc.integer({ min: 1_767_225_600, max: 1_767_225_600 + 3 * 86_400 }),
    length: one([0, 1, 60, 600]),
    account_id: one(['123456789010', '210987654321']),
    interface_id: maybe(one(INTERFACES)),
    vpc_id: maybe(one(['vpc-1', 'vpc-2'])),
    srcaddr: maybe(one(ADDRESSES)),
    dstaddr: maybe(one(ADDRESSES)),
    srcport: maybe(one(PORTS)),
    dstport: maybe(one(PORTS)),
    protocol: maybe(one([1, 6, 17, 58])),
    packets: maybe(fc.integer({ min: 0, max: 50 })),
    bytes: maybe(fc.integer({ min: 0, max: 5000 })),
    action: maybe(one(['ACCEPT', 'REJECT'])),
    tcp_flags: maybe(one([0, 1, 2, 3, 18, 19])),
    direction: maybe(one(['ingress', 'egress'])),
    remote_scope: maybe(one(['private', 'public'])),
    ip_version: maybe(one([4, 6])),
    svc_port: maybe(one([22, 53, 443])),
    isOk: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
  })
  .map(({ length, isOk, ...flow }) => ({
    ...flow,
    end: flow.start + length,
    log_status: isOk ? 'OK' : 'NODATA',
    // As the index is keyed by address and day, a record with traffic has both.
    srcaddr: isOk ? (flow.srcaddr ?? '10.0.0.1') : flow.srcaddr,
    dstaddr: isOk ? (flow.dstaddr ?? '10.0.0.2') : flow.dstaddr,
  }));

const equals = (value: string | number): ValueTest => ({ kind: 'compare', operator: '=', value });
const anyOf = (tests: fc.Arbitrary<ValueTest>): fc.Arbitrary<ValueTest> =>
  fc.array(tests, { minLength: 2, maxLength: 4 }).map((list): ValueTest => ({ kind: 'in', tests: list }));
const missing: fc.Arbitrary<ValueTest> = fc.constant({ kind: 'missing' });

const plainAddressTest: fc.Arbitrary<ValueTest> = fc.oneof(
  one(ADDRESSES).map(equals),
  one(BLOCKS.filter((block) => !block.endsWith('/32'))).map((block): ValueTest => ({ kind: 'cidr', block })),
);
const addressTest = fc.oneof(
  plainAddressTest,
  anyOf(plainAddressTest),
  missing,
  fc.constant<ValueTest>({ kind: 'glob', pattern: '10.*.?' }),
);
const rangeTest = (values: readonly number[]): fc.Arbitrary<ValueTest> =>
  fc
    .tuple(one(values), one(values))
    .map(([a, b]): ValueTest => ({ kind: 'between', low: Math.min(a, b), high: Math.max(a, b) }));
const numberTest = (values: readonly number[]): fc.Arbitrary<ValueTest> =>
  fc.oneof(
    fc
      .tuple(one(['=', '!=', '<', '<=', '>', '>='] as const), one(values))
      .map(([operator, value]): ValueTest => ({ kind: 'compare', operator, value })),
    rangeTest(values),
    anyOf(fc.oneof(one(values).map(equals), rangeTest(values))),
    missing,
  );
const portTest = numberTest(PORTS);
const bitsTest: fc.Arbitrary<ValueTest> = fc.oneof(
  fc
    .tuple(one([1, 2, 3, 18]), one([0, 4, 32]))
    .map(([all, none]): ValueTest => ({ kind: 'bits', all, none, any: 0 })),
  one([1, 16, 20]).map((none): ValueTest => ({ kind: 'bits', all: 0, none, any: 0 })),
  one([1, 3, 19]).map((any): ValueTest => ({ kind: 'bits', all: 0, none: 0, any })),
);
const textTest: fc.Arbitrary<ValueTest> = fc.oneof(
  one(INTERFACES).map(equals),
  one(INTERFACES).map((value): ValueTest => ({ kind: 'compare', operator: '!=', value })),
  one(['eni-*', '*b', 'eni-?', 'eni-%', 'eni_*']).map((pattern): ValueTest => ({ kind: 'glob', pattern })),
  one(['-', "'", '%', '_']).map((text): ValueTest => ({ kind: 'contains', text })),
  fc
    .tuple(one(['^eni', '[ab]$', 'NI/?-', 'a|b']), fc.boolean())
    .map(([pattern, ignoreCase]): ValueTest => ({ kind: 'regex', pattern, ignoreCase })),
  missing,
);
/** Either side without negative comparisons, which the language always says as a negation. */
const isEitherTest = (question: ValueTest): boolean =>
  !(question.kind === 'compare' && question.operator !== '=' && !/[<>]/.test(question.operator));

const leaf: fc.Arbitrary<Expression> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(one(['srcaddr', 'dstaddr']), addressTest)
      .map(([name, question]) => test(name, question)),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(one(['srcport', 'dstport', 'svc_port']), portTest)
      .map(([name, question]) => test(name, question)),
  },
  { weight: 4, arbitrary: addressTest.map((question) => either('ip', question)) },
  { weight: 3, arbitrary: portTest.filter(isEitherTest).map((question) => either('port', question)) },
  { weight: 1, arbitrary: bitsTest.map((question) => test('tcp_flags', question)) },
  { weight: 2, arbitrary: textTest.map((question) => test('interface_id', question)) },
  { weight: 1, arbitrary: numberTest([0, 60, 1000, 4000]).map((question) => test('bytes', question)) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        one(['bps', 'pps', 'bpp', 'duration']),
        numberTest([0, 1, 60, 500]).filter((q) => q.kind === 'compare' && /[<>]/.test(q.operator)),
      )
      .map(([name, question]) => test(name, question)),
  },
  { weight: 1, arbitrary: one(['ACCEPT', 'REJECT']).map((value) => test('action', equals(value))) },
  { weight: 1, arbitrary: one([1, 6, 17]).map((value) => test('protocol', equals(value))) },
);

/** Random conditions of the filter language. */
export const anyCondition: fc.Arbitrary<Expression> = fc.letrec<{ condition: Expression }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('condition'), { minLength: 2, maxLength: 3 }).map(and),
    fc.array(tie('condition'), { minLength: 2, maxLength: 3 }).map(or),
    tie('condition').map((term) => not(term)),
  ),
})).condition;
