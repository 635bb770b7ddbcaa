import { sqlString } from '../../base/index.ts';
import type { JsonValue } from '../../engine/index.ts';
import { ALWAYS, type Explanation, type Expression, planOf } from '../../query/index.ts';
import { type Count, countOf, subtractCounts } from '../count.ts';
import type { AnalyzeDeps } from '../deps.ts';
import { explainOnLake } from '../run-plan.ts';
import { ALL_TIME, type TimeRange } from '../time-range.ts';
import type { Measure, TopSums } from '../top.ts';
import { nodeFilters } from './node-filters.ts';
import {
  blockSql,
  faceOf,
  INTERNET,
  keySql,
  NO_ADDRESS,
  type NodeFace,
  type NodeWidths,
  placesOf,
  placeTuples,
  sqlIdOf,
} from './nodes.ts';
import { type OwnRange, ownRanges } from './places.ts';

export interface NetworkQuestion extends NodeWidths {
  readonly range?: TimeRange;
  /** Which records count; all when absent. */
  readonly filter?: Expression;
  /** Ranked by this. */
  readonly by: Measure;
  /** Edges listed; the rest is summed up. */
  readonly limit: number;
  /** Ids of nodes to take apart into their largest hosts. */
  readonly expand?: readonly string[];
  /** Hosts that stand alone in each of them; the others stay together under the node's own id. */
  readonly hosts?: number;
}

/** One node: who it is, how a filter asks for it on either side, and what it sent and received in all. */
export interface NetworkNode extends NodeFace {
  /** Condition in the filter language that the source of a record is here; and the same for its destination. */
  readonly sourceFilter: string;
  readonly destinationFilter: string;
  readonly sent: TopSums;
  readonly received: TopSums;
}

/** Records from one node to another. */
export interface NetworkEdge {
  readonly from: string;
  readonly to: string;
  readonly sums: TopSums;
}

/** Who talks to whom, with nothing left out: `edges` + `other` = `total`; what the nodes sent adds up to `total` as well. */
export interface NetworkAnswer {
  readonly nodes: readonly NetworkNode[];
  readonly edges: readonly NetworkEdge[];
  readonly other: { readonly edges: number; readonly sums: TopSums };
  readonly total: TopSums;
  readonly explanation: Explanation;
  readonly seconds: number;
}

const MEASURES = ['bytes', 'packets', 'flows', 'rejects'] as const;
const HOSTS = 12;
const NOTHING: TopSums = { bytes: 0, packets: 0, flows: 0, rejects: 0 };

/**
 * The network as a graph: subnets (or VPCs, or blocks of addresses), the internet and each AWS service as one node, and
 * what they sent each other. Sums are over records with log_status OK: traffic between two logged interfaces is in the
 * logs of both, and counts in both.
 *
 * Errors: those of the engine. Cost: two statements; one reads who is inside, one groups the records by pairs of
 * addresses and folds the pairs.
 */
export async function runNetwork(deps: AnalyzeDeps, question: NetworkQuestion): Promise<NetworkAnswer> {
  const range = question.range ?? ALL_TIME;
  const own = await ownRanges(deps, range);
  const plan = planOf({
    time: range,
    filter: question.filter ?? ALWAYS,
    by: ['srcaddr', 'dstaddr', 'pkt_src_aws_service', 'pkt_dst_aws_service'],
    measures: MEASURES,
  });
  const explanation = await explainOnLake(deps, plan);
  const { sql, parameters } = explanation.compiled;
  const frame = await deps.session.query(foldSql(sql, own, question), { ...deps.limits, parameters });
  const total = sumsAt(frame.rows.find(([part]) => part === 0) ?? []);
  const edgeCount = Number(frame.rows.find(([part]) => part === 0)?.[3] ?? 0);
  const face = facesBy(own, question);
  const edges = frame.rows
    .filter(([part]) => part === 3)
    .map((row) => ({ from: face(row[1]).id, to: face(row[2]).id, sums: sumsAt(row) }));
  return {
    nodes: nodesOf(frame.rows, face, own),
    edges,
    other: { edges: edgeCount - edges.length, sums: restOf(total, edges) },
    total,
    explanation,
    seconds: frame.seconds,
  };
}

/** Rows `(part, from, to, edges, sums…)`: part 0 the total, 1 what a node sent, 2 what it received, 3 the largest edges. */
function foldSql(pairs: string, own: readonly OwnRange[], question: NetworkQuestion): string {
  const sums = MEASURES.map((name) => `sum("${name}") AS "${name}"`).join(', ');
  const whole = MEASURES.map((name) => `CAST(coalesce(sum("${name}"), 0) AS HUGEINT)`).join(', ');
  const expanded = (question.expand ?? []).map((id) => sqlString(sqlIdOf(id))).join(', ');
  const isExpanded = expanded === '' ? 'false' : `node IN (${expanded})`;
  const side = (end: 'src' | 'dst', placed: string): string => `CASE
      WHEN ${end}addr IS NULL THEN '${NO_ADDRESS}'
      WHEN ${placed}.node = '${INTERNET}' AND pkt_${end}_aws_service IS NOT NULL THEN 'service:' || pkt_${end}_aws_service
      ELSE ${placed}.node END`;
  return `WITH pairs AS MATERIALIZED (SELECT * FROM (${pairs}) AS g),
addresses AS (
  SELECT ip, ${keySql('ip')} AS k FROM (SELECT srcaddr AS ip FROM pairs UNION SELECT dstaddr FROM pairs) WHERE ip IS NOT NULL
),
places(lo, hi, rank, node) AS (VALUES ${placeTuples(placesOf(own, question.level))}),
placed AS (
  SELECT ip, CASE arg_min(node, rank) WHEN 'block' THEN ${blockSql('any_value(k)', 'ip', question)} ELSE coalesce(arg_min(node, rank), '${INTERNET}') END AS node
  FROM addresses LEFT JOIN places ON k BETWEEN lo AND hi GROUP BY ip
),
hosts AS (
  SELECT node, ip FROM (
    SELECT node, ip, sum("${question.by}") AS size
    FROM (SELECT srcaddr AS ip, "${question.by}" FROM pairs UNION ALL SELECT dstaddr, "${question.by}" FROM pairs)
    JOIN placed USING (ip) WHERE ${isExpanded} GROUP BY node, ip
  ) QUALIFY row_number() OVER (PARTITION BY node ORDER BY size DESC, ip) <= ${question.hosts ?? HOSTS}
),
named AS (
  SELECT placed.ip, CASE WHEN hosts.ip IS NULL THEN placed.node ELSE 'host:' || placed.ip END AS node
  FROM placed LEFT JOIN hosts USING (ip)
),
edges AS MATERIALIZED (
  SELECT ${side('src', 's')} AS f, ${side('dst', 'd')} AS t, ${sums}
  FROM pairs LEFT JOIN named AS s ON s.ip = srcaddr LEFT JOIN named AS d ON d.ip = dstaddr GROUP BY 1, 2
)
SELECT 0, NULL, NULL, count(*), ${whole} FROM edges
UNION ALL SELECT 1, f, NULL, count(*), ${whole} FROM edges GROUP BY f
UNION ALL SELECT 2, NULL, t, count(*), ${whole} FROM edges GROUP BY t
UNION ALL SELECT * FROM (
  SELECT 3, f, t, 1, ${MEASURES.map((name) => `CAST("${name}" AS HUGEINT)`).join(', ')} FROM edges
  ORDER BY "${question.by}" DESC, f, t LIMIT ${question.limit})`;
}

function facesBy(own: readonly OwnRange[], widths: NodeWidths): (id: JsonValue | undefined) => NodeFace {
  const known = new Map<string, NodeFace>();
  return (id) => {
    const key = String(id ?? NO_ADDRESS);
    const face = known.get(key) ?? faceOf(key, own, widths);
    known.set(key, face);
    return face;
  };
}

function nodesOf(
  rows: readonly (readonly JsonValue[])[],
  face: (id: JsonValue | undefined) => NodeFace,
  own: readonly OwnRange[],
): readonly NetworkNode[] {
  const found = new Map<string, { face: NodeFace; sent: TopSums; received: TopSums }>();
  for (const row of rows) {
    if (row[0] !== 1 && row[0] !== 2) continue;
    const isSender = row[0] === 1;
    const of = face(row[isSender ? 1 : 2]);
    const entry = found.get(of.id) ?? { face: of, sent: NOTHING, received: NOTHING };
    found.set(of.id, { ...entry, [isSender ? 'sent' : 'received']: sumsAt(row) });
  }
  const filters = nodeFilters(
    [...found.values()].map((entry) => entry.face),
    own,
  );
  return [...found.values()].map((entry) => ({
    ...entry.face,
    ...filters(entry.face),
    sent: entry.sent,
    received: entry.received,
  }));
}

function sumsAt(row: readonly JsonValue[]): TopSums {
  const [bytes, packets, flows, rejects] = row.slice(4).map(countOf);
  return { bytes: bytes ?? 0, packets: packets ?? 0, flows: flows ?? 0, rejects: rejects ?? 0 };
}

function restOf(total: TopSums, edges: readonly NetworkEdge[]): TopSums {
  const rest = (measure: Measure): Count =>
    edges.reduce((left, edge) => subtractCounts(left, edge.sums[measure]), total[measure]);
  return { bytes: rest('bytes'), packets: rest('packets'), flows: rest('flows'), rejects: rest('rejects') };
}
