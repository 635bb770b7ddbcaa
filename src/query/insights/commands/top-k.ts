import { column, not, test } from '../../plan/expression.ts';
import { ParseStop, problem } from '../../problem.ts';
import type { Query } from '../query.ts';
import { enterGroups } from './groups.ts';

const MOST = 10_000;

/**
 * `stats topk(k, f) [as a]`: the most frequent values with their count, one row each. It stands alone: neither `by` nor
 * another aggregate goes with it. False, and nothing taken, when stats begins otherwise.
 */
export function parseTopK(query: Query): boolean {
  const mark = query.lexer.mark();
  const start = query.lexer.peek();
  if (!query.takeWord('topk') || !query.takeSymbol('(')) {
    query.lexer.reset(mark);
    return false;
  }
  const count = query.lexer.next();
  const size = count.kind === 'number' ? Number(count.text) : Number.NaN;
  if (!(Number.isInteger(size) && size >= 1 && size <= MOST)) {
    const wanted = `a whole number from 1 to ${MOST}`;
    throw new ParseStop(problem('query.argument-kind', count, { name: 'topk', wanted }));
  }
  query.lexer.expectSymbol(',', '"," and a field');
  const field = query.readNamed();
  query.lexer.expectSymbol(')');
  const name = query.takeWord('as') ? query.readName('a name').text : field.name;
  if (!query.atEnd())
    throw query.misplaced(start, 'topk stands alone in stats: without by and other aggregates');
  const keys = [{ name, value: field.value }];
  query.push({ kind: 'where', condition: not(test(field.value, { kind: 'missing' })) });
  query.push({
    kind: 'group',
    keys,
    measures: [{ name: 'count', aggregate: 'count', value: null }],
    after: [],
  });
  enterGroups(query, keys, [name, 'count']);
  const order = [
    { value: column('count'), descending: true, natural: true },
    { value: column(name), descending: false, natural: true },
  ];
  query.push({ kind: 'sort', keys: order });
  query.push({ kind: 'limit', count: size });
  query.lastSort = order;
  return true;
}
