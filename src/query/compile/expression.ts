import { WeirError } from '../../base/index.ts';
import { PAIRS } from '../columns.ts';
import { functionByName } from '../functions/table.ts';
import type { Expression, ExpressionKind } from '../plan/expression.ts';
import type { SqlWriter } from './dialect.ts';
import { isNumeric, type Scope, type TypedSql, type ValueType } from './types.ts';
import { itemSql, negatedTestSql, type TestedValue, testSql, textOf } from './value-test.ts';

type Compilers = {
  readonly [K in ExpressionKind]: (
    expression: Extract<Expression, { kind: K }>,
    writer: SqlWriter,
    scope: Scope,
  ) => TypedSql;
};

const COMPILERS: Compilers = {
  column: ({ name }, _, scope) => scope.column(name) ?? { sql: 'NULL', type: 'none' },
  literal: ({ value }, writer) => literalSql(value, writer),
  call: (expression, writer, scope) => callSql(expression, writer, scope),
  and: ({ terms }, writer, scope) => boolean(joined(terms, ' AND ', 'TRUE', writer, scope)),
  or: ({ terms }, writer, scope) => boolean(joined(terms, ' OR ', 'FALSE', writer, scope)),
  not: ({ term }, writer, scope) => boolean(negation(term, writer, scope)),
  test: ({ value, test }, writer, scope) => boolean(testSql(writer, tested(value, writer, scope), test)),
  either: (expression, writer, scope) => boolean(eitherSql(expression, writer, scope)),
  within: (expression, writer, scope) => boolean(withinSql(expression, writer, scope)),
};

/** The SQL of an expression over the columns of a scope. Unknown columns are NULL; languages complain before. */
export function expressionSql(expression: Expression, writer: SqlWriter, scope: Scope): TypedSql {
  const compiler = COMPILERS[expression.kind] as (e: Expression, w: SqlWriter, s: Scope) => TypedSql;
  return compiler(expression, writer, scope);
}

/** The SQL of an expression as a value of a row: a condition that cannot be told is false there, not missing. */
export function valueSql(expression: Expression, writer: SqlWriter, scope: Scope): TypedSql {
  const compiled = expressionSql(expression, writer, scope);
  const isCondition = ['and', 'or', 'test', 'either', 'within', 'call'].includes(expression.kind);
  return isCondition && compiled.type === 'boolean'
    ? { ...compiled, sql: `COALESCE(${compiled.sql}, FALSE)` }
    : compiled;
}

/** The SQL of a condition, fit for WHERE and for CASE. A value that is no condition counts as true unless 0 or missing. */
export function conditionSql(condition: Expression, writer: SqlWriter, scope: Scope): string {
  const { sql, type } = expressionSql(condition, writer, scope);
  if (type === 'boolean') return sql;
  if (type === 'none') return 'FALSE';
  if (type === 'number' || type === 'time' || type === 'seconds') return `${sql} <> 0`;
  return `${sql} IS NOT NULL`;
}

function literalSql(value: string | number | boolean | null, writer: SqlWriter): TypedSql {
  if (value === null) return { sql: 'NULL', type: 'none' };
  const type: ValueType =
    typeof value === 'number' ? 'number' : typeof value === 'string' ? 'text' : 'boolean';
  if (typeof value === 'boolean') return { sql: value ? 'TRUE' : 'FALSE', type };
  // Engines take a small number for a 32-bit one, and sums and products of those overflow.
  const whole = typeof value === 'number' && Number.isInteger(value);
  return { sql: whole ? writer.fact('cast.whole', writer.bind(value)) : writer.bind(value), type };
}

/** A call: arguments brought to the kinds that the function wants, then the dialect's template. */
function callSql(
  { name, args }: Extract<Expression, { kind: 'call' }>,
  writer: SqlWriter,
  scope: Scope,
): TypedSql {
  const row = functionByName(name);
  if (row === undefined) throw new WeirError('bug', 'query.no-function', `there is no function ${name}`);
  if (COMPARISONS.has(row.name)) return comparisonSql(row.name, args, writer, scope);
  if (row.name === 'item_of') return itemOfSql(args, writer, scope);
  if (row.name === 'case') return caseSql(args, writer, scope);
  const compiled = args.map((arg, index) => {
    const wanted = row.parameters[Math.min(index, row.parameters.length - 1)] ?? 'any';
    if (wanted === 'condition') return { sql: conditionSql(arg, writer, scope), type: 'boolean' as const };
    return asKind(expressionSql(arg, writer, scope), wanted, writer);
  });
  if (row.result !== 'first')
    return { sql: writer.fact(`call.${row.name}`, ...compiled.map((arg) => arg.sql)), type: row.result };
  const [values, type] = sameType(row.name === 'if' ? compiled.slice(1) : compiled, writer);
  const lead = row.name === 'if' ? compiled.slice(0, 1) : [];
  return { sql: writer.fact(`call.${row.name}`, ...[...lead, ...values].map((arg) => arg.sql)), type };
}

const COMPARISONS: ReadonlyMap<string, string> = new Map([
  ['eq', '='],
  ['ne', '<>'],
  ['lt', '<'],
  ['le', '<='],
  ['gt', '>'],
  ['ge', '>='],
]);

/** Two computed values: by number when one side is a number, else by text. */
function comparisonSql(name: string, args: readonly Expression[], writer: SqlWriter, scope: Scope): TypedSql {
  const [left, right] = args.map((arg) => expressionSql(arg, writer, scope));
  if (left === undefined || right === undefined || left.type === 'none' || right.type === 'none')
    return { sql: 'FALSE', type: 'boolean' };
  const pair = comparablePair(left, right, writer);
  return { sql: `${pair.left} ${COMPARISONS.get(name) ?? '='} ${pair.right}`, type: 'boolean' };
}

/** A value among the items of a list; among those of anything else it is not. */
function itemOfSql(args: readonly Expression[], writer: SqlWriter, scope: Scope): TypedSql {
  const [list, item] = args.map((arg) => expressionSql(arg, writer, scope));
  if (list === undefined || item === undefined || (list.type !== 'list' && list.type !== 'map'))
    return { sql: 'FALSE', type: 'boolean' };
  return { sql: itemSql(writer, list, asKind(item, 'text', writer).sql), type: 'boolean' };
}

/** `case(c1, v1, c2, v2, …[, default])`. */
function caseSql(args: readonly Expression[], writer: SqlWriter, scope: Scope): TypedSql {
  const values = args.filter((_, i) => i % 2 === 1 || (i === args.length - 1 && i % 2 === 0));
  const [typed, type] = sameType(
    values.map((arg) => expressionSql(arg, writer, scope)),
    writer,
  );
  const branches = Array.from({ length: Math.floor(args.length / 2) }, (_, i) => {
    const condition = args[2 * i];
    return `WHEN ${condition === undefined ? 'FALSE' : conditionSql(condition, writer, scope)} THEN ${typed[i]?.sql ?? 'NULL'}`;
  });
  const fallback = args.length % 2 === 1 ? ` ELSE ${typed.at(-1)?.sql ?? 'NULL'}` : '';
  return { sql: `CASE ${branches.join(' ')}${fallback} END`, type };
}

/** Values of several types brought to one: numbers when all are, else text. */
function sameType(values: readonly TypedSql[], writer: SqlWriter): readonly [readonly TypedSql[], ValueType] {
  const types = new Set(values.map((value) => value.type).filter((type) => type !== 'none'));
  const [only] = types;
  if (types.size <= 1) return [values, only ?? 'none'];
  const isNumber = [...types].every((type) => type === 'number' || type === 'time' || type === 'seconds');
  if (isNumber) return [values, types.has('time') ? 'time' : 'number'];
  return [values.map((value) => asKind(value, 'text', writer)), 'text'];
}

/** A value cast to what a function wants; text that is no number becomes missing. */
function asKind(value: TypedSql, wanted: string, writer: SqlWriter): TypedSql {
  if (value.type === 'none') return value;
  if (wanted === 'number') {
    if (isNumeric(value.type)) return value;
    if (value.type === 'boolean') return { sql: `CASE WHEN ${value.sql} THEN 1 ELSE 0 END`, type: 'number' };
    if (value.type === 'list' || value.type === 'map') return { sql: 'CAST(NULL AS DOUBLE)', type: 'number' };
    return { sql: writer.fact('cast.number', textOf(writer, value)), type: 'number' };
  }
  if (wanted === 'text') {
    if (value.type === 'list' || value.type === 'map') return { sql: 'CAST(NULL AS VARCHAR)', type: 'text' };
    if (value.type === 'time') return { sql: writer.fact('time.text', value.sql), type: 'text' };
    return { sql: textOf(writer, value), type: 'text' };
  }
  return value;
}

function joined(
  terms: readonly Expression[],
  word: string,
  empty: string,
  writer: SqlWriter,
  scope: Scope,
): string {
  if (terms.length === 0) return empty;
  return terms.map((term) => inParentheses(term, conditionSql(term, writer, scope))).join(word);
}

function inParentheses(term: Expression, sql: string): string {
  return term.kind === 'or' || term.kind === 'and' || / AND | OR /.test(sql) ? `(${sql})` : sql;
}

/** Two-valued negation: pushed inwards, and TRUE where the inner test is NULL. */
function negation(term: Expression, writer: SqlWriter, scope: Scope): string {
  switch (term.kind) {
    case 'not':
      return conditionSql(term.term, writer, scope);
    case 'and':
    case 'or': {
      if (term.terms.length === 0) return term.kind === 'and' ? 'FALSE' : 'TRUE';
      const parts = term.terms.map((inner) => `(${negation(inner, writer, scope)})`);
      return parts.join(term.kind === 'and' ? ' OR ' : ' AND ');
    }
    case 'test':
      return negatedTestSql(writer, tested(term.value, writer, scope), term.test);
    case 'either':
      return PAIRS[term.pair].columns
        .map((name) => negatedTestSql(writer, tested({ kind: 'column', name }, writer, scope), term.test))
        .join(' AND ');
    case 'within':
    case 'column':
    case 'literal':
    case 'call':
      return `NOT COALESCE(${conditionSql(term, writer, scope)}, FALSE)`;
  }
}

/**
 * Either column of a pair, where the scan was not already split in two. A constant is looked up among the columns,
 * which keeps it one test; other tests are asked of each column.
 */
function eitherSql(
  { pair, test }: Extract<Expression, { kind: 'either' }>,
  writer: SqlWriter,
  scope: Scope,
): string {
  const columns = PAIRS[pair].columns.map((name) => tested({ kind: 'column', name }, writer, scope));
  const [first, second] = columns;
  if (first === undefined || second === undefined || first.sql === second.sql)
    return first === undefined ? 'FALSE' : testSql(writer, first, test);
  if (test.kind === 'compare' && test.operator === '=' && first.key === undefined)
    return `${writer.bind(test.value)} IN (${first.sql}, ${second.sql})`;
  return `(${testSql(writer, first, test)} OR ${testSql(writer, second, test)})`;
}

/** Missing values are in no list, so they are left out of it: SQL would make every other answer unknown. */
function withinSql(
  { value, inner }: Extract<Expression, { kind: 'within' }>,
  writer: SqlWriter,
  scope: Scope,
): string {
  const rows = writer.inner(inner);
  const { sql, columns } = rows.select(rows.names.slice(0, 1));
  const [member] = columns;
  if (member === undefined || member.type === 'none') return 'FALSE';
  const { left, right } = comparablePair(expressionSql(value, writer, scope), member, writer);
  return `${left} IN (SELECT ${right} FROM (${sql}) AS s WHERE ${member.sql} IS NOT NULL)`;
}

/** Two values brought to one type: by number when one side is a number, else by text. */
export function comparablePair(
  left: TypedSql,
  right: TypedSql,
  writer: SqlWriter,
): { readonly left: string; readonly right: string } {
  const eitherNumber = isNumeric(left.type) || isNumeric(right.type);
  const [first, second] = eitherNumber
    ? [left, right].map((value) => asKind(value, 'number', writer))
    : sameType([left, right], writer)[0];
  return { left: first?.sql ?? 'NULL', right: second?.sql ?? 'NULL' };
}

function tested(value: Expression, writer: SqlWriter, scope: Scope): TestedValue {
  const compiled = expressionSql(value, writer, scope);
  const key = value.kind === 'column' ? scope.addressKey?.(value.name) : undefined;
  return { ...compiled, key };
}

function boolean(sql: string): TypedSql {
  return { sql, type: 'boolean' };
}
