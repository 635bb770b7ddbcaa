import type { OpenedObject } from '../../src/ingest/index.ts';
import { type FlowRecord, type Layout, parseLine } from '../../src/record/index.ts';
import { linesOf } from './source-objects.ts';

/** What the lines of an object came to. */
export interface LineTally {
  lines: number;
  ok: number;
  nodata: number;
  skipdata: number;
  malformed: number;
  readonly records: FlowRecord[];
  /** Malformed lines with their numbers. */
  readonly rejected: { readonly line: number; readonly text: string }[];
}

/** Reads the lines of an object the plain way: one at a time with `parseLine`. The judge of the columnar scanner's input. */
export async function tallyLines(opened: OpenedObject): Promise<LineTally> {
  const tally: LineTally = {
    lines: 0,
    ok: 0,
    nodata: 0,
    skipdata: 0,
    malformed: 0,
    records: [],
    rejected: [],
  };
  let layout: Layout = opened.kind === 'text' ? opened.layout : { kind: 'vpc', columns: [] };
  for (const [index, text] of (await linesOf(opened)).entries()) {
    const parsed = parseLine(layout, text);
    if (parsed.kind === 'header') layout = parsed.layout;
    if (parsed.kind === 'header' || parsed.kind === 'blank') continue;
    tally.lines++;
    if (parsed.kind === 'record') {
      tally[parsed.status]++;
      tally.records.push(parsed.record);
    } else {
      tally.malformed++;
      tally.rejected.push({ line: index + 1, text });
    }
  }
  return tally;
}
