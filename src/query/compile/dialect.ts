import { type SqlParameter, sqlIdentifier, sqlString, WeirError } from '../../base/index.ts';
import type { InnerRows } from './types.ts';

/** The engines that plans compile for. */
export type DialectName = 'duckdb' | 'trino';

/**
 * What differs between engines, as named templates: `{0}` to `{9}` stand for the arguments, `{*}` for all of them with
 * commas between. A name with `/n` serves calls with n arguments and goes before the plain name.
 */
export interface Dialect {
  readonly name: DialectName;
  /** `$1`, which may be used twice, or `?`, which is used up. */
  readonly placeholders: 'numbered' | 'question-mark';
  /** True when an entry of WITH that is used several times is computed once. */
  readonly sharesWith: boolean;
  readonly facts: Readonly<Record<string, string>>;
}

/**
 * The SQL of a fact with its arguments filled in.
 * Throws `query.dialect-fact` (kind `bug`) naming dialect and fact when the dialect forgot it.
 */
export function factSql(dialect: Dialect, fact: string, args: readonly string[]): string {
  const template = dialect.facts[`${fact}/${args.length}`] ?? dialect.facts[fact];
  if (template === undefined) {
    throw new WeirError('bug', 'query.dialect-fact', `dialect ${dialect.name} has no fact "${fact}"`, {
      details: { dialect: dialect.name, fact, arguments: args.length },
    });
  }
  return template.replace(/\{(\d|\*)\}/g, (_, key: string) =>
    key === '*' ? args.join(', ') : (args[Number(key)] ?? 'NULL'),
  );
}

/** SQL with the values of its placeholders, in their order. */
export interface BoundSql {
  readonly sql: string;
  readonly parameters: readonly SqlParameter[];
}

/**
 * Builds one statement. Values become marks while its pieces are made, in any order and as often as a template wants;
 * `finish` turns the marks into placeholders in the order of the text.
 */
export class SqlWriter {
  readonly dialect: Dialect;
  private readonly values: SqlParameter[];
  private readonly inners: readonly InnerRows[];

  constructor(dialect: Dialect, values: SqlParameter[] = [], inners: readonly InnerRows[] = []) {
    this.dialect = dialect;
    this.values = values;
    this.inners = inners;
  }

  /** A writer of the same statement for a plan that reads these inner plans. */
  over(inners: readonly InnerRows[]): SqlWriter {
    return new SqlWriter(this.dialect, this.values, inners);
  }

  /** The rows of an inner plan. Throws `query.bad-plan` (kind `query`) when the plan has none of that number. */
  inner(index: number): InnerRows {
    const found = this.inners[index];
    if (found !== undefined) return found;
    throw new WeirError(
      'query',
      'query.bad-plan',
      `the plan is not understood: it has no inner plan ${index}`,
      {
        details: { path: `plan.inner[${index}]` },
      },
    );
  }

  /** The mark of a value. */
  bind(value: SqlParameter): string {
    const known = this.values.findIndex((entry) => Object.is(entry, value));
    if (known >= 0) return `\uE000${known}\uE000`;
    this.values.push(value);
    return `\uE000${this.values.length - 1}\uE000`;
  }

  /** The SQL of a fact of the dialect. */
  fact(name: string, ...args: readonly string[]): string {
    return factSql(this.dialect, name, args);
  }

  /** The statement with placeholders of the dialect. */
  finish(sql: string): BoundSql {
    const parameters: SqlParameter[] = [];
    const numbers = new Map<number, number>();
    const text = sql.replace(MARK, (_, digits: string) => {
      const index = Number(digits);
      const value = this.values[index] ?? null;
      if (this.dialect.placeholders === 'question-mark') {
        parameters.push(value);
        return '?';
      }
      const known = numbers.get(index);
      if (known !== undefined) return `$${known}`;
      parameters.push(value);
      numbers.set(index, parameters.length);
      return `$${parameters.length}`;
    });
    return { sql: text, parameters };
  }

  /** The statement with its values written out, for people to copy. */
  finishLiteral(sql: string): string {
    return sql.replace(MARK, (_, digits: string) => sqlLiteral(this.values[Number(digits)] ?? null));
  }
}

// A private-use character: no identifier keeps it, and values never become text before the end.
const MARK = /\uE000(\d+)\uE000/g;

/** The text as an identifier that no content can break out of; control characters and our marks are dropped. */
export function quoteName(name: string): string {
  return sqlIdentifier(name.replace(/[\p{Cc}\uE000]/gu, ''));
}

/** A value as a literal; the same on both engines. */
function sqlLiteral(value: SqlParameter): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return sqlString(value);
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  return String(value);
}
