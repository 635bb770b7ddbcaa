/** One path through all columns: the node of each, and how much goes along it. */
export interface SankeyPath {
  readonly nodes: readonly string[];
  readonly value: number;
}

/** A node where it is drawn. Lengths in the unit of the height that was given. */
export interface SankeyNode {
  readonly id: string;
  readonly column: number;
  readonly name: string;
  readonly value: number;
  readonly top: number;
  readonly height: number;
}

/** A band between two neighbouring nodes: its upper edge on both sides, and its thickness. */
export interface SankeyLink {
  readonly id: string;
  readonly from: SankeyNode;
  readonly to: SankeyNode;
  readonly value: number;
  readonly fromTop: number;
  readonly toTop: number;
  readonly thickness: number;
}

/** Nodes and links in their places. */
export interface SankeyLayout {
  readonly nodes: readonly SankeyNode[];
  readonly links: readonly SankeyLink[];
}

const MIN_NODE = 3;

/**
 * Places the nodes of each column one under the other, the largest first and those of `isLast` at the bottom, with `gap`
 * between them, and bands in the order of what they lead to. Heights are to scale but for nodes too thin to see, which
 * are given three units. Pure. Cost: nodes times links.
 */
export function layoutSankey(
  paths: readonly SankeyPath[],
  height: number,
  gap: number,
  isLast: (name: string) => boolean,
): SankeyLayout {
  const columns = Math.max(0, ...paths.map((path) => path.nodes.length));
  const totals = Array.from({ length: columns }, (_, column) => totalsOf(paths, column, isLast));
  const most = Math.max(1, ...totals.map((nodes) => nodes.length));
  const whole = paths.reduce((sum, path) => sum + path.value, 0);
  const scale = whole === 0 ? 0 : Math.max(1, height - gap * (most - 1) - MIN_NODE * most) / whole;
  const nodes = totals.flatMap((entries, column) => {
    const heights = entries.map(([, value]) => Math.max(MIN_NODE, value * scale));
    const used = heights.reduce((sum, one) => sum + one, 0) + gap * (entries.length - 1);
    let top = (height - used) / 2;
    return entries.map(([name, value], index): SankeyNode => {
      const node = { id: `${column} ${name}`, column, name, value, top, height: heights[index] ?? MIN_NODE };
      top += node.height + gap;
      return node;
    });
  });
  return { nodes, links: linksOf(paths, nodes, scale) };
}

function totalsOf(
  paths: readonly SankeyPath[],
  column: number,
  isLast: (name: string) => boolean,
): readonly (readonly [string, number])[] {
  const totals = new Map<string, number>();
  for (const { nodes, value } of paths) {
    const name = nodes[column];
    if (name !== undefined) totals.set(name, (totals.get(name) ?? 0) + value);
  }
  return [...totals].sort((a, b) => Number(isLast(a[0])) - Number(isLast(b[0])) || b[1] - a[1]);
}

function linksOf(
  paths: readonly SankeyPath[],
  nodes: readonly SankeyNode[],
  scale: number,
): readonly SankeyLink[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const sums = new Map<string, { readonly from: SankeyNode; readonly to: SankeyNode; value: number }>();
  for (const path of paths) {
    for (const [column, name] of path.nodes.slice(0, -1).entries()) {
      const from = byId.get(`${column} ${name}`);
      const to = byId.get(`${column + 1} ${path.nodes[column + 1] ?? ''}`);
      if (from === undefined || to === undefined) continue;
      const id = `${from.id} > ${to.id}`;
      const link = sums.get(id) ?? { from, to, value: 0 };
      link.value += path.value;
      sums.set(id, link);
    }
  }
  const ordered = [...sums].sort(([, a], [, b]) => a.from.top - b.from.top || a.to.top - b.to.top);
  const left = new Map<string, number>();
  const right = new Map<string, number>();
  return ordered.map(([id, { from, to, value }]) => {
    const thickness = Math.max(1, value * scale);
    const fromTop = left.get(from.id) ?? from.top;
    const toTop = right.get(to.id) ?? to.top;
    left.set(from.id, fromTop + value * scale);
    right.set(to.id, toTop + value * scale);
    return { id, from, to, value, fromTop, toTop, thickness };
  });
}
