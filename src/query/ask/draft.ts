import { parseCidr } from '../../base/index.ts';
import type { EitherPair, Expression, ValueTest } from '../plan/expression.ts';
import { and, either, not, test } from '../plan/expression.ts';
import type { Measure } from '../plan/measure.ts';
import type { PlanSource } from '../plan/plan.ts';
import type { Span } from '../problem.ts';
import type { RateUnit } from './lexicon/nouns.ts';
import type { Intent, Verb } from './lexicon/roles.ts';
import type { AskedTime } from './time/piece.ts';

/** Which end of a flow a value is at, as far as a question says; `inside` is that of what the question ranks. */
export type End = 'src' | 'dst' | 'either' | 'open' | 'inside';

/** A condition of a question. An address or port waits for the verb that tells its end. */
export type DraftFilter = Span & {
  readonly isNegated: boolean;
  readonly what: DraftCondition;
};

/** A condition that is complete, or a value whose end of the flow is still to be settled. */
export type DraftCondition =
  | { readonly kind: 'condition'; readonly condition: Expression }
  | {
      readonly kind: 'address' | 'port';
      readonly question: ValueTest;
      readonly end: End;
      readonly isBetween: boolean;
      /** True for a port written at an address, as in `10.0.0.5:443`: it is at the same end. */
      readonly isAtAddress?: boolean;
    };

/** Groups, or records, must have more, less or so much of something. */
export interface Threshold extends Span {
  readonly test: ValueTest;
  readonly measure: Measure;
}

/** What is measured, with the word that said so. */
export interface DraftMeasure extends Span {
  readonly measure: Measure;
  readonly isWeak: boolean;
  /** True for "flow" and its like in the singular: one record is asked for. */
  readonly isOne?: boolean;
}

/** A rate to show beside what it is made of. */
export interface DraftRate extends Span {
  readonly unit: RateUnit;
  readonly of: Measure;
}

/** What a question was found to say, part by part, before it becomes a plan. */
export interface Draft {
  readonly source: PlanSource;
  readonly filters: readonly DraftFilter[];
  /** `isAsked` for those after "by" and its kin, which only group. */
  readonly dimensions: readonly (Span & {
    readonly columns: readonly string[];
    readonly isAsked?: boolean;
    readonly isDistinct?: boolean;
  })[];
  readonly measures: readonly DraftMeasure[];
  readonly rate: DraftRate | null;
  readonly distinct: (Span & { readonly column: string }) | null;
  readonly time: (Span & AskedTime) | null;
  readonly bucket: (Span & { readonly seconds: number }) | null;
  /** "The busiest hour": slices of time are what is ranked, so many of them. */
  readonly rankedSlices: number | null;
  readonly limit: (Span & { readonly count: number; readonly isOldest: boolean }) | null;
  readonly compare: (Span & { readonly seconds: number }) | null;
  readonly threshold: Threshold | null;
  readonly intents: ReadonlySet<Intent>;
  readonly verbs: ReadonlySet<Verb>;
  /** True when an interface or instance is what sends or talks. */
  readonly hasIdSubject: boolean;
  /** True when what the question is about had something done to it: "were contacted". */
  readonly isPassive: boolean;
  /** True when "egress" or "ingress" stood as a noun, which is a volume unless something else is measured. */
  readonly isVolume: boolean;
}

/** The condition of a filter, with open ends settled. */
export function conditionOf(filter: DraftFilter, draft: Draft): Expression {
  const { what } = filter;
  const positive = what.kind === 'condition' ? what.condition : endCondition(filter, what, draft);
  return filter.isNegated ? not(positive) : positive;
}

/** The whole condition of a question; what is said twice counts once. */
export function filterOf(draft: Draft): Expression {
  const whole = and(draft.filters.map((entry) => conditionOf(entry, draft)));
  if (whole.kind !== 'and') return whole;
  const seen = new Set<string>();
  return and(
    whole.terms.filter((term) => {
      const key = JSON.stringify(term);
      const isNew = !seen.has(key);
      seen.add(key);
      return isNew;
    }),
  );
}

type EndedFilter = Extract<DraftCondition, { kind: 'address' | 'port' }>;

function endCondition(filter: DraftFilter, what: EndedFilter, draft: Draft): Expression {
  const pair: EitherPair = what.kind === 'address' ? 'ip' : 'port';
  const [source, destination] = what.kind === 'address' ? ['srcaddr', 'dstaddr'] : ['srcport', 'dstport'];
  if (what.isBetween && what.question.kind === 'in')
    return and(what.question.tests.map((each) => either(pair, each)));
  switch (settledEnd(filter, what, draft)) {
    case 'src':
      return test(source ?? '', what.question);
    case 'dst':
      return test(destination ?? '', what.question);
    case 'either':
    case 'open':
    case 'inside':
      return either(pair, what.question);
  }
}

/** "Destinations of X" are those that X sends to; "sources except X" leaves X out of the sources. */
function settledEnd(filter: DraftFilter, what: EndedFilter, draft: Draft): End {
  // "Did anything talk to X" asks whether X took part, not who began.
  const isMutual = what.kind === 'address' && draft.intents.has('exists') && draft.verbs.has('talk');
  if (isMutual && isEvenHanded(draft)) return 'either';
  if (what.isAtAddress === true) {
    const address = draft.filters[draft.filters.indexOf(filter) - 1];
    return address?.what.kind === 'address' ? settledEnd(address, address.what, draft) : 'open';
  }
  // "Who communicates with X" asks for those at the other end of X, not for X itself.
  const asksWho =
    draft.intents.has('who') ||
    draft.distinct?.column === 'host' ||
    draft.dimensions.some(({ columns }) => columns.includes('host'));
  const isWith =
    what.end === 'either' && what.kind === 'address' && draft.verbs.has('talk') && !filter.isNegated;
  if (isWith && asksWho && draft.filters.filter((entry) => entry.what.kind === 'address').length === 1)
    return 'dst';
  if (what.end !== 'open' && what.end !== 'inside') return what.end;
  const around = filter.isNegated ? blockAround(filter, draft) : undefined;
  if (around?.what.kind === 'address') return settledEnd(around, around.what, draft);
  if (what.kind === 'port') return draft.verbs.has('reach') ? 'dst' : 'open';
  const named = new Set([
    ...draft.dimensions.flatMap((entry) => entry.columns),
    draft.distinct?.column ?? '',
  ]);
  if (named.has('srcaddr') !== named.has('dstaddr')) {
    const isSame = filter.isNegated || what.end === 'inside';
    return named.has('srcaddr') === isSame ? 'src' : 'dst';
  }
  // The hosts of an address are those that it talks to.
  const isOne = what.question.kind === 'compare' || what.question.kind === 'in';
  const isAlone =
    draft.filters.filter((entry) => entry.what.kind === 'address' && !entry.isNegated).length === 1;
  const onlyHosts = named.has('host') && !filter.isNegated && isAlone && isOne && draft.verbs.size === 0;
  if (onlyHosts) return 'src';
  return otherExplicitEnd(filter, draft);
}

/** Which end talked matters where hosts are listed, or where one end is a block or what is left out of one. */
function isEvenHanded({ filters, dimensions }: Draft): boolean {
  const hasHosts = dimensions.some(({ columns }) => columns.includes('host') || columns.includes('srcaddr'));
  return (
    !hasHosts &&
    !filters.some(({ what, isNegated }) => what.kind === 'address' && (isNegated || what.end === 'inside'))
  );
}

/** "To 10.0.0.0/8 except 10.1.0.0/16": what is left out of a block is at the end of the block. */
function blockAround(filter: DraftFilter, draft: Draft): DraftFilter | undefined {
  const inner = filter.what.kind === 'address' ? blocksOf(filter.what.question) : [];
  return draft.filters.find(({ what, isNegated }) => {
    if (what.kind !== 'address' || isNegated || what.isBetween) return false;
    const outer = blocksOf(what.question);
    return inner.length > 0 && inner.every((each) => outer.some((block) => holds(block, each)));
  });
}

function holds(outer: string, inner: string): boolean {
  const [around, within] = [parseCidr(outer), parseCidr(inner)];
  return (
    around !== null &&
    within !== null &&
    around.version === within.version &&
    around.first <= within.first &&
    within.last <= around.last
  );
}

function blocksOf(question: ValueTest): readonly string[] {
  if (question.kind === 'in') return question.tests.flatMap(blocksOf);
  if (question.kind === 'cidr') return [question.block];
  return question.kind === 'compare' ? [String(question.value)] : [];
}

/** "Ports that A uses towards B": where B is the destination, A is the source. */
function otherExplicitEnd(filter: DraftFilter, draft: Draft): End {
  const others = draft.filters.filter((entry) => entry !== filter && entry.what.kind === 'address');
  const [other] = others;
  // "Peers of 10.0.0.5 not in 10.0.0.0/8": what is left out around an address is at its other end.
  const isAround =
    filter.isNegated && other?.what.kind === 'address' && !other.isNegated && filter.what.kind === 'address';
  if (isAround && others.length === 1 && other?.what.kind === 'address' && filter.what.kind === 'address') {
    const [outer, inner] = [blocksOf(filter.what.question), blocksOf(other.what.question)];
    const isInside = inner.length > 0 && inner.every((each) => outer.some((block) => holds(block, each)));
    const end = isInside ? settledEnd(other, other.what, draft) : 'open';
    if (end === 'src' || end === 'dst') return end === 'src' ? 'dst' : 'src';
  }
  if (others.length !== 1 || other?.what.kind !== 'address' || other.isNegated) return 'open';
  // "Who contacted A besides B" leaves B out of those that did.
  if (filter.isNegated && !(draft.intents.has('who') && other.what.end === 'dst')) return 'open';
  return other.what.end === 'dst' ? 'src' : other.what.end === 'src' ? 'dst' : 'open';
}
