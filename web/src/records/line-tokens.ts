import type { Cell, RawLine } from '../../../src/api/index.ts';
import { exactText } from '../parts/cell-text.ts';

/** A piece of a line: a word that is the value of a field, or what stands around the words. */
export interface LineToken {
  readonly text: string;
  /** AWS's name of the field; null for what is no value. */
  readonly field: string | null;
}

/**
 * A line cut into words, each with its field: the pieces together are the line, byte for byte. Words beyond the header,
 * and lines that are wrapped in something else, stay text. A row of Parquet has no text, so its values stand for it.
 */
export function tokensOf({ text, header, values }: RawLine['lines'][number]): readonly LineToken[] {
  if (text === null)
    return values.flatMap(({ name, value }, index) => [
      ...(index === 0 ? [] : [{ text: ' ', field: null }]),
      { text: valueText(value), field: name },
    ]);
  const names = header.split(' ').filter((name) => name !== '');
  const pieces = text.split(/(\s+)/).filter((piece) => piece !== '');
  const words = pieces.filter((piece) => piece.trim() !== '');
  if (words.length === names.length) return labelled(pieces, names);
  // A wrapper around the record: the words of the record stand in it somewhere, one after the other.
  const start = words.findIndex((_, at) => fits(words.slice(at, at + names.length), names, values));
  if (start < 0) return pieces.map((piece) => ({ text: piece, field: null }));
  let word = -1;
  return pieces.map((piece) => {
    if (piece.trim() !== '') word++;
    const isValue = piece.trim() !== '' && word >= start && word < start + names.length;
    return { text: piece, field: isValue ? (names[word - start] ?? null) : null };
  });
}

function labelled(pieces: readonly string[], names: readonly string[]): readonly LineToken[] {
  let word = -1;
  return pieces.map((piece) => {
    if (piece.trim() === '') return { text: piece, field: null };
    word++;
    return { text: piece, field: names[word] ?? null };
  });
}

function fits(
  words: readonly string[],
  names: readonly string[],
  values: RawLine['lines'][number]['values'],
): boolean {
  return (
    words.length === names.length &&
    values.every(({ name, value }) => {
      const word = words[names.indexOf(name)];
      return word === undefined || value === null || word === valueText(value);
    })
  );
}

function valueText(value: Cell): string {
  return value === null ? '-' : exactText(value);
}
