import type { EntityFacts } from '../../../src/api/index.ts';
import type { ListRule } from '../overview/lists.ts';
import type { EntityKind } from './entity-link.ts';

type ListName = EntityFacts['lists'][number]['name'];

interface Title {
  readonly title: string;
  readonly empty: string;
}

const TITLES: Readonly<Record<ListName, Title>> = {
  destinations: { title: 'Destinations', empty: 'No records with addresses' },
  sources: { title: 'Sources', empty: 'No records with addresses' },
  services: { title: 'Service ports', empty: 'No records with ports' },
  rejectedSources: { title: 'Rejected sources', empty: 'Nothing was rejected' },
  rejectedPorts: { title: 'Rejected ports', empty: 'Nothing was rejected' },
  pairs: { title: 'Pairs', empty: 'No records with addresses' },
  interfaces: { title: 'Interfaces', empty: 'No records with interfaces' },
  instances: { title: 'Instances', empty: 'No records name an instance' },
  protocols: { title: 'Protocols', empty: 'No records' },
  directions: { title: 'Directions', empty: 'No records' },
};

/** How the lists of an address are called: each knows its other end. */
const ADDRESS_TITLES: Readonly<Partial<Record<ListName, Title>>> = {
  destinations: { title: 'Sent to', empty: 'It sent nothing' },
  sources: { title: 'Received from', empty: 'It received nothing' },
};

/** What a list of an entity is called, and the filter that its rows share; `value` as the filter language writes it. */
export function ruleOf(list: EntityFacts['lists'][number], kind: EntityKind, value: string): ListRule {
  const isAddress = kind === 'address';
  const { title, empty } = (isAddress ? ADDRESS_TITLES[list.name] : undefined) ?? TITLES[list.name];
  const side = { destinations: `srcaddr = ${value}`, sources: `dstaddr = ${value}` };
  const isSide = isAddress && (list.name === 'destinations' || list.name === 'sources');
  return {
    title,
    empty,
    by: list.fields.join(','),
    limit: Math.max(1, list.rows.length),
    ...(isSide ? { where: side[list.name as keyof typeof side] } : {}),
    ...(list.name.startsWith('rejected') ? { measure: 'rejects' as const, isRejected: true } : {}),
  };
}
