import { describe, expect, it } from 'vitest';
import type { Problem } from '../../../src/api/index.ts';
import { insightsMistakes, mistakesOf } from '../../../web/src/query/mistakes.ts';

const problem = (detail: string, details: Problem['details']): Problem => ({
  type: 'urn:weir:problem:x',
  title: 'x',
  status: 400,
  code: 'x',
  detail,
  details,
});
const range = {
  startSeconds: 0,
  endSeconds: 3600,
  bucketSeconds: 60,
  asked: { from: 0, to: 3600 },
  label: () => '',
};

/** The marked text and what would be right in its place. */
const marks = (text: string, found: Problem) =>
  mistakesOf(found, text).map(({ start, end, suggestion }) => [text.slice(start, end), suggestion]);

describe('places of mistakes in SQL', () => {
  it('finds the word that is misspelt before the one the engine stumbles over', () => {
    const text = 'SELECT * FORM flows';
    expect(marks(text, problem('the SQL does not parse', { position: 14 }))).toEqual([['FORM', 'FROM']]);
  });

  it('marks the word at the place when nothing near is misspelt', () => {
    const text = 'SELECT srcaddr FROM flows )';
    expect(marks(text, problem('the SQL does not parse', { position: 26 }))).toEqual([[')', null]]);
  });

  it('finds an unknown table, and the known one that it resembles', () => {
    const text = 'SELECT * FROM flos';
    const details = { table: 'flos', known: ['coverage', 'flows', 'ledger'] };
    expect(marks(text, problem('there is no table', details))).toEqual([['flos', 'flows']]);
  });

  it('finds an unknown column in the line that the engine names', () => {
    const text = "SELECT 'bytez' AS note,\n  sum(bytez)\nFROM flows";
    const detail =
      'Binder Error: Referenced column "bytez" not found in FROM clause!\nCandidate bindings: "bytes", "type"\n\nLINE 2:   sum(bytez)\n              ^';
    const [found] = mistakesOf(problem(detail, {}), text);
    expect(found?.start).toBe(text.lastIndexOf('bytez'));
    expect(found?.suggestion).toBe('bytes');
    expect(found?.message).not.toContain('LINE 2');
  });

  it('gives no place for what has none', () => {
    expect(marks('SELECT 1', problem('it took too long', {}))).toEqual([]);
  });

  it('takes the places of our own languages as they are', () => {
    const problems = [
      { start: 2, end: 4, message: 'no', suggestion: 'yes', code: 'query.note', expected: [] },
    ];
    expect(marks('ab cd', problem('no', { problems }))).toEqual([[' c', 'yes']]);
  });
});

describe('mistakes in Logs Insights while it is typed', () => {
  it('are those of the parser, warnings among them', () => {
    const text = 'stats count(*) by srcAdr\n| srt n';
    const found = insightsMistakes(text, range, 3600);
    expect(found.map(({ start, end, suggestion }) => [text.slice(start, end), suggestion])).toEqual([
      ['srt', 'sort'],
      ['srcAdr', 'srcAddr'],
    ]);
    expect(found.map((mistake) => mistake.isWarning)).toEqual([false, true]);
  });

  it('are none in an empty text', () => {
    expect(insightsMistakes('  ', range, 3600)).toEqual([]);
  });
});
