import type { Address } from '../address.ts';
import { formatQuantity, type Quantity } from '../format.ts';
import { Link } from '../parts/link.tsx';
import { moveInTable } from '../parts/table-keys.ts';
import { type NetworkTarget, networkRecords } from './menus.tsx';
import type { NetworkMeasure, Picture, PictureNode } from './picture.ts';

/** The picture as a table: senders down, receivers across, with what each comes to. */
export function NetworkMatrix(props: {
  readonly picture: Picture;
  readonly measure: NetworkMeasure;
  readonly quantity: Quantity;
  readonly address: Address;
  readonly onOpen: (target: NetworkTarget) => void;
}) {
  const { picture, measure, quantity, address, onOpen } = props;
  const senders = picture.nodes.filter((node) => node.sent[measure] > 0);
  const receivers = picture.nodes.filter((node) => node.received[measure] > 0);
  const edges = new Map(picture.edges.map((edge) => [`${edge.from} ${edge.to}`, edge.sums]));
  const named = picture.edges.filter(({ from, to }) => isNamed(picture, from) && isNamed(picture, to));
  const largest = Math.max(1, ...named.map(({ sums }) => sums[measure]));
  const number = (value: number, from: PictureNode | null, to: PictureNode | null) => {
    const { short, exact } = formatQuantity(value, quantity);
    const href = networkRecords(address, from, to, measure === 'rejects');
    const text = (
      <data value={value} title={exact}>
        {short}
      </data>
    );
    return href === null ? (
      text
    ) : (
      <Link className="number-link" tabIndex={-1} href={href}>
        {text}
      </Link>
    );
  };
  return (
    <div className="table-scroll">
      <table className="matrix">
        <caption className="visually-hidden">Senders down, receivers across</caption>
        <thead>
          <tr>
            <th scope="col">
              <span className="hint">from ↓ to →</span>
            </th>
            {receivers.map((node) => (
              <th key={node.id} scope="col" className="code">
                <HeadButton node={node} onOpen={onOpen} />
              </th>
            ))}
            <th scope="col" className="matrix-total">
              <span>all</span>
            </th>
          </tr>
        </thead>
        <tbody onKeyDown={moveInTable}>
          {senders.map((from, index) => (
            <tr key={from.id}>
              <th scope="row" className="code">
                <HeadButton node={from} onOpen={onOpen} tabIndex={index === 0 ? 0 : -1} />
              </th>
              {receivers.map((to) => {
                const sums = edges.get(`${from.id} ${to.id}`);
                if (sums === undefined) return <td key={to.id} />;
                const isShaded = from.sourceFilter !== null && to.destinationFilter !== null;
                const strength = isShaded ? Math.round(8 + 52 * Math.sqrt(sums[measure] / largest)) : 0;
                const colour = measure === 'rejects' ? '--reject' : '--accept';
                const { short, exact } = formatQuantity(sums[measure], quantity);
                const rejects = sums.rejects === 0 ? '' : `, ${sums.rejects} rejected records`;
                return (
                  <td key={to.id}>
                    <button
                      type="button"
                      tabIndex={-1}
                      className={sums.rejects > 0 && measure !== 'rejects' ? 'has-rejects' : ''}
                      style={{
                        backgroundColor: `color-mix(in srgb, var(${colour}) ${strength}%, transparent)`,
                      }}
                      title={`${from.label} to ${to.label}: ${exact}${rejects}`}
                      aria-haspopup="menu"
                      onClick={(event) => onOpen({ anchor: event.currentTarget, from, to })}
                    >
                      {short}
                    </button>
                  </td>
                );
              })}
              <td className="matrix-total">{number(from.sent[measure], from, null)}</td>
            </tr>
          ))}
          <tr className="matrix-total">
            <th scope="row">all</th>
            {receivers.map((node) => (
              <td key={node.id}>{number(node.received[measure], null, node)}</td>
            ))}
            <td>{number(picture.total[measure], null, null)}</td>
          </tr>
        </tbody>
      </table>
    </div>
  );
}

function HeadButton(props: {
  readonly node: PictureNode;
  readonly onOpen: (target: NetworkTarget) => void;
  readonly tabIndex?: 0 | -1;
}) {
  const { node, onOpen, tabIndex = 0 } = props;
  return (
    <button
      type="button"
      className="node-button"
      tabIndex={tabIndex}
      title={`${node.label} ${node.detail}`}
      aria-haspopup="menu"
      onClick={(event) => onOpen({ anchor: event.currentTarget, from: node, to: null })}
    >
      {node.label}
    </button>
  );
}

function isNamed(picture: Picture, id: string): boolean {
  return picture.nodes.find((node) => node.id === id)?.sourceFilter !== null;
}
