import type { EntityFacts, Sums } from '../../../src/api/index.ts';
import { serviceName } from '../../../src/query/index.ts';
import { hrefWith } from '../address.ts';
import { conditionFor, joinFilters, printCondition } from '../filter.ts';
import { formatAge, formatShare, formatTimestamp } from '../format.ts';
import { Link } from '../parts/link.tsx';
import { Quantity } from '../parts/quantity.tsx';
import { countedHref, NO_RECORDS } from '../records/records-link.ts';
import { rangeChanges } from '../time-range.ts';
import { filterOf, type ViewProps } from '../view.ts';
import type { EntityKind } from './entity-link.ts';

/** When it was seen, over the whole lake, with the way there when the range on screen shows nothing of it. */
export function Seen({ facts, view }: { readonly facts: EntityFacts; readonly view: ViewProps }) {
  const { firstSeconds: first, lastSeconds: last } = facts;
  const { address, lake, range, zone } = view;
  if (first === null || last === null) return <p>Never seen in this lake</p>;
  const isElsewhere = last < range.startSeconds || first >= range.endSeconds;
  return (
    <p>
      First seen <b className="number">{formatTimestamp(first, zone)}</b>, last seen{' '}
      <b className="number" title={formatAge(lake.nowSeconds - last)}>
        {formatTimestamp(last, zone)}
      </b>
      , over the whole lake{' '}
      {isElsewhere ? (
        <Link className="text-button" href={hrefWith(address, rangeChanges(first, last + 60))}>
          Not in this range: show when it was
        </Link>
      ) : null}
    </p>
  );
}

/** What else the logs call it: the service of a port, or nothing. */
export function knownName(kind: EntityKind, value: string): string | null {
  return kind === 'port' ? (serviceName(Number(value)) ?? null) : null;
}

const ROLES = [
  { key: 'server', name: 'serves', meaning: 'records in which its port is the service port' },
  { key: 'client', name: 'asks', meaning: 'records in which the other port is the service port' },
  { key: 'unknown', name: 'not told', meaning: 'records without ports, or with two equal ones' },
] as const;

const PORT_ROLES: Readonly<Record<(typeof ROLES)[number]['key'], string>> = {
  server: 'as service port',
  client: 'as the other port',
  unknown: 'not told',
};

/** Who it is in its conversations, and how much went each way. */
export function Roles(props: {
  readonly facts: EntityFacts;
  readonly kind: EntityKind;
  readonly value: string;
  readonly view: ViewProps;
}) {
  const { facts, kind, value, view } = props;
  const whole = Number(facts.total.flows);
  if (whole === 0) return null;
  const sides: readonly (readonly [string, Sums, string])[] = [
    ['Sent', facts.sent, sideFilter(kind, value, 'sent')],
    ['Received', facts.received, sideFilter(kind, value, 'received')],
  ];
  return (
    <dl className="entity-roles">
      {kind === 'port'
        ? null
        : sides.map(([name, sums, side]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <Quantity value={sums.bytes} kind="bytes" />{' '}
                <span className="hint">
                  in{' '}
                  <Link
                    className="number-link"
                    href={countedHref(view.address, joinFilters(filterOf(view), side))}
                  >
                    <Quantity value={sums.flows} kind="count" />
                  </Link>{' '}
                  {Number(sums.flows) === 1 ? 'record' : 'records'}
                </span>
              </dd>
            </div>
          ))}
      <div>
        <dt>Role</dt>
        <dd>
          {ROLES.filter(({ key }) => Number(facts.roles[key].flows) > 0).map(({ key, name, meaning }) => (
            <span key={key} className="entity-role" title={meaning}>
              {kind === 'port' ? PORT_ROLES[key] : name}{' '}
              <b className="number">{formatShare(Number(facts.roles[key].flows), whole)}</b>
            </span>
          ))}
        </dd>
      </div>
    </dl>
  );
}

/** Where it stands: interface, instance, subnet and VPC, as the records of its own interfaces say. */
export function Places(props: {
  readonly facts: EntityFacts;
  readonly kind: EntityKind;
  readonly view: ViewProps;
}) {
  const { facts, kind, view } = props;
  if (facts.places.length === 0) return null;
  const page = (of: EntityKind, value: string | null) =>
    value === null ? (
      <span className="hint">–</span>
    ) : (
      <Link
        className="code"
        href={hrefWith(view.address, { where: null, ...NO_RECORDS }, `/${of}/${encodeURIComponent(value)}`)}
      >
        {value}
      </Link>
    );
  const narrow = (field: string, value: string | null) =>
    value === null ? (
      <span className="hint">–</span>
    ) : (
      <Link
        className="code"
        title={`Everything in ${value}`}
        href={hrefWith(view.address, { where: joinFilters('', `${field} = '${value}'`), ...NO_RECORDS }, '/')}
      >
        {value}
      </Link>
    );
  const has = (key: 'instanceId' | 'subnetId' | 'vpcId' | 'accountId'): boolean =>
    facts.places.some((place) => place[key] !== null);
  return (
    <section className="entity-places">
      <h2 className="section-title">
        Where it is <span className="by">as its own interfaces say</span>
      </h2>
      <div className="table-scroll">
        <table className="plain-table">
          <thead>
            <tr>
              {kind === 'address' ? null : <th scope="col">Address</th>}
              {kind === 'interface' ? null : <th scope="col">Interface</th>}
              {kind === 'instance' || !has('instanceId') ? null : <th scope="col">Instance</th>}
              {has('subnetId') ? <th scope="col">Subnet</th> : null}
              {has('vpcId') ? <th scope="col">VPC</th> : null}
              {has('accountId') ? <th scope="col">Account</th> : null}
              <th scope="col">Records</th>
            </tr>
          </thead>
          <tbody>
            {facts.places.map((place) => (
              <tr key={`${place.interfaceId} ${place.address}`}>
                {kind === 'address' ? null : <td>{page('address', place.address)}</td>}
                {kind === 'interface' ? null : <td>{page('interface', place.interfaceId)}</td>}
                {kind === 'instance' || !has('instanceId') ? null : (
                  <td>{page('instance', place.instanceId)}</td>
                )}
                {has('subnetId') ? <td>{narrow('subnet_id', place.subnetId)}</td> : null}
                {has('vpcId') ? <td>{narrow('vpc_id', place.vpcId)}</td> : null}
                {has('accountId') ? <td>{narrow('account_id', place.accountId)}</td> : null}
                <td>
                  <Link
                    className="number-link"
                    href={countedHref(view.address, joinFilters(filterOf(view), placeFilter(place)))}
                  >
                    <Quantity value={place.flows} kind="count" />
                  </Link>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** Which of its records it sent, or received. */
function sideFilter(kind: EntityKind, value: string, side: 'sent' | 'received'): string {
  const [own, far] = side === 'sent' ? ['srcaddr', 'dstaddr'] : ['dstaddr', 'srcaddr'];
  if (kind === 'address') return `${own} = ${value} and not ${far} = ${value}`;
  return `direction = ${side === 'sent' ? 'egress' : 'ingress'}`;
}

/** The records that an interface wrote with an address as its own. */
function placeFilter({ interfaceId, address }: EntityFacts['places'][number]): string {
  const written = printCondition(conditionFor([{ field: 'interface_id', value: interfaceId }]));
  if (address === null) return written;
  return `${written} and (direction = egress and srcaddr = ${address} or direction = ingress and dstaddr = ${address})`;
}
