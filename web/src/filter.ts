import {
  and,
  columnBySpelling,
  type Expression,
  not,
  type Problem,
  parseFilter,
  printFilter,
  readsColumn,
  type Scalar,
  test,
} from '../../src/query/index.ts';

/** A value of a field that a person pointed at; null where the records have none. */
export interface FieldValue {
  readonly field: string;
  readonly value: Scalar | null;
}

/** A filter text as it was understood: its conditions one by one, or what is wrong with it. */
export interface ReadFilter {
  readonly conditions: readonly Expression[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** Reads a filter text. Pure; never throws. */
export function readFilter(where: string): ReadFilter {
  const { value, problems, warnings } = parseFilter(where, { nowSeconds: Date.now() / 1000 });
  return { conditions: value === null ? [] : conditionsOf(value), problems, warnings };
}

/** The condition that fields have these values. */
export function conditionFor(values: readonly FieldValue[]): Expression {
  return and(
    values.map(({ field, value }) =>
      value === null
        ? test(field, { kind: 'missing' })
        : test(field, { kind: 'compare', operator: '=', value }),
    ),
  );
}

/**
 * The filter narrowed to values, or with them left out. Narrowing a field that is already held to one value holds it to
 * the new one; a condition that is already there changes nothing.
 */
export function narrowFilter(where: string, values: readonly FieldValue[], how: 'only' | 'not'): string {
  const old = readFilter(where).conditions;
  const wanted = conditionFor(values);
  const added = how === 'not' ? [not(wanted)] : conditionsOf(wanted);
  const held = new Set(how === 'not' ? [] : values.map(({ field }) => field));
  const texts = new Set(added.map(printFilter));
  const kept = old.filter((term) => !held.has(heldField(term)) && !texts.has(printFilter(term)));
  return printAll([...kept, ...added]);
}

/**
 * The filter with values asked for beside everything it asks already, even where nothing can meet both; what it asks in
 * the same words is not said twice. A filter with a mistake stays as it is, so that the mistake is told.
 */
export function restrictFilter(where: string, values: readonly FieldValue[]): string {
  const { conditions, problems } = readFilter(where);
  if (problems.length > 0) return where;
  const known = new Set(conditions.map(printFilter));
  const added = conditionsOf(conditionFor(values)).filter((term) => !known.has(printFilter(term)));
  return printAll([...conditions, ...added]);
}

/**
 * The filter of everything beyond groups that stand alone: what is "Other" beside them. `within` are values that all of it
 * shares.
 */
export function restFilter(
  where: string,
  groups: readonly (readonly FieldValue[])[],
  within: readonly FieldValue[] = [],
): string {
  const start = within.length === 0 ? where : restrictFilter(where, within);
  return groups.reduce((rest, values) => narrowFilter(rest, values, 'not'), start);
}

/** A filter that asks both; each may be empty. Texts stay as they are, so a mistake in one is told at its place. */
export function joinFilters(first: string, second: string): string {
  if (first === '' || second === '') return first + second;
  return `(${first}) and (${second})`;
}

/** The filter without one of its conditions. */
export function withoutCondition(where: string, index: number): string {
  return printAll(readFilter(where).conditions.filter((_, i) => i !== index));
}

/** The filter with one of its conditions turned around. */
export function invertCondition(where: string, index: number): string {
  return printAll(readFilter(where).conditions.map((term, i) => (i === index ? not(term) : term)));
}

/** The text of a condition that stands among others. */
export function printCondition(condition: Expression): string {
  return printFilter(condition);
}

/** True when a filter asks about a field, in whatever way. */
export function asksField(where: string, name: string): boolean {
  return readFilter(where).conditions.some((condition) => readsColumn(condition, name));
}

/** True when a filter can ask about a column of this name. */
export function isField(name: string): boolean {
  return columnBySpelling(name)?.name === name;
}

function conditionsOf(condition: Expression): readonly Expression[] {
  return condition.kind === 'and' ? condition.terms : [condition];
}

function printAll(conditions: readonly Expression[]): string {
  return conditions.length === 0 ? '' : printFilter(and(conditions));
}

/** The field that a condition holds to one value; empty for all other conditions. */
function heldField(condition: Expression): string {
  if (condition.kind !== 'test' || condition.value.kind !== 'column') return '';
  const { test: question } = condition;
  const holds = question.kind === 'missing' || (question.kind === 'compare' && question.operator === '=');
  return holds ? condition.value.name : '';
}
