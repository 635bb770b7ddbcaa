import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Answerable,
  type Expression,
  type Plan,
  parseFilter,
  printFilter,
} from '../../src/query/index.ts';

/** The present of every question set: 2026-01-31T12:00Z, a Saturday. */
export const QUESTIONS_NOW = Date.UTC(2026, 0, 31, 12) / 1000;

/** The names of all question sets; the first was made together with the grammar, the others before it had read them. */
export const QUESTION_SETS = [
  'expected',
  'held-out-1',
  'held-out-2',
  'held-out-3',
  'held-out-4',
  'held-out-5',
  'held-out-6',
  'held-out-7',
  'held-out-8',
  'held-out-9',
  'held-out-10',
  'held-out-11',
  'held-out-12',
  'held-out-13',
] as const;

/** The lines of a question set: a question, and the reading a person expects of it. */
export function questionSet(name: string): readonly (readonly [question: string, expected: string])[] {
  return linesOf(name).map(([question, expected]): [string, string] => [question, canonical(expected)]);
}

function linesOf(name: string): readonly (readonly [string, string])[] {
  return readFileSync(join(import.meta.dirname, '../query/questions', `${name}.txt`), 'utf8')
    .split('\n')
    .filter((line) => line.includes(' => ') && !line.startsWith('#'))
    .map((line): [string, string] => {
      const [question = '', expected = ''] = line.split(' => ');
      return [question, expected];
    });
}

/** Questions that must be refused, each with words that the reason must hold. */
export function refusedQuestions(): readonly { readonly question: string; readonly reason: string }[] {
  return linesOf('refused').map(([question, reason]) => ({ question, reason }));
}

/** True when a reading is the expected one, or any refusal where just a refusal is expected. */
export function isAsExpected(reading: string, expected: string): boolean {
  return reading === expected || (expected === 'refused' && reading.startsWith('refused'));
}

/** What a question was read as, on one line: the parts that a person would check. Conditions stand in one order. */
export function compactReading(answer: Answerable): string {
  const { plan } = answer;
  if (plan === null)
    return `refused ${answer.problems.map((found) => found.code.replace('query.', '')).join(' ')}`;
  const parts = [subjectOf(plan)];
  const filter = filterText(plan.filter);
  if (filter !== 'any') parts.push(`where ${filter}`);
  const { startSeconds, endSeconds } = plan.time;
  if (startSeconds !== null) parts.push(`from ${stamp(startSeconds)}`);
  if (endSeconds !== null) parts.push(`until ${stamp(endSeconds)}`);
  if (plan.bucket !== null) parts.push(`every ${plan.bucket.seconds}`);
  const having = plan.steps.flatMap((step) => (step.kind === 'where' ? [filterText(step.condition)] : []));
  if (having.length > 0) parts.push(`having ${having.join(' and ')}`);
  const limit = plan.limit?.count ?? plan.steps.find((step) => step.kind === 'limit')?.count;
  if (plan.order[0]?.descending === false) parts.push('ascending');
  if (limit !== undefined) parts.push(`limit ${limit}`);
  if (plan.compareShiftSeconds !== null) parts.push(`compare ${plan.compareShiftSeconds}`);
  for (const step of plan.steps)
    if (step.kind === 'extend')
      parts.push(
        ...step.columns.map(({ name }) => (name.startsWith('growth_') ? 'by growth' : `with ${name}`)),
      );
  if (plan.source !== 'flows') parts.push(`source ${plan.source}`);
  return parts.join('; ');
}

function subjectOf(plan: Plan): string {
  if (plan.measures.length === 0) return 'records';
  const by =
    plan.dimensions.length === 0 ? '' : ` by ${plan.dimensions.map((entry) => entry.name).join(', ')}`;
  return `${plan.measures.map((measure) => measure.name).join(', ')}${by}`;
}

/** An expected reading with its conditions in the order and spelling of `compactReading`. */
function canonical(expected: string): string {
  const source = expected.includes('source tgw_flows') ? 'tgw_flows' : 'flows';
  return expected
    .split('; ')
    .map((part) => {
      if (part.startsWith('having ') && !part.includes('between'))
        return `having ${part.slice(7).split(' and ').sort().join(' and ')}`;
      if (!part.startsWith('where ')) return part;
      const parsed = parseFilter(part.slice(6), { nowSeconds: QUESTIONS_NOW, source });
      if (parsed.value === null) throw new Error(`${part}: ${parsed.problems[0]?.message}`);
      return `where ${filterText(parsed.value)}`;
    })
    .join('; ');
}

function filterText(filter: Expression): string {
  if (filter.kind !== 'and') return printFilter(filter);
  if (filter.terms.length === 0) return 'any';
  return filter.terms
    .map((term) => (term.kind === 'or' ? `(${printFilter(term)})` : printFilter(term)))
    .sort()
    .join(' and ');
}

function stamp(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('T00:00:00.000Z', '').replace(':00.000Z', 'Z');
}
