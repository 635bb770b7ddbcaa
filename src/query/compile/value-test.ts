import type { CompareOperator, Scalar, ValueTest } from '../plan/expression.ts';
import { addressInBlock, keyInBlock, keyOfText } from './address.ts';
import type { SqlWriter } from './dialect.ts';
import { isNumeric, type TypedSql } from './types.ts';

/** Above this many constants a list travels as one parameter, not as one each. */
const LONG_LIST = 50;

/** A value under test; `key` is the SQL of its address sort key where rows have one. */
export interface TestedValue extends TypedSql {
  readonly key: string | undefined;
}

/** The SQL of a test. It is NULL or FALSE where the test fails. */
export function testSql(writer: SqlWriter, value: TestedValue, question: ValueTest): string {
  if (value.type === 'none') return question.kind === 'missing' ? 'TRUE' : 'FALSE';
  if (value.type === 'list' || value.type === 'map') return collectionSql(writer, value, question);
  switch (question.kind) {
    case 'compare':
      return compareSql(writer, value, question.operator, question.value);
    case 'between':
      return `${numberOf(writer, value, question.low)} BETWEEN ${constant(writer, value, question.low)} AND ${constant(writer, value, question.high)}`;
    case 'in':
      return listSql(writer, value, question.tests);
    case 'cidr':
      return value.key === undefined
        ? addressInBlock(writer, textOf(writer, value), question.block)
        : keyInBlock(writer, value.key, value.sql, question.block);
    case 'glob':
      return `${textOf(writer, value)} LIKE ${writer.bind(likePattern(question.pattern))} ESCAPE '\\'`;
    case 'contains':
      return writer.fact('text.contains', textOf(writer, value), writer.bind(question.text));
    case 'regex':
      return writer.fact(
        question.ignoreCase ? 'regex.search-any-case' : 'regex.search',
        textOf(writer, value),
        writer.bind(question.pattern),
      );
    case 'bits':
      return bitsSql(writer, value.sql, question);
    case 'missing':
      return `${value.sql} IS NULL`;
  }
}

/** A list or map equals nothing. `in` asks for an item of it, the other tests for its text. */
function collectionSql(writer: SqlWriter, value: TestedValue, question: ValueTest): string {
  switch (question.kind) {
    case 'compare':
    case 'between':
      return 'FALSE';
    case 'in': {
      const items = question.tests.flatMap((item) =>
        item.kind === 'compare' ? [itemSql(writer, value, writer.bind(String(item.value)))] : [],
      );
      return items.length === 0 ? 'FALSE' : `(${items.join(' OR ')})`;
    }
    default:
      return testSql(writer, { ...value, sql: textOf(writer, value), type: 'text' }, question);
  }
}

/** True when a list, or a JSON array, holds a text. */
export function itemSql(writer: SqlWriter, list: TypedSql, text: string): string {
  return writer.fact(list.type === 'list' ? 'call.item_of' : 'call.jsonarraycontains', list.sql, text);
}

/** The SQL that is TRUE exactly where the test is not, missing values included. */
export function negatedTestSql(writer: SqlWriter, value: TestedValue, question: ValueTest): string {
  if (value.type === 'none') return question.kind === 'missing' ? 'FALSE' : 'TRUE';
  if (question.kind === 'missing') return `${value.sql} IS NOT NULL`;
  if (question.kind === 'compare' && question.operator === '=' && sameKind(value, question.value)) {
    return `${value.sql} IS DISTINCT FROM ${writer.bind(question.value)}`;
  }
  return `NOT COALESCE(${testSql(writer, value, question)}, FALSE)`;
}

function compareSql(
  writer: SqlWriter,
  value: TestedValue,
  operator: CompareOperator,
  wanted: Scalar,
): string {
  if (value.key !== undefined && operator === '=') {
    const key = keyOfText(String(wanted));
    // The key is what files are pruned by; the text tells IPv4 from mapped IPv6, which share keys.
    if (key !== null) return `${value.key} = ${writer.bind(key)} AND ${value.sql} = ${writer.bind(wanted)}`;
  }
  const symbol = sqlOperator(operator);
  if (sameKind(value, wanted)) return `${value.sql} ${symbol} ${writer.bind(wanted)}`;
  if (value.type === 'boolean' || typeof wanted === 'boolean')
    return `${textOf(writer, value)} ${symbol} ${writer.bind(String(wanted))}`;
  if (isNumeric(value.type)) {
    const number = numberIn(wanted);
    if (number !== null) return `${value.sql} ${symbol} ${writer.bind(number)}`;
    return `${textOf(writer, value)} ${symbol} ${writer.bind(String(wanted))}`;
  }
  return looseCompareSql(writer, value, operator, Number(wanted));
}

/** Text against a number: by number where the text is one, else by text. */
function looseCompareSql(
  writer: SqlWriter,
  value: TestedValue,
  operator: CompareOperator,
  wanted: number,
): string {
  const text = textOf(writer, value);
  const number = writer.fact('cast.number', text);
  if (operator === '=') return `${number} = ${writer.bind(wanted)}`;
  if (operator === '!=') return `(${text} IS NOT NULL AND ${number} IS DISTINCT FROM ${writer.bind(wanted)})`;
  const byNumber = `${number} ${operator} ${writer.bind(wanted)}`;
  return `COALESCE(${byNumber}, ${text} ${operator} ${writer.bind(String(wanted))})`;
}

function listSql(writer: SqlWriter, value: TestedValue, tests: readonly ValueTest[]): string {
  const constants: Scalar[] = [];
  const others: ValueTest[] = [];
  for (const entry of tests) {
    if (entry.kind === 'compare' && entry.operator === '=') constants.push(entry.value);
    else others.push(entry);
  }
  const parts = others.map((entry) => testSql(writer, value, entry));
  if (constants.length > 0) parts.unshift(constantsSql(writer, value, constants));
  if (parts.length === 0) return 'FALSE';
  return parts.length === 1 ? (parts[0] ?? 'FALSE') : `(${parts.join(' OR ')})`;
}

function constantsSql(writer: SqlWriter, value: TestedValue, constants: readonly Scalar[]): string {
  const { column, members } = comparable(writer, value, constants);
  const keys = value.key === undefined ? [] : constants.flatMap((entry) => keyOfText(String(entry)) ?? []);
  const hasKeys = keys.length === constants.length;
  if (members.length > LONG_LIST && !members.some((entry) => String(entry).includes('\n'))) {
    if (hasKeys && value.key !== undefined)
      return writer.fact('list.has-text', value.key, writer.bind(keys.join('\n')));
    const isNumber = members.every((entry) => typeof entry === 'number');
    return writer.fact(
      isNumber ? 'list.has-number' : 'list.has-text',
      column,
      writer.bind(members.join('\n')),
    );
  }
  const list = (values: readonly Scalar[]): string => values.map((entry) => writer.bind(entry)).join(', ');
  const keyTest = hasKeys && value.key !== undefined ? `${value.key} IN (${list(keys)}) AND ` : '';
  return `${keyTest}${column} IN (${list(members)})`;
}

/** Column and constants brought to one type. */
function comparable(
  writer: SqlWriter,
  value: TestedValue,
  constants: readonly Scalar[],
): { readonly column: string; readonly members: readonly Scalar[] } {
  if (isNumeric(value.type)) {
    const numbers = constants.map(numberIn);
    if (numbers.every((entry) => entry !== null)) return { column: value.sql, members: numbers };
  }
  return { column: textOf(writer, value), members: constants.map(String) };
}

function bitsSql(
  writer: SqlWriter,
  column: string,
  { all, none, any }: { readonly all: number; readonly none: number; readonly any: number },
): string {
  const tests: string[] = [];
  const mask = all | none;
  if (mask !== 0) tests.push(`${writer.fact('bits.and', column, writer.bind(mask))} = ${writer.bind(all)}`);
  if (any !== 0) tests.push(`${writer.fact('bits.and', column, writer.bind(any))} <> ${writer.bind(0)}`);
  return tests.length === 0 ? `${column} IS NOT NULL` : tests.join(' AND ');
}

function numberOf(writer: SqlWriter, value: TestedValue, bound: Scalar): string {
  return typeof bound === 'number' && !isNumeric(value.type)
    ? writer.fact('cast.number', textOf(writer, value))
    : value.sql;
}

function constant(writer: SqlWriter, value: TestedValue, bound: Scalar): string {
  return writer.bind(isNumeric(value.type) ? (numberIn(bound) ?? bound) : bound);
}

function sameKind(value: TypedSql, wanted: Scalar): boolean {
  if (typeof wanted === 'number') return isNumeric(value.type);
  if (typeof wanted === 'boolean') return value.type === 'boolean';
  return value.type === 'text';
}

/** The number of a constant; null for text that is none. */
function numberIn(value: Scalar): number | null {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^[-+]?\d+(?:\.\d+)?$/.test(value.trim()) ? Number(value) : null;
}

/** The value as text; other types are cast. */
export function textOf(writer: SqlWriter, value: TypedSql): string {
  return value.type === 'text' || value.type === 'map' ? value.sql : writer.fact('cast.text', value.sql);
}

function sqlOperator(operator: CompareOperator): string {
  return operator === '!=' ? '<>' : operator;
}

/** A glob as a LIKE pattern with `\` as its escape. */
function likePattern(glob: string): string {
  return glob.replace(/[\\%_*?]/g, (sign) => (sign === '*' ? '%' : sign === '?' ? '_' : `\\${sign}`));
}
