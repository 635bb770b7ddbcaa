import type { Span } from '../problem.ts';

/** A word of a question: as it stands, in lower case without its trailing signs, and where. */
export interface Word extends Span {
  readonly text: string;
  readonly lower: string;
}

/** Cuts a question into words. Signs at the edges and a possessive 's are not part of them; `>` and its kin are words. */
export function wordsOf(question: string): readonly Word[] {
  const words: Word[] = [];
  for (const match of question.matchAll(/[<>]=?|[^\s,;<>]+/g)) {
    const lead = /^["'(`[]*/.exec(match[0])?.[0].length ?? 0;
    const text = match[0].slice(lead).replace(/(?:['’]s)?["')\]`?!.,:]*$/, '');
    if (text === '') continue;
    const start = match.index + lead;
    words.push({ text, lower: text.toLowerCase(), start, end: start + text.length });
  }
  return words;
}

/** A table of phrases, longest first, so that "source port" is not read as "source". */
export interface PhraseTable<T> {
  find(words: readonly Word[], at: number): { readonly value: T; readonly length: number } | undefined;
}

/** Builds a table from rows of `phrase, phrase, …` with their meaning. */
export function phraseTable<T>(rows: readonly (readonly [string, T])[]): PhraseTable<T> {
  const byPhrase = new Map<string, T>();
  let longest = 1;
  for (const [phrases, value] of rows) {
    for (const phrase of phrases.split(',')) {
      const key = phrase.trim();
      longest = Math.max(longest, key.split(' ').length);
      byPhrase.set(key, value);
    }
  }
  return {
    find: (words, at) => {
      for (let length = Math.min(longest, words.length - at); length > 0; length--) {
        const key = words
          .slice(at, at + length)
          .map((word) => word.lower)
          .join(' ');
        const value = byPhrase.get(key);
        if (value !== undefined) return { value, length };
      }
      return undefined;
    },
  };
}

const NUMBER_WORDS: Readonly<Record<string, number>> = Object.fromEntries(
  'zero one two three four five six seven eight nine ten eleven twelve'
    .split(' ')
    .map((word, i) => [word, i]),
);

/** The number of a word in digits or letters; null for other words. */
export function countOf(word: Word | undefined): number | null {
  if (word === undefined) return null;
  if (/^\d{1,7}$/.test(word.lower)) return Number(word.lower);
  return NUMBER_WORDS[word.lower] ?? (word.lower === 'twenty' ? 20 : word.lower === 'fifty' ? 50 : null);
}
