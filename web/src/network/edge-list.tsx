import { useState } from 'react';
import type { Address } from '../address.ts';
import { formatShare } from '../format.ts';
import { Link } from '../parts/link.tsx';
import { Quantity } from '../parts/quantity.tsx';
import { moveInTable } from '../parts/table-keys.ts';
import { type NetworkTarget, networkRecords } from './menus.tsx';
import type { NetworkMeasure, Picture } from './picture.ts';

const FIRST = 15;

/** The picture in words: every edge, the heaviest first, with menus for the edge and for both its ends. */
export function EdgeList(props: {
  readonly picture: Picture;
  readonly measure: NetworkMeasure;
  readonly address: Address;
  readonly onOpen: (target: NetworkTarget) => void;
}) {
  const { picture, measure, address, onOpen } = props;
  const [isLong, setIsLong] = useState(false);
  const nodes = new Map(picture.nodes.map((node) => [node.id, node]));
  const shown = isLong ? picture.edges : picture.edges.slice(0, FIRST);
  return (
    <section className="edge-list">
      <div className="panel-line">
        <h2>Edges</h2>
        <span className="panel-note">the heaviest first, with their share</span>
      </div>
      <div className="table-scroll">
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">From</th>
              <th scope="col">To</th>
              <th scope="col">Bytes</th>
              <th scope="col">Records</th>
              <th scope="col">Rejected</th>
              <th scope="col">Share</th>
            </tr>
          </thead>
          <tbody onKeyDown={moveInTable}>
            {shown.map(({ from, to, sums }, index) => {
              const [source, destination] = [nodes.get(from), nodes.get(to)];
              if (source === undefined || destination === undefined) return null;
              return (
                <tr key={`${from} ${to}`}>
                  {[source, destination].map((node, side) => (
                    <td key={side === 0 ? 'from' : 'to'} className="edge-end">
                      <button
                        type="button"
                        className="cell-button code"
                        tabIndex={index === 0 && side === 0 ? 0 : -1}
                        aria-haspopup="menu"
                        title={`${node.label} ${node.detail}`}
                        onClick={(event) => onOpen({ anchor: event.currentTarget, from: node, to: null })}
                      >
                        {node.label}
                      </button>
                    </td>
                  ))}
                  <td>
                    <button
                      type="button"
                      className="number-link"
                      tabIndex={-1}
                      aria-haspopup="menu"
                      onClick={(event) =>
                        onOpen({ anchor: event.currentTarget, from: source, to: destination })
                      }
                    >
                      <Quantity value={sums.bytes} kind="bytes" />
                      <span className="visually-hidden">
                        {' '}
                        from {source.label} to {destination.label}
                      </span>
                    </button>
                  </td>
                  <td>
                    <Records href={networkRecords(address, source, destination)} value={sums.flows} />
                  </td>
                  <td className={sums.rejects > 0 ? 'is-reject' : 'hint'}>
                    <Records href={networkRecords(address, source, destination, true)} value={sums.rejects} />
                  </td>
                  <td className="share">{formatShare(sums[measure], picture.total[measure])}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {picture.edges.length > FIRST ? (
        <button
          type="button"
          className="text-button"
          aria-expanded={isLong}
          onClick={() => setIsLong(!isLong)}
        >
          {isLong ? `The first ${FIRST}` : `All ${picture.edges.length} edges`}
        </button>
      ) : null}
    </section>
  );
}

/** A number of records that leads to them, where there are any and a filter can name them. */
function Records({ href, value }: { readonly href: string | null; readonly value: number }) {
  const number = <Quantity value={value} kind="count" />;
  return href === null || value === 0 ? (
    number
  ) : (
    <Link className="number-link" tabIndex={-1} href={href}>
      {number}
    </Link>
  );
}
