import type { Span } from '../problem.ts';

/** A constant of a query. Times are Unix seconds, sizes bytes, protocols and ports their numbers. */
export type Scalar = string | number | boolean;

/** How two values are compared. A missing value compares false with everything, `!=` included. */
export type CompareOperator = '=' | '!=' | '<' | '<=' | '>' | '>=';

/**
 * A question about one value, without saying whose. A missing value answers false to all of them but `missing`.
 * - `compare`: numbers by size, text by code point.
 * - `between`: both bounds inclusive.
 * - `in`: any of the tests; `set` names the caller's list that they came from.
 * - `cidr`: an address inside the block, families never mixing; `block` is canonical, host bits cleared.
 * - `glob`: the whole text, `*` any run, `?` one character.
 * - `contains`: the text somewhere inside.
 * - `regex`: RE2 syntax, unanchored.
 * - `bits`: every bit of `all`, no bit of `none`, and at least one of `any` unless that is 0.
 */
export type ValueTest =
  | { readonly kind: 'compare'; readonly operator: CompareOperator; readonly value: Scalar }
  | { readonly kind: 'between'; readonly low: Scalar; readonly high: Scalar }
  | { readonly kind: 'in'; readonly tests: readonly ValueTest[]; readonly set?: string }
  | { readonly kind: 'cidr'; readonly block: string }
  | { readonly kind: 'glob'; readonly pattern: string }
  | { readonly kind: 'contains'; readonly text: string }
  | { readonly kind: 'regex'; readonly pattern: string; readonly ignoreCase: boolean }
  | { readonly kind: 'bits'; readonly all: number; readonly none: number; readonly any: number }
  | { readonly kind: 'missing' };

/** Two columns that a direction-less word stands for, such as `ip` for source and destination address. */
export type EitherPair = 'ip' | 'port' | 'pkt_ip' | 'aws_service';

/**
 * A value computed for each row. Plain data: serialisable as JSON, comparable by structure; `span` points into the
 * query text it came from and takes no part in meaning.
 *
 * Logic has two values: a test of a missing value is false, so its negation is true. `within` is true when the first
 * column of an inner plan, named by its place in the plan's list, holds the value.
 */
export type Expression =
  | { readonly kind: 'column'; readonly name: string; readonly span?: Span }
  | { readonly kind: 'literal'; readonly value: Scalar | null; readonly span?: Span }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly args: readonly Expression[];
      readonly span?: Span;
    }
  | { readonly kind: 'and'; readonly terms: readonly Expression[]; readonly span?: Span }
  | { readonly kind: 'or'; readonly terms: readonly Expression[]; readonly span?: Span }
  | { readonly kind: 'not'; readonly term: Expression; readonly span?: Span }
  | { readonly kind: 'test'; readonly value: Expression; readonly test: ValueTest; readonly span?: Span }
  | { readonly kind: 'either'; readonly pair: EitherPair; readonly test: ValueTest; readonly span?: Span }
  | { readonly kind: 'within'; readonly value: Expression; readonly inner: number; readonly span?: Span };

/** Every kind of expression. */
export type ExpressionKind = Expression['kind'];

/** The condition that every row meets. */
export const ALWAYS: Expression = { kind: 'and', terms: [] };

/** A column by name. */
export function column(name: string, span?: Span): Expression {
  return span === undefined ? { kind: 'column', name } : { kind: 'column', name, span };
}

/** A constant; null is the missing value. */
export function literal(value: Scalar | null, span?: Span): Expression {
  return span === undefined ? { kind: 'literal', value } : { kind: 'literal', value, span };
}

/** A function call; `name` is a row of the function tables. */
export function call(name: string, args: readonly Expression[], span?: Span): Expression {
  return span === undefined ? { kind: 'call', name, args } : { kind: 'call', name, args, span };
}

/** A test of a value; a string stands for the column of that name. */
export function test(value: Expression | string, question: ValueTest, span?: Span): Expression {
  const subject = typeof value === 'string' ? column(value) : value;
  return span === undefined
    ? { kind: 'test', value: subject, test: question }
    : { kind: 'test', value: subject, test: question, span };
}

/** A test that either column of a pair may pass. */
export function either(pair: EitherPair, question: ValueTest, span?: Span): Expression {
  return span === undefined
    ? { kind: 'either', pair, test: question }
    : { kind: 'either', pair, test: question, span };
}

/** True when the first column of an inner plan holds the value. */
export function within(value: Expression, inner: number, span?: Span): Expression {
  return span === undefined ? { kind: 'within', value, inner } : { kind: 'within', value, inner, span };
}

/** All of the terms; nested conjunctions become one, a single term stays itself. */
export function and(terms: readonly Expression[]): Expression {
  return joined('and', terms);
}

/** Any of the terms; nested disjunctions become one, a single term stays itself. */
export function or(terms: readonly Expression[]): Expression {
  return joined('or', terms);
}

/** The negation; a double one cancels. */
export function not(term: Expression, span?: Span): Expression {
  if (term.kind === 'not') return term.term;
  return span === undefined ? { kind: 'not', term } : { kind: 'not', term, span };
}

/** The terms that must all hold, a lone condition being one of them. */
export function conjuncts(condition: Expression): readonly Expression[] {
  return condition.kind === 'and' ? condition.terms : [condition];
}

function joined(kind: 'and' | 'or', terms: readonly Expression[]): Expression {
  const flat = terms.flatMap((term) => (term.kind === kind ? term.terms : [term]));
  const only = flat.length === 1 ? flat[0] : undefined;
  return only ?? { kind, terms: flat };
}
