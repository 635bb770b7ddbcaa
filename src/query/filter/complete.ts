import { TCP_FLAGS } from '../../record/index.ts';
import { columnBySpelling, kindOfPair, pairBySpelling, QUERY_COLUMNS, type ValueKind } from '../columns.ts';
import { SERVICE_NAMES } from '../words/services.ts';
import { type FilterOptions, operatorWords } from './context.ts';
import { readFilter } from './parse.ts';
import { CONDITION_WORDS, PROTOCOL_NAMES, PROTOCOL_WORDS } from './words.ts';

/** One word that could stand at the cursor. */
export interface Completion {
  readonly text: string;
  readonly kind: 'field' | 'word' | 'operator' | 'value' | 'connective' | 'set';
  /** What it means, for a tooltip; may be empty. */
  readonly detail: string;
}

/** The words that fit, and the piece of text that each of them replaces. */
export interface Completions {
  readonly start: number;
  readonly end: number;
  readonly items: readonly Completion[];
}

/** What completion may lean on beside the text. */
export interface CompletionOptions extends FilterOptions {
  /** Values of a column that occur in the lake and begin with a prefix, the usual ones first. */
  readonly values?: (column: string, prefix: string) => readonly string[];
  /** Names of the sets that `@name` may mean. */
  readonly setNames?: readonly string[];
  /** At most so many items; 200 unless given. */
  readonly limit?: number;
}

/**
 * What could be typed at a cursor of a filter: asked of the parser itself, so the grammar has one home. The text after
 * the cursor plays no part.
 */
export function completeFilter(text: string, cursor: number, options: CompletionOptions = {}): Completions {
  const before = text.slice(0, cursor);
  const start = wordStart(before);
  const prefix = before.slice(start).toLowerCase();
  const { at, expectations } = readFilter(before.slice(0, start), options);
  const isThere = before.slice(0, start).slice(at).trim() === '';
  const items = isThere ? expectations.flatMap((wanted) => itemsOf(wanted, prefix, options)) : [];
  const seen = new Set<string>();
  const fitting = items.filter((item) => {
    if (!item.text.toLowerCase().startsWith(prefix) || seen.has(item.text)) return false;
    seen.add(item.text);
    return true;
  });
  return { start, end: cursor, items: fitting.slice(0, options.limit ?? 200) };
}

/** Where the word under the cursor begins; after `key:` its value is the word. */
function wordStart(before: string): number {
  const word = /[\w.@\-:/*%+]*$/.exec(before)?.[0] ?? '';
  const key = /^([A-Za-z_][\w.-]*):/.exec(word);
  const isKey = key?.[1] !== undefined && (columnBySpelling(key[1]) ?? pairBySpelling(key[1])) !== undefined;
  return before.length - word.length + (isKey ? (key?.[0].length ?? 0) : 0);
}

function itemsOf(
  wanted: ReturnType<typeof readFilter>['expectations'][number],
  prefix: string,
  options: CompletionOptions,
): readonly Completion[] {
  switch (wanted.kind) {
    case 'term':
      return termItems(options);
    case 'connective':
      return [
        { text: 'and', kind: 'connective', detail: 'both conditions' },
        { text: 'or', kind: 'connective', detail: 'either condition' },
      ];
    case 'operator':
      return operatorWords(kindOf(wanted.subject)).map((text) => ({ text, kind: 'operator', detail: '' }));
    case 'value':
      return valueItems(wanted.subject, prefix, options);
  }
}

function termItems(options: CompletionOptions): readonly Completion[] {
  const source = options.source ?? 'flows';
  const fields = QUERY_COLUMNS.filter((entry) => entry.sources.includes(source)).map(
    ({ name, meaning }): Completion => ({ text: name, kind: 'field', detail: meaning }),
  );
  const words = [
    { text: 'ip', detail: 'source or destination address' },
    { text: 'port', detail: 'source or destination port' },
    { text: 'host', detail: 'source or destination address' },
    { text: 'net', detail: 'source or destination block' },
    { text: 'src', detail: 'source: src ip, src port, src net' },
    { text: 'dst', detail: 'destination: dst ip, dst port, dst net' },
    { text: 'not', detail: 'the condition does not hold' },
    ...[...PROTOCOL_WORDS.keys()].map((text) => ({ text, detail: 'protocol' })),
    ...[...CONDITION_WORDS.keys()].map((text) => ({ text, detail: 'condition' })),
  ];
  return [...fields, ...words.map((word): Completion => ({ ...word, kind: 'word' }))];
}

function valueItems(subject: string, prefix: string, options: CompletionOptions): readonly Completion[] {
  const known = columnBySpelling(subject);
  const kind = kindOf(subject);
  const value = (text: string): Completion => ({ text, kind: 'value', detail: '' });
  const fromLake = (options.values?.(known?.name ?? subject, prefix) ?? []).map(value);
  const sets = (options.setNames ?? []).map(
    (name): Completion => ({ text: `@${name}`, kind: 'set', detail: 'set' }),
  );
  return [...(known?.words ?? []).map(value), ...wordsOf(kind).map(value), ...fromLake, ...sets];
}

function wordsOf(kind: ValueKind): readonly string[] {
  if (kind === 'port') return SERVICE_NAMES;
  if (kind === 'protocol') return PROTOCOL_NAMES;
  return kind === 'flags' ? TCP_FLAGS.map((flag) => flag.name) : [];
}

function kindOf(subject: string): ValueKind {
  const pair = pairBySpelling(subject);
  return columnBySpelling(subject)?.kind ?? (pair === undefined ? 'text' : kindOfPair(pair));
}
