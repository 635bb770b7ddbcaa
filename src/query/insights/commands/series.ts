import { call, column, literal } from '../../plan/expression.ts';
import type { WindowColumn } from '../../plan/step.ts';
import { ParseStop, problem, type Span } from '../../problem.ts';
import type { Query } from '../query.ts';
import { addShown } from './columns.ts';

/** `fillmissing [with v for f, …]`: the buckets that had no event, after `stats … by bin()`. */
export function parseFillMissing(query: Query, command: Span): void {
  const { bucket } = query;
  if (bucket === null) throw query.misplaced(command, 'fillmissing needs "stats … by bin(period)" before it');
  const values: Record<string, number> = {};
  while (query.takeWord('with')) {
    const token = query.lexer.next();
    if (token.kind !== 'number') throw query.unexpected(token, 'a number');
    if (!query.takeWord('for')) throw query.unexpected(query.lexer.peek(), '"for" and the columns');
    for (const name of query.readList(() => knownColumn(query))) values[name] = Number(token.text);
  }
  const keys = query.groupKeys.filter((name) => name !== bucket.name);
  query.push({ kind: 'fill', time: bucket.name, stepMs: bucket.ms, keys, values });
}

/** `accum f [as a]`: the running sum. */
export function parseAccum(query: Query): void {
  const { name, value } = query.readNamed();
  pushWindow(query, [
    { name: name === nameOf(value) ? `accum_${name}` : name, function: 'sum', value, rows: 0 },
  ]);
}

/** `autoregress f [as a] [p=s[-e]]`: the value of some rows before. */
export function parseAutoregress(query: Query, command: Span): void {
  const { name, value } = query.readNamed();
  let first = 1;
  let last = 1;
  if (query.takeWord('p')) {
    if (!query.takeSymbol('=')) throw query.unexpected(query.lexer.peek(), '"="');
    first = readCount(query);
    last = query.takeSymbol('-') ? readCount(query) : first;
  }
  if (last < first || last > 1000)
    throw query.misplaced(command, 'autoregress takes p=1 to p=1000, the smaller first');
  const rows = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const isRenamed = name !== nameOf(value);
  pushWindow(
    query,
    rows.map((count) => ({
      name: isRenamed && rows.length === 1 ? name : `${name}_p${count}`,
      function: 'lag' as const,
      value,
      rows: count,
    })),
  );
}

/** `filldown [f …]`: a missing value becomes that of the row before. */
export function parseFilldown(query: Query): void {
  const names: string[] = [];
  while (!query.atEnd()) {
    names.push(knownColumn(query));
    query.takeSymbol(',');
  }
  const all = names.length > 0 ? names : query.shown.map((entry) => entry.name);
  pushWindow(
    query,
    all.map((name) => ({ name, function: 'filldown', value: column(name), rows: 0 })),
  );
}

/** `addtotals [fieldname=Total] [f, …]`: a column with the sum of each row. */
export function parseAddTotals(query: Query, command: Span): void {
  let total = 'Total';
  const names: string[] = [];
  while (!query.atEnd()) {
    const token = query.readName('a column or an option');
    if (query.takeSymbol('=')) {
      const option = query.lexer.next();
      if (token.text.toLowerCase() === 'fieldname') total = option.text;
      else if (token.text.toLowerCase() === 'col' && option.text.toLowerCase() === 'true') {
        const reason = 'a row of column sums cannot be told from the others; ask for it with a second stats';
        throw new ParseStop(
          problem('query.refused-command', command, { name: 'addtotals col=true', reason }),
        );
      }
    } else names.push(token.text);
    query.takeSymbol(',');
  }
  const keys = new Set(query.groupKeys);
  const summed =
    names.length > 0 ? names : query.shown.map((entry) => entry.name).filter((name) => !keys.has(name));
  const value = summed
    .map((name) => call('coalesce', [call('tonumber', [column(name)]), literal(0)]))
    .reduce((sum, part) => call('add', [sum, part]), literal(0));
  query.push({ kind: 'extend', columns: [{ name: total, value }] });
  addShown(query, total);
}

function pushWindow(query: Query, columns: readonly WindowColumn[]): void {
  query.push({ kind: 'window', columns });
  for (const { name } of columns)
    if (!query.shown.some((entry) => entry.name === name)) addShown(query, name);
}

function knownColumn(query: Query): string {
  const { value, name, start, end } = query.readNamed();
  if (value.kind === 'column') return value.name;
  throw new ParseStop(problem('query.unknown-field', { start, end }, { name }));
}

function readCount(query: Query): number {
  const token = query.lexer.next();
  if (token.kind !== 'number' || Number(token.text) < 1) throw query.unexpected(token, 'a number of rows');
  return Number(token.text);
}

function nameOf(value: { readonly kind: string; readonly name?: string }): string | undefined {
  return value.kind === 'column' ? value.name : undefined;
}
