import type { Plan } from '../plan/plan.ts';
import { type Problem, problem, type Span } from '../problem.ts';
import { partsOf, type ReadingPart } from './parts.ts';
import { planOfDraft } from './plan-of-draft.ts';
import { withPostposed } from './postposed.ts';
import { readWords } from './reader.ts';
import { missingField, refusalsOf } from './refusals.ts';
import { plainer } from './rewrites.ts';
import { mended } from './spelling.ts';
import { UTC, zoneOf } from './time/zone.ts';
import { wordsOf } from './words.ts';

/**
 * How a plain question was read. `plan` is null when it was refused, and `problems` then say why. `unused` are the words
 * that played no part, ordinary ones such as "the" aside.
 */
export interface Answerable {
  readonly plan: Plan | null;
  readonly parts: readonly ReadingPart[];
  readonly unused: readonly (Span & { readonly text: string })[];
  readonly problems: readonly Problem[];
}

/** What reading a plain question leans on beside its text. */
export interface AskOptions {
  /** The present in Unix seconds. */
  readonly nowSeconds: number;
  /** The zone whose days and clocks are meant where the question names none: `Europe/Berlin`, `UTC+2`; UTC when absent. */
  readonly zone?: string;
}

const MAX_LENGTH = 2000;
const MAX_WORDS = 200;

/**
 * Reads a question in plain English by rules alone: the same words always give the same plan. It refuses rather than
 * guess: when nothing is asked, when a word that could change the question is unknown, when two times or conditions
 * contradict each other, when a time has no agreed edges, or when flow logs cannot say it. Cost: linear in the words but
 * for look-ahead of a few, some tens of microseconds.
 */
export function readQuestion(text: string, options: AskOptions): Answerable {
  const refused = (found: Problem): Answerable => ({ plan: null, parts: [], unused: [], problems: [found] });
  if (text.length > MAX_LENGTH)
    return refused(problem('query.too-long', { start: MAX_LENGTH, end: text.length }, { limit: MAX_LENGTH }));
  const zone = options.zone === undefined ? UTC : zoneOf(options.zone);
  const whole = { start: 0, end: text.length };
  if (zone === null)
    return refused(
      problem('query.unknown-value', whole, { text: options.zone ?? '', wanted: 'a time zone' }),
    );
  const { words, corrections } = mended(withPostposed(plainer(wordsOf(text))));
  if (words.length > MAX_WORDS)
    return refused(
      problem('query.ask-refused', whole, { text: '', reason: `it has more than ${MAX_WORDS} words` }),
    );
  const { reading, draft } = readWords(words, { nowSeconds: options.nowSeconds, zone });
  const unused = reading.unused.map(({ text: unusedText, start, end }) => ({ text: unusedText, start, end }));
  const problems = [...reading.problems, ...refusalsOf(draft, reading)];
  if (problems.length > 0) return { plan: null, parts: [], unused, problems };
  const plan = planOfDraft(draft, options.nowSeconds);
  const missing = missingField(plan, whole);
  if (missing !== null) return { plan: null, parts: [], unused, problems: [missing] };
  return { plan, parts: partsOf(draft, plan, corrections), unused, problems };
}
