import { amountAt } from './read-amounts.ts';
import type { Word } from './words.ts';

const MORE = new Set('more above over greater higher up upwards beyond larger bigger'.split(' '));
const LESS = new Set('less fewer below under smaller lower down'.split(' '));

/** `5 GB or more`, `100 connections or fewer`, `1024 and above`: the comparison goes before its amount, as `>= 5 GB`. */
export function withPostposed(words: readonly Word[]): readonly Word[] {
  const moved: Word[] = [];
  for (let at = 0; at < words.length; ) {
    const word = words[at];
    if (word === undefined) break;
    const length = amountAt(words, at)?.length ?? 0;
    const noun = length > 0 && /^[a-z]+s$/.test(words[at + length]?.lower ?? '') ? 1 : 0;
    const sign = length === 0 ? null : (signAt(words, at + length) ?? signAt(words, at + length + noun));
    if (sign === null) {
      moved.push(word);
      at++;
      continue;
    }
    const end = signAt(words, at + length) === null ? length + noun : length;
    moved.push({ ...word, text: sign, lower: sign, end: word.start }, ...words.slice(at, at + end));
    at += end + 2;
  }
  return moved;
}

function signAt(words: readonly Word[], at: number): '>=' | '<=' | null {
  if (!['or', 'and'].includes(words[at]?.lower ?? '')) return null;
  const next = words[at + 1]?.lower ?? '';
  const after = words[at + 2]?.lower ?? '';
  // "10 or more than 5" compares anew.
  if (after === 'than' || /^[\d>=<]/.test(after)) return null;
  return MORE.has(next) ? '>=' : LESS.has(next) ? '<=' : null;
}
