import type { Problem, Span } from '../problem.ts';
import { problem } from '../problem.ts';
import type { Draft, DraftFilter, DraftMeasure, DraftRate } from './draft.ts';
import type { Intent, Role, Verb } from './lexicon/roles.ts';
import { mergedFilter } from './merge.ts';
import type { Present } from './time/calendar.ts';
import type { TimePiece } from './time/piece.ts';
import type { Word } from './words.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A rule: reads what stands at the place, moves on and says true, or leaves all as it is. */
export type Rule = (reading: Reading) => boolean;

/** A question half read: the place, what was found before it, and the word that the next thing hangs on. */
export class Reading {
  readonly words: readonly Word[];
  readonly present: Present;
  readonly problems: Problem[] = [];
  readonly unused: Word[] = [];
  readonly filters: DraftFilter[] = [];
  readonly dimensions: Mutable<Draft['dimensions'][number]>[] = [];
  readonly measures: DraftMeasure[] = [];
  readonly intents = new Set<Intent>();
  readonly verbs = new Set<Verb>();
  readonly times: (Span & { readonly piece: TimePiece })[] = [];
  source: Draft['source'] = 'flows';
  rate: DraftRate | null = null;
  distinct: Draft['distinct'] = null;
  bucket: Draft['bucket'] = null;
  rankedSlices: Draft['rankedSlices'] = null;
  limit: Draft['limit'] = null;
  compare: Draft['compare'] = null;
  threshold: Draft['threshold'] = null;
  hasIdSubject = false;
  isVolume = false;
  isPassive = false;
  /** Where the last verb stood; -1 before one was read. */
  verbAt = -1;
  /** True when external hosts were named as those that do something. */
  hasExternalSubject = false;
  role: { readonly role: Role; readonly word: Word } | null = null;
  /** The word that negates what comes next, and whether it has found anything; null when none does. */
  negation: { readonly word: Word; readonly isUsed: boolean } | null = null;
  at = 0;

  constructor(words: readonly Word[], present: Present) {
    this.words = words;
    this.present = present;
  }

  /** The lower case of a word some places on; empty beyond the end. */
  word(offset: number): string {
    return this.words[this.at + offset]?.lower ?? '';
  }

  /** The place from one word up to another. */
  spanOf(start: number, end: number): Span {
    return { start: this.words[start]?.start ?? 0, end: this.words[end - 1]?.end ?? 0 };
  }

  /** Moves on by some words and gives their place. */
  take(length: number): Span {
    const span = this.spanOf(this.at, this.at + length);
    this.at += length;
    return span;
  }

  /** True when a comma or "and" joins the place to what stands before it. */
  isJoined(): boolean {
    const before = this.words[this.at - 1];
    return (
      before !== undefined && (before.comma === true || before.lower === 'and' || before.lower === 'plus')
    );
  }

  /** Says that a word cannot be read and why. */
  refuse(span: Span, reason: string): void {
    this.problems.push(problem('query.ask-refused', span, { text: this.textOf(span), reason }));
  }

  /** Adds a condition of so many words at the place. */
  addFilter(what: DraftFilter['what'], length: number): void {
    const last = this.filters.at(-1);
    const isListed = this.words[this.at - 1]?.comma === true;
    const joiner = isListed ? 'or' : (this.words[this.at - 1]?.lower ?? '');
    const isNear = last !== undefined && this.isRightAfter(last);
    // What follows from a word has the place of that word.
    const span = this.spanOf(length === 0 ? this.at - 1 : this.at, this.at + length);
    const merged =
      last === undefined || (isListed && !isNear)
        ? null
        : (mergedFilter(last, what, joiner, this.role !== null, isListed) ?? this.mergedByOr(last, what));
    if (merged === null && last !== undefined && this.isOrAfter(last))
      this.refuse(span, 'rules cannot join this with "or" to what stands before it; ask twice');
    if (last !== undefined && merged !== null)
      this.filters[this.filters.length - 1] = { ...last, what: merged, end: span.end };
    else this.filters.push({ what, isNegated: this.isNegatedHere(what, last, isNear, isListed), ...span });
    this.at += length;
    const goesOn = ['and', 'or'].includes(this.word(0)) || this.words[this.at - 1]?.comma === true;
    if (!goesOn) this.negation = null;
    else if (this.negation !== null) this.negation = { ...this.negation, isUsed: true };
    this.role = null;
  }

  /** "Other than 443, were accepted": what was negated reaches no further than its own list. */
  private isNegatedHere(
    what: DraftFilter['what'],
    last: DraftFilter | undefined,
    isNear: boolean,
    isListed: boolean,
  ): boolean {
    if (this.negation === null || !this.negation.isUsed) return this.negation !== null;
    return isNear && (!isListed || last?.what.kind === what.kind);
  }

  /** The words of a place as they stand. */
  textOf({ start, end }: Span): string {
    const texts = this.words
      .filter((word) => word.start >= start && word.end <= end)
      .map((word) => word.text);
    return texts.filter((text, i) => text !== texts[i - 1]).join(' ');
  }

  /** True when a word stands between two places. */
  textBetween(start: number, end: number): boolean {
    return this.words.some((word) => word.start >= start && word.end <= end);
  }

  /** "From A or from B": the same end said twice. */
  private mergedByOr(last: DraftFilter, what: DraftFilter['what']): DraftFilter['what'] | null {
    if (!this.isOrAfter(last) || last.what.kind === 'condition' || what.kind !== last.what.kind) return null;
    return last.what.end === what.end ? mergedFilter(last, what, 'or', false, false) : null;
  }

  /** True when "or" follows a filter, and only words that lead up to this place follow it. */
  private isOrAfter(filter: DraftFilter): boolean {
    for (let at = this.at - 1; at > this.at - 5 && at > 0; at--)
      if (this.words[at]?.lower === 'or') return this.words[at - 1]?.end === filter.end;
    return false;
  }

  private isRightAfter(filter: DraftFilter): boolean {
    const before = this.words[this.at - 1];
    const joiner = before?.lower === 'and' || before?.lower === 'or' ? this.words[this.at - 2] : before;
    return joiner !== undefined && joiner.end === filter.end;
  }
}
