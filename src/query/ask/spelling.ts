import { editDistance } from '../suggest.ts';
import { SERVICE_NAMES } from '../words/services.ts';
import { CONDITIONS, EXTERNAL_HOSTS, FLAG_NAMES } from './lexicon/conditions.ts';
import { AGGREGATED, AGGREGATES, DIMENSIONS, MEASURE_WORDS } from './lexicon/nouns.ts';
import { MEANT, OUTSIDE } from './lexicon/outside.ts';
import { FILLERS, INTENTS, ROLES, VERBS } from './lexicon/roles.ts';
import { ADVERBS } from './tables.ts';
import { CALENDAR_WORDS } from './time/calendar.ts';
import { CLOCK_WORDS } from './time/clock.ts';
import { NUMBER_VOCABULARY, type Word } from './words.ts';

const TIME_WORDS =
  'today yesterday tonight last past previous since before until between during ago weekend fortnight ever week month quarter recent';

/** Words that mean something in a question; a misspelt word is taken for one of them. */
const MEANING: readonly string[] = [
  ...new Set([
    ...DIMENSIONS.vocabulary,
    ...MEASURE_WORDS.vocabulary,
    ...AGGREGATES.vocabulary,
    ...AGGREGATED.vocabulary,
    ...CONDITIONS.vocabulary,
    ...EXTERNAL_HOSTS.vocabulary,
    ...ROLES.vocabulary,
    ...INTENTS.vocabulary,
    ...VERBS.vocabulary,
    ...CALENDAR_WORDS,
    ...CLOCK_WORDS,
    ...NUMBER_VOCABULARY,
    ...Object.keys(ADVERBS),
    ...TIME_WORDS.split(' '),
  ]),
];

const KNOWN: ReadonlySet<string> = new Set([
  ...MEANING,
  ...FILLERS,
  ...FLAG_NAMES.keys(),
  ...OUTSIDE.keys(),
  ...SERVICE_NAMES,
  ...MEANT,
]);

/** Words by length and first letter, so that few are compared with a word that is not known. */
const byShape = new Map<string, string[]>();
for (const word of MEANING) {
  if (!/^[a-z]{4,}$/.test(word)) continue;
  const shape = `${word.length}${word[0]}`;
  byShape.set(shape, [...(byShape.get(shape) ?? []), word]);
}

/** True for words that some rule knows. */
export function isKnownWord(lower: string): boolean {
  return KNOWN.has(lower);
}

/** What a misspelt word was taken for. */
export interface Correction {
  readonly word: Word;
  readonly read: string;
}

/**
 * Words with their slips of the pen mended: a word of five letters or more that is one edit from exactly one known word
 * and begins as it does. Anything with a digit or sign, and anything nearer to two words, stays as it is.
 */
export function mended(words: readonly Word[]): {
  words: readonly Word[];
  corrections: readonly Correction[];
} {
  const corrections: Correction[] = [];
  const read = words.map((word) => {
    const found = mendedWord(word);
    if (found === null) return word;
    corrections.push({ word, read: found });
    return { ...word, lower: found };
  });
  return { words: read, corrections };
}

function mendedWord(word: Word): string | null {
  const { lower } = word;
  if (!/^[a-z]{5,20}$/.test(lower) || word.isQuoted === true || KNOWN.has(lower)) return null;
  const near = nearWords(lower, 1);
  const [only] = near;
  const meant = near.filter((candidate) => candidate.replace(/s$/, '') !== only?.replace(/s$/, ''));
  if (only === undefined || meant.length > 0) return null;
  // Of a singular and its plural the one of the same length is meant.
  return near.find((candidate) => candidate.length === lower.length) ?? only;
}

/** Known words within some edits of a word, with the same first letter. */
export function nearWords(lower: string, edits: number): readonly string[] {
  const near: string[] = [];
  for (let length = lower.length - edits; length <= lower.length + edits; length++) {
    for (const candidate of byShape.get(`${length}${lower[0]}`) ?? [])
      if (editDistance(lower, candidate) <= edits) near.push(candidate);
  }
  return near;
}
