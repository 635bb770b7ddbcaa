import { parseCidr } from '../../base/index.ts';
import { protocolNumber } from '../../record/index.ts';
import { canonicalCidr } from '../filter/value.ts';
import { type Expression, test, type ValueTest } from '../plan/expression.ts';
import { servicePorts } from '../words/services.ts';
import { ROLES } from './lexicon/roles.ts';
import { readId, readNamed } from './names.ts';
import { OPERATORS } from './tables.ts';
import { countOf, type Word } from './words.ts';

/** A thing that a question names. Addresses, ports and AWS services have ends; everything else is a condition already. */
export type Entity =
  | { readonly kind: 'address' | 'port' | 'aws'; readonly question: ValueTest; readonly length: number }
  | { readonly kind: 'condition'; readonly condition: Expression; readonly length: number };

const AWS_SERVICES: ReadonlyMap<string, string> = new Map([
  ...'S3 DYNAMODB EC2 CLOUDFRONT API_GATEWAY ROUTE53 GLOBALACCELERATOR EBS KINESIS_VIDEO_STREAMS CLOUD9 CODEBUILD AMAZON_CONNECT AMAZON_APPFLOW WORKSPACES_GATEWAYS ROUTE53_HEALTHCHECKS'
    .split(' ')
    .flatMap((name): [string, string][] => [
      [name.toLowerCase(), name],
      [name.toLowerCase().replaceAll('_', '-'), name],
    ]),
  ['ddb', 'DYNAMODB'],
]);

/** Reads an address, a port, a service, a protocol or an AWS id at a word; undefined when none stands there. */
export function readEntity(words: readonly Word[], at: number): Entity | undefined {
  const word = words[at];
  if (word === undefined) return undefined;
  const id = readId(word);
  if (id !== null) return id;
  return (
    readAddress(words, at) ??
    readPort(words, at) ??
    readNamed(words, at) ??
    readProtocol(words, at) ??
    readService(words, at)
  );
}

const ADDRESS_NOUNS = [
  'host',
  'address',
  'ip',
  'subnet',
  'network',
  'net',
  'cidr',
  'machine',
  'server',
  'block',
  'range',
  'hosts',
  'ips',
  'addresses',
  'box',
  'node',
  'prefix',
];

function readAddress(words: readonly Word[], at: number): Entity | undefined {
  let lead = ADDRESS_NOUNS.includes(words[at]?.lower ?? '') ? 1 : 0;
  if (lead === 1 && ['address', 'addresses', 'block', 'range'].includes(words[at + 1]?.lower ?? '')) lead++;
  const tests: ValueTest[] = [];
  let i = at + lead;
  for (;;) {
    const question = addressTest(words[i]?.lower ?? '');
    if (question === undefined) break;
    tests.push(question);
    i++;
    const skip = joinerLength(words, i);
    if (skip === null || addressTest(words[i + skip]?.lower ?? '') === undefined) break;
    i += skip;
  }
  const question = joined(tests);
  return question === undefined ? undefined : { kind: 'address', question, length: i - at };
}

/** Words between two items of a list: none after a comma, else "or" or "and"; null when the list ends. */
function joinerLength(words: readonly Word[], i: number): number | null {
  const isWord = ['or', 'and'].includes(words[i]?.lower ?? '');
  if (isWord) return 1;
  return words[i - 1]?.comma === true ? 0 : null;
}

/** The test of an address or block in text; undefined for other text. */
export function addressTest(text: string): ValueTest | undefined {
  if (!/[.:]/.test(text) || !/^[0-9a-f.:/]+$/.test(text) || parseCidr(text) === null) return undefined;
  const block = canonicalCidr(text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`);
  const [address = '', bits] = block.split('/');
  const isOne = bits === (address.includes(':') ? '128' : '32');
  return isOne ? { kind: 'compare', operator: '=', value: address } : { kind: 'cidr', block };
}

const PORT_LINKS: ReadonlySet<string> = new Set(
  'number numbers range ranges between from = of is are was were being equals equal'.split(' '),
);

/** `above`, `greater than`, `>=`: which side of a port; null where none is said. */
function sideAt(
  words: readonly Word[],
  at: number,
): { operator: '>' | '>=' | '<' | '<='; length: number } | null {
  const found = ROLES.find(words, at);
  const operator = found === undefined ? undefined : OPERATORS[found.value];
  return found === undefined || operator === undefined ? null : { operator, length: found.length };
}

/** `port 22`, `ports 80 and 443`, `port ssh`, `ports 8000-8080`, `ports above 1024`. */
function readPort(words: readonly Word[], at: number): Entity | undefined {
  const lower = words[at]?.lower ?? '';
  if (!['port', 'ports'].includes(lower)) return undefined;
  let start = at + 1;
  while (PORT_LINKS.has(words[start]?.lower ?? '')) start++;
  const side = sideAt(words, start);
  const bound = side === null ? null : countOf(words[start + side.length]);
  if (side !== null && bound !== null && bound <= 65_535)
    return {
      kind: 'port',
      question: { kind: 'compare', operator: side.operator, value: bound },
      length: start + side.length + 1 - at,
    };
  const found = readPorts(words, start);
  return found === undefined ? undefined : { ...found, length: found.length + start - at };
}

/** Port numbers, ranges and services in a list: `80, 443 or 8000-8080`. */
export function readPorts(
  words: readonly Word[],
  at: number,
): Extract<Entity, { kind: 'address' | 'port' | 'aws' }> | undefined {
  const tests: ValueTest[] = [];
  let i = at;
  for (;;) {
    const range = tests.length === 0 ? portRange(words, i) : undefined;
    const question = range?.question ?? portTest(words[i]);
    if (question === undefined) break;
    tests.push(question);
    i += range?.length ?? 1;
    const joiner = joinerLength(words, i);
    if (joiner === null) break;
    const skip = joiner + (['port', 'ports'].includes(words[i + joiner]?.lower ?? '') ? 1 : 0);
    if (portTest(words[i + skip]) === undefined) break;
    i += skip;
  }
  const question = joined(tests);
  return question === undefined ? undefined : { kind: 'port', question, length: i - at };
}

/** `8000 to 8100`, `8000 through 8100`, `1 and 1024` after "between". */
function portRange(words: readonly Word[], at: number): { question: ValueTest; length: number } | undefined {
  const [low, high] = [countOf(words[at]), countOf(words[at + 2])];
  const link = words[at + 1]?.lower ?? '';
  const isRange =
    ['to', 'through', 'thru', '-'].includes(link) || (link === 'and' && words[at - 1]?.lower === 'between');
  if (low === null || high === null || !isRange || low >= high || high > 65_535) return undefined;
  return { question: { kind: 'between', low, high }, length: 3 };
}

function portTest(word: Word | undefined): ValueTest | undefined {
  if (word === undefined) return undefined;
  const range = /^(\d{1,5})[-–](\d{1,5})$/.exec(word.lower);
  const [low, high] = [Number(range?.[1]), Number(range?.[2])];
  if (range !== null) return low <= high && high <= 65_535 ? { kind: 'between', low, high } : undefined;
  const number = /^\d{1,5}$/.test(word.lower) ? Number(word.lower) : null;
  if (number !== null && number <= 65_535) return { kind: 'compare', operator: '=', value: number };
  const named = COMMON_WORDS.has(word.lower) ? undefined : servicePorts(word.lower);
  return named === undefined ? undefined : portsTest(named);
}

/** `protocol 50`, `protocol gre`. */
function readProtocol(words: readonly Word[], at: number): Entity | undefined {
  if (!['protocol', 'proto'].includes(words[at]?.lower ?? '')) return undefined;
  const skip = ['number', '='].includes(words[at + 1]?.lower ?? '') ? 2 : 1;
  const number = protocolNumber(words[at + skip]?.lower ?? '');
  if (number === null) return undefined;
  const question: ValueTest = { kind: 'compare', operator: '=', value: number };
  return { kind: 'condition', condition: test('protocol', question), length: skip + 1 };
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
    const skip = joinerLength(words, i);
    const next = words[i + (skip ?? 0)]?.lower ?? '';
    if (skip === null || servicePorts(next) === undefined || COMMON_WORDS.has(next)) break;
    i += skip;
  }
  const question = joined(tests);
  if (question !== undefined)
    // "Our ssh port" is ssh.
    return {
      kind: 'condition',
      condition: test('svc_port', question),
      length: i - at + (words[i]?.lower === 'port' ? 1 : 0),
    };
  return readAwsServices(words, at);
}

/** `s3`, `s3 and dynamodb`. */
function readAwsServices(words: readonly Word[], at: number): Entity | undefined {
  const tests: ValueTest[] = [];
  let i = at;
  for (;;) {
    const value = AWS_SERVICES.get(words[i]?.lower ?? '');
    if (value === undefined) break;
    tests.push({ kind: 'compare', operator: '=', value });
    i++;
    const skip = joinerLength(words, i);
    if (skip === null || !AWS_SERVICES.has(words[i + skip]?.lower ?? '')) break;
    i += skip;
  }
  const found = joined(tests);
  return found === undefined ? undefined : { kind: 'aws', question: found, length: i - at };
}

/** Service names that are ordinary words of questions. */
const COMMON_WORDS: ReadonlySet<string> = new Set(
  'time login exec shell echo discard finger printer ident steam hive flink salt puppet vault s7 gc spark presto domain'.split(
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
