import type { Span } from '../problem.ts';

/** A word of a question: as it stands, in the lower case that rules read, and where. */
export interface Word extends Span {
  readonly text: string;
  readonly lower: string;
  /** True when a comma follows. */
  readonly comma?: boolean;
  /** True for what stood in quotation marks, which may hold spaces. */
  readonly isQuoted?: boolean;
}

const SIGNS: Readonly<Record<string, string>> = {
  '→': 'to',
  '≥': '>=',
  '≤': '<=',
  '&': 'and',
  '↔': 'with',
  '==': '=',
};

/** Cuts a question into words. Signs at the edges and a possessive 's are not part of them; `>` and its kin are words. */
export function wordsOf(question: string): readonly Word[] {
  const words: Word[] = [];
  // An arrow is one sign of the same length, so that places stay true.
  const text = question
    .replace(/<[-=]+>/g, (arrow) => '↔'.padStart(arrow.length))
    .replace(/[-=]>/g, ' →')
    .replace(/[’‘]/g, "'")
    .replace(/[“”]/g, '"');
  for (const match of text.matchAll(
    /"([^"]{1,80})"|(?<=^|\s)!(?=\w)|[<>!=]=|[<>=→↔≥≤]|[^\s,;<>=!→↔≥≤"()]+|[,;]/g,
  )) {
    const [whole, quoted] = match;
    const before = words.at(-1);
    if (whole === ',' || whole === ';') {
      if (before !== undefined) words[words.length - 1] = { ...before, comma: true };
      continue;
    }
    if (quoted !== undefined && !/^[\w.:/-]+$/.test(quoted) && words.length > 0) {
      const start = match.index + 1;
      words.push({
        text: quoted,
        lower: quoted.toLowerCase(),
        start,
        end: start + quoted.length,
        isQuoted: true,
      });
      continue;
    }
    if (quoted !== undefined && words.length === 0 && quoted.includes(' ')) {
      const inner = wordsOf(quoted).map((word) => ({
        ...word,
        start: word.start + match.index + 1,
        end: word.end + match.index + 1,
      }));
      words.push(...inner);
      continue;
    }
    const found = bareWord(quoted ?? whole, match.index + (quoted === undefined ? 0 : 1));
    if (found !== null) words.push(quoted === undefined ? found : { ...found, isQuoted: true });
  }
  return words;
}

function bareWord(raw: string, index: number): Word | null {
  if (raw === '!') return { text: raw, lower: 'not', start: index, end: index + 1 };
  const lead = /^["'`[{]*/.exec(raw)?.[0].length ?? 0;
  const text = raw.slice(lead).replace(/(?:'s)?["'\]}`?!.:]*$/, '');
  if (text === '' || /^[-–—*•|/\\]+$/.test(text)) {
    return /^[-–]$/.test(raw) ? { text: raw, lower: '-', start: index, end: index + raw.length } : null;
  }
  const start = index + lead;
  return { text, lower: own(SIGNS, text) ?? text.toLowerCase(), start, end: start + text.length };
}

/** The value of a word in a table; undefined for words it does not hold, names that every object has included. */
export function own<T>(table: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}

/** A table of phrases, longest first, so that "source port" is not read as "source". */
export interface PhraseTable<T> {
  find(words: readonly Word[], at: number): { readonly value: T; readonly length: number } | undefined;
  /** Every single word of its phrases. */
  readonly vocabulary: readonly string[];
}

/** Builds a table from rows of `phrase, phrase, …` with their meaning. */
export function phraseTable<T>(rows: readonly (readonly [string, T])[]): PhraseTable<T> {
  const byPhrase = new Map<string, T>();
  const lengths = new Map<string, number>();
  for (const [phrases, value] of rows) {
    for (const phrase of phrases.split(',')) {
      const key = phrase.trim();
      const [first = ''] = key.split(' ');
      lengths.set(first, Math.max(lengths.get(first) ?? 1, key.split(' ').length));
      byPhrase.set(key, value);
    }
  }
  return {
    vocabulary: [...new Set([...byPhrase.keys()].flatMap((key) => key.split(' ')))],
    find: (words, at) => {
      const longest = lengths.get(words[at]?.lower ?? '') ?? 0;
      for (let length = Math.min(longest, words.length - at); length > 0; length--) {
        let key = words[at]?.lower ?? '';
        for (let i = 1; i < length; i++) key += ` ${words[at + i]?.lower ?? ''}`;
        const value = byPhrase.get(key);
        if (value !== undefined) return { value, length };
      }
      return undefined;
    },
  };
}

const NUMBER_WORDS: ReadonlyMap<string, number> = new Map([
  ...'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'
    .split(' ')
    .map((word, i): [string, number] => [word, i]),
  ...'twenty thirty forty fifty sixty seventy eighty ninety hundred'
    .split(' ')
    .map((word, i): [string, number] => [word, (i + 2) * 10]),
  ['thousand', 1000],
  ['dozen', 12],
]);

/** Numbers in letters, for spelling. */
export const NUMBER_VOCABULARY: readonly string[] = [...NUMBER_WORDS.keys()];

/** The number of a word in digits or letters; null for other words. */
export function countOf(word: Word | undefined): number | null {
  if (word === undefined) return null;
  if (/^\d{1,9}$/.test(word.lower)) return Number(word.lower);
  return NUMBER_WORDS.get(word.lower) ?? null;
}

const SCALES: Readonly<Record<string, number>> = { thousand: 1e3, million: 1e6, billion: 1e9 };

/** A number that may take several words, such as `1,000`, `two hundred`, `twenty five`, `a thousand`. */
export function numberAt(words: readonly Word[], from: number): { value: number; length: number } | null {
  const article =
    words[from]?.lower === 'a' && ['hundred', 'thousand', 'dozen'].includes(words[from + 1]?.lower ?? '');
  const at = from + (article ? 1 : 0);
  const first = words[at];
  let value = countOf(first);
  if (first === undefined || value === null) return null;
  let length = 1;
  if (/^\d{1,3}$/.test(first.lower)) {
    for (let next = words[at + length]; next !== undefined; next = words[at + length]) {
      const before = words[at + length - 1];
      if (before?.comma !== true || next.start !== before.end + 1 || !/^\d{3}$/.test(next.lower)) break;
      value = value * 1000 + Number(next.lower);
      length++;
    }
  }
  if (/^\d/.test(first.lower)) {
    const scale = own(SCALES, words[at + length]?.lower ?? '');
    if (scale !== undefined) return { value: value * scale, length: length + 1 + (article ? 1 : 0) };
    return { value, length: length + (article ? 1 : 0) };
  }
  const next = words[at + 1];
  const more = countOf(next);
  if (more !== null && next !== undefined && !/^\d/.test(next.lower)) {
    if (more >= 100 && value < 100) return { value: value * more, length: 2 + (article ? 1 : 0) };
    if (value >= 20 && value < 100 && more < 10)
      return { value: value + more, length: 2 + (article ? 1 : 0) };
  }
  return { value, length: length + (article ? 1 : 0) };
}
