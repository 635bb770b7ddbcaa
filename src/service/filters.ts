import { awsError, type Ec2Parameters } from '../aws/index.ts';
import type { Tag } from './flow-log.ts';

/** One filter of a describe call: a value must match one of the patterns. */
export interface Filter {
  readonly name: string;
  readonly values: readonly string[];
}

/** What a filter compares: filter name to the values a thing has for it. */
export type FilterFields<T> = Readonly<Record<string, (thing: T) => readonly string[]>>;

/** Most filter values in one call. Source: EC2 guide, filtering limits. */
const MAX_FILTER_VALUES = 200;

/** Reads `Filter.N.Name` and `Filter.N.Value.M`. */
export function readFilters(parameters: Ec2Parameters): readonly Filter[] {
  const filters = parameters.structures('Filter').map((each) => ({
    name: each.text('Name') ?? '',
    values: each.texts('Value'),
  }));
  if (filters.reduce((sum, filter) => sum + filter.values.length, 0) > MAX_FILTER_VALUES) {
    throw awsError('FilterLimitExceeded', `A request may hold at most ${MAX_FILTER_VALUES} filter values.`);
  }
  return filters;
}

/**
 * Tells whether a thing passes all filters. Names and values are case-sensitive; values of one filter are
 * alternatives; `*` and `?` are wildcards, a backslash takes their meaning away. `tag:KEY` and `tag-key` work on
 * everything that has tags.
 *
 * Errors: `InvalidFilter` for a name that is neither in `fields` nor one of these two.
 */
export function compileFilters<T extends { readonly tags: readonly Tag[] }>(
  filters: readonly Filter[],
  fields: FilterFields<T>,
): (thing: T) => boolean {
  const tests = filters.map((filter) => {
    const valuesOf = fieldOf(filter.name, fields);
    const patterns = filter.values.map(compilePattern);
    return (thing: T) => valuesOf(thing).some((value) => patterns.some((matches) => matches(value)));
  });
  return (thing) => tests.every((passes) => passes(thing));
}

function fieldOf<T extends { readonly tags: readonly Tag[] }>(
  name: string,
  fields: FilterFields<T>,
): (thing: T) => readonly string[] {
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (field !== undefined) return field;
  if (name === 'tag-key') return (thing) => thing.tags.map((tag) => tag.key);
  if (name.startsWith('tag:') && name.length > 4) {
    const key = name.slice(4);
    return (thing) => thing.tags.filter((tag) => tag.key === key).map((tag) => tag.value);
  }
  throw awsError('InvalidFilter', `The filter '${name}' is invalid`);
}

type Token = string | typeof ANY | typeof ONE;
const ANY = Symbol('any run of characters');
const ONE = Symbol('one character');

function compilePattern(text: string): (value: string) => boolean {
  if (!/[*?\\]/.test(text)) return (value) => value === text;
  const tokens: Token[] = [];
  for (const match of text.matchAll(/\\([*?\\])|[^]/g)) {
    const literal = match[1];
    if (literal !== undefined) tokens.push(literal);
    else tokens.push(match[0] === '*' ? ANY : match[0] === '?' ? ONE : match[0]);
  }
  return (value) => matchesTokens(tokens, value);
}

/** Greedy matching that goes back to the last star only: never more than tokens times characters, unlike a RegExp. */
function matchesTokens(tokens: readonly Token[], value: string): boolean {
  let [token, position, starToken, starPosition] = [0, 0, -1, 0];
  while (position < value.length) {
    const wanted = tokens[token];
    if (wanted === ANY) {
      starToken = token++;
      starPosition = position;
    } else if (wanted === ONE || wanted === value[position]) {
      token++;
      position++;
    } else if (starToken >= 0) {
      token = starToken + 1;
      position = ++starPosition;
    } else {
      return false;
    }
  }
  while (tokens[token] === ANY) token++;
  return token === tokens.length;
}
