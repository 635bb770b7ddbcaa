import type { ListRule } from '../overview/lists.ts';
import type { EntityKind } from './entity-link.ts';

const COMMON: readonly ListRule[] = [
  { title: 'Service ports', by: 'svc_port,protocol', limit: 10, empty: 'No records with ports' },
  {
    title: 'Rejected sources',
    by: 'srcaddr',
    measure: 'rejects',
    isRejected: true,
    limit: 10,
    empty: 'Nothing was rejected',
  },
  {
    title: 'Rejected ports',
    by: 'dstport,protocol',
    measure: 'rejects',
    isRejected: true,
    limit: 10,
    empty: 'Nothing was rejected',
  },
];

const SIDES: readonly ListRule[] = [
  { title: 'Sources', by: 'srcaddr', limit: 10, empty: 'No records with addresses' },
  { title: 'Destinations', by: 'dstaddr', limit: 10, empty: 'No records with addresses' },
];

const REST: readonly ListRule[] = [
  { title: 'Interfaces', by: 'interface_id', limit: 6, empty: 'No records with interfaces' },
  { title: 'Protocols', by: 'protocol', limit: 6, empty: 'No records' },
  { title: 'Directions', by: 'direction', limit: 3, empty: 'No records' },
];

/** The lists on the page of a thing; `value` as the filter language writes it. */
export function listsFor(kind: EntityKind, value: string): readonly ListRule[] {
  if (kind === 'address') {
    const peers: readonly ListRule[] = [
      { title: 'Sent to', by: 'dstaddr', where: `srcaddr = ${value}`, limit: 10, empty: 'It sent nothing' },
      {
        title: 'Received from',
        by: 'srcaddr',
        where: `dstaddr = ${value}`,
        limit: 10,
        empty: 'It received nothing',
      },
    ];
    return [...peers, ...COMMON, ...REST];
  }
  const pairs: ListRule = {
    title: 'Pairs',
    by: 'srcaddr,dstaddr',
    limit: 10,
    empty: 'No records with addresses',
  };
  return [...SIDES, pairs, ...COMMON, ...(kind === 'interface' ? REST.slice(1) : REST)];
}
