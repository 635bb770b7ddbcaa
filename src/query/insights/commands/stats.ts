import { call, column, type Expression, literal } from '../../plan/expression.ts';
import type { Dimension, Measure } from '../../plan/measure.ts';
import type { NamedExpression } from '../../plan/step.ts';
import { ParseStop, problem, type Span } from '../../problem.ts';
import { AGGREGATES } from '../aggregates.ts';
import type { AggregateCall } from '../expression.ts';
import { parsePeriod } from '../period.ts';
import type { Query } from '../query.ts';

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

  const measures: Measure[] = [];
  const after: NamedExpression[] = [];
  const names: string[] = [];
  const aliases = new Set<string>();
  query.readList(() => {
    const item = readItem(query, measures, aliases);
    names.push(item.name);
    aliases.add(item.name);
    environment.add(item.name);
    if (item.computed !== null) after.push({ name: item.name, value: item.computed });
  });
  const keys = query.takeWord('by') ? query.readList(() => readKey(query)) : [];
  query.push({ kind: 'group', keys, measures, after });
  const all = [...keys.map((key) => key.name), ...names];
  environment.enterStats(all);
  query.groupKeys = keys.map((key) => key.name);
  query.bucket = bucketOf(keys);
  query.shown = all.map((name) => ({ name, value: column(name) }));
  query.added = [];
  query.display = null;
  query.hasFields = true;
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
  query.environment.enterStats(names);
  query.shown = names.map((name) => ({ name, value: column(name) }));
  query.added = [];
  query.hasFields = true;
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
function readItem(query: Query, measures: Measure[], aliases: ReadonlySet<string>): Item {
  const before = measures.length;
  const { name, value, start, end } = query.readNamed(() =>
    query.expressions.parse((aggregate, written) => {
      measures.push(measureOf(`#${measures.length + 1}`, aggregate, written));
      return column(`#${measures.length}`);
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

function measureOf(name: string, aggregateName: string, written: AggregateCall): Measure {
  const aggregate = AGGREGATES.get(aggregateName) ?? 'count';
  const [value = null, parameter] = written.args;
  const wants = aggregate === 'percentile' ? 2 : 1;
  const mayBeEmpty = aggregate === 'count';
  if (written.isStar && !mayBeEmpty)
    throw new ParseStop(problem('query.argument-kind', written, { name: aggregateName, wanted: 'a field' }));
  const found = written.args.length;
  if (found > wants || (found < wants && !(mayBeEmpty && found === 0))) {
    const wanted = wants === 2 ? 'a field and a percentage' : 'one argument';
    throw new ParseStop(problem('query.argument-count', written, { name: aggregateName, wanted, found }));
  }
  if (aggregate !== 'percentile') return { name, aggregate, value };
  const percent = parameter?.kind === 'literal' ? Number(parameter.value) : Number.NaN;
  if (!(percent >= 0 && percent <= 100))
    throw new ParseStop(
      problem('query.argument-kind', written, { name: aggregateName, wanted: 'a percentage from 0 to 100' }),
    );
  return { name, aggregate, value, parameter: percent };
}

/** `expression [as name]`, and `bin(5m) offset 1h`. */
function readKey(query: Query): Dimension {
  const start = query.lexer.peek().start;
  const { name, value } = query.readNamed(() => {
    const key = query.expressions.parse();
    if (!query.takeWord('offset')) return key;
    const token = query.lexer.next();
    const period = parsePeriod(token.text);
    if (token.kind !== 'period' || period?.kind !== 'fixed')
      throw query.unexpected(token, 'a period such as 1h');
    return shifted(key, period.ms);
  });
  if (value.kind === 'literal' && value.value !== null) {
    const wanted = 'a field or an expression of fields';
    throw new ParseStop(
      problem('query.argument-kind', { start, end: query.lexer.mark() }, { name: 'by', wanted }),
    );
  }
  return { name, value };
}

/** A bucket whose edges lie `ms` after those of the plain one. */
function shifted(key: Expression, ms: number): Expression {
  if (key.kind !== 'call' || key.name !== 'time_floor') return key;
  const [time = literal(null), size = literal(null)] = key.args;
  return call('frommillis', [
    call('add', [call('time_floor', [call('subtract', [time, literal(ms)]), size]), literal(ms)]),
  ]);
}

function bucketOf(keys: readonly Dimension[]): Query['bucket'] {
  for (const { name, value } of keys) {
    const size = value.kind === 'call' && value.name === 'time_floor' ? value.args[1] : undefined;
    if (size?.kind === 'literal' && typeof size.value === 'number') return { name, ms: size.value };
  }
  return null;
}
