import type { LabelledLine } from '../object-sink.ts';
import type { ScenarioLabel } from './run.ts';

/**
 * The labels of one object as NDJSON: one line for each line that a scenario made, in order, with object key, line number
 * (1 is the object's first line, header included), scenario, IP version, run and role. Lines that are not named belong
 * to the background. Empty text for an object without labels.
 */
export function formatTruthLines(
  object: { readonly key: string; readonly labels: readonly LabelledLine[] },
  labels: readonly ScenarioLabel[],
): string {
  return object.labels
    .map(({ line, label }) => `${JSON.stringify({ key: object.key, line, ...labels[label - 1] })}\n`)
    .join('');
}
