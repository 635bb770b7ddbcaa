import { describe, expect, it } from 'vitest';
import { readQuestion } from '../../../src/query/index.ts';
import { editsOf, withWords } from '../../../web/src/query/reading-edits.ts';

const nowSeconds = Date.UTC(2026, 2, 14) / 1000;
const question = 'top 10 sources of rejected traffic yesterday by bytes';
const { parts } = readQuestion(question, { nowSeconds });

describe('parts of a reading', () => {
  it.each(parts.map((part) => [part.kind, part] as const))(
    'of kind %s become questions that read, each meaning something else',
    (kind, part) => {
      const edits = editsOf(question, part, { nowSeconds, zone: 'UTC' });
      const meanings = edits.map((edit) => {
        const read = readQuestion(edit.question, { nowSeconds });
        expect(read.plan).not.toBeNull();
        return JSON.stringify(read.parts.map((entry) => `${entry.kind} ${entry.text}`));
      });
      expect(new Set(meanings).size).toBe(edits.length);
      if (kind === 'limit' || kind === 'dimension' || kind === 'time')
        expect(edits.length).toBeGreaterThan(1);
    },
  );

  it('are replaced where they stand, and added where they were not said', () => {
    expect(withWords('top 10 sources', { kind: 'limit', text: '10', start: 0, end: 6 }, 'top 5')).toBe(
      'top 5 sources',
    );
    expect(withWords('top sources', { kind: 'time', text: 'all time', start: 0, end: 0 }, 'today')).toBe(
      'top sources today',
    );
    expect(withWords('top sources', { kind: 'time', text: 'all time', start: 0, end: 0 }, '')).toBeNull();
  });
});
