import { type Answerable, type AskOptions, readQuestion } from '../../../src/query/index.ts';

/** A part of a reading, as the server answered with it or as it was read here. */
export interface Part {
  readonly kind: string;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Other readings of the same words, as the rules know them. */
  readonly alternatives?: readonly string[];
}

/** Another question that says something else in the place of a part. */
export interface Edit {
  /** The words that take the place; empty for leaving the part out. */
  readonly words: string;
  readonly question: string;
}

/** Words that may stand for a part of each kind. What does not read in its place is never offered. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  measure: ['bytes', 'packets', 'records', 'by bytes', 'by packets', 'by records'],
  dimension: [
    'sources',
    'destinations',
    'ports',
    'protocols',
    'interfaces',
    'by source',
    'by destination',
    'by port',
    'by protocol',
    'by interface',
  ],
  time: [
    'in the last hour',
    'today',
    'yesterday',
    'in the last 24 hours',
    'in the last 7 days',
    'in the last 30 days',
  ],
  bucket: ['per 5 minutes', 'per hour', 'per day'],
  limit: ['5', '10', '20', '50', 'top 5', 'top 10', 'top 20', 'top 50'],
  compare: ['compared with the day before', 'compared with the week before'],
};
const MOST = 6;

/** The other questions that a part can become; each was read and means something else. */
export function editsOf(question: string, part: Part, options: AskOptions): readonly Edit[] {
  const now = readQuestion(question, options);
  const meanings = new Set([meaningOf(now)]);
  const edits: Edit[] = [];
  for (const words of [...wordsFor(part), ...(part.alternatives ?? []), '']) {
    const next = withWords(question, part, words);
    if (next === null || edits.length === MOST) continue;
    const read = readQuestion(next, options);
    const isGood = read.plan !== null && read.unused.length <= now.unused.length;
    if (!isGood || !changesOnly(part.kind, now, read, words) || meanings.has(meaningOf(read))) continue;
    meanings.add(meaningOf(read));
    edits.push({ words, question: next });
  }
  return edits;
}

/** Plain words come before the fields that say the same. */
function wordsFor(part: Part): readonly string[] {
  if (part.kind === 'filter') return part.text.includes('action = ') ? ['accepted', 'rejected'] : [];
  return WORDS[part.kind] ?? [];
}

/** The question with other words in the place of a part; null when it has no place and there are no words. */
export function withWords(question: string, { start, end }: Part, words: string): string | null {
  if (start === end) return words === '' ? null : `${question.trimEnd()} ${words}`;
  const next = question.slice(0, start) + words + question.slice(end);
  return next.replaceAll(/\s{2,}/g, ' ').trim();
}

/** An edit changes the parts of its own kind and leaves the rest alone, apart from what follows from it. */
function changesOnly(kind: string, before: Answerable, after: Answerable, words: string): boolean {
  const others = (read: Answerable): string =>
    read.parts
      .filter((part) => part.kind !== kind && part.start !== part.end)
      .map((part) => `${part.kind} ${part.text}`)
      .sort()
      .join('\n');
  const count = (read: Answerable): number => read.parts.filter((part) => part.kind === kind).length;
  return others(before) === others(after) && (words === '' || count(after) >= count(before));
}

function meaningOf({ parts }: Answerable): string {
  return parts
    .map((part) => `${part.kind} ${part.text}`)
    .sort()
    .join('\n');
}
