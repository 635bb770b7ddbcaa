import type { Plan } from '../plan/plan.ts';
import { type Parsed, ParseStop, problem } from '../problem.ts';
import { suggest } from '../suggest.ts';
import { defaultLimit } from './commands/rows.ts';
import { COMMANDS, commandByName, REFUSED_COMMANDS } from './commands/table.ts';
import type { InsightsOptions } from './environment.ts';
import { Lexer } from './lexer.ts';
import { Query } from './query.ts';

const MAX_LENGTH = 10_000;

/**
 * Reads a query in the language of CloudWatch Logs Insights into a plan over flow log records.
 *
 * Events are all records, NODATA and SKIPDATA included, unless the query says `logStatus = "OK"`. Names that no event
 * has are missing values and give a warning. Errors: none thrown; see `Parsed`.
 */
export function parseInsights(text: string, options: InsightsOptions): Parsed<Plan> {
  const query = new Query(new Lexer(text), options, readCommands);
  const { warnings } = query.environment;
  try {
    if (text.length > MAX_LENGTH)
      throw new ParseStop(
        problem('query.too-long', { start: MAX_LENGTH, end: text.length }, { limit: MAX_LENGTH }),
      );
    readCommands(query);
  } catch (error) {
    if (!(error instanceof ParseStop)) throw error;
    return { value: null, problems: [error.problem], warnings };
  }
  defaultLimit(query);
  return { value: query.plan(query.columns()), problems: [], warnings };
}

function readCommands(query: Query): void {
  const first = query.lexer.peek();
  if (first.kind === 'end')
    throw new ParseStop(problem('query.unexpected-end', first, { wanted: 'a command' }));
  for (;;) {
    readCommand(query);
    if (query.takeSymbol('|')) continue;
    if (query.atEnd()) return;
    throw query.unexpected(query.lexer.peek(), '"|" or the end of the query');
  }
}

function readCommand(query: Query): void {
  const token = query.lexer.next();
  if (token.kind !== 'name') throw query.unexpected(token, 'a command');
  const name = token.text.toLowerCase();
  const row = commandByName(name);
  if (row !== undefined) {
    if (query.dedupedAt !== null && name !== 'limit')
      throw query.misplaced(token, 'only limit may follow dedup');
    if (query.estimatedAt !== null)
      throw query.misplaced(query.estimatedAt, 'estimate must be the last command');
    row.parse(query, token);
    return;
  }
  const reason = REFUSED_COMMANDS.get(name);
  if (reason !== undefined)
    throw new ParseStop(problem('query.refused-command', token, { name: token.text, reason }));
  const names = COMMANDS.flatMap((entry) => entry.names);
  const suggestion = suggest(token.text, names);
  throw new ParseStop(
    problem('query.unknown-command', token, { name: token.text }, { expected: names, suggestion }),
  );
}
