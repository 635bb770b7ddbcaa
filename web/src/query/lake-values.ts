import { get } from '../client.ts';
import type { KnownValue } from '../editor/value-completion.ts';
import type { ViewRange } from '../time-range.ts';

const LIMIT = 30;

/** Values of a field in the range on screen, the most frequent first. Rejects for what is no field. */
export async function askLakeValues(
  { asked }: ViewRange,
  field: string,
  prefix: string,
  signal: AbortSignal,
): Promise<readonly KnownValue[]> {
  const answer = await get('/api/values', { ...asked, field, prefix, limit: LIMIT }, signal);
  return answer.values.flatMap(({ value, label, flows }) =>
    value === null || typeof value === 'object'
      ? []
      : [{ text: String(value), detail: [label, `${flows} records`].filter(Boolean).join(', ') }],
  );
}
