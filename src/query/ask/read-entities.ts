import { type Expression, either, test, type ValueTest } from '../plan/expression.ts';
import { serviceName } from '../words/services.ts';
import type { End } from './draft.ts';
import { type Entity, readEntity, readPorts } from './entity.ts';
import { EXTERNAL_HOSTS } from './lexicon/conditions.ts';
import { DIMENSIONS, MEASURE_WORDS } from './lexicon/nouns.ts';
import { INTENTS } from './lexicon/roles.ts';
import { readField, readId, readNamed } from './names.ts';
import type { Reading, Rule } from './reading.ts';
import { monthOf, unitOf } from './time/calendar.ts';
import { countOf, own, type Word } from './words.ts';

const OUTSIDERS: ReadonlySet<string> = new Set(
  'hosts host addresses address ips ip machines machine systems system anywhere anyone anybody anything somewhere'.split(
    ' ',
  ),
);

/** `outside 10.0.0.0/8`, `not in 10.0.0.0/8`: a block that is left out. */
export const readOutside: Rule = (reading) => {
  const skip = OUTSIDERS.has(reading.word(0)) ? 1 : 0;
  if (reading.word(skip) !== 'outside') return false;
  const of = reading.word(skip + 1) === 'of' ? 1 : 0;
  const entity = readEntity(reading.words, reading.at + skip + 1 + of);
  const word = reading.words[reading.at + skip];
  if (entity === undefined || entity.kind !== 'address' || word === undefined) return false;
  reading.at += skip + 1 + of;
  reading.negation = { word, isUsed: false };
  const role = reading.role?.role;
  if (role === 'either') {
    // "Communicated with hosts outside" says who began, "traffic with hosts outside" does not.
    if (reading.verbs.size === 0) reading.refuse(word, 'say whether it comes from there or goes there');
    reading.role = { role: reading.verbs.has('receive') ? 'src' : 'dst', word };
  } else if (role !== 'src' && role !== 'dst') reading.role = { role: 'inside', word };
  return readEntityHere(reading);
};

/** `external ips`, `public hosts`: far ends, that do something when a verb follows. */
export const readExternalHosts: Rule = (reading) => {
  const found = EXTERNAL_HOSTS.find(reading.words, reading.at);
  if (found === undefined || reading.role?.role === 'dst') return false;
  const start = reading.at;
  // "Was contacted by external hosts": they are those that did it, and no group.
  const isAgent = reading.isPassive && reading.words[start - 1]?.lower === 'by';
  const scope: ValueTest = { kind: 'compare', operator: '=', value: 'public' };
  reading.addFilter({ kind: 'condition', condition: test('remote_scope', scope) }, found.length);
  if (isAgent) {
    const inward = test('direction', { kind: 'compare', operator: '=', value: 'ingress' });
    reading.addFilter({ kind: 'condition', condition: inward }, 0);
    return true;
  }
  if (
    reading.intents.has('howmany') &&
    reading.distinct === null &&
    reading.measures.every((each) => each.isWeak)
  ) {
    reading.distinct = { column: 'host', ...reading.spanOf(start, reading.at) };
    reading.hasExternalSubject = true;
    return true;
  }
  reading.dimensions.push({ columns: ['host'], ...reading.spanOf(start, reading.at) });
  reading.hasExternalSubject = true;
  return true;
};

/** `srcaddr 10.0.0.5`, `action = REJECT`, `by pkt_srcaddr`: fields in their own spelling. */
export const readFieldHere: Rule = (reading) => {
  const found = readField(reading.words, reading.at);
  if (found === null) return false;
  if (found.kind === 'condition') {
    reading.addFilter(found, found.length);
    return true;
  }
  const isBound = ['src', 'dst', 'either', 'on'].includes(reading.role?.role ?? '');
  if (isBound) return false;
  const span = reading.take(found.length);
  if (reading.intents.has('howmany') && reading.role?.role !== 'group' && reading.distinct === null)
    reading.distinct = { column: found.name, ...span };
  else reading.dimensions.push({ columns: [found.name], ...span });
  return true;
};

const ENDS: Readonly<Record<string, End>> = {
  source: 'src',
  src: 'src',
  destination: 'dst',
  dst: 'dst',
  dest: 'dst',
  target: 'dst',
  origin: 'src',
  sender: 'src',
  receiver: 'dst',
};

const ID_NOUNS =
  /^(?:interface|eni|instance|vpc|subnet|account|region|zone|service|az|interfaces|instances|vpcs|subnets|accounts|regions|azs|tgw|attachment|gateway)$/;

/** `source 10.0.0.1`, `destination port 22`, `interface eni-1`: the noun says which end, or nothing new. */
export const readNounBeforeEntity: Rule = (reading) => {
  const end = own(ENDS, reading.word(0));
  const skip = ['id', 'ip', 'address', 'number', 'is', '='].includes(reading.word(1)) ? 1 : 0;
  const entity = readEntity(reading.words, reading.at + 1 + skip);
  // "Top 5 dst 10.0.0.5" ranks destinations.
  const isRanked = reading.limit !== null && reading.limit.end === reading.words[reading.at - 1]?.end;
  if (isRanked && end !== undefined) return false;
  const isAtNumber = end !== undefined && reading.word(1) === 'ports' && entity === undefined;
  if (entity === undefined || isAtNumber) return false;
  if (end !== undefined && (entity.kind === 'address' || entity.kind === 'port')) {
    reading.at += 1 + skip;
    return takeEntity(reading, end);
  }
  if (!ID_NOUNS.test(reading.word(0)) || entity.kind !== 'condition') return false;
  reading.at += 1 + skip;
  return readEntityHere(reading);
};

/** A value wherever it stands; its end is that of the preposition or verb before it. */
export const readEntityHere: Rule = (reading) => {
  const entity = readEntity(reading.words, reading.at);
  if (entity === undefined || (DIMENSIONS.find(reading.words, reading.at)?.length ?? 0) > entity.length)
    return false;
  const asked = entity.kind === 'address' || entity.kind === 'port' ? endAfter(reading, entity.length) : null;
  if (asked !== null) {
    takeEntity(reading, asked.end);
    reading.at += asked.length;
    return true;
  }
  if (entity.kind === 'address' && isOfPort(reading)) return takeEntity(reading, 'dst');
  // "By port 10.0.0.5": what is grouped by has been said, and the address stands for itself.
  const isAfterGroup = reading.dimensions.some((each) => each.end === reading.words[reading.at - 1]?.end);
  if (reading.role?.role === 'group' && isAfterGroup && !reading.isJoined()) reading.role = null;
  const role = reading.role?.role;
  const hasVerb = reading.verbs.size > 0;
  const isNamed = role === 'src' || role === 'dst' || role === 'either' || role === 'inside';
  // "Who contacted A besides B": what is left out is at the other end.
  const isBeside =
    reading.negation !== null &&
    reading.filters.some(
      ({ what, isNegated }) => what.kind === 'address' && what.end === 'dst' && !isNegated,
    );
  const isObject =
    hasVerb && (role === undefined || role === 'on') && !(isBeside && entity.kind === 'address');
  // An address that stands bare beside what is ranked could be at either end.
  const isBare =
    role === undefined &&
    !hasVerb &&
    reading.negation === null &&
    reading.dimensions.length > 0 &&
    reading.dimensions.at(-1)?.end === reading.words[reading.at - 1]?.end;
  const end: End = isNamed
    ? role
    : isObject
      ? 'dst'
      : isBare && entity.kind === 'address'
        ? 'either'
        : 'open';
  if (role === 'inside' && entity.kind === 'port') return takeEntity(reading, 'open');
  const moved = /^(up|down)loads?$/.exec(reading.word(entity.length))?.[1];
  if (entity.kind === 'aws' && moved !== undefined)
    return takeEntity(reading, moved === 'up' ? 'dst' : 'src');
  if (role === 'group' && entity.kind !== 'condition') {
    if (isMadeBy(reading, entity)) return takeEntity(reading, 'src');
    const isBy =
      reading.words[reading.at - 1]?.lower === 'by' || reading.words[reading.at - 2]?.lower === 'by';
    // "By the port 8080" is on it, and "accepted by 10.0.0.5" is where it went.
    if (entity.kind === 'port') return isBy && takeEntity(reading, hasVerb ? 'dst' : 'open');
    return entity.kind === 'address' && isBy && hasVerdict(reading) && takeEntity(reading, 'dst');
  }
  return takeEntity(reading, end);
};

/** "Port 22 on 10.0.0.5", "port 22 of 10.0.0.5": both are where the flow goes. */
function isOfPort(reading: Reading): boolean {
  const { words, at, filters } = reading;
  const last = filters.at(-1);
  const before = words[at - 1]?.lower ?? '';
  if (last?.what.kind !== 'port' || !['on', 'of', 'at'].includes(before)) return false;
  if (last.end !== words[at - 2]?.end || (last.what.end !== 'open' && last.what.end !== 'dst')) return false;
  filters[filters.length - 1] = { ...last, what: { ...last.what, end: 'dst' } };
  return true;
}

/** "10.0.0.5 as the source", "22 as destination port": the end said after the value. */
function endAfter(reading: Reading, length: number): { readonly end: End; readonly length: number } | null {
  if (reading.word(length) !== 'as') return null;
  const article = ['the', 'a', 'its', 'their'].includes(reading.word(length + 1)) ? 1 : 0;
  const end = own(ENDS, reading.word(length + 1 + article));
  if (end === undefined) return null;
  const noun = ['address', 'ip', 'host', 'port'].includes(reading.word(length + 2 + article)) ? 1 : 0;
  return { end, length: 2 + article + noun };
}

/** "Connections by 10.0.0.5" are those it made. */
function isMadeBy({ words, at, measures, isPassive }: Reading, entity: Entity): boolean {
  const isBy = words[at - 1]?.lower === 'by' && (isPassive || measures.at(-1)?.end === words[at - 2]?.end);
  return isBy && entity.kind === 'address';
}

function hasVerdict({ filters }: Reading): boolean {
  return filters.some(
    ({ what }) =>
      what.kind === 'condition' &&
      what.condition.kind === 'test' &&
      what.condition.value.kind === 'column' &&
      what.condition.value.name === 'action',
  );
}

const NO_WORD = { text: '', lower: '', start: 0, end: 0 };
const ONE_END = 'a record knows the interface, subnet and VPC of one end; use blocks of addresses for both';

function takeEntity(reading: Reading, end: End): boolean {
  const entity = readEntity(reading.words, reading.at);
  if (entity === undefined) return false;
  if (entity.kind === 'condition') {
    const isBetween = reading.role?.word.lower === 'between';
    if (isBetween && readId(reading.words[reading.at] ?? NO_WORD) !== null && !isWithInternet(reading))
      reading.refuse(reading.spanOf(reading.at, reading.at + entity.length), ONE_END);
    const way = wayOf(reading);
    reading.addFilter(entity, entity.length);
    if (way !== null) reading.addFilter({ kind: 'condition', condition: way }, 0);
  } else if (entity.kind === 'aws')
    reading.addFilter({ kind: 'condition', condition: awsCondition(entity, end) }, entity.length);
  else {
    // "Between 10.0.0.5 and the internet": the other end is known by its scope.
    const isBetween = reading.role?.word.lower === 'between' && !isWithInternet(reading);
    const lone = entity.question.kind === 'compare' || entity.question.kind === 'cidr';
    if (isBetween && entity.kind === 'address' && lone)
      reading.refuse(reading.spanOf(reading.at, reading.at + entity.length), '"between" needs two addresses');
    reading.addFilter({ kind: entity.kind, question: entity.question, end, isBetween }, entity.length);
    if (reading.words[reading.at]?.lower === 'itsport') takeItsPort(reading);
  }
  return true;
}

/** "Out of vpc-1" and "into subnet-1" say the direction that its interfaces recorded. */
function wayOf({ words, at, role }: Reading): Expression | null {
  const first = role?.word.lower;
  const id = readId(words[at] ?? NO_WORD)?.condition;
  const isPlace =
    id?.kind === 'test' &&
    id.value.kind === 'column' &&
    /^(?:vpc|subnet|instance|interface)_id$/.test(id.value.name);
  if (!isPlace || (first !== 'out' && first !== 'into')) return null;
  return test('direction', { kind: 'compare', operator: '=', value: first === 'out' ? 'egress' : 'ingress' });
}

/** "Between vpc-1 and the internet": the other end is known by its scope. */
function isWithInternet(reading: Reading): boolean {
  const the = reading.word(2) === 'the' ? 1 : 0;
  return reading.word(1) === 'and' && ['internet', 'outside'].includes(reading.word(2 + the));
}

/** The port of `10.0.0.5:443`. */
function takeItsPort(reading: Reading): void {
  const ports = readPorts(reading.words, reading.at + 1);
  if (ports === undefined) return;
  const what = {
    kind: 'port' as const,
    question: ports.question,
    end: 'open' as const,
    isBetween: false,
    isAtAddress: true,
  };
  reading.addFilter(what, 2);
}

function awsCondition(entity: Extract<Entity, { kind: 'aws' | 'address' | 'port' }>, end: End): Expression {
  if (end === 'dst') return test('pkt_dst_aws_service', entity.question);
  if (end === 'src') return test('pkt_src_aws_service', entity.question);
  return either('aws_service', entity.question);
}

/** `on 443`, `udp 514`, `hitting 22 or 3389`: a number where only a port makes sense. */
export const readBarePort: Rule = (reading) => {
  const { words, at } = reading;
  if (!/^\d{1,5}(?:[-–]\d{1,5})?$/.test(reading.word(0))) return false;
  const ports = readPorts(words, at);
  if (ports === undefined) return false;
  const after = at + ports.length;
  const isAimed = reading.role?.role === 'dst' && words[at - 1]?.lower === 'to';
  const isCounted =
    unitOf(words[after]) !== null ||
    (MEASURE_WORDS.find(words, after) !== undefined && !isTraffic(words[after]?.lower) && !isAimed);
  // "On 24 or 25 December" are days.
  if (monthOf(words[after]?.lower ?? '') > 0) return false;
  const isLimited = hasOtherLimit(words, at);
  if (isCounted || (INTENTS.find(words, after)?.value === 'most' && !isLimited)) return false;
  if (
    (DIMENSIONS.find(words, after) !== undefined && !isLimited) ||
    /^(?:percent|%|st|nd|rd|th|am|pm)$/.test(words[after]?.lower ?? '')
  )
    return false;
  const before = words[at - 1]?.lower ?? '';
  const role = reading.role?.role;
  const isAfterRole =
    role === 'src' ||
    role === 'dst' ||
    (role !== undefined && ['on', 'over', 'via', 'through', 'using', 'for', 'about'].includes(before));
  const isAfterKind = [
    'tcp',
    'udp',
    'sctp',
    'inbound',
    'outbound',
    'ingress',
    'egress',
    'incoming',
    'outgoing',
    'accepted',
    'rejected',
    'denied',
    'blocked',
    'allowed',
    'drop',
    'drops',
    'dropped',
    'reject',
    'rejects',
    'deny',
    'denies',
    'accept',
  ].includes(before);
  const isAfterVerb = reading.verbs.has('reach') && role === undefined && isVerbLast(reading);
  const isNegated = reading.negation !== null && reading.negation.word.end === words[at - 1]?.end;
  // "10.0.0.5 443": a service beside its host.
  const last = reading.filters.at(-1);
  const isBeside =
    last?.what.kind === 'address' &&
    last.end === words[at - 1]?.end &&
    ports.question.kind === 'compare' &&
    serviceName(Number(ports.question.value)) !== undefined;
  if (!isAfterRole && !isAfterKind && !isAfterVerb && !isNegated && !isBeside) return false;
  // "Over 443" is a port, "over 100" would be a limit of something.
  if (
    before === 'over' &&
    (ports.question.kind !== 'compare' || serviceName(Number(ports.question.value)) === undefined)
  )
    return false;
  const end: End =
    role === 'src' || role === 'dst'
      ? role
      : isAfterVerb || (isAfterRole && reading.verbs.size > 0)
        ? 'dst'
        : 'open';
  reading.addFilter({ kind: 'port', question: ports.question, end, isBetween: false }, ports.length);
  return true;
};

/** True when a number of rows is said elsewhere, as in "drop 445 src top 15". */
export function hasOtherLimit(words: readonly Word[], at: number): boolean {
  return words.some(
    ({ lower }, i) => i !== at - 1 && /^(?:top|limit)$/.test(lower) && countOf(words[i + 1]) !== null,
  );
}

function isTraffic(lower: string | undefined): boolean {
  return ['traffic', 'flows', 'connections', 'sessions', 'attempts'].includes(lower ?? '');
}

function isVerbLast(reading: Reading): boolean {
  const last = reading.filters.at(-1);
  const before = reading.words[reading.at - 1];
  return before !== undefined && (last === undefined || last.end < before.start);
}

/** A name after a noun that takes names, before the noun is read as something to group by. */
export const readName: Rule = (reading) => {
  const found = readNamed(reading.words, reading.at);
  if (found === undefined) return false;
  reading.addFilter(found, found.length);
  return true;
};
