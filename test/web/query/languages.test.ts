// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { parseInsights } from '../../../src/query/index.ts';
import { languageOf } from '../../../web/src/query/languages.ts';

const time = { startSeconds: 0, endSeconds: 3600 };

describe('narrowing an answer to a value', () => {
  it('wraps SQL once, and adds conditions after that', () => {
    const sql = languageOf('sql');
    const once = sql.narrow(
      'SELECT srcaddr, sum(bytes) AS b\nFROM flows GROUP BY ALL;',
      'srcaddr',
      "o'x",
      'only',
    );
    expect(once).toBe(
      "SELECT *\nFROM (\n  SELECT srcaddr, sum(bytes) AS b\n  FROM flows GROUP BY ALL\n) AS answer\nWHERE \"srcaddr\" IS NOT DISTINCT FROM 'o''x'",
    );
    expect(sql.narrow(once ?? '', 'b', null, 'not')).toBe(`${once}\n  AND "b" IS DISTINCT FROM NULL`);
  });

  it.each([
    ['srcAddr', '10.0.0.1', 'only'],
    ['sum(bytes)', 12, 'not'],
    ['srcAddr', null, 'only'],
    ['srcAddr', 'a "b" \\ c', 'not'],
  ] as const)('of Logs Insights reads again: %s, %j, %s', (column, value, how) => {
    const text = languageOf('insights').narrow('stats sum(bytes) by srcAddr', column, value, how);
    const { problems, warnings } = parseInsights(text ?? '', { time, nowSeconds: 3600 });
    expect([problems, warnings]).toEqual([[], []]);
    expect(text).toContain('\n| filter ');
  });

  it('is not offered for a plain question, nor for lists', () => {
    expect(languageOf('ask').narrow('top sources', 'srcaddr', '10.0.0.1', 'only')).toBeNull();
    expect(languageOf('sql').narrow('SELECT 1', 'x', [1], 'only')).toBeNull();
  });
});
