import { call, column, literal } from '../../plan/expression.ts';
import type { WindowColumn } from '../../plan/step.ts';
import { ParseStop, problem, type Span } from '../../problem.ts';
import type { Token } from '../lexer.ts';
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
    { name: name === nameOf(value) ? `accum_${name}` : name, function: 'sum', value, parameter: 0 },
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
      parameter: count,
    })),
  );
}

/** `filldown [f or start* …]`: a missing value becomes that of the row before. */
export function parseFilldown(query: Query): void {
  const names: string[] = [];
  while (!query.atEnd()) {
    names.push(...readColumns(query));
    query.takeSymbol(',');
  }
  const all = names.length > 0 ? names : query.shown.map((entry) => entry.name);
  const columns = query.columns();
  pushWindow(
    query,
    all.map((name) => {
      const value = columns.find((entry) => entry.name === name)?.value ?? column(name);
      return { name, function: 'filldown', value, parameter: 0 };
    }),
  );
  for (const name of all) showComputed(query, name);
}

/** `addtotals [fieldname=Total] [row=true] [col=false] [f, …]`: a column with row sums, a last row with column sums. */
export function parseAddTotals(query: Query): void {
  let total = 'Total';
  let hasRow = true;
  let hasColumn = false;
  const names: string[] = [];
  while (!query.atEnd()) {
    const fieldname = query.takeOption('fieldname');
    const row = query.takeOption('row');
    const col = query.takeOption('col');
    if (fieldname !== null) total = fieldname.text;
    if (row !== null) hasRow = isTrue(row, 'row');
    if (col !== null) hasColumn = isTrue(col, 'col');
    if (fieldname === null && row === null && col === null) {
      const token = query.readName('a column or an option');
      query.environment.resolve(token.text, token, (found) => {
        throw new ParseStop(found);
      });
      names.push(token.text);
    }
    query.takeSymbol(',');
  }
  const keys = new Set([...query.groupKeys, '@timestamp', '@message']);
  const columns = query.columns();
  const summed = columns.filter(({ name }) => (names.length > 0 ? names.includes(name) : !keys.has(name)));
  if (hasRow) {
    const value = summed
      .map((entry) => call('coalesce', [call('tonumber', [entry.value]), literal(0)]))
      .reduce((sum, part) => call('add', [sum, part]), literal(0));
    query.push({ kind: 'extend', columns: [{ name: total, value }] });
    addShown(query, total);
  }
  if (!hasColumn) return;
  const sums = [...summed.map(({ name }) => name), ...(hasRow ? [total] : [])];
  query.push({ kind: 'totals', columns: query.columns(), sums });
  // Only what is shown has a row of sums, so nothing else is left.
  const shown = query.columns().map(({ name }) => ({ name, value: column(name) }));
  for (const { name } of shown) query.environment.add(name);
  query.shown = shown;
  query.added = [];
  query.joined = () => [];
  query.display = null;
  query.hasFields = true;
}

function isTrue(token: Token, name: string): boolean {
  const text = token.text.toLowerCase();
  if (text === 'true' || text === 'false') return text === 'true';
  throw new ParseStop(problem('query.argument-kind', token, { name, wanted: 'true or false' }));
}

function pushWindow(query: Query, columns: readonly WindowColumn[]): void {
  query.push({ kind: 'window', columns });
  for (const { name } of columns)
    if (!query.shown.some((entry) => entry.name === name)) addShown(query, name);
}

/** A column by name, or those shown whose names fit one with `*` for any characters. */
function readColumns(query: Query): readonly string[] {
  const { start } = query.lexer.peek();
  let end = start;
  while (!query.atEnd() && !query.lexer.isAtSymbol(',')) {
    const token = query.lexer.peek();
    if (end !== start && token.start !== end) break;
    end = query.lexer.next().end;
  }
  const text = query.lexer.text.slice(start, end).replaceAll('`', '');
  if (!text.includes('*')) {
    query.environment.resolve(text, { start, end }, (found) => {
      throw new ParseStop(found);
    });
    return [text];
  }
  const pattern = new RegExp(`^${text.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`);
  return query.columns().flatMap(({ name }) => (pattern.test(name) ? [name] : []));
}

/** A computed column takes the place of the field that is shown under its name. */
function showComputed(query: Query, name: string): void {
  query.environment.add(name);
  const place = query.shown.findIndex((entry) => entry.name === name);
  if (place >= 0) query.shown[place] = { name, value: column(name) };
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
