import { type Count, countOf } from './count.ts';
import { type CoverageAnswer, runCoverage } from './coverage.ts';
import type { AnalyzeDeps } from './deps.ts';
import { type LedgerTotals, runLedgerTotals } from './ledger.ts';
import {
  ALL_TIME,
  bucketCondition,
  COUNTED,
  isAligned,
  recordCondition,
  type TimeRange,
} from './time-range.ts';
import { runTop, type TopAnswer } from './top.ts';

export interface SummaryQuestion {
  readonly range?: TimeRange;
  /** Rows of each list; 10 when absent. */
  readonly limit?: number;
}

/** Volume of one slice of time. */
export interface VolumePoint {
  readonly startSeconds: number;
  readonly acceptFlows: Count;
  readonly acceptBytes: Count;
  readonly rejectFlows: Count;
  readonly rejectBytes: Count;
  /** Records without an action, which formats without that field have. */
  readonly otherFlows: Count;
  readonly otherBytes: Count;
}

/** Volume with each conversation counted once, though several interfaces saw it. */
export interface ConversationVolume {
  readonly conversations: Count;
  readonly packets: Count;
  readonly bytes: Count;
}

/**
 * The first look at a lake.
 *
 * Every sum outside `conversations` is per interface: a packet that crosses three interfaces of yours is in it three
 * times. That is the question of load; `conversations` is the question of how much was really said.
 */
export interface Summary {
  /** Of the records, not of the question; null when there are none. */
  readonly firstSeconds: number | null;
  readonly lastSeconds: number | null;
  readonly ledger: LedgerTotals;
  readonly bucketSeconds: number;
  readonly overTime: readonly VolumePoint[];
  readonly actions: TopAnswer;
  readonly talkers: TopAnswer;
  readonly receivers: TopAnswer;
  readonly ports: TopAnswer;
  readonly protocols: TopAnswer;
  readonly ipVersions: TopAnswer;
  readonly directions: TopAnswer;
  readonly remoteScopes: TopAnswer;
  readonly interfaces: TopAnswer;
  readonly rejectedSources: TopAnswer;
  readonly conversations: ConversationVolume | null;
  /** Why `conversations` is null. */
  readonly conversationsNote: string | null;
  readonly coverage: Pick<CoverageAnswer, 'startSeconds' | 'endSeconds' | 'minutes' | 'isBlind'> & {
    readonly interfaces: number;
    readonly blindInterfaces: number;
  };
  readonly tgw: { readonly records: Count; readonly bytes: Count; readonly packetsLost: Count };
}

/** Slices a chart can show without crowding; the smallest that gives at most 120 points is used. */
const BUCKETS = [300, 900, 3600, 10_800, 21_600, 86_400, 604_800, 2_592_000];
const MAX_POINTS = 120;
/** Beyond this many records the fold over all tuples costs more than the rest of the summary. */
const MAX_FOLDED_RECORDS = 5_000_000;

/**
 * The summary of a range, from the smallest tables that can answer: rollups and index when its ends fall on their
 * grain, the records where they do not. Cost: about a dozen statements, each one pass over its table.
 */
export async function runSummary(deps: AnalyzeDeps, question: SummaryQuestion = {}): Promise<Summary> {
  const range = question.range ?? ALL_TIME;
  const limit = question.limit ?? 10;
  const top = (fields: string, by: 'bytes' | 'flows' | 'rejects' = 'bytes'): Promise<TopAnswer> =>
    runTop(deps, { fields, by, limit, range });
  const extent = await extentOf(deps, range);
  const bucketSeconds = bucketOf(extent);
  const coverage = await runCoverage(deps, { range });
  const records = deps.reader.rowCounts().flows;
  const fold = records <= MAX_FOLDED_RECORDS;
  return {
    ...extent,
    ledger: await runLedgerTotals(deps),
    bucketSeconds,
    overTime: await volumeOverTime(deps, range, bucketSeconds),
    actions: await top('action', 'flows'),
    talkers: await top('srcaddr'),
    receivers: await top('dstaddr'),
    ports: await top('svc_port,protocol'),
    protocols: await top('protocol'),
    ipVersions: await top('ip_version'),
    directions: await top('direction'),
    remoteScopes: await top('remote_scope'),
    interfaces: await top('interface_id'),
    rejectedSources: await top('srcaddr', 'rejects'),
    conversations: fold ? await conversationVolume(deps, range) : null,
    conversationsNote: fold ? null : `not computed for more than ${MAX_FOLDED_RECORDS} records`,
    coverage: {
      startSeconds: coverage.startSeconds,
      endSeconds: coverage.endSeconds,
      minutes: coverage.minutes,
      isBlind: coverage.isBlind,
      interfaces: coverage.interfaces.length,
      blindInterfaces: coverage.interfaces.filter(({ minutes }) => minutes.skipped + minutes.unknown > 0)
        .length,
    },
    tgw: await tgwTotals(deps, range),
  };
}

async function extentOf(
  deps: AnalyzeDeps,
  range: TimeRange,
): Promise<{ readonly firstSeconds: number | null; readonly lastSeconds: number | null }> {
  // The ledger knows without a look at the records, unless a range is asked for.
  const whole = range.startSeconds === null && range.endSeconds === null;
  const sql = whole
    ? 'SELECT CAST(epoch(min(first_start)) AS BIGINT), CAST(epoch(max(last_end)) AS BIGINT) FROM ledger'
    : `SELECT min("start"), max("end") FROM flows WHERE ${recordCondition(range)}`;
  const [first, last] = (await deps.session.query(sql, deps.limits)).rows[0] ?? [];
  return {
    firstSeconds: typeof first === 'number' ? first : null,
    lastSeconds: typeof last === 'number' ? last : null,
  };
}

function bucketOf(extent: {
  readonly firstSeconds: number | null;
  readonly lastSeconds: number | null;
}): number {
  const span = (extent.lastSeconds ?? 0) - (extent.firstSeconds ?? 0);
  return BUCKETS.find((seconds) => span / seconds <= MAX_POINTS) ?? 2_592_000;
}

async function volumeOverTime(
  deps: AnalyzeDeps,
  range: TimeRange,
  bucketSeconds: number,
): Promise<readonly VolumePoint[]> {
  const isRollup = isAligned(range, 300);
  const [seconds, flows, source] = isRollup
    ? ['epoch(ts)', 'sum(flows)', `eni_5m WHERE ${bucketCondition(range, 'month')}`]
    : ['"start"', 'count(*)', `flows WHERE ${COUNTED} AND ${recordCondition(range)}`];
  const sums = ["= 'ACCEPT'", "= 'REJECT'", 'IS NULL'].flatMap((test) => [
    `coalesce(${flows} FILTER (action ${test}), 0)`,
    `coalesce(sum(bytes) FILTER (action ${test}), 0)`,
  ]);
  const { rows } = await deps.session.query(
    `SELECT CAST(${seconds} AS BIGINT) // ${bucketSeconds} * ${bucketSeconds} AS bucket, ${sums.join(', ')} FROM ${source} GROUP BY 1 ORDER BY 1`,
    deps.limits,
  );
  return rows.flatMap((row) => {
    const [
      acceptFlows = 0,
      acceptBytes = 0,
      rejectFlows = 0,
      rejectBytes = 0,
      otherFlows = 0,
      otherBytes = 0,
    ] = row.slice(1).map(countOf);
    const bucket = row[0];
    if (typeof bucket !== 'number') return [];
    return [
      { startSeconds: bucket, acceptFlows, acceptBytes, rejectFlows, rejectBytes, otherFlows, otherBytes },
    ];
  });
}

/**
 * Folds interfaces: of all interfaces and directions that saw a packet tuple, the one that saw the most stands for it.
 * The tuple is that of the packets (`pkt-*` where present), one per direction of a connection. Legs before and behind
 * NAT are different tuples and stay two; rejected packets were not said and are left out.
 */
async function conversationVolume(deps: AnalyzeDeps, range: TimeRange): Promise<ConversationVolume> {
  const { rows } = await deps.session.query(
    `WITH seen AS (SELECT coalesce(pkt_srcaddr, srcaddr) AS a, coalesce(pkt_dstaddr, dstaddr) AS b, srcport, dstport, protocol,
        sum(packets) AS packets, sum(bytes) AS bytes FROM flows
        WHERE ${COUNTED} AND coalesce(action, 'ACCEPT') = 'ACCEPT' AND ${recordCondition(range)}
        GROUP BY a, b, srcport, dstport, protocol, interface_id, resource_id, direction),
      folded AS (SELECT a, b, srcport, dstport, protocol, max(packets) AS packets, max(bytes) AS bytes FROM seen GROUP BY ALL)
    SELECT count(DISTINCT (least(a, b), greatest(a, b), least(srcport, dstport), greatest(srcport, dstport), protocol)),
      coalesce(sum(packets), 0), coalesce(sum(bytes), 0) FROM folded`,
    deps.limits,
  );
  const [conversations = 0, packets = 0, bytes = 0] = (rows[0] ?? []).map(countOf);
  return { conversations, packets, bytes };
}

async function tgwTotals(deps: AnalyzeDeps, range: TimeRange): Promise<Summary['tgw']> {
  if (deps.reader.rowCounts().tgw_flows === 0) return { records: 0, bytes: 0, packetsLost: 0 };
  const lost = ['no_route', 'blackhole', 'mtu_exceeded', 'ttl_expired'].map(
    (name) => `coalesce(packets_lost_${name}, 0)`,
  );
  // Each flow is recorded going in and coming out; the way in is counted, and losses wherever they were recorded.
  const { rows } = await deps.session.query(
    `SELECT count(*), coalesce(sum(bytes) FILTER (coalesce(flow_direction, 'ingress') = 'ingress'), 0), coalesce(sum(${lost.join(' + ')}), 0)
      FROM tgw_flows WHERE ${COUNTED} AND ${recordCondition(range)}`,
    deps.limits,
  );
  const [records = 0, bytes = 0, packetsLost = 0] = (rows[0] ?? []).map(countOf);
  return { records, bytes, packetsLost };
}
