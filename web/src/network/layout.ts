import type { NetworkMeasure, Picture, PictureEdge, PictureNode } from './picture.ts';

/** A node with its place; the label stands outside the circle, at the side that `anchor` says. */
export interface PlacedNode {
  readonly node: PictureNode;
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly labelX: number;
  readonly labelY: number;
  readonly anchor: 'start' | 'end';
}

/** An edge as a line with an arrowhead at its end. */
export interface PlacedEdge {
  readonly edge: PictureEdge;
  readonly path: string;
  readonly head: string;
  readonly width: number;
}

/** A picture laid out in pixels. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

/** Room for a label at either side. */
const LABEL = 176;
const LINE = 34;
/** Height of a label of two lines. */
const LABEL_LINE = 27;
const OUTSIDE = new Set<PictureNode['kind']>(['internet', 'service', 'scope', 'none', 'other']);

/**
 * Nodes on an ellipse in the order of their addresses, the outside at the right, edges as curves through the middle. Pure
 * and without search: the same nodes have the same places, whatever they sent and whenever they are drawn.
 */
export function layOut(picture: Picture, measure: NetworkMeasure, width: number): Layout {
  const { nodes } = picture;
  const ellipse = Math.max(320, Math.ceil(nodes.length / 2) * LINE + 110);
  const [middleX, middleY] = [width / 2, ellipse / 2];
  const [radiusX, radiusY] = [Math.max(60, middleX - LABEL - 12), middleY - 52];
  const largest = Math.max(1, ...nodes.map((node) => weightOf(node, measure)));
  const outside = nodes.filter(({ kind }) => OUTSIDE.has(kind)).length;
  const first = nodes.length - outside;
  const around = nodes.map((node, index): PlacedNode => {
    // The middle of the outside nodes is due east.
    const turn = (index - first - (outside - 1) / 2) / Math.max(1, nodes.length);
    const angle = turn * 2 * Math.PI;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const radius = 4 + 10 * Math.sqrt(weightOf(node, measure) / largest);
    const [x, y] = [middleX + radiusX * cos, middleY + radiusY * sin];
    const anchor = cos >= 0 ? 'start' : 'end';
    return {
      node,
      x,
      y,
      radius,
      labelX: x + (anchor === 'start' ? 1 : -1) * (radius + 6),
      labelY: y + 10 * sin,
      anchor,
    };
  });
  const labelled = apart(around, middleY);
  // Labels that were moved may need room above and below the ellipse.
  const above = Math.max(0, LABEL_LINE / 2 - Math.min(...labelled.map(({ labelY }) => labelY)));
  const below = Math.max(0, LABEL_LINE / 2 + Math.max(...labelled.map(({ labelY }) => labelY)) - ellipse);
  const placed = labelled.map((entry) => ({ ...entry, y: entry.y + above, labelY: entry.labelY + above }));
  const [height, centreY] = [Math.ceil(above + ellipse + below), middleY + above];
  const places = new Map(placed.map((entry) => [entry.node.id, entry]));
  const heaviest = Math.max(1, ...picture.edges.map(({ sums }) => sums[measure]));
  const edges = picture.edges.flatMap((edge): PlacedEdge[] => {
    const [from, to] = [places.get(edge.from), places.get(edge.to)];
    if (from === undefined || to === undefined) return [];
    const size = 1 + 11 * Math.sqrt(edge.sums[measure] / heaviest);
    return [
      from === to ? loop(edge, from, middleX, centreY, size) : curve(edge, from, to, middleX, centreY, size),
    ];
  });
  return { width, height, nodes: placed, edges };
}

/** Labels that would lie on each other, moved apart: away from the middle, towards the top and the bottom. */
function apart(nodes: readonly PlacedNode[], middleY: number): readonly PlacedNode[] {
  const moved = new Map<PlacedNode, number>();
  for (const anchor of ['start', 'end'] as const) {
    for (const way of [-1, 1] as const) {
      const side = nodes
        .filter((entry) => entry.anchor === anchor && (way < 0 ? entry.y < middleY : entry.y >= middleY))
        .toSorted((a, b) => Math.abs(a.y - middleY) - Math.abs(b.y - middleY));
      let last: { readonly x: number; readonly y: number } | null = null;
      for (const entry of side) {
        const isOver = last !== null && Math.abs(entry.labelX - last.x) < LABEL;
        const y: number =
          last !== null && isOver && way * (entry.labelY - last.y) < LABEL_LINE
            ? last.y + way * LABEL_LINE
            : entry.labelY;
        moved.set(entry, y);
        last = { x: entry.labelX, y };
      }
    }
  }
  return nodes.map((entry) => ({ ...entry, labelY: moved.get(entry) ?? entry.labelY }));
}

function weightOf(node: PictureNode, measure: NetworkMeasure): number {
  return node.sent[measure] + node.received[measure];
}

/** A curve that bends towards the middle and keeps to its right, so that there and back are two lines. */
function curve(
  edge: PictureEdge,
  from: PlacedNode,
  to: PlacedNode,
  middleX: number,
  middleY: number,
  width: number,
): PlacedEdge {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy) || 1;
  const aside = Math.min(26, length / 6);
  const controlX = (from.x + to.x) / 2 + (middleX - (from.x + to.x) / 2) * 0.55 - (dy / length) * aside;
  const controlY = (from.y + to.y) / 2 + (middleY - (from.y + to.y) / 2) * 0.55 + (dx / length) * aside;
  return arrow(edge, from, to, controlX, controlY, width);
}

/** What a node sends to itself: a loop at its inner side. */
function loop(
  edge: PictureEdge,
  node: PlacedNode,
  middleX: number,
  middleY: number,
  width: number,
): PlacedEdge {
  const [dx, dy] = [middleX - node.x, middleY - node.y];
  const length = Math.hypot(dx, dy) || 1;
  const [ux, uy] = [dx / length, dy / length];
  const reach = node.radius + 26;
  const end = { x: node.x + ux * node.radius, y: node.y + uy * node.radius };
  const [ax, ay] = [node.x + ux * reach - uy * 16, node.y + uy * reach + ux * 16];
  const [bx, by] = [node.x + ux * reach + uy * 16, node.y + uy * reach - ux * 16];
  const path = `M${at(node.x, node.y)}C${at(ax, ay)} ${at(bx, by)} ${at(end.x, end.y)}`;
  return { edge, path, head: headAt(end.x, end.y, end.x - bx, end.y - by, width), width };
}

function arrow(
  edge: PictureEdge,
  from: PlacedNode,
  to: PlacedNode,
  controlX: number,
  controlY: number,
  width: number,
): PlacedEdge {
  const [dx, dy] = [to.x - controlX, to.y - controlY];
  const length = Math.hypot(dx, dy) || 1;
  const tip = { x: to.x - (dx / length) * (to.radius + 1), y: to.y - (dy / length) * (to.radius + 1) };
  const back = headSize(width);
  const end = { x: tip.x - (dx / length) * back, y: tip.y - (dy / length) * back };
  return {
    edge,
    path: `M${at(from.x, from.y)}Q${at(controlX, controlY)} ${at(end.x, end.y)}`,
    head: headAt(tip.x, tip.y, dx, dy, width),
    width,
  };
}

function headAt(x: number, y: number, dx: number, dy: number, width: number): string {
  const length = Math.hypot(dx, dy) || 1;
  const [ux, uy] = [dx / length, dy / length];
  const back = headSize(width);
  const half = Math.max(3.5, width * 0.9);
  const [bx, by] = [x - ux * back, y - uy * back];
  return `M${at(x, y)}L${at(bx - uy * half, by + ux * half)}L${at(bx + uy * half, by - ux * half)}Z`;
}

function headSize(width: number): number {
  return 6 + width * 0.8;
}

function at(x: number, y: number): string {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}
