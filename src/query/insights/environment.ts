import { DEFAULT_FORMAT, FIELDS, fieldByName } from '../../record/index.ts';
import { functionByName } from '../functions/table.ts';
import { call, column, type Expression, literal } from '../plan/expression.ts';
import type { TimeRange } from '../plan/plan.ts';
import { ParseStop, type Problem, problem, type Span } from '../problem.ts';
import { suggest } from '../suggest.ts';
import { QUOTED_DOT } from './lexer.ts';

/** What a Logs Insights query may lean on beside its text. */
export interface InsightsOptions {
  /** The range of StartQuery, already half open. */
  readonly time: TimeRange;
  /** Start of the query in Unix seconds: the value of `now()`. */
  readonly nowSeconds: number;
  /** Field names of the log format in order, any spelling: what `@message` looks like. AWS's default unless given. */
  readonly logFormat?: readonly string[];
  /** The name after the colon of `@log`; `vpc-flow-logs` unless given. */
  readonly logGroup?: string;
  /** CSV text of a lookup table, header first; undefined when there is none of that name. */
  readonly table?: (name: string) => string | undefined;
  /** True to cap `bin(300s)` at 60 s as AWS silently does, rather than to compute the size asked. */
  readonly capsPeriods?: boolean;
}

/** How the two sides of a join are called, and the columns of the right one. */
export interface JoinedNames {
  readonly left: string;
  readonly right: string;
  /** The value of a field of the right side. */
  readonly column: (name: string, span: Span, stop: (found: Problem) => never) => Expression;
  /** The same for a name that exists there; undefined for others. */
  readonly known: (name: string) => Expression | undefined;
}

const DISCOVERED = new Map<string, string>(
  FIELDS.filter((field) => field.kinds.includes('vpc')).flatMap((field) => [
    [field.camel, field.sql],
    [field.sql, field.sql],
    [field.name, field.sql],
  ]),
);
DISCOVERED.set('startTime', 'start');
DISCOVERED.set('endTime', 'end');

/** Names that a person may write for a field of the event, for completion and suggestions. */
export const FIELD_NAMES: readonly string[] = [
  '@timestamp',
  '@message',
  '@logStream',
  '@log',
  '@ingestionTime',
  ...FIELDS.filter((field) => field.kinds.includes('vpc')).map((field) =>
    field.sql === 'start' ? 'startTime' : field.sql === 'end' ? 'endTime' : field.camel,
  ),
];

/**
 * The names that a query knows at a point of its pipeline: fields of the event, then what commands added; after stats
 * only what stats gave. Warnings gather here because each is about a name.
 */
export class Environment {
  readonly warnings: Problem[];
  private readonly computed = new Map<string, string>();
  private readonly collections = new Set<string>();
  private readonly goneAliases = new Set<string>();
  private current: InsightsOptions;
  private join: JoinedNames | null = null;
  private isAfterStats = false;

  /** `warnings` is the list of the query around this one, so that both are told. */
  constructor(options: InsightsOptions, warnings: Problem[] = []) {
    this.current = options;
    this.warnings = warnings;
  }

  /** What the query leans on; its time is that of SOURCE where that says one. */
  get options(): InsightsOptions {
    return this.current;
  }

  /** Asks another time range. */
  enterTime(time: TimeRange): void {
    this.current = { ...this.current, time };
  }

  /** Makes the fields of both sides of a join known. */
  enterJoin(join: JoinedNames): void {
    this.join = join;
  }

  /** True once stats has replaced the events by groups. */
  get afterStats(): boolean {
    return this.isAfterStats;
  }

  /** Adds a column that a command computed. */
  add(name: string): void {
    this.computed.set(normalized(name), name);
    this.collections.delete(name);
  }

  /** Adds a column whose values are lists or maps, when the value makes such. */
  addValue(name: string, value: Expression): void {
    const isCollection = this.isCollection(value);
    this.add(name);
    if (isCollection) this.collections.add(name);
  }

  /** True for a value that is a list or a map, which has no order and no text to group by. */
  isCollection(value: Expression): boolean {
    if (value.kind === 'column') return this.collections.has(value.name);
    const result = value.kind === 'call' ? functionByName(value.name)?.result : undefined;
    return result === 'list' || result === 'map';
  }

  /** Stops the parse at a key that is a list or a map. */
  assertPlain(value: Expression, command: string, span: Span): void {
    if (!this.isCollection(value)) return;
    const wanted = 'a value that is no list and no map; take an attribute, or unnest it,';
    throw new ParseStop(problem('query.argument-kind', span, { name: command, wanted }));
  }

  /** Forgets everything but the columns of stats. */
  enterStats(names: readonly string[]): void {
    this.computed.clear();
    this.isAfterStats = true;
    if (this.join !== null) this.goneAliases.add(this.join.left).add(this.join.right);
    this.join = null;
    for (const name of names) this.add(name);
  }

  /** The column that a text names as a whole, such as `sum(bytes)` after stats. */
  columnOfText(text: string): string | undefined {
    return this.computed.get(normalized(text));
  }

  /**
   * The value of a name. A discovered field that stats left behind is an error; any other unknown name is missing in
   * every event, with a warning.
   */
  resolve(name: string, span: Span, stop: (found: Problem) => never): Expression {
    const computed = this.computed.get(normalized(name));
    if (computed !== undefined) return column(computed, span);
    const joined = this.joinedValue(name, span, stop);
    if (joined !== undefined) return joined;
    const nested = this.nestedValue(name, span);
    if (nested !== undefined) return nested;
    const value = this.fieldValue(name, span);
    if (value !== undefined) {
      return this.isAfterStats ? this.stopAsGone(name, span, stop) : value;
    }
    const ofRight = this.join?.known(name);
    if (ofRight !== undefined) return ofRight;
    const names = this.isAfterStats
      ? [...this.computed.values()]
      : [...this.computed.values(), ...FIELD_NAMES];
    const suggestion = names.find((entry) => entry === `@${name}`) ?? suggest(name, names);
    this.warnings.push(problem('query.undiscovered-field', span, { name: unquoted(name) }, { suggestion }));
    return literal(null, span);
  }

  /** The value of a name that exists; undefined for others, without a warning. */
  known(name: string): Expression | undefined {
    const computed = this.computed.get(normalized(name));
    if (computed !== undefined) return column(computed);
    const sql = this.isAfterStats ? undefined : DISCOVERED.get(name);
    return sql === undefined ? undefined : column(sql);
  }

  /** `alias.field` of a join; what stats left behind stops the parse. */
  private joinedValue(name: string, span: Span, stop: (found: Problem) => never): Expression | undefined {
    const dot = name.indexOf('.');
    const alias = name.slice(0, Math.max(dot, 0));
    const field = name.slice(dot + 1);
    if (this.goneAliases.has(alias)) return this.stopAsGone(name, span, stop);
    if (this.join === null) return undefined;
    if (alias === this.join.left) return this.resolve(field, span, stop);
    return alias === this.join.right ? this.join.column(field, span, stop) : undefined;
  }

  private stopAsGone(name: string, span: Span, stop: (found: Problem) => never): never {
    const known = [...this.computed.values()];
    const help = { expected: known, suggestion: suggest(name, known) };
    return stop(problem('query.gone-after-stats', span, { name }, help));
  }

  /** `map.attribute` of a computed map. */
  private nestedValue(name: string, span: Span): Expression | undefined {
    for (let dot = name.indexOf('.'); dot > 0; dot = name.indexOf('.', dot + 1)) {
      const base = this.computed.get(normalized(name.slice(0, dot)));
      if (base !== undefined)
        return call('json_get', [column(base), literal(jsonPath(name.slice(dot + 1)))], span);
    }
    return undefined;
  }

  private fieldValue(name: string, span: Span): Expression | undefined {
    const sql = DISCOVERED.get(name);
    if (sql !== undefined) return column(sql, span);
    switch (name) {
      case '@timestamp':
        return column('event_time', span);
      case '@message':
        return this.message(span);
      case '@logStream':
        return call('concat', [column('interface_id'), literal('-all')], span);
      case '@log':
        return call(
          'concat',
          [column('account_id'), literal(`:${this.options.logGroup ?? 'vpc-flow-logs'}`)],
          span,
        );
      case '@aws.region':
        return column('region', span);
      case '@aws.account':
        return column('account_id', span);
      case '@data_source_name':
        return literal('amazon_vpc', span);
      case '@data_source_type':
        return literal('flow', span);
      case '@ingestionTime':
      case '@ptr':
        this.note(`${name} is not kept in the lake, so it is missing`, span);
        return literal(null, span);
      default:
        return name.startsWith('@entity.') ? literal(null, span) : undefined;
    }
  }

  /** The record as the log group shows it: its fields in the order of the log format, `-` for missing ones. */
  private message(span: Span): Expression {
    const names = this.options.logFormat ?? DEFAULT_FORMAT.map((field) => field.sql);
    const parts = names.map((name) =>
      call('coalesce', [column(fieldByName(name)?.sql ?? name), literal('-')]),
    );
    return call('line', parts, span);
  }

  /** Adds a warning in words. */
  note(reason: string, span: Span): void {
    this.warnings.push(problem('query.note', span, { reason }));
  }
}

/** A dotted path as JSON path: numbers are items of lists. */
export function jsonPath(path: string): string {
  return `$${path
    .split('.')
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `."${unquoted(part).replaceAll('"', '')}"`))
    .join('')}`;
}

function unquoted(name: string): string {
  return name.replaceAll(QUOTED_DOT, '.');
}

function normalized(text: string): string {
  return text.replace(/\s+/g, '');
}
