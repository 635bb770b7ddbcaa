import type { Role } from './lexicon/roles.ts';
import type { Word } from './words.ts';

/** The measure that counts distinct values of a column, where there is one. */
export const DISTINCT_MEASURES: Readonly<Record<string, string>> = {
  srcaddr: 'sources',
  host: 'sources',
  dstaddr: 'destinations',
  dstport: 'ports',
  interface_id: 'interfaces',
};

/** The comparison that a word of more or less stands for. */
export const OPERATORS: Readonly<Partial<Record<Role, '>' | '>=' | '<' | '<='>>> = {
  more: '>',
  atleast: '>=',
  less: '<',
  atmost: '<=',
};

/** Widths of series by adverb, in seconds. */
export const ADVERBS: Readonly<Record<string, number>> = {
  hourly: 3600,
  daily: 86_400,
  weekly: 604_800,
  minutely: 60,
};

/** True for the words that ask for distinct values. */
export function isDistinct(word: Word | undefined): boolean {
  return ['distinct', 'unique', 'different', 'uniq', 'separate', 'dissimilar'].includes(word?.lower ?? '');
}
