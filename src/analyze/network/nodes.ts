import {
  cidrOf,
  formatIp,
  type IpRange,
  type IpScope,
  parseCidr,
  parseIp,
  parseIpKey,
  rangeContains,
  rangeKeys,
  SCOPE_BLOCKS,
  scopeOf,
  sqlString,
} from '../../base/index.ts';
import type { OwnRange } from './places.ts';

/** What a node of the network stands for. */
export type NodeKind = 'vpc' | 'subnet' | 'block' | 'host' | 'internet' | 'service' | 'scope' | 'none';

/** How finely the inside is told apart. */
export interface NodeWidths {
  /** Subnets where the logs name them, or whole VPCs. */
  readonly level: 'vpc' | 'subnet';
  /** Prefix length of the blocks of addresses without a subnet; a multiple of four. */
  readonly v4: number;
  readonly v6: number;
}

/** A run of addresses that belong to one node. */
interface PlaceRow {
  readonly range: IpRange;
  /** The id of the node; `block` where the address itself says which. */
  readonly node: string;
}

/** The id of everything outside. */
export const INTERNET = 'internet';
/** The id of records that name no address on that side. */
export const NO_ADDRESS = 'none';
const BLOCK = 'block';

/** Which addresses belong to which node, the first row that holds an address deciding. What no row holds is the internet. */
export function placesOf(own: readonly OwnRange[], level: NodeWidths['level']): readonly PlaceRow[] {
  const inside = own.map(
    ({ range, subnetId, vpcId }): PlaceRow => ({ range, node: nodeOf(subnetId, vpcId) }),
  );
  const scopes = SCOPE_BLOCKS.map(
    ({ cidr, scope }): PlaceRow => ({
      range: cidrOf(cidr),
      node: scope === 'private' ? BLOCK : `scope:${scope}`,
    }),
  );
  return [...inside, ...scopes];

  function nodeOf(subnetId: string | null, vpcId: string | null): string {
    if (level === 'vpc' && vpcId !== null) return `vpc:${vpcId}`;
    return level === 'subnet' && subnetId !== null ? `subnet:${subnetId}` : BLOCK;
  }
}

/** The rows of `placesOf` as a SQL list of `(lo, hi, rank, node)`. */
export function placeTuples(places: readonly PlaceRow[]): string {
  return places
    .map(({ range, node }, rank) => {
      const { first, last } = rangeKeys(range);
      return `('${first}', '${last}', ${rank}, ${sqlString(node)})`;
    })
    .join(', ');
}

/** The id that SQL knows a node by: blocks by the sort key of their first address. */
export function sqlIdOf(id: string): string {
  const block = id.startsWith('block:') ? parseCidr(id.slice('block:'.length)) : null;
  return block === null ? id : `block:${rangeKeys(block).first}`;
}

/** SQL of the sort key of an address; the short way for IPv4, which most addresses are. */
export function keySql(text: string): string {
  const octets = [1, 2, 3, 4].map((index) => `TRY_CAST(split_part(${text}, '.', ${index}) AS BIGINT)`);
  const number = octets.reduce((sum, octet) => (sum === '' ? octet : `(${sum}) * 256 + ${octet}`), '');
  return `CASE WHEN contains(${text}, ':') THEN ip_key(${text}) ELSE printf('00000000000000000000ffff%08x', ${number}) END`;
}

/** SQL of the id of the block that holds an address with the sort key `key`. */
export function blockSql(key: string, text: string, widths: NodeWidths): string {
  const digits = (bits: number): string => `rpad(left(${key}, ${bits / 4}), 32, '0')`;
  return `'block:' || CASE WHEN contains(${text}, ':') THEN ${digits(widths.v6)} ELSE ${digits(96 + widths.v4)} END`;
}

/** A node as people and filters know it. */
export interface NodeFace {
  readonly id: string;
  readonly kind: NodeKind;
  readonly name: string;
  /** The blocks it is made of; empty where none says it. */
  readonly cidrs: readonly string[];
}

/** The face of a node by the id that SQL gave it. */
export function faceOf(sqlId: string, own: readonly OwnRange[], widths: NodeWidths): NodeFace {
  const colon = sqlId.indexOf(':');
  const [kind, value] = colon < 0 ? [sqlId, ''] : [sqlId.slice(0, colon), sqlId.slice(colon + 1)];
  switch (kind) {
    case 'vpc':
      return {
        id: sqlId,
        kind,
        name: value,
        cidrs: own.filter(({ vpcId }) => vpcId === value).map(({ cidr }) => cidr),
      };
    case 'subnet':
      return {
        id: sqlId,
        kind,
        name: value,
        cidrs: own.filter(({ subnetId }) => subnetId === value).map(({ cidr }) => cidr),
      };
    case 'block': {
      const name = blockName(value, widths);
      return { id: `block:${name}`, kind, name, cidrs: cidrsOfBlock(name, own) };
    }
    case 'host':
      return { id: sqlId, kind, name: value, cidrs: [value] };
    case 'service':
      return { id: sqlId, kind, name: value, cidrs: [] };
    case 'scope':
      return { id: sqlId, kind, name: SCOPE_NAMES[value as IpScope], cidrs: cidrsOfScope(value as IpScope) };
    case INTERNET:
      return { id: sqlId, kind: 'internet', name: 'Internet', cidrs: [] };
    default:
      return { id: sqlId, kind: 'none', name: 'No address', cidrs: [] };
  }
}

/** The smallest set of known blocks that keeps every listed address that is not of the internet apart from it. */
export function insideBlocks(faces: readonly NodeFace[], own: readonly OwnRange[]): readonly string[] {
  const scopes = SCOPE_BLOCKS.map(({ cidr }) => ({ cidr, range: cidrOf(cidr) }));
  const used = new Set<string>();
  for (const face of faces) {
    for (const cidr of face.cidrs) {
      const address = parseIp(cidr.split('/')[0] ?? '');
      if (address === null) continue;
      const holder =
        scopes.find(({ range }) => rangeContains(range, address)) ??
        own.find(({ range }) => rangeContains(range, address) || rangeContains(cidrOf(cidr), firstOf(range)));
      if (holder !== undefined) used.add(holder.cidr);
    }
  }
  return [...used].sort();
}

function firstOf(range: IpRange): { readonly version: IpRange['version']; readonly value: bigint } {
  return { version: range.version, value: range.first };
}

const SCOPE_NAMES: Readonly<Record<IpScope, string>> = {
  private: 'Private',
  public: 'Public',
  'link-local': 'Link-local',
  loopback: 'Loopback',
  multicast: 'Multicast',
  reserved: 'Reserved',
};

function blockName(key: string, widths: NodeWidths): string {
  const address = parseIpKey(key);
  if (address === null) return key;
  return `${formatIp(address)}/${address.version === 4 ? widths.v4 : widths.v6}`;
}

/** A block of private addresses is itself; of others only the parts that are ours, since the rest is the internet. */
function cidrsOfBlock(name: string, own: readonly OwnRange[]): readonly string[] {
  const range = cidrOf(name);
  if (scopeOf(firstOf(range)) === 'private') return [name];
  const parts = own.filter((entry) => rangeContains(range, firstOf(entry.range)));
  return parts.length === 0 ? [name] : parts.map(({ cidr }) => cidr);
}

function cidrsOfScope(scope: IpScope): readonly string[] {
  return SCOPE_BLOCKS.filter((row) => row.scope === scope).map(({ cidr }) => cidr);
}
