import { describe, expect, it } from 'vitest';
import { INSIGHTS_COMMANDS, parseInsights } from '../../../src/query/index.ts';
import { insightsWords } from '../../../web/src/editor/insights-language.ts';
import { valuePlace } from '../../../web/src/editor/value-completion.ts';

const labels = (before: string): readonly string[] => insightsWords(before).map((entry) => entry.label);

describe('words that can follow in Logs Insights', () => {
  it.each(['', 'filter action = "REJECT" | ', 'fields srcAddr # a note | here\n| '])(
    'are the commands after %j, each of which the parser knows',
    (before) => {
      expect(labels(before)).toEqual(INSIGHTS_COMMANDS.map((row) => row.names[0]));
    },
  );

  it('are fields, functions and, in stats, aggregates', () => {
    expect(labels('filter ')).toEqual(
      expect.arrayContaining(['srcAddr', 'dstPort', 'isipv4insubnet', 'and']),
    );
    expect(labels('filter ')).not.toContain('count_distinct');
    expect(labels('stats ')).toEqual(expect.arrayContaining(['count', 'count_distinct', 'bytes', 'bin']));
  });

  it('are the columns of stats after it, and no fields of events', () => {
    const after = labels('stats sum(bytes) as volume by srcAddr, dstPort | sort ');
    expect(after).toEqual(expect.arrayContaining(['volume', 'srcAddr', 'dstPort']));
    expect(after).not.toContain('interfaceId');
  });

  it('are none inside a string or a comment', () => {
    expect(labels('filter srcAddr = "10.')).toEqual([]);
    expect(labels('stats count(*) # and')).toEqual([]);
  });

  it('are fields that read without a warning', () => {
    const fields = insightsWords('fields ').filter((entry) => entry.type === 'property');
    const text = `fields ${fields.map((entry) => entry.label).join(', ')}`;
    const { problems, warnings } = parseInsights(text, {
      time: { startSeconds: 0, endSeconds: 1 },
      nowSeconds: 1,
    });
    expect(fields.length).toBeGreaterThan(40);
    expect(problems).toEqual([]);
    expect(warnings.filter(({ code }) => code === 'query.undiscovered-field')).toEqual([]);
  });
});

describe('the place of a value', () => {
  it.each([
    ["WHERE srcaddr = '10.", { field: 'srcaddr', prefix: '10.', quote: "'" }],
    ["WHERE f.srcaddr IN ('10.0.0.1', '10.", { field: 'srcaddr', prefix: '10.', quote: "'" }],
    ['filter dstPort in [22, 4', { field: 'dstPort', prefix: '4', quote: '' }],
    ['filter action = "', { field: 'action', prefix: '', quote: '"' }],
    ['WHERE dstport <> 44', { field: 'dstport', prefix: '44', quote: '' }],
  ])('is found in %j', (before, place) => {
    expect(valuePlace(before)).toEqual(place);
  });

  it.each(['SELECT srcaddr', "WHERE srcaddr = '10.0.0.1' ", 'stats count(*) by '])(
    'is not in %j',
    (before) => {
      expect(valuePlace(before)).toBeNull();
    },
  );
});
