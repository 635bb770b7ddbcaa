import { useMemo, useState } from 'react';
import type { Network } from '../../../src/api/index.ts';
import { goTo, hrefWith } from '../address.ts';
import { get, resourceAddress } from '../client.ts';
import { quoted } from '../command-line.ts';
import { formatQuantity, type Quantity } from '../format.ts';
import { Choice } from '../parts/choice.tsx';
import { CopyMenu } from '../parts/copy-menu.tsx';
import { Link } from '../parts/link.tsx';
import { NothingHere } from '../parts/nothing-here.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { useResource } from '../resource.ts';
import { scopeParameters, type ViewProps } from '../view.ts';
import { EdgeList } from './edge-list.tsx';
import { NetworkGraph } from './graph.tsx';
import { NetworkMatrix } from './matrix.tsx';
import { expandedOf, NetworkMenu, type NetworkTarget } from './menus.tsx';
import { type NetworkMeasure, type Picture, pictureOf } from './picture.ts';

const WIDTHS = [
  { name: '/8', v4: 8, v6: 32 },
  { name: '/16', v4: 16, v6: 48 },
  { name: '/20', v4: 20, v6: 56 },
  { name: '/24', v4: 24, v6: 64 },
  { name: 'addresses', v4: 32, v6: 128 },
] as const;
const MEASURES: readonly {
  readonly name: NetworkMeasure;
  readonly label: string;
  readonly quantity: Quantity;
}[] = [
  { name: 'bytes', label: 'bytes', quantity: 'bytes' },
  { name: 'flows', label: 'records', quantity: 'count' },
  { name: 'rejects', label: 'rejected records', quantity: 'count' },
];
const LEVELS = [
  { name: 'vpc', label: 'VPCs' },
  { name: 'subnet', label: 'subnets' },
] as const;
/** Nodes that stand alone in the graph, and in the matrix, where each costs a column. */
const GRAPH_NODES = 24;
const MATRIX_NODES = 14;
/** Edges asked for: all of any network that a picture can show. */
const EDGES = 2000;

/** Who talks to whom: subnets, blocks, AWS services and the internet as a graph, a matrix and a list. */
export function NetworkView(view: ViewProps) {
  const { address } = view;
  const width = WIDTHS.find((entry) => entry.name === address.parameters['blocks']) ?? WIDTHS[3];
  const measure = MEASURES.find((entry) => entry.name === address.parameters['measure']) ?? MEASURES[0];
  const level = address.parameters['level'] === 'vpc' ? 'vpc' : 'subnet';
  const parameters = {
    ...scopeParameters(view),
    level,
    v4: width.v4,
    v6: width.v6,
    measure: measure?.name ?? 'bytes',
    expand: expandedOf(address).join(','),
    limit: EDGES,
  };
  const answer = useResource(JSON.stringify(parameters), (signal) => get('/api/network', parameters, signal));
  if (answer.problem !== null) return <ProblemNote problem={answer.problem} />;
  if (measure === undefined) return null;
  const network = answer.value;
  return (
    <section aria-busy={answer.isLoading}>
      <div className="panel-line">
        <h2>Who talks to whom</h2>
        <Choice
          label="Measured in"
          entries={MEASURES}
          current={measure.name}
          onChoose={(name) => goTo(hrefWith(address, { measure: name === 'bytes' ? null : name }))}
        />
        {network !== null && !hasPlaces(network) ? null : (
          <Choice
            label="Level"
            entries={LEVELS}
            current={level}
            onChoose={(name) =>
              goTo(hrefWith(address, { level: name === 'subnet' ? null : name, expand: null }))
            }
          />
        )}
        <Choice
          label={network !== null && hasPlaces(network) ? 'Addresses without a subnet by' : 'Blocks'}
          entries={WIDTHS.map(({ name }) => ({ name, label: name }))}
          current={width.name}
          onChoose={(name) => goTo(hrefWith(address, { blocks: name === '/24' ? null : name, expand: null }))}
        />
        {address.parameters['expand'] === undefined ? null : (
          <Link className="text-button" href={hrefWith(address, { expand: null })}>
            Put all hosts together
          </Link>
        )}
        <span className="spring" />
        {network === null ? null : (
          <CopyMenu
            sql={network.explain.sql}
            command={`weir sql ${quoted(network.explain.sql)}`}
            get={resourceAddress('/api/network', parameters)}
          />
        )}
      </div>
      {network === null ? (
        <div className="view-placeholder" />
      ) : network.edges.length === 0 ? (
        <NothingHere {...view} />
      ) : (
        <Pictures view={view} network={network} measure={measure.name} quantity={measure.quantity} />
      )}
    </section>
  );
}

function Pictures(props: {
  readonly view: ViewProps;
  readonly network: Network;
  readonly measure: NetworkMeasure;
  readonly quantity: Quantity;
}) {
  const { view, network, measure, quantity } = props;
  const [target, setTarget] = useState<NetworkTarget | null>(null);
  const graph = useMemo(() => pictureOf(network, measure, GRAPH_NODES), [network, measure]);
  const matrix = useMemo(() => pictureOf(network, measure, MATRIX_NODES), [network, measure]);
  if (graph.edges.length === 0) {
    return <p className="empty">Nothing was rejected in this range.</p>;
  }
  return (
    <>
      <div className="network-panels">
        <div>
          <NetworkGraph picture={graph} measure={measure} onOpen={setTarget} />
          <Legend picture={graph} measure={measure} quantity={quantity} />
        </div>
        <div>
          <NetworkMatrix
            picture={matrix}
            measure={measure}
            quantity={quantity}
            address={view.address}
            onOpen={setTarget}
          />
          <p className="hint">{foldedNote(matrix)}</p>
        </div>
      </div>
      <EdgeList picture={graph} measure={measure} address={view.address} onOpen={setTarget} />
      {target === null ? null : (
        <NetworkMenu target={target} address={view.address} onClose={() => setTarget(null)} />
      )}
    </>
  );
}

/** What lines mean, and what they come to. */
function Legend(props: {
  readonly picture: Picture;
  readonly measure: NetworkMeasure;
  readonly quantity: Quantity;
}) {
  const { picture, measure, quantity } = props;
  const { short, exact } = formatQuantity(picture.total[measure], quantity);
  return (
    <p className="hint network-legend">
      <span title={exact}>{short} in all</span>
      {measure === 'rejects' ? null : (
        <span>
          <i className="legend-line" aria-hidden="true" /> volume, thicker is more
        </span>
      )}
      <span>
        <i className="legend-line is-rejected" aria-hidden="true" /> rejected
      </span>
      <span>{foldedNote(picture)}</span>
      <span>A record counts at each interface that wrote it.</span>
    </p>
  );
}

function foldedNote({ folded }: Picture): string {
  if (folded === 0) return 'Nothing is left out.';
  return `Other is ${folded === 1 ? 'one more node' : `${folded} more nodes`}.`;
}

function hasPlaces(network: Network): boolean {
  return network.nodes.some(({ kind }) => kind === 'vpc' || kind === 'subnet');
}
