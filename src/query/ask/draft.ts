import type { EitherPair, Expression, ValueTest } from '../plan/expression.ts';
import { and, either, not, test } from '../plan/expression.ts';
import type { TimeRange } from '../plan/plan.ts';
import type { Span } from '../problem.ts';
import type { Intent, Verb } from './lexicon.ts';

/** Which end of a flow a value is at, as far as a question says. */
export type End = 'src' | 'dst' | 'either' | 'open';

/** A condition of a question. An address or port waits for the verb that tells its end. */
export type DraftFilter = Span & {
  readonly isNegated: boolean;
  readonly what:
    | { readonly kind: 'condition'; readonly condition: Expression }
    | {
        readonly kind: 'address' | 'port';
        readonly question: ValueTest;
        readonly end: End;
        readonly isBetween: boolean;
      };
};

/** Groups must have more, or less, of something. */
export interface Threshold extends Span {
  readonly operator: '>' | '>=' | '<' | '<=';
  readonly value: number;
  readonly measure: string;
}

/** What a question was found to say, part by part, before it becomes a plan. */
export interface Draft {
  readonly filters: readonly DraftFilter[];
  readonly dimensions: readonly (Span & { readonly columns: readonly string[] })[];
  readonly measures: readonly (Span & { readonly name: string; readonly isWeak: boolean })[];
  readonly distinct: (Span & { readonly column: string }) | null;
  readonly time: (Span & { readonly range: TimeRange; readonly periodSeconds: number | null }) | null;
  readonly bucket: (Span & { readonly seconds: number }) | null;
  readonly limit: (Span & { readonly count: number }) | null;
  readonly compare: (Span & { readonly seconds: number }) | null;
  readonly threshold: Threshold | null;
  readonly intents: ReadonlySet<Intent>;
  readonly verbs: ReadonlySet<Verb>;
  /** True when an interface or instance is what sends or talks. */
  readonly hasIdSubject: boolean;
}

/** The condition of a filter, with open ends settled. */
export function conditionOf(filter: DraftFilter, draft: Draft): Expression {
  const { what } = filter;
  const positive = what.kind === 'condition' ? what.condition : endCondition(what, draft, filter.isNegated);
  return filter.isNegated ? not(positive) : positive;
}

function endCondition(what: EndedFilter, draft: Draft, isNegated: boolean): Expression {
  const pair: EitherPair = what.kind === 'address' ? 'ip' : 'port';
  const [source, destination] = what.kind === 'address' ? ['srcaddr', 'dstaddr'] : ['srcport', 'dstport'];
  if (what.isBetween && what.question.kind === 'in')
    return and(what.question.tests.map((each) => either(pair, each)));
  // "Did anything talk to X" asks whether X took part, not who began.
  const isMutual = what.kind === 'address' && draft.intents.has('exists') && draft.verbs.has('talk');
  switch (isMutual ? 'either' : settledEnd(what, draft, isNegated)) {
    case 'src':
      return test(source ?? '', what.question);
    case 'dst':
      return test(destination ?? '', what.question);
    case 'either':
    case 'open':
      return either(pair, what.question);
  }
}

type EndedFilter = Extract<DraftFilter['what'], { kind: 'address' | 'port' }>;

/** "Destinations of X" are those that X sends to; "sources except X" leaves X out of the sources. */
function settledEnd(what: EndedFilter, draft: Draft, isNegated: boolean): End {
  if (what.end !== 'open') return what.end;
  if (what.kind === 'port') return draft.verbs.has('reach') ? 'dst' : 'open';
  const named = new Set([
    ...draft.dimensions.flatMap((entry) => entry.columns),
    draft.distinct?.column ?? '',
  ]);
  if (named.has('srcaddr') === named.has('dstaddr')) return 'open';
  return named.has('srcaddr') === isNegated ? 'src' : 'dst';
}
