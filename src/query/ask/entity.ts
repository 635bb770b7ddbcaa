import { parseCidr } from '../../base/index.ts';
import { protocolNumber } from '../../record/index.ts';
import { canonicalCidr } from '../filter/value.ts';
import { type Expression, either, test, type ValueTest } from '../plan/expression.ts';
import { servicePorts } from '../words/services.ts';
import { countOf, type Word } from './words.ts';

/** A thing that a question names. Addresses and ports have ends; everything else is a condition already. */
export type Entity =
  | { readonly kind: 'address' | 'port'; readonly question: ValueTest; readonly length: number }
  | { readonly kind: 'condition'; readonly condition: Expression; readonly length: number };

const IDS: readonly (readonly [RegExp, string])[] = [
  [/^eni-[0-9a-z-]+$/, 'interface_id'],
  [/^i-[0-9a-z]+$/, 'instance_id'],
  [/^vpc-[0-9a-z]+$/, 'vpc_id'],
  [/^subnet-[0-9a-z]+$/, 'subnet_id'],
  [/^nat-[0-9a-z]+$/, 'resource_id'],
  [/^\d{12}$/, 'account_id'],
  [
    /^(?:us|eu|ap|sa|ca|me|af|il|mx)-(?:gov-)?(?:north|south|east|west|central|northeast|southeast|northwest|southwest)-\d$/,
    'region',
  ],
  [/^[a-z]{3,4}\d-az\d$/, 'az_id'],
];

const AWS_SERVICES: ReadonlyMap<string, string> = new Map(
  [
    'S3',
    'DYNAMODB',
    'EC2',
    'CLOUDFRONT',
    'API_GATEWAY',
    'ROUTE53',
    'GLOBALACCELERATOR',
    'EBS',
    'KINESIS_VIDEO_STREAMS',
  ].map((name) => [name.toLowerCase(), name]),
);

/** Reads an address, a port, a service, a protocol or an AWS id at a word; undefined when none stands there. */
export function readEntity(words: readonly Word[], at: number): Entity | undefined {
  const word = words[at];
  if (word === undefined) return undefined;
  return (
    readAddress(words, at) ??
    readPort(words, at) ??
    readId(word) ??
    readProtocol(words, at) ??
    readService(words, at)
  );
}

function readAddress(words: readonly Word[], at: number): Entity | undefined {
  const lead = ['host', 'address', 'ip', 'subnet', 'network', 'net', 'cidr', 'machine', 'server'].includes(
    words[at]?.lower ?? '',
  )
    ? 1
    : 0;
  const tests: ValueTest[] = [];
  let i = at + lead;
  for (;;) {
    const question = addressTest(words[i]?.lower ?? '');
    if (question === undefined) break;
    tests.push(question);
    i++;
    const isMore =
      ['or', 'and'].includes(words[i]?.lower ?? '') && addressTest(words[i + 1]?.lower ?? '') !== undefined;
    if (!isMore) break;
    i++;
  }
  const question = joined(tests);
  return question === undefined ? undefined : { kind: 'address', question, length: i - at };
}

function addressTest(text: string): ValueTest | undefined {
  if (!/[.:]/.test(text) || !/^[0-9a-f.:/]+$/.test(text) || parseCidr(text) === null) return undefined;
  const block = canonicalCidr(text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`);
  const [address = '', bits] = block.split('/');
  const isOne = bits === (address.includes(':') ? '128' : '32');
  return isOne ? { kind: 'compare', operator: '=', value: address } : { kind: 'cidr', block };
}

/** `port 22`, `ports 80 and 443`, `port ssh`, `ports 8000-8080`. */
function readPort(words: readonly Word[], at: number): Entity | undefined {
  if (!['port', 'ports'].includes(words[at]?.lower ?? '')) return undefined;
  const tests: ValueTest[] = [];
  let i = at + 1;
  if (words[i]?.lower === 'number') i++;
  for (;;) {
    const question = portTest(words[i]);
    if (question === undefined) break;
    tests.push(question);
    i++;
    const isMore = ['or', 'and'].includes(words[i]?.lower ?? '');
    const skip = isMore && words[i + 1]?.lower === 'port' ? 2 : 1;
    if (isMore && portTest(words[i + skip]) !== undefined) i += skip;
  }
  const question = joined(tests);
  return question === undefined ? undefined : { kind: 'port', question, length: i - at };
}

function portTest(word: Word | undefined): ValueTest | undefined {
  if (word === undefined) return undefined;
  const range = /^(\d{1,5})-(\d{1,5})$/.exec(word.lower);
  if (range !== null) return { kind: 'between', low: Number(range[1]), high: Number(range[2]) };
  const number = /^\d{1,5}$/.test(word.lower) ? countOf(word) : null;
  if (number !== null && number <= 65_535) return { kind: 'compare', operator: '=', value: number };
  const named = servicePorts(word.lower);
  return named === undefined ? undefined : portsTest(named);
}

function readId(word: Word): Entity | undefined {
  const found = IDS.find(([pattern]) => pattern.test(word.lower));
  if (found === undefined) return undefined;
  const question: ValueTest = { kind: 'compare', operator: '=', value: word.lower };
  return { kind: 'condition', condition: test(found[1], question), length: 1 };
}

/** `protocol 50`, `protocol gre`. */
function readProtocol(words: readonly Word[], at: number): Entity | undefined {
  if (words[at]?.lower !== 'protocol' && words[at]?.lower !== 'proto') return undefined;
  const number = protocolNumber(words[at + 1]?.lower ?? '');
  if (number === null) return undefined;
  const question: ValueTest = { kind: 'compare', operator: '=', value: number };
  return { kind: 'condition', condition: test('protocol', question), length: 2 };
}

/** A service by name: its port on the serving side, whichever end that is. AWS services go by the published ranges. */
function readService(words: readonly Word[], at: number): Entity | undefined {
  const tests: ValueTest[] = [];
  let i = at;
  for (;;) {
    const name = words[i]?.lower ?? '';
    const ports = COMMON_WORDS.has(name) ? undefined : servicePorts(name);
    if (ports === undefined) break;
    tests.push(portsTest(ports));
    i++;
    const next = words[i + 1]?.lower ?? '';
    if (
      !['or', 'and'].includes(words[i]?.lower ?? '') ||
      servicePorts(next) === undefined ||
      COMMON_WORDS.has(next)
    )
      break;
    i++;
  }
  const question = joined(tests);
  if (question !== undefined)
    return { kind: 'condition', condition: test('svc_port', question), length: i - at };
  const service = AWS_SERVICES.get(words[at]?.lower ?? '');
  if (service === undefined) return undefined;
  const isService: ValueTest = { kind: 'compare', operator: '=', value: service };
  return { kind: 'condition', condition: either('aws_service', isService), length: 1 };
}

/** Service names that are ordinary words of questions. */
const COMMON_WORDS: ReadonlySet<string> = new Set(
  'time login exec shell echo discard finger printer ident steam hive flink salt puppet vault s7 gc spark presto'.split(
    ' ',
  ),
);

function portsTest(ports: readonly number[]): ValueTest {
  const [only] = ports;
  if (ports.length === 1 && only !== undefined) return { kind: 'compare', operator: '=', value: only };
  return { kind: 'in', tests: ports.map((value) => ({ kind: 'compare', operator: '=', value })) };
}

function joined(tests: readonly ValueTest[]): ValueTest | undefined {
  const flat = tests.flatMap((entry) => (entry.kind === 'in' ? entry.tests : [entry]));
  const [only] = flat;
  return flat.length <= 1 ? only : { kind: 'in', tests: flat };
}
