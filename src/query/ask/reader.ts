import { parseSize } from '../../base/index.ts';
import type { Problem, Span } from '../problem.ts';
import { problem } from '../problem.ts';
import type { Draft, DraftFilter, End } from './draft.ts';
import { readEntity } from './entity.ts';
import {
  CONDITIONS,
  DIMENSIONS,
  FILLERS,
  INTENTS,
  MEASURE_WORDS,
  OUTSIDE,
  ROLES,
  type Role,
  VAGUE_TIMES,
  VERBS,
} from './lexicon.ts';
import { mergedFilter } from './merge.ts';
import { ADVERBS, COUNTED, DISTINCT_MEASURES, isDistinct, OPERATORS } from './tables.ts';
import { readTime, unitSeconds } from './time.ts';
import { countOf, type Word, wordsOf } from './words.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Reads a question word by word; what no rule knows is kept as unused. */
export class QuestionReader {
  readonly words: readonly Word[];
  readonly problems: Problem[] = [];
  readonly unused: Word[] = [];
  private readonly nowSeconds: number;
  private readonly filters: DraftFilter[] = [];
  private readonly dimensions: Mutable<Draft['dimensions'][number]>[] = [];
  private readonly measures: Draft['measures'][number][] = [];
  private readonly intents = new Set<Draft['intents'] extends ReadonlySet<infer I> ? I : never>();
  private readonly verbs = new Set<Draft['verbs'] extends ReadonlySet<infer V> ? V : never>();
  private distinct: Draft['distinct'] = null;
  private time: Draft['time'] = null;
  private bucket: Draft['bucket'] = null;
  private limit: Draft['limit'] = null;
  private compare: Draft['compare'] = null;
  private threshold: Draft['threshold'] = null;
  private role: { readonly role: Role; readonly word: Word } | null = null;
  private isNegated = false;
  private hasIdSubject = false;
  private at = 0;

  constructor(question: string, nowSeconds: number) {
    this.words = wordsOf(question);
    this.nowSeconds = nowSeconds;
  }

  /** Reads to the end. */
  read(): Draft {
    while (this.at < this.words.length) this.readNext();
    this.noteQuestionForm();
    this.noteAdjectives();
    return {
      filters: this.filters,
      dimensions: this.dimensions,
      measures: this.measures,
      distinct: this.distinct,
      time: this.time,
      bucket: this.bucket,
      limit: this.limit,
      compare: this.compare,
      threshold: this.threshold,
      intents: this.intents,
      verbs: this.verbs,
      hasIdSubject: this.hasIdSubject,
    };
  }

  /** "Did A reach B", "has A …" ask whether it happened. */
  private noteQuestionForm(): void {
    const [first] = this.words;
    const hasAddress = this.filters.some((entry) => entry.what.kind === 'address');
    const isBare = this.measures.length === 0 && this.dimensions.length === 0 && hasAddress;
    if (first?.lower === 'any' || (isBare && ['is', 'was', 'has', 'have'].includes(first?.lower ?? '')))
      this.intents.add('exists');
    const isYesOrNo = ['did', 'has', 'have', 'does', 'do', 'was', 'were', 'is', 'are'].includes(
      this.words[0]?.lower ?? '',
    );
    const asksElse = ['howmany', 'list', 'who', 'which', 'most'].some((intent) =>
      this.intents.has(intent as 'list'),
    );
    if (isYesOrNo && this.verbs.size > 0 && !asksElse) this.intents.add('exists');
  }

  /** A word without meaning before a noun narrows the noun in a way that would be lost. */
  private noteAdjectives(): void {
    for (const word of this.unused) {
      const next = this.words.indexOf(word) + 1;
      const noun = MEASURE_WORDS.find(this.words, next) ?? DIMENSIONS.find(this.words, next);
      if (noun === undefined || this.problems.some((found) => found.start === word.start)) continue;
      const before = this.words[next]?.lower ?? '';
      this.problems.push(problem('query.ask-adjective', word, { text: word.text, noun: before }));
    }
  }

  private readNext(): void {
    const isRead =
      this.readComparison() ||
      this.readThreshold() ||
      this.readBucket() ||
      this.readCondition() ||
      this.readTimeHere() ||
      this.readLimit() ||
      this.readIntent() ||
      this.readNounBeforeEntity() ||
      this.readEntityHere() ||
      this.readMeasure() ||
      this.readDimension() ||
      this.readVerb() ||
      this.readRole();
    if (isRead) return;
    this.skipOrKeep();
  }

  /** `compared with last week`, `versus the day before`, `compared with last`. */
  private readComparison(): boolean {
    const found = ROLES.find(this.words, this.at);
    if (found?.value !== 'compare') return false;
    const start = this.at;
    let next = start + found.length;
    if (this.words[next]?.lower === 'the') next++;
    if (this.words[next]?.lower === 'same') next += 2;
    const period = this.time?.periodSeconds ?? null;
    const word = this.words[next]?.lower ?? '';
    const isPrevious = ['previous', 'prior', 'preceding', 'last', 'earlier'].includes(word);
    const unit = unitSeconds(this.words[next + (isPrevious ? 1 : 0)]);
    const isUnitBefore = !isPrevious && unit !== null && this.words[next + 1]?.lower === 'before';
    const isPeriod = this.words[next + 1]?.lower === 'period' || this.words[next + 1]?.lower === 'one';
    if (isPrevious && unit !== null) return this.takeComparison(start, next + 2, unit);
    if (isUnitBefore) return this.takeComparison(start, next + 2, unit);
    if (isPrevious && period !== null) return this.takeComparison(start, next + (isPeriod ? 2 : 1), period);
    const time = readTime(this.words, next, this.nowSeconds);
    if (time === null) return false;
    return this.takeComparison(start, next + time.length, time.periodSeconds ?? period ?? 86_400);
  }

  private takeComparison(start: number, end: number, seconds: number): boolean {
    this.compare = { seconds, ...this.spanOf(start, end) };
    this.at = end;
    return true;
  }

  /** `more than 5 GB`, `at least 100 connections`. */
  private readThreshold(): boolean {
    const found = ROLES.find(this.words, this.at);
    const operator = found === undefined ? undefined : OPERATORS[found.value];
    if (found === undefined || operator === undefined) return false;
    let next = this.at + found.length;
    const number = this.words[next];
    if (number === undefined || !/^\d/.test(number.lower)) return false;
    const unit = this.words[next + 1]?.lower ?? '';
    if (unitSeconds(this.words[next + 1]) !== null) return false;
    const hasUnit = /^[kmgtp]?i?b$|^bytes?$|^(?:kilo|mega|giga|tera)bytes?$/.test(unit);
    const scale =
      /^(?:kilo|mega|giga|tera)/.exec(unit)?.[0][0] ?? (hasUnit ? unit.replace(/^bytes?$/, '') : '');
    const value = parseSize(`${number.lower}${scale}`);
    if (value === null) return false;
    next += hasUnit ? 2 : 1;
    const noun = MEASURE_WORDS.find(this.words, next);
    const distinct =
      noun === undefined
        ? DIMENSIONS.find(this.words, next + (isDistinct(this.words[next]) ? 1 : 0))
        : undefined;
    const ofBytes = hasUnit || number.lower.endsWith('b');
    const before = this.measures.at(-1);
    const isOfBefore = before !== undefined && before.end === this.words[this.at - 1]?.end;
    // In "bytes > 1 MB" the noun says what is compared, not what is shown.
    if (isOfBefore) this.measures.pop();
    const measure = ofBytes
      ? 'bytes'
      : isOfBefore
        ? before.name
        : (noun?.value.name ?? DISTINCT_MEASURES[distinct?.value[0] ?? ''] ?? 'flows');
    if (!ofBytes && noun !== undefined) next += noun.length;
    if (distinct !== undefined && DISTINCT_MEASURES[distinct.value[0] ?? ''] !== undefined)
      next += distinct.length + (isDistinct(this.words[next]) ? 1 : 0);
    this.threshold = { operator, value, measure, ...this.spanOf(this.at, next) };
    this.at = next;
    return true;
  }

  /** `per hour`, `every 5 minutes`, `hourly`. */
  private readBucket(): boolean {
    const adverb = ADVERBS[this.word(0)];
    if (adverb !== undefined) return this.takeBucket(adverb, 1);
    const found = ROLES.find(this.words, this.at);
    if (found?.value !== 'group') return false;
    const joined = /^(\d+)-(minute|min|hour|day)$/.exec(this.word(found.length));
    if (joined !== null) {
      const unit = { minute: 60, min: 60, hour: 3600, day: 86_400 }[joined[2] ?? ''] ?? 60;
      return this.takeBucket(Number(joined[1]) * unit, found.length + 1);
    }
    const count = countOf(this.words[this.at + found.length]);
    const skip = count === null ? 0 : 1;
    const unit = unitSeconds(this.words[this.at + found.length + skip]);
    return unit !== null && this.takeBucket((count ?? 1) * unit, found.length + skip + 1);
  }

  private takeBucket(seconds: number, length: number): boolean {
    this.bucket = { seconds, ...this.spanOf(this.at, this.at + length) };
    this.at += length;
    return true;
  }

  private readTimeHere(): boolean {
    const found = readTime(this.words, this.at, this.nowSeconds);
    if (found === null) return false;
    const span = this.spanOf(this.at, this.at + found.length);
    if (this.time !== null && this.intents.has('compare') && this.compare === null)
      return this.takeComparison(this.at, this.at + found.length, found.periodSeconds ?? 86_400);
    if (this.time !== null)
      this.problems.push(problem('query.ask-conflict', span, { what: 'two times', text: this.textOf(span) }));
    this.time = { range: found.range, periodSeconds: found.periodSeconds, ...span };
    this.at += found.length;
    this.role = null;
    return true;
  }

  /** `top 10`, `10 biggest`, `first 5`. */
  private readLimit(): boolean {
    const leading = INTENTS.find(this.words, this.at);
    const isRank = leading?.value === 'most' || leading?.value === 'least';
    const isFirst = ['first', 'latest', 'recent', 'last'].includes(this.word(0));
    const skip = isRank ? leading.length : isFirst ? 1 : 0;
    const count = countOf(this.words[this.at + skip]);
    if (count === null || count === 0 || unitSeconds(this.words[this.at + skip + 1]) !== null) return false;
    if (skip > 0)
      return this.takeLimit(count, skip + 1, leading?.value === 'least' ? 'least' : isRank ? 'most' : null);
    const trailing = INTENTS.find(this.words, this.at + 1);
    if (trailing?.value === 'most' || trailing?.value === 'least')
      return this.takeLimit(count, 1 + trailing.length, trailing.value);
    const isCounted = DIMENSIONS.find(this.words, this.at + 1) ?? MEASURE_WORDS.find(this.words, this.at + 1);
    return isCounted !== undefined && this.takeLimit(count, 1, null);
  }

  private takeLimit(count: number, length: number, rank: 'most' | 'least' | null): boolean {
    this.limit = { count, ...this.spanOf(this.at, this.at + length) };
    if (rank !== null) this.intents.add(rank);
    this.at += length;
    return true;
  }

  private readIntent(): boolean {
    const found = INTENTS.find(this.words, this.at);
    if (found === undefined) return false;
    this.intents.add(found.value);
    // "By number of ports" counts ports, it does not group by them.
    if (found.value === 'howmany') this.role = null;
    this.at += found.length;
    return true;
  }

  private readCondition(): boolean {
    const found = CONDITIONS.find(this.words, this.at);
    if (found === undefined) return false;
    this.addFilter({ kind: 'condition', condition: found.value }, found.length);
    return true;
  }

  /** `source 10.0.0.1`, `destination port 22`, `interface eni-1`: the noun says which end, or nothing new. */
  private readNounBeforeEntity(): boolean {
    const end = { source: 'src', src: 'src', destination: 'dst', dst: 'dst', client: 'src' }[this.word(0)] as
      | End
      | undefined;
    const entity = readEntity(this.words, this.at + 1);
    if (entity === undefined) return false;
    if (end !== undefined && entity.kind !== 'condition') {
      this.at++;
      this.takeEntity(end);
      return true;
    }
    const isNoun = /^(?:interface|eni|instance|vpc|subnet|account|region|zone|service|az)$/.test(
      this.word(0),
    );
    if (isNoun && entity.kind === 'condition') this.at++;
    return isNoun && entity.kind === 'condition' && this.readEntityHere();
  }

  private readEntityHere(): boolean {
    if (readEntity(this.words, this.at) === undefined) return false;
    const role = this.role?.role;
    const hasVerb = this.verbs.size > 0;
    const isNamed = role === 'src' || role === 'dst' || role === 'either';
    const isObject = hasVerb && (role === undefined || role === 'on');
    const end: End = isNamed ? role : isObject ? 'dst' : 'open';
    this.takeEntity(end);
    return true;
  }

  private takeEntity(end: End): void {
    const entity = readEntity(this.words, this.at);
    if (entity === undefined) return;
    if (entity.kind === 'condition') {
      this.addFilter(entity, entity.length);
      return;
    }
    const isBetween = this.role?.word.lower === 'between';
    this.addFilter({ kind: entity.kind, question: entity.question, end, isBetween }, entity.length);
  }

  private addFilter(what: DraftFilter['what'], length: number): void {
    const span = this.spanOf(this.at, this.at + length);
    const last = this.filters.at(-1);
    const merged =
      last === undefined
        ? null
        : mergedFilter(last, what, this.words[this.at - 1]?.lower ?? '', this.role !== null);
    if (last !== undefined && merged !== null)
      this.filters[this.filters.length - 1] = { ...last, what: merged, end: span.end };
    else this.filters.push({ what, isNegated: this.isNegated, ...span });
    this.at += length;
    const next = this.word(0);
    const goesOn = next === 'and' || next === 'or';
    if (!goesOn) this.isNegated = false;
    this.role = null;
  }

  private readMeasure(): boolean {
    const found = MEASURE_WORDS.find(this.words, this.at);
    if (found === undefined) return false;
    const isAsked = this.role?.role === 'group';
    const span = this.spanOf(this.at, this.at + found.length);
    this.measures.push({ name: found.value.name, isWeak: found.value.isWeak && !isAsked, ...span });
    this.at += found.length;
    this.role = null;
    return true;
  }

  private readDimension(): boolean {
    const skip = isDistinct(this.words[this.at]) ? 1 : 0;
    const found = DIMENSIONS.find(this.words, this.at + skip);
    if (found === undefined) return false;
    const span = this.spanOf(this.at, this.at + skip + found.length);
    const isCounted = this.intents.has('howmany') && this.role?.role !== 'group' && this.distinct === null;
    const [first = ''] = found.value;
    if (isCounted) this.distinct = { column: COUNTED[first] ?? first, ...span };
    else this.dimensions.push({ columns: found.value, ...span });
    this.at += skip + found.length;
    if (this.role?.role !== 'group') this.role = null;
    return true;
  }

  private readVerb(): boolean {
    const found = VERBS.find(this.words, this.at);
    // "Sent by" is a preposition, "sent" a verb.
    if (found === undefined || (ROLES.find(this.words, this.at)?.length ?? 0) > found.length) return false;
    this.verbs.add(found.value);
    const subjectEnd: End = found.value === 'receive' ? 'dst' : 'src';
    const last = this.filters.at(-1);
    // An address right before the verb is its subject.
    if (last?.what.kind === 'address' && last.what.end === 'open')
      this.filters[this.filters.length - 1] = { ...last, what: { ...last.what, end: subjectEnd } };
    const isAdjacent = last !== undefined && last.end === this.words[this.at - 1]?.end;
    if (isAdjacent && last.what.kind === 'condition' && found.value !== 'receive') this.hasIdSubject = true;
    this.at += found.length;
    this.role = null;
    return true;
  }

  private readRole(): boolean {
    const found = ROLES.find(this.words, this.at);
    const word = this.words[this.at];
    if (found === undefined || word === undefined) return false;
    if (found.value === 'not') this.isNegated = true;
    else this.role = { role: found.value, word };
    this.at += found.length;
    return true;
  }

  private skipOrKeep(): void {
    const word = this.words[this.at];
    this.at++;
    const isFirstOrLast = this.intents.has('first') && ['first', 'last'].includes(word?.lower ?? '');
    if (word === undefined || isFirstOrLast || FILLERS.has(word.lower)) return;
    const outside = OUTSIDE.get(word.lower);
    if (outside !== undefined)
      this.problems.push(problem('query.not-recorded', word, { what: word.text, reason: outside }));
    const binding = this.role?.role;
    if (
      outside === undefined &&
      (binding === 'src' || binding === 'dst' || binding === 'either' || binding === 'group')
    )
      this.problems.push(
        problem('query.ask-unknown', word, { text: word.text, after: this.role?.word.lower ?? '' }),
      );
    if (VAGUE_TIMES.has(word.lower))
      this.problems.push(
        problem('query.ask-unknown', word, { text: word.text, after: this.words[this.at - 2]?.lower ?? '' }),
      );
    this.unused.push(word);
    this.role = null;
  }

  private word(offset: number): string {
    return this.words[this.at + offset]?.lower ?? '';
  }

  private spanOf(start: number, end: number): Span {
    return { start: this.words[start]?.start ?? 0, end: this.words[end - 1]?.end ?? 0 };
  }

  private textOf({ start, end }: Span): string {
    return this.words
      .filter((word) => word.start >= start && word.end <= end)
      .map((word) => word.text)
      .join(' ');
  }
}
