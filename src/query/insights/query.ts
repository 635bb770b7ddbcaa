import { column, type Expression } from '../plan/expression.ts';
import type { Plan } from '../plan/plan.ts';
import type { NamedExpression, SortKey, Step } from '../plan/step.ts';
import { ParseStop, problem, type Span } from '../problem.ts';
import { Environment, type InsightsOptions } from './environment.ts';
import { ExpressionParser } from './expression.ts';
import { type Lexer, type Token, unexpected } from './lexer.ts';
import { planOfSteps } from './plan-of.ts';

/**
 * A Logs Insights query while its commands are read: the steps so far, what will be shown, and the facts that later
 * commands are checked against. A query in parentheses is one of its own over the same text, `outer` being the one around it.
 */
export class Query {
  readonly lexer: Lexer;
  readonly environment: Environment;
  readonly expressions: ExpressionParser;
  readonly outer: Query | null;
  readonly steps: Step[] = [];
  /** The plans that steps read, made when all commands are known: later ones may ask more columns of a join. */
  readonly inner: (() => Plan)[] = [];
  /** Columns of the last `display`; null without one. */
  display: readonly NamedExpression[] | null = null;
  /** What is shown without `display`, in order. */
  shown: NamedExpression[] = [];
  /** Columns that parse, unnest and lookups added, shown after the others. */
  added: NamedExpression[] = [];
  /** Columns that a join brought, shown until a command says which ones; asked of it only then. */
  joined: () => readonly NamedExpression[] = () => [];
  hasFields = false;
  /** True while what is shown comes from stats: `fields` after it says what is shown of that. */
  showsGroups = false;
  /** Places of commands that later ones may forbid. */
  sortedAt: Span | null = null;
  limitedAt: Span | null = null;
  dedupedAt: Span | null = null;
  joinedAt: Span | null = null;
  estimatedAt: Span | null = null;
  statsCount = 0;
  /** The time bucket of the last stats, for fillmissing. */
  bucket: { readonly name: string; readonly ms: number } | null = null;
  /** The keys of the last stats, which break ties of a sort. */
  groupKeys: readonly string[] = [];
  /** Those of them that are times, which a comparison moves. */
  timeKeys: readonly string[] = [];
  /** The columns of the last stats whose absence means nothing was there: counts and sums. */
  additive: ReadonlySet<string> = new Set();
  lastSort: readonly SortKey[] = [];
  /** True when the rows are those of pattern. */
  isPattern = false;
  private readonly readCommands: (query: Query) => void;

  /** `readCommands` reads the commands of a query up to its end or closing parenthesis. */
  constructor(
    lexer: Lexer,
    options: InsightsOptions,
    readCommands: (query: Query) => void,
    outer: Query | null = null,
  ) {
    this.lexer = lexer;
    this.outer = outer;
    this.readCommands = readCommands;
    this.environment = new Environment(options, outer?.environment.warnings);
    this.expressions = new ExpressionParser(lexer, this.environment, () => this.readMembers());
  }

  /** Adds a step. */
  push(step: Step): void {
    this.steps.push(step);
  }

  /** The columns of the answer. */
  columns(): readonly NamedExpression[] {
    return (
      this.display ?? [
        ...(this.hasFields ? this.shown : this.defaultColumns()),
        ...this.added,
        ...this.joined(),
      ]
    );
  }

  /** The plan of the commands read so far with these columns. */
  plan(columns: readonly NamedExpression[]): Plan {
    return this.planOf(this.steps, columns, this.inner)();
  }

  /** The plan of some of its steps, to be made when all commands are known. */
  planOf(
    steps: readonly Step[],
    columns: readonly NamedExpression[],
    inner: readonly (() => Plan)[],
  ): () => Plan {
    const { time } = this.environment.options;
    const all: readonly Step[] = [...steps, { kind: 'project', columns }];
    return () =>
      planOfSteps(
        time,
        all,
        inner.map((make) => make()),
      );
  }

  /** Reads the rest of a query in parentheses; the opening one is taken. Such queries do not nest. */
  readInner(command: Span): Query {
    if (this.outer !== null) throw this.misplaced(command, 'a query in parentheses holds no other one');
    const { options } = this.environment;
    const query = new Query(this.lexer, options, this.readCommands, this);
    this.readCommands(query);
    this.lexer.expectSymbol(')', '"|" or ")"');
    return query;
  }

  /** Gives rows an order when nothing did: that of their groups, the newest first among events. */
  ensureOrder(): void {
    if (this.lastSort.length > 0) return;
    const keys = this.environment.afterStats
      ? this.groupKeys.map((name): SortKey => ({ value: column(name), descending: false, natural: true }))
      : [{ value: column('event_time'), descending: true, natural: false }];
    if (keys.length > 0) this.push({ kind: 'sort', keys });
    this.lastSort = keys;
  }

  /** Reads `expression [as name]`; without a name the text is the name. */
  readNamed(
    parse: () => Expression = () => this.expressions.parse(),
  ): NamedExpression & Span & { readonly isRenamed: boolean } {
    const start = this.lexer.peek().start;
    const value = parse();
    const end = this.lexer.mark();
    const text = trimEnd(this.lexer.text.slice(start, end));
    const isRenamed = this.takeWord('as');
    const name = isRenamed ? this.readName('a name').text : text.replace(/^`([^`]*)`$/, '$1');
    return { name, value, start, end: start + text.length, isRenamed };
  }

  /** Reads a name, bare or in backticks. */
  readName(wanted: string): Token {
    const token = this.lexer.next();
    if (token.kind === 'name' || token.kind === 'quoted-name') return token;
    throw this.unexpected(token, wanted);
  }

  /** Reads `item, item, …`. */
  readList<T>(item: () => T): readonly T[] {
    const items = [item()];
    while (this.takeSymbol(',')) items.push(item());
    return items;
  }

  /** Takes a word in any letter case. */
  takeWord(...words: readonly string[]): boolean {
    return this.lexer.takeWord(...words);
  }

  /** Takes a symbol. */
  takeSymbol(symbol: string): boolean {
    return this.lexer.takeSymbol(symbol);
  }

  /** Takes `name=value` when it comes next and gives the token of the value. */
  takeOption(name: string): Token | null {
    const mark = this.lexer.mark();
    if (!this.takeWord(name)) return null;
    if (this.takeSymbol('=')) return this.lexer.next();
    this.lexer.reset(mark);
    return null;
  }

  /** True at the end of a command. */
  atEnd(): boolean {
    const { kind } = this.lexer.peek();
    return (
      kind === 'end' || this.lexer.isAtSymbol('|') || (this.outer !== null && this.lexer.isAtSymbol(')'))
    );
  }

  /** The stop of a parse at a token that was not wanted. */
  unexpected(token: Token, wanted: string): ParseStop {
    return unexpected(token, wanted);
  }

  /** The stop of a parse for a command in the wrong place. */
  misplaced(span: Span, reason: string): ParseStop {
    return new ParseStop(problem('query.order-of-commands', span, { reason }));
  }

  /** Reads a query whose one column is a list of values, and gives its place among the inner plans. */
  private readMembers(): number {
    const { start, end } = this.lexer.peek();
    const query = this.readInner({ start, end });
    const columns = query.columns();
    if (columns.length !== 1) {
      const found = columns.length;
      throw new ParseStop(
        problem(
          'query.argument-count',
          { start, end },
          { name: 'in (SOURCE …)', wanted: 'a query of one column', found },
        ),
      );
    }
    const plan = query.plan(columns);
    return this.inner.push(() => plan) - 1;
  }

  private defaultColumns(): readonly NamedExpression[] {
    const message = this.environment.resolve('@message', { start: 0, end: 0 }, () => {
      throw new RangeError('the fields of events are known before stats');
    });
    return [
      { name: '@timestamp', value: column('event_time') },
      { name: '@message', value: message },
    ];
  }
}

function trimEnd(text: string): string {
  return text.replace(/(?:\s|#[^\n]*$)+$/, '');
}
