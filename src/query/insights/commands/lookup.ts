import { parseLookupCsv } from '../../compile/lookup.ts';
import { call, type Expression } from '../../plan/expression.ts';
import type { LookupTable } from '../../plan/step.ts';
import { ParseStop, problem } from '../../problem.ts';
import { suggest } from '../../suggest.ts';
import type { Token } from '../lexer.ts';
import type { Query } from '../query.ts';
import { addShown } from './columns.ts';

/** `lookup T col as field [, …] OUTPUT out [as name] [, …]`, or OUTPUTNEW. */
export function parseLookup(query: Query): void {
  const table = readTable(query);
  const keys = query.readList(() => {
    const column = knownColumn(query.readName('a column of the table'), table);
    const value = query.takeWord('as') ? query.expressions.parse() : fieldOf(query, column);
    return { column, value };
  });
  finish(query, table, keys, false);
}

/** `cidrlookup T ipField [AS cidrColumn] OUTPUT …`: the longest block that holds the address. */
export function parseCidrLookup(query: Query): void {
  const table = readTable(query);
  const value = query.expressions.parse();
  const column = query.takeWord('as')
    ? knownColumn(query.readName('the column of blocks'), table)
    : (table.header[0] ?? '');
  finish(query, table, [{ column, value }], true);
}

function finish(
  query: Query,
  table: LookupTable,
  keys: readonly { readonly column: string; readonly value: Expression }[],
  cidr: boolean,
): void {
  const keepExisting = query.takeWord('outputnew');
  if (!keepExisting && !query.takeWord('output'))
    throw query.unexpected(query.lexer.peek(), 'OUTPUT and the columns to add');
  const outputs = query.readList(() => {
    const column = knownColumn(query.readName('a column of the table'), table);
    return { column, name: query.takeWord('as') ? query.readName('a name').text : column };
  });
  const hidden = outputs.map(({ column }, i) => ({ column, name: `#lookup${i}` }));
  query.push({ kind: 'lookup', table, keys, outputs: keepExisting ? hidden : outputs, cidr });
  if (keepExisting) {
    const columns = outputs.map(({ name }, i) => {
      const found: Expression = { kind: 'column', name: `#lookup${i}` };
      const existing = query.environment.known(name);
      return { name, value: existing === undefined ? found : call('coalesce', [existing, found]) };
    });
    query.push({ kind: 'extend', columns });
  }
  for (const { name } of outputs) addShown(query, name);
}

function readTable(query: Query): LookupTable {
  const token = query.lexer.next();
  if (token.kind === 'end' || token.kind === 'symbol')
    throw query.unexpected(token, 'the name of a lookup table');
  const { name, end } = withDashes(query, token);
  const text = query.environment.options.table?.(name);
  if (text === undefined)
    throw new ParseStop(problem('query.unknown-table', { start: token.start, end }, { name }));
  return parseLookupCsv(name, text);
}

/** Names of tables hold dashes, which are signs elsewhere: what follows without a space belongs to the name. */
function withDashes(query: Query, first: Token): { readonly name: string; readonly end: number } {
  let { text: name, end } = first;
  for (
    let next = query.lexer.peek();
    first.kind === 'name' && next.start === end;
    next = query.lexer.peek()
  ) {
    if (next.text !== '-' && !['name', 'number', 'period'].includes(next.kind)) break;
    name += next.text;
    end = next.end;
    query.lexer.next();
  }
  return { name, end };
}

function knownColumn(token: Token, table: LookupTable): string {
  if (table.header.includes(token.text)) return token.text;
  const suggestion = suggest(token.text, table.header);
  throw new ParseStop(
    problem('query.unknown-field', token, { name: token.text }, { expected: table.header, suggestion }),
  );
}

function fieldOf(query: Query, name: string): Expression {
  const { start, end } = query.lexer.peek();
  return query.environment.resolve(name, { start, end }, (found) => {
    throw new ParseStop(found);
  });
}
