import { useMemo, useRef, useState } from 'react';
import { useWidth } from '../charts/use-width.ts';
import { formatQuantity } from '../format.ts';
import { layOut, type PlacedEdge, type PlacedNode } from './layout.ts';
import type { NetworkTarget } from './menus.tsx';
import { type NetworkMeasure, OTHER, type Picture } from './picture.ts';

/** Edges drawn at most; the list below has all of them. */
const DRAWN = 90;
/** Narrower than this, labels leave no room for lines. */
const NARROWEST = 560;

/**
 * The picture as nodes on an ellipse and arrows between them. It is for the eye and the pointer: the list beside it says
 * the same to everybody else.
 */
export function NetworkGraph(props: {
  readonly picture: Picture;
  readonly measure: NetworkMeasure;
  readonly onOpen: (target: NetworkTarget) => void;
}) {
  const { picture, measure, onOpen } = props;
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box, 0);
  const [near, setNear] = useState<string | null>(null);
  const layout = useMemo(
    () =>
      width < NARROWEST ? null : layOut({ ...picture, edges: picture.edges.slice(0, DRAWN) }, measure, width),
    [picture, measure, width],
  );
  const open = (target: Element, from: string, to: string | null): void => {
    const node = (id: string | null) => picture.nodes.find((entry) => entry.id === id);
    const source = node(from);
    if (source !== undefined) onOpen({ anchor: target, from: source, to: node(to) ?? null });
  };
  return (
    <div ref={box} className="network-graph">
      {layout === null ? null : (
        <svg width={layout.width} height={layout.height} role="img" aria-label={describe(picture, measure)}>
          {layout.edges.map((placed) => (
            <Edge
              key={`${placed.edge.from} ${placed.edge.to}`}
              placed={placed}
              measure={measure}
              names={picture}
              state={edgeState(placed, near)}
              onOpen={open}
            />
          ))}
          {layout.nodes.map((placed) => (
            <Node
              key={placed.node.id}
              placed={placed}
              isDim={near !== null && !touches(picture, near, placed.node.id)}
              measure={measure}
              onNear={setNear}
              onOpen={open}
            />
          ))}
        </svg>
      )}
    </div>
  );
}

type Open = (target: Element, from: string, to: string | null) => void;

function Edge(props: {
  readonly placed: PlacedEdge;
  readonly measure: NetworkMeasure;
  readonly names: Picture;
  readonly state: 'near' | 'dim' | '';
  readonly onOpen: Open;
}) {
  const { placed, measure, names, state, onOpen } = props;
  const { edge, path, head, width } = placed;
  const isRejected = measure === 'rejects' || edge.sums.rejects === edge.sums.flows;
  const label = (id: string): string => names.nodes.find((node) => node.id === id)?.label ?? id;
  const kind = isRejected ? 'is-rejected' : '';
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the list beside the picture has a button for each edge
    <g
      className={`network-edge ${kind} is-${state}`}
      onClick={(event) => onOpen(event.currentTarget, edge.from, edge.to)}
    >
      <title>{`${label(edge.from)} → ${label(edge.to)}: ${describeSums(edge.sums)}`}</title>
      <path className="edge-reach" d={path} strokeWidth={Math.max(10, width)} />
      <path className="edge-line" d={path} strokeWidth={width} />
      {!isRejected && edge.sums.rejects > 0 ? <path className="edge-rejects" d={path} /> : null}
      <path className="edge-head" d={head} />
    </g>
  );
}

function Node(props: {
  readonly placed: PlacedNode;
  readonly measure: NetworkMeasure;
  readonly isDim: boolean;
  readonly onNear: (id: string | null) => void;
  readonly onOpen: Open;
}) {
  const { placed, isDim, onNear, onOpen } = props;
  const { node, x, y, radius, labelX, labelY, anchor } = placed;
  const short = (text: string): string => (text.length > 26 ? `${text.slice(0, 25)}…` : text);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the list beside the picture has a button for each node
    <g
      className={`network-node is-${node.kind}${isDim ? ' is-dim' : ''}`}
      onPointerEnter={() => onNear(node.id)}
      onPointerLeave={() => onNear(null)}
      onClick={(event) => onOpen(event.currentTarget, node.id, null)}
    >
      <title>{`${node.label} ${node.detail}\nsent ${describeSums(node.sent)}\nreceived ${describeSums(node.received)}`}</title>
      {node.kind === 'host' ? (
        <rect x={x - radius} y={y - radius} width={2 * radius} height={2 * radius} rx={2} />
      ) : (
        <circle cx={x} cy={y} r={radius} />
      )}
      <text x={labelX} y={labelY + (node.detail === '' ? 4 : -2)} textAnchor={anchor}>
        {short(node.label)}
      </text>
      {node.detail === '' ? null : (
        <text className="node-detail" x={labelX} y={labelY + 11} textAnchor={anchor}>
          {short(node.detail)}
        </text>
      )}
    </g>
  );
}

function edgeState({ edge }: PlacedEdge, near: string | null): 'near' | 'dim' | '' {
  if (near === null) return '';
  return edge.from === near || edge.to === near ? 'near' : 'dim';
}

function touches(picture: Picture, near: string, id: string): boolean {
  return (
    near === id ||
    picture.edges.some(({ from, to }) => (from === near && to === id) || (from === id && to === near))
  );
}

function describeSums(sums: {
  readonly bytes: number;
  readonly flows: number;
  readonly rejects: number;
}): string {
  const rejects = sums.rejects === 0 ? '' : `, ${formatQuantity(sums.rejects, 'count').exact} rejected`;
  return `${formatQuantity(sums.bytes, 'bytes').short} in ${formatQuantity(sums.flows, 'count').exact} records${rejects}`;
}

function describe(picture: Picture, measure: NetworkMeasure): string {
  const [largest] = picture.edges;
  const label = (id: string | undefined): string =>
    picture.nodes.find((node) => node.id === id)?.label ?? 'nothing';
  const count = picture.nodes.filter(({ id }) => id !== OTHER).length;
  return `Graph of ${count} nodes; most ${measure === 'flows' ? 'records' : measure} from ${label(largest?.from)} to ${label(largest?.to)}. The list below says the same in words.`;
}
