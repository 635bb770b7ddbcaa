import type { Network } from '../../../src/api/index.ts';

/** What the network is ranked and drawn by. */
export type NetworkMeasure = 'bytes' | 'flows' | 'rejects';

type Node = Network['nodes'][number];

/** Sums of an edge as plain numbers: drawing needs no more than their size. */
export interface EdgeSums {
  readonly bytes: number;
  readonly flows: number;
  readonly rejects: number;
}

/** A node that stands alone, or everything that does not (`OTHER`, which no filter can name). */
export interface PictureNode {
  readonly id: string;
  readonly kind: Node['kind'] | 'other';
  /** What people know it by: its first block, or its name. */
  readonly label: string;
  /** A second line where the label does not say it all; empty for none. */
  readonly detail: string;
  readonly sourceFilter: string | null;
  readonly destinationFilter: string | null;
  readonly sent: EdgeSums;
  readonly received: EdgeSums;
}

/** What one shown node sent to another. */
export interface PictureEdge {
  readonly from: string;
  readonly to: string;
  readonly sums: EdgeSums;
}

/** A network of at most so many nodes, nothing left out: the sums of all edges make the total. */
export interface Picture {
  /** By address, the outside last: the order does not change with the volume. */
  readonly nodes: readonly PictureNode[];
  /** The heaviest first. */
  readonly edges: readonly PictureEdge[];
  readonly total: EdgeSums;
  /** Nodes that went into `OTHER`. */
  readonly folded: number;
}

/** The node of everything that does not stand alone. */
export const OTHER = 'other';

const NONE: EdgeSums = { bytes: 0, flows: 0, rejects: 0 };

/** The heaviest `size` nodes of an answer and what they sent each other; all else goes to and from one node, Other. */
export function pictureOf(answer: Network, measure: NetworkMeasure, size: number): Picture {
  const weight = (node: Node): number => Number(node.sent[measure]) + Number(node.received[measure]);
  const ranked = answer.nodes
    .filter((node) => weight(node) > 0)
    .toSorted((a, b) => weight(b) - weight(a) || (a.id < b.id ? -1 : 1));
  const shown = new Map(ranked.slice(0, size).map((node) => [node.id, node]));
  const edges = answer.edges
    .filter(({ from, to }) => shown.has(from) && shown.has(to))
    .map(({ from, to, sums }): PictureEdge => ({ from, to, sums: plain(sums) }));
  const rest = restEdges([...shown.values()], edges, plain(answer.total)).filter(
    ({ sums }) => sums[measure] > 0,
  );
  const nodes = [...shown.values()].map(nodeOf).toSorted(byPlace);
  return {
    nodes: rest.length === 0 ? nodes : [...nodes, otherNode(rest)],
    edges: [...edges, ...rest]
      .filter((edge) => edge.sums[measure] > 0)
      .toSorted((a, b) => b.sums[measure] - a.sums[measure] || compareIds(a, b)),
    total: plain(answer.total),
    folded: ranked.length - shown.size,
  };
}

/** What shown nodes sent to and got from all the others, told by what they sent and got in all. */
function restEdges(
  shown: readonly Node[],
  edges: readonly PictureEdge[],
  total: EdgeSums,
): readonly PictureEdge[] {
  const sumOf = (some: readonly PictureEdge[]): EdgeSums =>
    some.reduce((sum, edge) => added(sum, edge.sums), NONE);
  const outgoing = shown.map((node) => ({
    from: node.id,
    to: OTHER,
    sums: without(plain(node.sent), sumOf(edges.filter((edge) => edge.from === node.id))),
  }));
  const incoming = shown.map((node) => ({
    from: OTHER,
    to: node.id,
    sums: without(plain(node.received), sumOf(edges.filter((edge) => edge.to === node.id))),
  }));
  const known = sumOf([...edges, ...outgoing, ...incoming]);
  return [...outgoing, ...incoming, { from: OTHER, to: OTHER, sums: without(total, known) }];
}

function nodeOf(node: Node): PictureNode {
  const [first, ...more] = node.cidrs;
  const label = node.kind === 'subnet' || node.kind === 'vpc' ? (first ?? node.name) : node.name;
  const blocks = more.length === 0 ? '' : ` + ${more.length} more`;
  return {
    id: node.id,
    kind: node.kind,
    label,
    detail: label === node.name ? '' : `${node.name}${node.kind === 'vpc' ? blocks : ''}`,
    sourceFilter: node.sourceFilter,
    destinationFilter: node.destinationFilter,
    sent: plain(node.sent),
    received: plain(node.received),
  };
}

function otherNode(rest: readonly PictureEdge[]): PictureNode {
  const sum = (side: 'from' | 'to'): EdgeSums =>
    rest.filter((edge) => edge[side] === OTHER).reduce((all, edge) => added(all, edge.sums), NONE);
  return {
    id: OTHER,
    kind: 'other',
    label: 'Other',
    detail: '',
    sourceFilter: null,
    destinationFilter: null,
    sent: sum('from'),
    received: sum('to'),
  };
}

const OUTSIDE: readonly PictureNode['kind'][] = ['internet', 'service', 'scope', 'none', 'other'];

/** By address, so that neighbours in the network are neighbours in the picture, whatever they send. */
function byPlace(a: PictureNode, b: PictureNode): number {
  const [left, right] = [OUTSIDE.indexOf(a.kind), OUTSIDE.indexOf(b.kind)];
  if (left !== right) return left - right;
  const [first, second] = [sortKey(a.label), sortKey(b.label)];
  return first < second ? -1 : first > second ? 1 : 0;
}

/** Text whose order is that of the addresses: numbers of equal length, IPv4 before IPv6. */
function sortKey(label: string): string {
  if (label.includes(':')) return `6 ${label.replaceAll(/[0-9a-f]+/g, (group) => group.padStart(4, '0'))}`;
  return `4 ${label.replaceAll(/\d+/g, (octet) => octet.padStart(3, '0'))}`;
}

function plain(sums: { readonly [name in keyof EdgeSums]: number | string }): EdgeSums {
  return { bytes: Number(sums.bytes), flows: Number(sums.flows), rejects: Number(sums.rejects) };
}

function added(a: EdgeSums, b: EdgeSums): EdgeSums {
  return { bytes: a.bytes + b.bytes, flows: a.flows + b.flows, rejects: a.rejects + b.rejects };
}

function without(a: EdgeSums, b: EdgeSums): EdgeSums {
  return { bytes: a.bytes - b.bytes, flows: a.flows - b.flows, rejects: a.rejects - b.rejects };
}

function compareIds(a: PictureEdge, b: PictureEdge): number {
  return `${a.from} ${a.to}` < `${b.from} ${b.to}` ? -1 : 1;
}
