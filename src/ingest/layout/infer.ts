import { type Layout, layoutOf } from '../../record/index.ts';
import { appendedFields } from './appended-fields.ts';
import { type Evidence, evidenceFor, LineGroup } from './column-evidence.ts';
import type { RefusalCode } from './finding.ts';
import { KNOWN_LAYOUTS } from './known-layouts.ts';
import { orderedSubsets } from './ordered-subsets.ts';
import type { SampleLine } from './sample.ts';
import { kindOfValue } from './value-tests.ts';

/** A layout told from values alone, or why it cannot be told. */
export type Inference =
  | { readonly kind: 'found'; readonly layout: Layout; readonly confidence: number; readonly reason: string }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly reason: string };

/** A layout that suits the lines, and how sure that is. */
interface Candidate {
  readonly layout: Layout;
  readonly title: string;
  readonly confidence: number;
  readonly strongColumns: number;
  readonly isVersionRight: boolean | null;
}

/** Below this the layout is refused. */
export const MIN_CONFIDENCE = 0.8;

/** Two readings whose confidences are closer than this are a tie. */
const TIE = 0.05;

/** How much a reading is believed before the values are looked at. */
const PRIOR = { default: 0.99, known: 0.97, given: 0.97, subset: 0.9, appended: 0.9 } as const;

/** Groups of equally long lines that are tried, largest first. */
const MAX_GROUPS = 5;

/**
 * Tells a layout from values: the shapes of ids, addresses, times and words, the order of `start` and `end`, and the
 * value of `version`. Tried in this order: AWS's default and documented formats and "all fields up to version n", in AWS's order and in alphabetical order; subsets of all fields in either
 * order; the default format with further fields behind it. A reading is taken when it is believed with at least
 * `MIN_CONFIDENCE` and no other reading gives a value another meaning; otherwise it is refused.
 *
 * With `given`, one of these it is and nothing else is tried.
 */
export function inferLayout(lines: readonly SampleLine[], given: readonly Layout[] = []): Inference {
  const groups = groupsOf(lines);
  let refusal: Inference | null = null;
  for (const group of groups) {
    const inference = inferGroup(group, given);
    if (inference?.kind === 'found') return inference;
    refusal ??= inference;
  }
  return refusal ?? notFlowLogs(lines);
}

function inferGroup(group: LineGroup, given: readonly Layout[]): Inference | null {
  if (given.length > 0) {
    const fitting = given.flatMap((layout) => candidate(layout, 'a given format', PRIOR.given, group));
    return choose(fitting, group, true);
  }
  const known = KNOWN_LAYOUTS.flatMap(({ layout, title }, index) =>
    candidate(layout, title, index === 0 ? PRIOR.default : PRIOR.known, group),
  );
  if (known.length > 0) return choose(known, group, true);
  if (!group.lines.some(isRecordLike)) return null;
  const subsets = orderedSubsets(group);
  const others = [
    ...subsets.layouts.flatMap((layout) =>
      candidate(layout, 'fields in a usual order', PRIOR.subset, group, true),
    ),
    ...appendedFields(group).flatMap((layout) =>
      candidate(layout, 'the default format with further fields', PRIOR.appended, group, true),
    ),
  ];
  const inference = choose(mostTelling(others), group, subsets.isComplete);
  if (inference?.kind !== 'found') return inference;
  const alone = columnsAlone(inference.layout);
  return alone.length === 0 ? inference : ambiguous(group, alone);
}

/**
 * Fields that hardly anybody logs without the one beside them: alone, they are more likely another field out of order. A lone
 * address, port, time or count fits too many places of a usual order.
 */
const COMPANIONS: Readonly<Record<string, string>> = {
  srcaddr: 'dstaddr',
  dstaddr: 'srcaddr',
  srcport: 'dstport',
  dstport: 'srcport',
  packets: 'bytes',
  bytes: 'packets',
  start: 'end',
  end: 'start',
  pkt_srcaddr: 'srcaddr',
  pkt_dstaddr: 'dstaddr',
  next_hop_interface_id: 'interface_id',
  next_hop_subnet_id: 'subnet_id',
  next_hop_vpc_id: 'vpc_id',
  next_hop_az_id: 'az_id',
};

/** Columns of fields whose companion is not in the layout. */
function columnsAlone(layout: Layout): readonly number[] {
  const names = new Set(layout.columns.map(({ name }) => name));
  return layout.columns.flatMap(({ name }, at) => {
    const companion = COMPANIONS[name];
    return companion === undefined || names.has(companion) ? [] : [at];
  });
}

/** Readings in which the most columns have values of a form of their own: `ingress` is a direction before it is a name. */
function mostTelling(candidates: readonly Candidate[]): readonly Candidate[] {
  const most = Math.max(0, ...candidates.map((entry) => entry.strongColumns));
  return candidates.filter((entry) => entry.strongColumns === most);
}

/** The layout as a candidate, or nothing when the values contradict it. `isStrict`: the version must be right, too. */
function candidate(
  layout: Layout,
  title: string,
  prior: number,
  group: LineGroup,
  isStrict = false,
): readonly Candidate[] {
  const evidence = evidenceFor(layout, group);
  if (evidence === null || !isAdmissible(evidence, group, isStrict)) return [];
  const confidence =
    prior * evidence.fitShare -
    (evidence.isVersionRight === false ? 0.05 : 0) -
    (evidence.areNewerToldApart ? 0 : 0.2) -
    (evidence.oddShare > 0 ? 0.1 * evidence.oddShare : 0) -
    (evidence.strongColumns < 4 ? 0.05 : 0) -
    (group.lines.length === 1 ? 0.02 : 0);
  const { strongColumns, isVersionRight } = evidence;
  return [{ layout, title, confidence, strongColumns, isVersionRight }];
}

function isAdmissible(evidence: Evidence, group: LineGroup, isStrict: boolean): boolean {
  if (evidence.fitShare < 0.8 || evidence.strongColumns < 3) return false;
  if (isStrict && (evidence.isVersionRight === false || evidence.strongColumns < 4)) return false;
  return evidence.oddShare <= 0.5 || (group.lines.length < 5 && !isStrict);
}

/** The best candidate, unless another gives some value a different meaning. */
function choose(candidates: readonly Candidate[], group: LineGroup, isComplete: boolean): Inference | null {
  const ranked = [...candidates].sort((a, b) => b.confidence - a.confidence);
  const best = ranked[0];
  if (best === undefined) return group.lines.some(isRecordLike) ? ambiguous(group, []) : null;
  const rivals = ranked.filter((other) => best.confidence - other.confidence < TIE);
  const disputed = disputedColumns(best, rivals);
  const isMeaningDisputed = disputed.some((column) => !group.isEmpty(column));
  if (isMeaningDisputed || !isComplete || best.confidence < MIN_CONFIDENCE) return ambiguous(group, disputed);
  const nameless = best.isVersionRight === false ? emptyColumns(best.layout, group) : disputed;
  const layout = withoutNames(best.layout, nameless);
  const empty =
    nameless.length === 0
      ? ''
      : `; columns ${nameless.map((at) => at + 1).join(', ')} are empty and stay unnamed`;
  const count = `${group.lines.length} line${group.lines.length === 1 ? '' : 's'}`;
  return {
    kind: 'found',
    layout,
    confidence: Math.round(best.confidence * 100) / 100,
    reason: `the values of ${count} fit ${best.title}${empty}`,
  };
}

/** Columns that some rival reads as another field. */
function disputedColumns(best: Candidate, rivals: readonly Candidate[]): readonly number[] {
  return best.layout.columns.flatMap(({ name }, at) =>
    rivals.some((rival) => rival.layout.columns[at]?.name !== name) ? [at] : [],
  );
}

/** Columns without a value. Under a version that is not that of their fields, they may be any others. */
function emptyColumns(layout: Layout, group: LineGroup): readonly number[] {
  return layout.columns.flatMap((_, at) => (group.isEmpty(at) ? [at] : []));
}

/** The layout with some columns under a neutral name: nobody knows what they are, and nobody shall guess. */
function withoutNames(layout: Layout, columns: readonly number[]): Layout {
  if (columns.length === 0) return layout;
  const names = layout.columns.map(({ name }, at) => (columns.includes(at) ? `column_${at + 1}` : name));
  return layoutOf(names) ?? layout;
}

function groupsOf(lines: readonly SampleLine[]): readonly LineGroup[] {
  const byWidth = new Map<number, SampleLine[]>();
  for (const line of lines) {
    const width = line.tokens.length;
    if (width < 2 || width > 128) continue;
    const group = byWidth.get(width) ?? [];
    group.push(line);
    byWidth.set(width, group);
  }
  return [...byWidth]
    .sort((a, b) => b[1].length - a[1].length)
    .slice(0, MAX_GROUPS)
    .map(([width, group]) => new LineGroup(group, width));
}

/** True when a line has at least two different marks of a flow log record. */
function isRecordLike(line: SampleLine): boolean {
  return new Set(line.tokens.map(kindOfValue).filter((kind) => kind !== null)).size >= 2;
}

function ambiguous(group: LineGroup, disputed: readonly number[]): Inference {
  const first = group.lines[0]?.tokens ?? [];
  const seen = first.map(
    (token, at) =>
      `${at + 1} ${kindOfValue(token) ?? (/^\d+$/.test(token) ? 'number' : token === '-' ? '-' : 'text')}`,
  );
  const doubt =
    disputed.length === 0
      ? 'these fit no known order of fields'
      : `column ${disputed.map((at) => at + 1).join(', ')} can be more than one field`;
  return {
    kind: 'refused',
    code: 'ingest.ambiguous-layout',
    reason: `there is no header, and the order of the ${group.width} values cannot be told (${seen.join(', ')}): ${doubt}; give the field names with --format`,
  };
}

function notFlowLogs(lines: readonly SampleLine[]): Inference {
  const first = lines[0]?.text.slice(0, 80) ?? '';
  return {
    kind: 'refused',
    code: 'ingest.not-flow-logs',
    reason:
      lines.length === 0
        ? 'no line ends within the first 64 KiB, so nothing here is a flow log record'
        : `no line looks like a flow log record (the first begins "${first}"); give the field names with --format if they are`,
  };
}
