import { useMemo, useState } from 'react';
import { goTo, hrefWith } from '../address.ts';
import { post } from '../client.ts';
import { formatQuantity, formatShare, type Quantity } from '../format.ts';
import { NothingHere } from '../parts/nothing-here.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { useResource } from '../resource.ts';
import { filterOf, type ViewProps } from '../view.ts';
import { BlockMenu } from './block-menu.tsx';
import { type BlockWidth, type Matrix, type MatrixCell, matrixOf, OTHER } from './matrix.ts';

const WIDTHS: readonly { readonly name: string; readonly width: BlockWidth }[] = [
  { name: '/8', width: { v4: 8, v6: 32 } },
  { name: '/16', width: { v4: 16, v6: 48 } },
  { name: '/24', width: { v4: 24, v6: 64 } },
  { name: 'addresses', width: { v4: 32, v6: 128 } },
];
const MEASURES: readonly {
  readonly name: keyof MatrixCell;
  readonly label: string;
  readonly quantity: Quantity;
}[] = [
  { name: 'bytes', label: 'bytes', quantity: 'bytes' },
  { name: 'flows', label: 'records', quantity: 'count' },
  { name: 'rejects', label: 'rejected records', quantity: 'count' },
];
const PAIRS = 1000;
const SIZE = 14;

/** Who talks to whom: blocks of addresses against blocks, by bytes, records or rejects. */
export function NetworkView(view: ViewProps) {
  const { address, range } = view;
  const chosen = WIDTHS.find((entry) => entry.name === address.parameters['blocks']) ?? WIDTHS[2];
  const measure = MEASURES.find((entry) => entry.name === address.parameters['measure']) ?? MEASURES[0];
  const where = filterOf(view);
  const body = {
    from: String(range.startSeconds),
    to: String(range.endSeconds),
    ...(where === '' ? {} : { where }),
    by: ['srcaddr', 'dstaddr'],
    measures: ['bytes', 'flows', 'rejects'],
    orderBy: measure?.name ?? 'bytes',
    limit: PAIRS,
    other: true,
  };
  const answer = useResource(JSON.stringify(body), (signal) => post('/api/query', body, signal));
  const matrix = useMemo(
    () =>
      answer.value === null || chosen === undefined || measure === undefined
        ? null
        : matrixOf(answer.value, chosen.width, measure.name, SIZE),
    [answer.value, chosen, measure],
  );
  if (answer.problem !== null) return <ProblemNote problem={answer.problem} />;
  if (chosen === undefined || measure === undefined) return null;
  return (
    <section aria-busy={answer.isLoading}>
      <div className="panel-line">
        <h2>Who talks to whom</h2>
        <Choice
          label="Measured in"
          names={MEASURES}
          current={measure.name}
          onChoose={(name) => goTo(hrefWith(address, { measure: name }))}
        />
        <Choice
          label="Blocks"
          names={WIDTHS.map(({ name }) => ({ name, label: name }))}
          current={chosen.name}
          onChoose={(name) => goTo(hrefWith(address, { blocks: name }))}
        />
        {matrix === null ? null : (
          <span className="panel-note">
            {formatShare(matrix.total[measure.name] - matrix.rest[measure.name], matrix.total[measure.name])}{' '}
            of all {measure.label} shown, from the {PAIRS} largest pairs
          </span>
        )}
      </div>
      {matrix === null ? (
        <div className="view-placeholder" />
      ) : matrix.cells.size === 0 ? (
        <NothingHere {...view} />
      ) : (
        <MatrixTable view={view} matrix={matrix} measure={measure.name} quantity={measure.quantity} />
      )}
    </section>
  );
}

function MatrixTable(props: {
  readonly view: ViewProps;
  readonly matrix: Matrix;
  readonly measure: keyof MatrixCell;
  readonly quantity: Quantity;
}) {
  const { view, matrix, measure, quantity } = props;
  const [menu, setMenu] = useState<{
    readonly anchor: Element;
    readonly from: string;
    readonly to: string;
  } | null>(null);
  const shown = [...matrix.cells].filter(([key]) => !key.split(' ').includes(OTHER));
  const largest = Math.max(1, ...shown.map(([, cell]) => cell[measure]));
  return (
    <div className="table-scroll">
      <table className="matrix">
        <caption className="visually-hidden">Senders down, receivers across</caption>
        <thead>
          <tr>
            <th scope="col">
              <span className="hint">from ↓ to →</span>
            </th>
            {matrix.receivers.map((name) => (
              <th key={name} scope="col" className="code">
                <span title={name}>{name}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {matrix.senders.map((from) => (
            <tr key={from}>
              <th scope="row" className="code">
                {from}
              </th>
              {matrix.receivers.map((to) => {
                const cell = matrix.cells.get(`${from} ${to}`);
                if (cell === undefined || cell[measure] === 0) return <td key={to} />;
                const { short, exact } = formatQuantity(cell[measure], quantity);
                const isOther = from === OTHER || to === OTHER;
                const strength = isOther ? 0 : Math.round(8 + 52 * Math.sqrt(cell[measure] / largest));
                const colour = measure === 'rejects' ? '--reject' : '--accept';
                return (
                  <td key={to}>
                    <button
                      type="button"
                      className={cell.rejects > 0 && measure !== 'rejects' ? 'has-rejects' : ''}
                      style={{
                        backgroundColor: `color-mix(in srgb, var(${colour}) ${strength}%, transparent)`,
                      }}
                      title={`${from} to ${to}: ${exact}, ${cell.rejects} rejected records`}
                      aria-haspopup="menu"
                      disabled={isOther}
                      onClick={(event) => setMenu({ anchor: event.currentTarget, from, to })}
                    >
                      {short}
                    </button>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {menu === null ? null : <BlockMenu {...menu} address={view.address} onClose={() => setMenu(null)} />}
    </div>
  );
}

function Choice<Name extends string>(props: {
  readonly label: string;
  readonly names: readonly { readonly name: Name; readonly label: string }[];
  readonly current: Name;
  readonly onChoose: (name: Name) => void;
}) {
  return (
    <div className="choice" role="radiogroup" aria-label={props.label}>
      {props.names.map(({ name, label }) => (
        <button
          key={name}
          type="button"
          role="radio"
          aria-checked={name === props.current}
          onClick={() => props.onChoose(name)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
