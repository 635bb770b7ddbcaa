import { useMemo, useRef, useState } from 'react';
import { formatQuantity, type Quantity } from '../format.ts';
import { layoutSankey, type SankeyLink, type SankeyNode, type SankeyPath } from './sankey-layout.ts';
import { useWidth } from './use-width.ts';

const NODE = 10;
/** A node too thin to see and the gap below it leave room for one line of text. */
const GAP = 12;

/** Bands between the values of two or more fields, as thick as what they share. Drawn as SVG, so every part is a button. */
export function SankeyChart(props: {
  readonly label: string;
  /** Names of the columns, in order. */
  readonly columns: readonly string[];
  readonly paths: readonly SankeyPath[];
  readonly quantity: Quantity;
  /** The name of the node that is the rest in its column. */
  readonly other: string;
  readonly textOf: (column: number, name: string) => string;
  readonly onNode: (node: SankeyNode, anchor: Element) => void;
  readonly onLink: (link: SankeyLink, anchor: Element) => void;
}) {
  const { columns, paths, quantity, other, textOf, onNode, onLink } = props;
  const frame = useRef<HTMLDivElement>(null);
  const spot = useRef<HTMLSpanElement>(null);
  const width = useWidth(frame);
  const [near, setNear] = useState<string | null>(null);
  const most = Math.max(
    1,
    ...columns.map((_, column) => new Set(paths.map(({ nodes }) => nodes[column])).size),
  );
  const height = Math.min(760, Math.max(260, most * 26));
  const { nodes, links } = useMemo(
    () => layoutSankey(paths, height, GAP, (name) => name === other),
    [paths, height, other],
  );
  const step = columns.length < 2 ? 0 : (width - NODE) / (columns.length - 1);
  const xOf = (column: number): number => column * step;
  const numberOf = (value: number): string => formatQuantity(value, quantity).short;
  const isFar = (link: SankeyLink): boolean =>
    near !== null && near !== link.id && near !== link.from.id && near !== link.to.id;
  return (
    <div className="sankey" ref={frame} role="group" aria-label={props.label}>
      <ol className="sankey-heads">
        {columns.map((name) => (
          <li key={name} className="code">
            {name}
          </li>
        ))}
      </ol>
      <div className="sankey-plot" style={{ height }}>
        <svg width={width} height={height} aria-hidden="true">
          {links.map((link) => {
            const [x0, x1] = [xOf(link.from.column) + NODE, xOf(link.to.column)];
            const [y0, y1] = [link.fromTop + link.thickness / 2, link.toTop + link.thickness / 2];
            const middle = (x0 + x1) / 2;
            const isRest = link.from.name === other || link.to.name === other;
            return (
              <path
                key={link.id}
                className={`sankey-link${isRest ? ' is-other' : ''}${isFar(link) ? ' is-far' : ''}`}
                d={`M${x0} ${y0}C${middle} ${y0} ${middle} ${y1} ${x1} ${y1}`}
                strokeWidth={link.thickness}
                onPointerEnter={() => setNear(link.id)}
                onPointerLeave={() => setNear(null)}
                onClick={(event) => {
                  const box = frame.current?.getBoundingClientRect();
                  if (box === undefined || spot.current === null) return;
                  spot.current.style.left = `${event.clientX - box.left}px`;
                  spot.current.style.top = `${event.clientY - box.top}px`;
                  onLink(link, spot.current);
                }}
              >
                <title>
                  {textOf(link.from.column, link.from.name)} → {textOf(link.to.column, link.to.name)}:{' '}
                  {numberOf(link.value)}
                </title>
              </path>
            );
          })}
        </svg>
        {nodes.map((node) => {
          const isEnd = node.column > 0 && node.column === columns.length - 1;
          const text = textOf(node.column, node.name);
          return (
            <button
              key={node.id}
              type="button"
              className={`sankey-node${isEnd ? ' is-end' : ''}${node.name === other ? ' is-other' : ''}`}
              style={{
                ...(isEnd ? { right: width - xOf(node.column) - NODE } : { left: xOf(node.column) }),
                top: node.top,
                height: node.height,
                maxWidth: step * (node.column === 0 && columns.length > 2 ? 0.92 : 0.48),
              }}
              aria-haspopup="menu"
              aria-label={`${columns[node.column] ?? ''} ${text}, ${numberOf(node.value)}`}
              title={`${text}: ${formatQuantity(node.value, quantity).exact}`}
              onPointerEnter={() => setNear(node.id)}
              onPointerLeave={() => setNear(null)}
              onClick={(event) => onNode(node, event.currentTarget)}
            >
              <span className="sankey-bar" />
              <span className="sankey-text">
                {text} <b>{numberOf(node.value)}</b>
              </span>
            </button>
          );
        })}
      </div>
      <span ref={spot} className="chart-spot" />
    </div>
  );
}
