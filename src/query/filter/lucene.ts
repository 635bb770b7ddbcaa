import type { ValueTest } from '../plan/expression.ts';
import { ParseStop, problem } from '../problem.ts';
import { assertOrdered, type FilterContext, type Subject } from './context.ts';
import type { Scanner } from './scanner.ts';
import { readScalar } from './value.ts';

/** True for parentheses that hold more than a list of values: a comparison, "and" or "not". */
export function seesGroup(scanner: Scanner): boolean {
  const before = scanner.position;
  scanner.skipSpace();
  const body = /^\((?:[^()"]|"[^"]*"|\([^()]*\))*\)/.exec(scanner.text.slice(scanner.position))?.[0];
  scanner.position = before;
  return body !== undefined && /\b(?:and|not)\b|[<>]/i.test(body);
}

/** `[20 TO 25]` with both ends, `{20 TO 25}` without them, `[1000 TO *]` without an upper one. */
export function takeRange(context: FilterContext, subject: Subject): ValueTest | undefined {
  const { scanner } = context;
  scanner.skipSpace();
  const start = scanner.position;
  const found = scanner.match(/([[{])\s*("[^"]*"|[^\s\]}]+)\s+TO\s+("[^"]*"|[^\s\]}]+)\s*([\]}])/y);
  if (found === undefined) return undefined;
  const span = { start, end: scanner.position };
  assertOrdered(context, subject, 'TO', span);
  const [, open, lowText = '', highText = '', close] = found;
  const bound = (text: string, step: number): number | null => {
    if (text === '*') return null;
    const raw = { text: text.replace(/^"|"$/g, ''), quoted: text.startsWith('"'), ...span };
    const reading = readScalar(subject, raw, context.nowSeconds);
    if ('problem' in reading) context.problems.push(reading.problem);
    // Ports, counts, sizes and times are whole, so that an end left out is the next number.
    return 'value' in reading ? Number(reading.value) + step : 0;
  };
  const low = bound(lowText, open === '{' ? 1 : 0);
  const high = bound(highText, close === '}' ? -1 : 0);
  // Records start on whole seconds, which a bound between two of them does not change.
  if (subject.kind === 'time' && low !== null && high !== null)
    return { kind: 'between', low: Math.ceil(low), high: Math.floor(high) };
  if (low === null) return high === null ? anyValue() : { kind: 'compare', operator: '<=', value: high };
  return high === null ? { kind: 'compare', operator: '>=', value: low } : { kind: 'between', low, high };
}

/** `[* TO *]`: any value that is there. */
function anyValue(): ValueTest {
  return { kind: 'compare', operator: '>=', value: Number.MIN_SAFE_INTEGER };
}

/** Stops the parse at `term~` and `term~2`: nothing here is nearly equal. */
export function assertNotFuzzy({ scanner }: FilterContext): void {
  scanner.skipSpace();
  const start = scanner.position;
  const found = /^(?:"[^"]*"|[^\s,()[\]{}"~]+)~\d*(?=[\s)]|$)/.exec(scanner.text.slice(start))?.[0];
  if (found === undefined) return;
  const reason = 'fuzzy and proximity searches are not available; use like, contains or matches';
  throw new ParseStop(problem('query.limit', { start, end: start + found.length }, { reason }));
}
