import type { Summary, TopAnswer } from '../app/index.ts';
import { formatBytes, formatCount, formatDuration, formatIso } from '../base/index.ts';
import { decoded } from './decoded.ts';
import { resample, sparkline } from './strips.ts';
import { cellText, formatTable } from './table.ts';

/** The summary for a person at a terminal. */
export function formatSummary(
  summary: Summary,
  { width, lake }: { readonly width: number; readonly lake: string },
): string {
  const { ledger, coverage } = summary;
  const total = summary.actions.total.sums;
  const span =
    summary.firstSeconds === null || summary.lastSeconds === null
      ? 'no records'
      : `${formatIso(summary.firstSeconds)} to ${formatIso(summary.lastSeconds)} (${formatDuration(summary.lastSeconds - summary.firstSeconds)})`;
  const lines = [
    `Lake      ${lake}`,
    `Time      ${span}`,
    `Ledger    ${count(ledger.objects)} objects; ${ledger.lines} lines = ${ledger.ok} ok + ${ledger.nodata} nodata + ${ledger.skipdata} skipdata + ${ledger.malformed} malformed`,
    `Volume    ${count(total.flows)} records, ${count(total.packets)} packets, ${bytes(total.bytes)}, per interface: traffic that crosses two of yours counts twice`,
    conversationLine(summary),
    coverageLine(coverage),
    ...tgwLine(summary),
    '',
    ...overTime(summary, width),
    ...section('Actions', summary.actions),
    ...section('Senders', summary.talkers),
    ...section('Receivers', summary.receivers),
    ...section('Service ports', summary.ports),
    ...section('Protocols', summary.protocols),
    ...section('IP versions', summary.ipVersions),
    ...section('Directions', summary.directions),
    ...section('Far sides', summary.remoteScopes),
    ...section('Interfaces', summary.interfaces),
    ...(Number(summary.rejectedSources.total.sums.rejects) > 0
      ? section('Rejected sources', summary.rejectedSources)
      : []),
  ];
  return `${lines.join('\n')}\n`;
}

function conversationLine({ conversations, conversationsNote }: Summary): string {
  if (conversations === null) return `Distinct  ${conversationsNote ?? ''}`;
  return `Distinct  ${count(conversations.conversations)} conversations, ${count(conversations.packets)} packets, ${bytes(conversations.bytes)}, each counted once`;
}

function coverageLine(coverage: Summary['coverage']): string {
  if (coverage.interfaces === 0) return 'Coverage  no interface';
  const { covered, idle, skipped, unknown } = coverage.minutes;
  const state = coverage.isBlind
    ? `${skipped} skipped and ${unknown} unknown minutes on ${coverage.blindInterfaces} of ${coverage.interfaces} interfaces; weir coverage --gaps`
    : `all ${coverage.interfaces} interfaces watched`;
  return `Coverage  ${count(covered)} covered, ${count(idle)} idle interface-minutes; ${state}`;
}

function tgwLine({ tgw }: Summary): readonly string[] {
  if (tgw.records === 0) return [];
  return [
    `Transit   ${count(tgw.records)} records, ${bytes(tgw.bytes)}, ${count(tgw.packetsLost)} packets lost`,
  ];
}

/** Accepted bytes and rejected records as bars over the same time. */
function overTime(summary: Summary, width: number): readonly string[] {
  const points = summary.overTime;
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return [];
  const steps = Math.round((last.startSeconds - first.startSeconds) / summary.bucketSeconds) + 1;
  const series = (value: (point: (typeof points)[number]) => number): string => {
    const values: number[] = Array.from({ length: steps }, () => 0);
    for (const point of points) {
      values[Math.round((point.startSeconds - first.startSeconds) / summary.bucketSeconds)] = value(point);
    }
    return sparkline(resample(values, Math.max(20, width - 24)));
  };
  return [
    `Accepted bytes    ${series((point) => Number(point.acceptBytes) + Number(point.otherBytes))}`,
    `Rejected records  ${series((point) => Number(point.rejectFlows))}`,
    `                  ${formatIso(first.startSeconds)}, one step ${formatDuration(summary.bucketSeconds)}`,
    '',
  ];
}

function section(title: string, answer: TopAnswer): readonly string[] {
  const whole = Number(answer.total.sums[answer.by]);
  const isRejects = answer.by === 'rejects';
  const percent = (value: unknown): string =>
    whole > 0 ? `${((100 * Number(value)) / whole).toFixed(1)} %` : '-';
  const columns = [
    { name: title },
    { name: isRejects ? 'rejected' : 'records', align: 'right' as const },
    ...(isRejects ? [] : [{ name: 'bytes', align: 'right' as const }]),
    { name: `of ${answer.by}`, align: 'right' as const },
  ];
  const line = (name: string, sums: TopAnswer['total']['sums']): readonly string[] => [
    name,
    count(isRejects ? sums.rejects : sums.flows),
    ...(isRejects ? [] : [bytes(sums.bytes)]),
    percent(sums[answer.by]),
  ];
  const rows = answer.rows.map((row) =>
    line(
      row.values
        .map((value, index) => cellText({ name: '' }, decoded(answer.fields[index] ?? '', value)))
        .join('  '),
      row.sums,
    ),
  );
  const { groups, sums: restSums } = answer.other;
  const rest = groups > 0 ? [line(`(${groups} others)`, restSums)] : [];
  return [formatTable(columns, [...rows, ...rest])];
}

function count(value: unknown): string {
  return formatCount(Number(value));
}

function bytes(value: unknown): string {
  return formatBytes(Number(value));
}
