import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { StreamLanguage, type StreamParser } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import {
  columnBySpelling,
  FUNCTIONS,
  INSIGHTS_AGGREGATES,
  INSIGHTS_COMMANDS,
  INSIGHTS_FIELDS,
} from '../../../src/query/index.ts';
import { FIELDS as FIELDS_OF_RECORDS } from '../../../src/record/index.ts';
import { type AskValues, completeValues } from './value-completion.ts';

const KEYWORDS = new Set(['as', 'by', 'and', 'or', 'not', 'in', 'like', 'asc', 'desc', 'is', 'with', 'for']);
const COMMAND_NAMES = new Set(INSIGHTS_COMMANDS.flatMap((row) => row.names));
const FUNCTION_NAMES = new Set([
  ...FUNCTIONS.filter((row) => !row.internal).flatMap((row) => [row.name, ...row.aliases]),
  ...INSIGHTS_AGGREGATES.map(({ syntax }) => nameOf(syntax).toLowerCase()),
]);

/**
 * Logs Insights for the editor: colours and completion, both made of the tables that the parser itself reads by, so
 * neither can offer what would not run.
 */
export function insightsLanguage(ask: AskValues): Extension {
  const language = StreamLanguage.define(insightsMode);
  return [
    language,
    language.data.of({
      commentTokens: { line: '#' },
      closeBrackets: { brackets: ['(', '[', '"', "'", '`'] },
      autocomplete: async (context: CompletionContext) =>
        (await completeValues(context, ask, '"')) ?? completeInsights(context),
    }),
  ];
}

interface ModeState {
  /** True where a command must follow. */
  isAtCommand: boolean;
  quote: string | null;
}

const insightsMode: StreamParser<ModeState> = {
  name: 'logs-insights',
  startState: () => ({ isAtCommand: true, quote: null }),
  token(stream, state) {
    if (state.quote !== null) return stringRest(stream, state);
    if (stream.eatSpace()) return null;
    if (stream.match(/^#.*/)) return 'comment';
    if (stream.eat('|')) {
      state.isAtCommand = true;
      return 'operator';
    }
    const quote = stream.match(/^["']/, false) ? stream.next() : undefined;
    if (quote !== undefined) {
      state.quote = quote;
      return stringRest(stream, state);
    }
    const isCommand = state.isAtCommand;
    state.isAtCommand = false;
    if (stream.match(/^`[^`]*`/)) return 'propertyName';
    if (stream.match(/^\d+(?:\.\d+)?(?:[a-z]+\b)?/i)) return 'number';
    // A division has a value before it, and mostly space around it.
    if (stream.match(/^\/(?![\s*])(?:[^/\\\n]|\\.)+\//)) return 'regexp';
    const word = stream.match(/^[A-Za-z_@][\w@.]*/);
    if (Array.isArray(word))
      return wordStyle(word[0] ?? '', isCommand, stream.match(/^\s*\(/, false) !== null);
    stream.next();
    return 'operator';
  },
};

function wordStyle(text: string, isCommand: boolean, isCall: boolean): string {
  const name = text.toLowerCase();
  if (isCommand) return COMMAND_NAMES.has(name) ? 'keyword' : 'invalid';
  if (isCall && FUNCTION_NAMES.has(name)) return 'typeName';
  return KEYWORDS.has(name) ? 'keyword' : 'propertyName';
}

function stringRest(stream: Parameters<typeof insightsMode.token>[0], state: ModeState): string {
  for (let sign = stream.next(); sign !== undefined; sign = stream.next()) {
    if (sign === '\\') stream.next();
    else if (sign === state.quote) {
      state.quote = null;
      break;
    }
  }
  return 'string';
}

function completeInsights(context: CompletionContext): CompletionResult | null {
  const before = context.state.sliceDoc(0, context.pos);
  const word = /[@\w.]*$/.exec(before)?.[0] ?? '';
  if (word === '' && !context.explicit && !/[|,(\s]$/.test(before)) return null;
  const options = insightsWords(before.slice(0, before.length - word.length));
  if (options.length === 0 || (word === '' && !context.explicit && !/(?:^|\|\s*|[,(]\s*)$/.test(before)))
    return null;
  return { from: context.pos - word.length, options, validFor: /^[@\w.]*$/ };
}

/** The words that can follow a text of Logs Insights, with what they mean. Empty inside a string or a comment. */
export function insightsWords(before: string): readonly Completion[] {
  const closed = before.replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, ' ');
  const plain = closed.replaceAll(/#[^\n]*/g, (comment) => ' '.repeat(comment.length));
  if (/["']/.test(plain) || /#[^\n]*$/.test(closed)) return [];
  const stages = plain.split('|');
  const stage = (stages.at(-1) ?? '').trimStart();
  if (stage === '') return COMMANDS;
  const command = /^\w+/.exec(stage)?.[0].toLowerCase() ?? '';
  const isAfterStats = stages.slice(0, -1).some((text) => /^\s*stats\b/i.test(text));
  return [
    ...namesOf(stages.slice(0, -1), isAfterStats),
    ...(isAfterStats ? [] : FIELDS),
    ...(command === 'stats' ? AGGREGATES : []),
    ...CALLS,
    ...[...KEYWORDS].map((label): Completion => ({ label, type: 'keyword', boost: -20 })),
  ];
}

/** The columns that earlier stages named; after stats also the fields that it groups by. */
function namesOf(stages: readonly string[], isAfterStats: boolean): readonly Completion[] {
  const text = stages.join('|');
  const named = [...text.matchAll(/\bas\s+([@\w.]+)/gi)].map((match) => match[1] ?? '');
  const groups = isAfterStats
    ? [...text.matchAll(/\bby\s+([@\w.,\s]+)/gi)].flatMap((match) =>
        (match[1] ?? '').split(',').map((name) => name.trim()),
      )
    : [];
  const names = [...named, ...groups].filter((name) => /^[@\w.]+$/.test(name));
  return [...new Set(names)].map((label) => ({
    label,
    type: 'property',
    detail: 'of this query',
    boost: 30,
  }));
}

const COMMANDS: readonly Completion[] = INSIGHTS_COMMANDS.flatMap((row, index) =>
  row.names.slice(0, 1).map((label) => ({
    label,
    type: 'keyword',
    detail: row.meaning,
    info: row.syntax,
    boost: 50 - index,
  })),
);

const FIELDS: readonly Completion[] = INSIGHTS_FIELDS.map((label) => {
  const column = columnBySpelling(label);
  const unit = FIELDS_OF_RECORDS.find((field) => field.sql === column?.name)?.unit ?? null;
  return {
    label,
    type: 'property',
    ...(unit === null ? {} : { detail: unit }),
    ...(column === undefined ? {} : { info: column.meaning }),
    boost: 20,
  };
});

const AGGREGATES: readonly Completion[] = INSIGHTS_AGGREGATES.map(({ syntax, meaning }) => ({
  label: nameOf(syntax),
  displayLabel: syntax,
  apply: syntax === 'count(*)' ? syntax : `${nameOf(syntax)}(`,
  type: 'function',
  detail: meaning,
  boost: 10,
}));

const CALLS: readonly Completion[] = FUNCTIONS.filter((row) => !row.internal).map((row) => ({
  label: row.name,
  apply: `${row.name}(`,
  type: 'function',
  detail: row.meaning,
}));

function nameOf(call: string): string {
  return call.slice(0, call.indexOf('('));
}
