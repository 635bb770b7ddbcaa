import { column, type Expression } from '../../plan/expression.ts';
import type { SortKey } from '../../plan/step.ts';
import { ParseStop, problem, type Span } from '../../problem.ts';
import type { Query } from '../query.ts';
import { enterGroups } from './groups.ts';

const DEFAULT_LIMIT = 10_000;
const MOST_ROWS = 100_000;

/** `filter condition`, `where condition`. */
export function parseFilterCommand(query: Query): void {
  query.push({ kind: 'where', condition: query.expressions.parse() });
}

/** `filterIndex f = v` or `f in [..]`: the same rows as filter here, where nothing is indexed. */
export function parseFilterIndex(query: Query, command: Span): void {
  const condition = query.expressions.parse();
  const isIndexable =
    condition.kind === 'test' &&
    (condition.test.kind === 'in' || (condition.test.kind === 'compare' && condition.test.operator === '='));
  if (!isIndexable)
    throw new ParseStop(
      problem('query.argument-kind', command, {
        name: 'filterIndex',
        wanted: 'field = value or field in [..]',
      }),
    );
  query.push({ kind: 'where', condition });
}

/** `sort [by] e [asc|desc], …`: numbers after text ascending, missing values last. */
export function parseSort(query: Query, command: Span): void {
  query.takeWord('by');
  const keys = query.readList((): SortKey => {
    const named = query.readNamed();
    const { value } = named;
    query.environment.assertPlain(value, 'sort', named);
    if (named.isRenamed) {
      query.push({ kind: 'extend', columns: [{ name: named.name, value }] });
      query.environment.add(named.name);
    }
    const descending = query.takeWord('desc');
    if (!descending) query.takeWord('asc');
    return { value, descending, natural: true };
  });
  query.sortedAt = command;
  const used = new Set(keys.flatMap(({ value }) => (value.kind === 'column' ? [value.name] : [])));
  // Ties keep no order of their own; the groups break them, so that the same question gives the same rows.
  const rest = query.groupKeys
    .filter((name) => !used.has(name))
    .map((name): SortKey => ({ value: column(name), descending: false, natural: false }));
  query.lastSort = [...keys, ...rest];
  query.push({ kind: 'sort', keys: query.lastSort });
}

/** `limit n`; `limit any [n]` stops early, whichever rows come first. */
export function parseLimit(query: Query, command: Span): void {
  const isAny = query.takeWord('any');
  if (isAny && query.atEnd()) return;
  query.push({ kind: 'limit', count: readCount(query) });
  query.limitedAt = command;
}

/** `head n`, an old word for limit. */
export function parseHead(query: Query, command: Span): void {
  query.environment.note('head is deprecated; limit says the same', command);
  parseLimit(query, command);
}

/** `tail n`, deprecated: the last rows of a sort, in its order. */
export function parseTail(query: Query, command: Span): void {
  if (query.sortedAt === null)
    throw query.misplaced(command, 'tail needs a sort before it: rows without order have no last one');
  query.environment.note('tail is deprecated; sort the other way and use limit', command);
  const keys = query.lastSort;
  query.push({ kind: 'sort', keys: keys.map((key) => ({ ...key, descending: !key.descending })) });
  query.push({ kind: 'limit', count: readCount(query) });
  query.push({ kind: 'sort', keys });
  query.limitedAt = command;
}

function readCount(query: Query): number {
  const token = query.lexer.next();
  if (token.kind !== 'number' || !/^\d+$/.test(token.text)) throw query.unexpected(token, 'a number of rows');
  const asked = Number(token.text);
  if (asked > MOST_ROWS) query.environment.note(`AWS gives at most ${MOST_ROWS} rows; so does this`, token);
  return Math.min(asked, MOST_ROWS);
}

/** `dedup f, …`: the first row of each tuple in sort order, the newest unless sorted; only limit may follow. */
export function parseDedup(query: Query, command: Span): void {
  const keys = query.readList(() => {
    const named = query.readNamed();
    query.environment.assertPlain(named.value, 'dedup', named);
    return named.value;
  });
  query.dedupedAt = command;
  query.push({ kind: 'dedup', keys, order: newestFirst(query) });
}

/** `estimate`: the bytes of the files that the query would open, instead of its rows; the last command. */
export function parseEstimate(query: Query, command: Span): void {
  if (query.outer !== null) throw query.misplaced(command, 'estimate belongs to the whole query');
  query.push({ kind: 'estimate' });
  query.estimatedAt = command;
  enterGroups(query, [], ['estimatedBytes']);
}

/** Rows without a limit stop at AWS's default of 10,000. */
export function defaultLimit(query: Query): void {
  if (query.limitedAt === null) query.push({ kind: 'limit', count: DEFAULT_LIMIT });
}

function newestFirst(query: Query): readonly SortKey[] {
  if (query.environment.afterStats) return [];
  const time: Expression = column('event_time');
  return [{ value: time, descending: true, natural: false }];
}
