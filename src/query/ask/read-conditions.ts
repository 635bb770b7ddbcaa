import { type Expression, test } from '../plan/expression.ts';
import type { End } from './draft.ts';
import { addressTest } from './entity.ts';
import { CONDITIONS } from './lexicon/conditions.ts';
import { DIMENSIONS } from './lexicon/nouns.ts';
import { FILLERS } from './lexicon/roles.ts';
import { readId } from './names.ts';
import { readEntityHere } from './read-entities.ts';
import type { Reading, Rule } from './reading.ts';
import { readTime } from './time/read-time.ts';

/** Words that are a condition by themselves: `rejected`, `from the internet`, `ipv6`. */
export const readCondition: Rule = (reading) => {
  const found = CONDITIONS.find(reading.words, reading.at);
  if (found === undefined) return false;
  const next = reading.words[reading.at + found.length];
  // "From outside 10.0.0.0/8" leaves a block out.
  const isOutsideBlock =
    next !== undefined &&
    reading.words[reading.at + found.length - 1]?.lower === 'outside' &&
    addressTest(next.lower) !== undefined;
  if (isOutsideBlock || (DIMENSIONS.find(reading.words, reading.at)?.length ?? 0) > found.length)
    return false;
  if (isNameOfAddress(reading, found.length)) return false;
  refuseKindOfPlace(reading);
  const isWay = /^(?:leav|left|exit|enter|depart|arriv)/.test(reading.word(0));
  const first = reading.words[reading.at];
  if (isWay && next !== undefined && first !== undefined && addressTest(next.lower) !== undefined) {
    // "Leaving 10.0.0.5" is from it, for where it goes.
    const isIn = /^(?:enter|arriv)/.test(reading.word(0));
    reading.at += found.length;
    reading.role = { role: isIn ? 'dst' : 'src', word: first };
    readEntityHere(reading);
    if (reading.word(0) === 'for' && addressTest(reading.word(1)) !== undefined) {
      reading.role = { role: 'dst', word: first };
      reading.at++;
    }
    return true;
  }
  const place = isWay && next !== undefined ? readId(next) : null;
  if (place?.condition.kind === 'test' && /-\d$/.test(next?.lower ?? ''))
    reading.refuse(
      reading.spanOf(reading.at, reading.at + 2),
      'both ends have to be known to say what leaves a region or zone',
    );
  tieToOutside(reading, reading.word(0));
  tieVerdict(reading);
  refuseFall(reading);
  if (['egress', 'ingress'].includes(reading.word(0)) && found.length === 1) reading.isVolume = true;
  const way = wayOfRole(reading, found.value);
  reading.addFilter({ kind: 'condition', condition: found.value }, found.length);
  if (way !== null) reading.addFilter({ kind: 'condition', condition: way }, 0);
  return true;
};

/** "Coming from the internet", "headed for the internet": the preposition says the direction. */
function wayOfRole({ role, negation }: Reading, condition: Expression): Expression | null {
  const isScope =
    condition.kind === 'test' &&
    condition.value.kind === 'column' &&
    condition.value.name === 'remote_scope' &&
    condition.test.kind === 'compare' &&
    condition.test.value === 'public';
  if (!isScope || negation !== null || (role?.role !== 'src' && role?.role !== 'dst')) return null;
  return test('direction', {
    kind: 'compare',
    operator: '=',
    value: role.role === 'src' ? 'ingress' : 'egress',
  });
}

/** "Did 10.0.0.5 refuse anything": what refuses is where the flow goes. */
function tieVerdict(reading: Reading): void {
  const last = reading.filters.at(-1);
  const isBase = /^(?:reject|refuse|deny|block|drop|accept|allow|permit)/.test(reading.word(0));
  if (!isBase || last?.what.kind !== 'address' || last.what.end !== 'open' || last.what.isBetween) return;
  const isAsked = reading.words.slice(0, reading.at).some(({ lower }) => /^(?:did|does|do)$/.test(lower));
  const at = reading.words.findIndex((word) => word.start >= last.start);
  const isWhich = ['which', 'that', 'what'].includes(reading.words[at - 1]?.lower ?? '');
  if (!(isAsked || isWhich) || last.end !== reading.words[reading.at - 1]?.end) return;
  reading.filters[reading.filters.length - 1] = { ...last, what: { ...last.what, end: 'dst' } };
}

/** "Did traffic drop at 11:20" asks whether it fell, "did we drop anything" for a verdict. */
function refuseFall(reading: Reading): void {
  const { words, at, present } = reading;
  const isAsked = words.slice(0, at).some(({ lower }) => /^(?:did|does|do|has|have)$/.test(lower));
  if (!/^drop(?:ped)?$/.test(reading.word(0)) || !isAsked || reading.measures.length === 0) return;
  const isLast = words[at + 1] === undefined || readTime(words, at + 1, present) !== null;
  if (isLast && reading.word(-1) !== 'get')
    reading.refuse(
      reading.spanOf(at, at + 1),
      'it may be a verdict or a fall; say "rejected" for the verdict',
    );
}

/** "Private subnets" and "from internal hosts" say what this end is; the scope that records know is that of the other. */
function refuseKindOfPlace(reading: Reading): void {
  if (!/^(?:private|internal|public|external)$/.test(reading.word(0))) return;
  const [column = ''] = DIMENSIONS.find(reading.words, reading.at + 1)?.value ?? [];
  const isPlace = ['subnet_id', 'vpc_id', 'instance_id', 'interface_id', 'account_id'].includes(column);
  const isNear = /^(?:private|internal)$/.test(reading.word(0)) && column === 'host';
  const hasEnd = reading.role?.role === 'src' || reading.role?.role === 'dst';
  if (isPlace || (isNear && hasEnd))
    reading.refuse(reading.spanOf(reading.at, reading.at + 2), 'name the block, as in "from 10.0.0.0/8"');
}

/** "Our load balancer at 10.6.6.6" names the address, which says it all. */
function isNameOfAddress(reading: Reading, length: number): boolean {
  if (!/(?:balancers?|[gaen]lbs?|gwlb)$/.test(reading.word(length - 1))) return false;
  const at = ['at', 'on', 'is'].includes(reading.word(length)) ? 1 : 0;
  return addressTest(reading.word(length + at)) !== undefined;
}

/** "10.0.0.5 to the internet": the address is the end that is not the internet. */
function tieToOutside(reading: Reading, first: string): void {
  const isTo = ['to', 'towards', 'into', 'onto', 'out'].includes(first);
  if (!isTo && first !== 'from') return;
  const last = reading.filters.at(-1);
  if (last?.what.kind !== 'address' || !['open', 'either'].includes(last.what.end) || last.what.isBetween)
    return;
  const between = reading.words.slice(0, reading.at).filter((word) => word.start >= last.end);
  if (last.isNegated || !between.every((word) => FILLERS.has(word.lower))) return;
  const end: End = isTo ? 'src' : 'dst';
  reading.filters[reading.filters.length - 1] = { ...last, what: { ...last.what, end } };
}
