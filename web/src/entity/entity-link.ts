import { type Address, hrefWith } from '../address.ts';
import type { FieldValue } from '../filter.ts';
import { NO_RECORDS } from '../records/records-link.ts';

/** Something that has a page of its own. */
export type EntityKind = 'address' | 'interface' | 'instance' | 'port';

const KINDS: Readonly<Record<string, EntityKind>> = {
  srcaddr: 'address',
  dstaddr: 'address',
  pkt_srcaddr: 'address',
  pkt_dstaddr: 'address',
  interface_id: 'interface',
  instance_id: 'instance',
  svc_port: 'port',
  srcport: 'port',
  dstport: 'port',
};

/** The page of the thing that values name, and what the link says; null when it has none. Filters stay behind. */
export function entityLink(
  address: Address,
  values: readonly FieldValue[],
): { readonly href: string; readonly name: string } | null {
  const [first] = values;
  const kind = first === undefined ? undefined : KINDS[first.field];
  if (first === undefined || kind === undefined || first.value === null) return null;
  const path = `/${kind}/${encodeURIComponent(String(first.value))}`;
  return { href: hrefWith(address, { where: null, ...NO_RECORDS }, path), name: `Open ${first.value}` };
}

/** What an address of the console names; null when it is no page of a thing. */
export function entityAt(path: string): { readonly kind: EntityKind; readonly value: string } | null {
  const match = /^\/(address|interface|instance|port)\/([^/]+)$/.exec(path);
  if (match === null) return null;
  try {
    return { kind: match[1] as EntityKind, value: decodeURIComponent(match[2] ?? '') };
  } catch {
    return null;
  }
}
