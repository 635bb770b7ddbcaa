import type { Problem } from '../../../src/api/index.ts';
import { type Problem as Found, parseInsights, suggest } from '../../../src/query/index.ts';
import { FIELDS } from '../../../src/record/index.ts';
import type { Mistake } from '../editor/diagnostics.ts';
import type { ViewRange } from '../time-range.ts';

/** Words of SQL that are misspelt most. */
const SQL_WORDS =
  'select from where group by order having limit distinct join left right inner outer on union all with as and or not in between like is null case when then else end desc asc using values exists over partition'.split(
    ' ',
  );

/** What is wrong in a text of Logs Insights, by the parser that the server uses too; nothing is asked of it. */
export function insightsMistakes(text: string, range: ViewRange, nowSeconds: number): readonly Mistake[] {
  if (text.trim() === '') return [];
  const { startSeconds, endSeconds } = range;
  const { problems, warnings } = parseInsights(text, { time: { startSeconds, endSeconds }, nowSeconds });
  const mistake = (isWarning: boolean) => (found: Found) => ({ ...spanOf(found), isWarning });
  return [...problems.map(mistake(false)), ...warnings.map(mistake(true))];
}

/**
 * The places of a problem that the server answered with: those it gives, and for SQL those that the engine's words
 * name. Empty when the problem is about no place.
 */
export function mistakesOf(problem: Problem, text: string): readonly Mistake[] {
  const { problems, position, table, known } = problem.details;
  if (Array.isArray(problems))
    return problems.filter(isFound).map((found) => ({ ...spanOf(found), isWarning: false }));
  if (typeof position === 'number') return [syntaxMistake(text, position, problem.detail)];
  if (typeof table === 'string') {
    const names = Array.isArray(known) ? known.filter((name) => typeof name === 'string') : [];
    return nameMistake(text, table, 0, `there is no table "${table}"`, suggest(table, names) ?? null);
  }
  return engineMistake(problem.detail, text);
}

/** The field of Logs Insights that a word was likely meant to be; null when none is like it. */
export function likelyField(word: string): string | null {
  const names = FIELDS.map((field) => field.camel);
  return names.includes(word) ? null : (suggest(word, names) ?? null);
}

/** A problem's words without the copy of the statement that engines put below them. */
export function messageOfEngine(detail: string): string {
  return detail.replace(/\n\s*LINE \d+:[\s\S]*$/, '').trim();
}

/** The engine stumbles over the word after the one that is misspelt: `SELECT * FORM flows`. */
function syntaxMistake(text: string, position: number, message: string): Mistake {
  const words = [...text.matchAll(/[A-Za-z_]\w*/g)];
  const at = words.findLastIndex((word) => word.index <= position);
  for (const word of [words[at], words[at - 1]]) {
    const found = word?.[0].toLowerCase() ?? '';
    const suggestion = SQL_WORDS.includes(found) ? null : suggest(found, SQL_WORDS);
    if (word === undefined || suggestion === null || found.length < 3) continue;
    const written = /[A-Z]/.test(word[0]) ? suggestion.toUpperCase() : suggestion;
    return {
      start: word.index,
      end: word.index + found.length,
      message,
      suggestion: written,
      isWarning: false,
    };
  }
  const length = /^\w+/.exec(text.slice(position))?.[0].length ?? 1;
  return { start: position, end: position + length, message, suggestion: null, isWarning: false };
}

/** `Referenced column "x" not found … Candidate bindings: "y"`, `Scalar Function with name x does not exist! Did you mean "y"?` */
function engineMistake(detail: string, text: string): readonly Mistake[] {
  const name =
    /(?:column|table|alias) (?:named |with name )?"([^"]+)"/i.exec(detail)?.[1] ??
    /Function with name "?([\w.]+)"? does not exist/i.exec(detail)?.[1];
  if (name === undefined) return [];
  const line = Number(/LINE (\d+):/.exec(detail)?.[1] ?? 1);
  const suggestion = /(?:Candidate bindings: |Did you mean )"(?:\w+\.)?([^"]+)"/.exec(detail)?.[1] ?? null;
  return nameMistake(text, name, lineStart(text, line), messageOfEngine(detail), suggestion);
}

function nameMistake(
  text: string,
  name: string,
  from: number,
  message: string,
  suggestion: string | null,
): readonly Mistake[] {
  const word = new RegExp(`(?<![\\w])${name.replaceAll(/\W/g, '\\$&')}(?![\\w])`, 'gi');
  word.lastIndex = from;
  const found = word.exec(text) ?? new RegExp(word.source, 'i').exec(text);
  if (found === null) return [];
  return [{ start: found.index, end: found.index + name.length, message, suggestion, isWarning: false }];
}

function lineStart(text: string, line: number): number {
  return text
    .split('\n')
    .slice(0, line - 1)
    .reduce((sum, row) => sum + row.length + 1, 0);
}

function spanOf({
  start,
  end,
  message,
  suggestion,
}: Pick<Found, 'start' | 'end' | 'message' | 'suggestion'>) {
  return { start, end, message, suggestion };
}

function isFound(value: unknown): value is Found {
  return (
    typeof value === 'object' && value !== null && 'start' in value && 'end' in value && 'message' in value
  );
}
