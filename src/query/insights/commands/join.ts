import { column } from '../../plan/expression.ts';
import type { InnerColumn, NamedExpression } from '../../plan/step.ts';
import { ParseStop, type Problem, problem, type Span } from '../../problem.ts';
import type { Token } from '../lexer.ts';
import type { Query } from '../query.ts';

const MOST_APPENDED = 100_000;
const DEFAULT_APPENDED = 10_000;

/**
 * `join type=inner left=a right=b where a.k = b.k [and …] (SOURCE 'group' | …)`: rows beside those of another query
 * whose keys are equal. Fields are then `a.name` and `b.name`; without an alias the left side goes first.
 */
export function parseJoin(query: Query, command: Span): void {
  if (query.joinedAt !== null) throw query.misplaced(command, 'a query has one join');
  if (query.outer !== null) throw query.misplaced(command, 'a query in parentheses holds no join');
  const { way, left, right } = readOptions(query, command);
  if (!query.takeWord('where'))
    throw query.unexpected(query.lexer.peek(), '"where" and a pair of equal fields');
  const pairs = [readPair(query, left, right)];
  while (query.takeWord('and')) pairs.push(readPair(query, left, right));
  query.lexer.expectSymbol('(', '"(SOURCE …)"');
  const other = query.readInner(command);
  query.joinedAt = command;

  const { environment } = query;
  const keys = pairs.map((pair) => ({
    value: environment.resolve(pair.left.name, pair.left, stop),
    right: other.environment.resolve(pair.right.name, pair.right, stop),
  }));
  // Columns of the other side are added as later commands ask for them; both plans are made after that.
  const asked: NamedExpression[] = keys.map((key, i) => ({ name: `#key${i + 1}`, value: key.right }));
  const columns: InnerColumn[] = [];
  const columnOf = (name: string, value: NamedExpression['value']): ReturnType<typeof column> => {
    const full = `${right}.${name}`;
    if (!columns.some((entry) => entry.name === full)) {
      asked.push({ name, value });
      columns.push({ column: name, name: full });
    }
    return column(full);
  };
  const inner = query.inner.push(() => other.plan(asked)) - 1;
  query.push({
    kind: 'join',
    way,
    inner,
    keys: keys.map(({ value }, i) => ({ value, column: `#key${i + 1}` })),
    columns,
  });
  environment.enterJoin({
    left,
    right,
    column: (name, span, onProblem) => columnOf(name, other.environment.resolve(name, span, onProblem)),
    known: (name) => {
      const value = other.environment.known(name);
      return value === undefined ? undefined : columnOf(name, value);
    },
  });
  query.joined = () =>
    other.columns().map(({ name, value }) => ({ name: `${right}.${name}`, value: columnOf(name, value) }));
}

/** `appendcols [override=true] [max=n] (query)`: the columns of another query beside these, row by row. */
export function parseAppendCols(query: Query, command: Span): void {
  let overrides = false;
  let most = DEFAULT_APPENDED;
  while (!query.lexer.isAtSymbol('(')) {
    const override = query.takeOption('override');
    const max = override === null ? query.takeOption('max') : null;
    if (override !== null) overrides = readBoolean(override, 'override');
    else if (max !== null) most = readMost(max);
    else throw query.unexpected(query.lexer.peek(), 'override=, max= or a query in parentheses');
  }
  query.lexer.expectSymbol('(');
  const other = query.readInner(command);
  query.ensureOrder();
  other.ensureOrder();
  const known = new Set(query.columns().map(({ name }) => name));
  const brought = other.columns();
  const taken = brought.filter(({ name }) => overrides || !known.has(name));
  const plan = other.plan(brought);
  const inner = query.inner.push(() => plan) - 1;
  query.push({
    kind: 'append',
    inner,
    columns: taken.map(({ name }) => ({ column: name, name })),
    most,
  });
  for (const { name } of taken) {
    query.environment.add(name);
    const entry = { name, value: column(name) };
    const place = query.shown.findIndex((shown) => shown.name === name);
    if (place >= 0) query.shown[place] = entry;
    else query.added = [...query.added.filter((added) => added.name !== name), entry];
  }
}

function readOptions(
  query: Query,
  command: Span,
): { readonly way: 'inner' | 'left'; readonly left: string; readonly right: string } {
  let way: 'inner' | 'left' = 'inner';
  const aliases = { left: '', right: '' };
  for (;;) {
    const type = query.takeOption('type');
    const left = query.takeOption('left');
    const right = query.takeOption('right');
    if (type === null && left === null && right === null) break;
    if (type !== null) way = readWay(type);
    if (left !== null) aliases.left = left.text;
    if (right !== null) aliases.right = right.text;
  }
  if (aliases.left === '' || aliases.right === '' || aliases.left === aliases.right) {
    const wanted = 'left=a and right=b, two names that tell the sides apart,';
    throw new ParseStop(problem('query.argument-kind', command, { name: 'join', wanted }));
  }
  return { way, ...aliases };
}

function readWay(token: Token): 'inner' | 'left' {
  const way = token.text.toLowerCase();
  if (way === 'inner' || way === 'left') return way;
  throw new ParseStop(
    problem('query.argument-kind', token, { name: 'join', wanted: 'type=inner or type=left' }),
  );
}

interface Key extends Span {
  readonly name: string;
}

/** `a.k = b.k`, either side first. Only equality joins. */
function readPair(query: Query, left: string, right: string): { readonly left: Key; readonly right: Key } {
  const first = readKey(query, [left, right]);
  const sign = query.lexer.next();
  if (sign.text !== '=' && sign.text !== '==')
    throw query.unexpected(sign, '"="; join compares for equality only');
  const second = readKey(query, [first.alias === left ? right : left]);
  return first.alias === left ? { left: first, right: second } : { left: second, right: first };
}

function readKey(query: Query, aliases: readonly string[]): Key & { readonly alias: string } {
  const wanted = aliases.map((alias) => `${alias}.field`).join(' or ');
  const token = query.readName(wanted);
  const dot = token.text.indexOf('.');
  const alias = token.text.slice(0, Math.max(0, dot));
  if (!aliases.includes(alias)) throw query.unexpected(token, wanted);
  return { alias, name: token.text.slice(dot + 1), start: token.start, end: token.end };
}

function readBoolean(token: Token, name: string): boolean {
  const text = token.text.toLowerCase();
  if (text === 'true' || text === 'false') return text === 'true';
  throw new ParseStop(problem('query.argument-kind', token, { name, wanted: 'true or false' }));
}

function readMost(token: Token): number {
  const most = token.kind === 'number' ? Number(token.text) : Number.NaN;
  if (Number.isInteger(most) && most >= 1 && most <= MOST_APPENDED) return most;
  const wanted = `a whole number from 1 to ${MOST_APPENDED}`;
  throw new ParseStop(problem('query.argument-kind', token, { name: 'max', wanted }));
}

function stop(found: Problem): never {
  throw new ParseStop(found);
}
