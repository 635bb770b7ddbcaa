import type { Layout } from '../../record/index.ts';
import type { LayoutHints, LayoutSource } from '../opened-object.ts';
import type { LayoutFinding } from './finding.ts';
import { headerOf } from './header.ts';
import { inferLayout } from './infer.ts';
import type { SampleLine } from './sample.ts';

/**
 * The layout of the first line of some text. In this order: a header on the first line; a given format; what the values
 * say. Lines before a header further down are judged on their own, by the same order; when that tells nothing, the
 * layout has no columns, so that they end as malformed and the header takes over after them.
 */
export function detectLayout(lines: readonly SampleLine[], hints: LayoutHints = {}): LayoutFinding {
  const headerAt = lines.findIndex((line) => headerOf(line.tokens) !== null);
  const header = lines[headerAt] === undefined ? null : headerOf(lines[headerAt].tokens);
  if (headerAt === 0 && header !== null) return found(header, 'header', 1, 'header in the first line');
  const headless = headerAt < 0 ? lines : lines.slice(0, headerAt);
  const finding = detectHeadless(headless, hints.given ?? []);
  if (finding.kind === 'found' || header === null) return finding;
  const reason = `header in line ${lines[headerAt]?.number}; the lines before it are no records`;
  return found({ kind: header.kind, columns: [] }, 'header', 1, reason);
}

function detectHeadless(lines: readonly SampleLine[], given: readonly Layout[]): LayoutFinding {
  if (given.length === 1 && given[0] !== undefined) return found(given[0], 'given', 1, 'the given format');
  if (given.length > 1) return chooseGiven(lines, given);
  const inferred = inferLayout(lines);
  return inferred.kind === 'refused'
    ? inferred
    : found(inferred.layout, 'inferred', inferred.confidence, inferred.reason);
}

/** Several flow logs may write into one log group: their formats are all given, the number of values decides. */
function chooseGiven(lines: readonly SampleLine[], given: readonly Layout[]): LayoutFinding {
  const counts = given.map(
    (layout) => lines.filter((line) => line.tokens.length === layout.columns.length).length,
  );
  const most = Math.max(...counts);
  const best = given.filter((_, index) => counts[index] === most && most > 0);
  if (best.length === 1 && best[0] !== undefined) {
    return found(best[0], 'given', 1, 'the given format with this number of values');
  }
  if (best.length === 0) {
    const reason = 'no line has as many values as one of the given formats';
    return { kind: 'refused', code: 'ingest.ambiguous-layout', reason };
  }
  const inferred = inferLayout(lines, best);
  return inferred.kind === 'refused'
    ? inferred
    : found(inferred.layout, 'given', inferred.confidence, inferred.reason);
}

function found(layout: Layout, source: LayoutSource, confidence: number, reason: string): LayoutFinding {
  return { kind: 'found', layout, source, confidence, reason };
}
