import type { CommandContext } from './command.ts';
import { withLake } from './lake-command.ts';

/** A TAB is worth so long a look into the lake, and so many candidates. */
const PATIENCE_MS = 1500;
const MOST = 50;
const EVER = { startSeconds: null, endSeconds: null };

/**
 * What a filter that is being typed could become: the text with its last word complete, once for each word that fits, the
 * values of the lake included. Without a lake, or where it takes too long, the words of the language alone.
 */
export async function filterCandidates(context: CommandContext, text: string): Promise<readonly string[]> {
  const { completeFilter, runValues } = await import('../app/index.ts');
  const asked: { column: string; prefix: string }[] = [];
  const first = completeFilter(text, text.length, {
    nowSeconds: context.nowSeconds,
    limit: MOST,
    values: (column, prefix) => {
      asked.push({ column, prefix });
      return [];
    },
  });
  const [wanted] = asked;
  const values = wanted === undefined ? [] : await lakeValues();
  const words = [...new Set([...values, ...first.items.map((item) => item.text)])].slice(0, MOST);
  return words.map((word) => text.slice(0, first.start) + word);

  async function lakeValues(): Promise<readonly string[]> {
    const found: string[] = [];
    if (wanted === undefined) return found;
    try {
      await withLake(
        context,
        async ({ read }) => {
          const { values: rows } = await runValues(
            { ...read.analyze, limits: { ...read.analyze.limits, timeoutMs: PATIENCE_MS } },
            {
              field: wanted.column,
              prefix: wanted.prefix,
              limit: MOST,
              range: EVER,
              sampleTimeoutMs: PATIENCE_MS,
            },
          );
          found.push(...rows.map(({ value }) => String(value)));
          return 0;
        },
        EVER,
      );
    } catch {
      // No lake, no values of this field, no time: the words of the language are an answer too.
    }
    return found;
  }
}
