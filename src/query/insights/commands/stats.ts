import { call, column, type Expression, literal } from '../../plan/expression.ts';
import type { Dimension, Measure } from '../../plan/measure.ts';
import type { NamedExpression } from '../../plan/step.ts';
import { ParseStop, problem, type Span } from '../../problem.ts';
import { parsePeriod } from '../period.ts';
import type { Query } from '../query.ts';
import { lowerAggregate } from './aggregate.ts';
import { enterGroups, isTime } from './groups.ts';
import { parseTopK } from './top-k.ts';

const MOST_STATS = 10;

/** `stats aggregate [as a], … [by e [as a], …]`: one row per group, which keeps only these columns. */
export function parseStats(query: Query, command: Span): void {
  const { environment } = query;
  if (query.sortedAt !== null || query.limitedAt !== null) {
    const before = query.sortedAt ?? query.limitedAt ?? command;
    throw query.misplaced(before, 'sort and limit must come after the last stats');
  }
  if (query.dedupedAt !== null) throw query.misplaced(command, 'only limit may follow dedup');
  if (++query.statsCount > MOST_STATS)
    throw query.misplaced(command, `a query has at most ${MOST_STATS} stats`);

  if (parseTopK(query)) return;
  const needsBucket: Span[] = [];
  const measures: Measure[] = [];
  const after: NamedExpression[] = [];
  const names: string[] = [];
  const aliases = new Set<string>();
  query.readList(() => {
    const item = readItem(query, measures, aliases, needsBucket);
    names.push(item.name);
    aliases.add(item.name);
    environment.add(item.name);
    if (item.computed !== null) after.push({ name: item.name, value: item.computed });
  });
  const keys = query.takeWord('by') ? query.readList(() => readKey(query)) : [];
  const bucket = bucketOf(keys);
  const [overTime] = needsBucket;
  if (overTime !== undefined && bucket === null)
    throw query.misplaced(overTime, 'counts and sums over time need "by bin(period)"');
  query.push({ kind: 'group', keys, measures, after });
  const all = [...keys.map((key) => key.name), ...names];
  enterGroups(query, keys, all);
  query.bucket = bucket;
  query.additive = new Set(
    measures
      .filter(({ aggregate }) => /^(?:count|count_distinct|sum)$/.test(aggregate))
      .map(({ name }) => name),
  );
}

/** `countFrequent f, …`: rows per tuple, the most frequent first; exact here. */
export function parseCountFrequent(query: Query): void {
  const keys = query.readList((): Dimension => query.readNamed());
  const count = '_approxcount';
  query.push({
    kind: 'group',
    keys: keys.map(({ name, value }) => ({ name, value })),
    measures: [{ name: count, aggregate: 'count', value: null }],
    after: [],
  });
  const names = [...keys.map((key) => key.name), count];
  enterGroups(query, keys, names);
  query.additive = new Set([count]);
  query.push({
    kind: 'sort',
    keys: names
      .toReversed()
      .map((name) => ({ value: column(name), descending: name === count, natural: true })),
  });
}

interface Item {
  readonly name: string;
  /** Null when the item is an aggregate alone and its measure carries the name. */
  readonly computed: Expression | null;
}

/** One item: an aggregate, or an expression over aggregates and over earlier items of the same stats. */
function readItem(
  query: Query,
  measures: Measure[],
  aliases: ReadonlySet<string>,
  needsBucket: Span[],
): Item {
  const before = measures.length;
  const add = (measure: Omit<Measure, 'name'>): Expression => {
    measures.push({ ...measure, name: `#${measures.length + 1}` });
    return column(`#${measures.length}`);
  };
  const { name, value, start, end } = query.readNamed(() =>
    query.expressions.parse((aggregate, written) => {
      if (/_?over_?time$/.test(aggregate)) needsBucket.push({ start: written.start, end: written.end });
      return lowerAggregate(aggregate, written, add);
    }),
  );
  assertAggregated(value, aliases, { start, end });
  const lone = value.kind === 'column' && value.name === `#${measures.length}` ? measures.at(-1) : undefined;
  if (lone === undefined || measures.length !== before + 1) return { name, computed: value };
  measures[measures.length - 1] = { ...lone, name };
  return { name, computed: null };
}

/** A field outside any aggregate has no one value in a group. */
function assertAggregated(value: Expression, aliases: ReadonlySet<string>, span: Span): void {
  if (value.kind === 'column' && !value.name.startsWith('#') && !aliases.has(value.name)) {
    const place = value.span ?? span;
    throw new ParseStop(
      problem('query.argument-kind', place, { name: 'stats', wanted: 'an aggregate such as sum(bytes)' }),
    );
  }
  if (value.kind === 'call') for (const arg of value.args) assertAggregated(arg, aliases, span);
  if (value.kind === 'test') assertAggregated(value.value, aliases, span);
}

/** `expression [as name]`, and `bin(5m) [as name] offset 1h [as name]`. */
function readKey(query: Query): Dimension {
  const start = query.lexer.peek().start;
  const named = query.readNamed(() => withOffset(query, query.expressions.parse()));
  const { name, value } = named;
  query.environment.assertPlain(value, 'stats', named);
  const late = withOffset(query, value);
  if (late !== value) return { name, value: late };
  if (value.kind === 'literal' && value.value !== null) {
    const wanted = 'a field or an expression of fields';
    throw new ParseStop(
      problem('query.argument-kind', { start, end: query.lexer.mark() }, { name: 'by', wanted }),
    );
  }
  return { name, value };
}

/** `key offset 1h`; the key itself when no offset comes. */
function withOffset(query: Query, key: Expression): Expression {
  if (!query.takeWord('offset')) return key;
  const token = query.lexer.next();
  const period = parsePeriod(token.text);
  if (token.kind !== 'period' || period?.kind !== 'fixed')
    throw query.unexpected(token, 'a period such as 1h');
  return shifted(key, period.ms);
}

/** A bucket that is shown some time later: what was an hour ago lies beside what is now. */
function shifted(key: Expression, ms: number): Expression {
  if (!isTime(key)) return key;
  return call('frommillis', [call('add', [key, literal(ms)])]);
}

function bucketOf(keys: readonly Dimension[]): Query['bucket'] {
  for (const { name, value } of keys) {
    const size = value.kind === 'call' && value.name === 'time_floor' ? value.args[1] : undefined;
    if (size?.kind === 'literal' && typeof size.value === 'number') return { name, ms: size.value };
  }
  return null;
}
