import { DEFAULT_FORMAT, type Layout, layoutOfFields } from '../../record/index.ts';
import type { RefusalCode } from './finding.ts';
import type { SampleLine } from './sample.ts';

const DEFAULT = layoutOfFields(DEFAULT_FORMAT);

export type Inference =
  | { readonly kind: 'found'; readonly layout: Layout; readonly confidence: number; readonly reason: string }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly reason: string };

export function inferLayout(
  lines: readonly SampleLine[],
  learnt: readonly Layout[],
  _among?: 'given',
): Inference {
  for (const layout of [DEFAULT, ...learnt]) {
    if (
      lines.some(
        (line) =>
          line.tokens.length === layout.columns.length &&
          /^(OK|NODATA|SKIPDATA)$/.test(line.tokens.at(-1) ?? ''),
      )
    ) {
      return { kind: 'found', layout, confidence: 0.9, reason: 'values fit the default format' };
    }
  }
  return { kind: 'refused', code: 'ingest.not-flow-logs', reason: 'no line looks like a flow log record' };
}
