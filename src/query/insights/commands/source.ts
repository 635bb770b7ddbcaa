import { parseTimeSeconds } from '../../../base/index.ts';
import { or } from '../../plan/expression.ts';
import { ParseStop, problem, type Span } from '../../problem.ts';
import type { Token } from '../lexer.ts';
import { parsePeriod } from '../period.ts';
import type { Query } from '../query.ts';

const CLASSES = ['STANDARD', 'INFREQUENT_ACCESS'];
const FLOW_LOGS = 'amazon_vpc.flow';

/**
 * `SOURCE logGroups(…)`, `SOURCE dataSource([…])`, `SOURCE '/group' [start=-1d end=now]`: which logs are asked, and when.
 * The lake holds the flow logs that were read into it, so the selection is checked and then means all of them.
 */
export function parseSource(query: Query, command: Span): void {
  if (query.steps.length > 0 || query.hasFields)
    throw query.misplaced(command, 'SOURCE must be the first command');
  let isFlow = true;
  while (!query.atEnd()) {
    const start = query.takeOption('start');
    const end = query.takeOption('end');
    if (start !== null) enterTime(query, 'startSeconds', start);
    if (end !== null) enterTime(query, 'endSeconds', end);
    if (start !== null || end !== null) continue;
    if (isCall(query, 'loggroups')) readLogGroups(query);
    else if (isCall(query, 'datasource')) isFlow = readDataSources(query);
    else readGroupName(query);
  }
  if (!isFlow) query.push({ kind: 'where', condition: or([]) });
  const reason = isFlow
    ? 'SOURCE selects log groups in AWS; here it means every flow log of the lake'
    : `the lake holds ${FLOW_LOGS} only, so no event matches this SOURCE`;
  query.environment.note(reason, command);
}

/** Takes a name and its opening parenthesis. */
function isCall(query: Query, name: string): boolean {
  const mark = query.lexer.mark();
  if (query.takeWord(name) && query.takeSymbol('(')) return true;
  query.lexer.reset(mark);
  return false;
}

/** A name in quotes, or bare with the slashes, dots and dashes of log groups. */
function readGroupName(query: Query): void {
  const token = query.lexer.next();
  const isName = ['string', 'name', 'quoted-name', 'number', 'period'].includes(token.kind);
  if (!isName && !['/', '-', '.', ','].includes(token.text))
    throw query.unexpected(token, 'a log group, logGroups(…) or dataSource([…])');
}

/** `namePrefix: ['p'], accountIdentifiers: ['id'], class: ['STANDARD'])`, each at most as long as AWS takes. */
function readLogGroups(query: Query): void {
  while (!query.takeSymbol(')')) {
    const option = query.readName('namePrefix, accountIdentifiers or class');
    query.lexer.expectSymbol(':');
    const values = readTexts(query);
    switch (option.text.toLowerCase()) {
      case 'nameprefix':
        assertAtMost(values, 5, option);
        break;
      case 'accountidentifiers':
        assertAtMost(values, 20, option);
        break;
      case 'class':
        for (const value of values)
          if (!CLASSES.includes(value.text)) throw badKind(value, 'class', CLASSES.join(' or '));
        break;
      default:
        throw query.unexpected(option, 'namePrefix, accountIdentifiers or class');
    }
    if (!query.takeSymbol(',') && !query.lexer.isAtSymbol(')'))
      throw query.unexpected(query.lexer.peek(), '"," or ")"');
  }
}

/** `['amazon_vpc.flow'])`; true when flow logs are among them. */
function readDataSources(query: Query): boolean {
  const open = query.lexer.peek();
  const values = readTexts(query);
  assertAtMost(values, 10, open);
  query.lexer.expectSymbol(')');
  return values.some(({ text }) => text === FLOW_LOGS);
}

function readTexts(query: Query): readonly Token[] {
  query.lexer.expectSymbol('[', "a list such as ['a', 'b']");
  const values: Token[] = [];
  while (!query.takeSymbol(']')) {
    const token = query.lexer.next();
    if (token.kind !== 'string') throw query.unexpected(token, 'a string');
    values.push(token);
    if (!query.takeSymbol(',') && !query.lexer.isAtSymbol(']'))
      throw query.unexpected(query.lexer.peek(), '"," or "]"');
  }
  return values;
}

function assertAtMost(values: readonly Token[], most: number, place: Token): void {
  if (values.length <= most) return;
  throw new ParseStop(
    problem('query.argument-count', place, {
      name: 'SOURCE',
      wanted: `at most ${most} of these`,
      found: values.length,
    }),
  );
}

/** `-1d`, `now`, epoch seconds, or a time in quotes. The end is exclusive. */
function enterTime(query: Query, side: 'startSeconds' | 'endSeconds', value: Token): void {
  const { environment } = query;
  const { nowSeconds, time } = environment.options;
  const isAgo = value.text === '-';
  const token = isAgo ? query.lexer.next() : value;
  const seconds = isAgo ? agoSeconds(token, nowSeconds) : atSeconds(token, nowSeconds);
  if (seconds === null)
    throw badKind(token, 'SOURCE', 'a time such as -1d, now, 1767225600 or "2026-01-01T00:00:00Z"');
  environment.enterTime({ ...time, [side]: seconds });
}

function agoSeconds(token: Token, nowSeconds: number): number | null {
  const period = token.kind === 'period' ? parsePeriod(token.text) : null;
  if (period === null) return null;
  if (period.kind === 'fixed') return nowSeconds - Math.round(period.ms / 1000);
  return period.unit === 'week' ? nowSeconds - period.count * 7 * 86_400 : null;
}

function atSeconds(token: Token, nowSeconds: number): number | null {
  if (token.kind === 'number') return Math.floor(Number(token.text));
  if (token.kind === 'name') return token.text.toLowerCase() === 'now' ? nowSeconds : null;
  return token.kind === 'string' ? parseTimeSeconds(token.text, nowSeconds) : null;
}

function badKind(token: Token, name: string, wanted: string): ParseStop {
  return new ParseStop(problem('query.argument-kind', token, { name, wanted }));
}
