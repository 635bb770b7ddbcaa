import { assertInvariant, canonicalIp, type IpVersion } from '../../base/index.ts';
import type { PacketView } from '../../packet/index.ts';
import { type AddressWords, addressWords, blockHolds, type WordBlock, wordBlock } from '../address-words.ts';
import { RouteTable } from './route-table.ts';
import type { AttachmentSpec, InterfaceSpec, NetworkSpec } from './schema.ts';

/** What everything in the model has. */
interface Placed {
  readonly id: string;
  readonly account: string | null;
  readonly region: string | null;
  readonly tags: Readonly<Record<string, string>>;
}

export interface Vpc extends Placed {
  readonly cidrs: readonly string[];
  readonly blocks: readonly WordBlock[];
  readonly isDefault: boolean;
  readonly blockPublicAccess: 'off' | 'block-bidirectional' | 'block-ingress';
  readonly encryptionControls: 'off' | 'monitor' | 'enforce';
  /** The lower word of its IPv4 DNS address: the base of the primary block plus two; null without IPv4. */
  readonly dnsWord: number | null;
}

export interface Subnet extends Placed {
  readonly vpc: Vpc;
  readonly cidrs: readonly string[];
  readonly blocks: readonly WordBlock[];
  readonly zone: string | null;
  readonly zoneId: string | null;
  readonly sublocation: { readonly type: string; readonly id: string } | null;
  /** Null when neither the subnet nor its VPC names one: then no path and no next hop are known. */
  readonly routes: RouteTable | null;
  /** Null when none is named: then nothing is stopped at the edge of the subnet. */
  readonly aclId: string | null;
  readonly isExemptFromBlockPublicAccess: boolean;
  /** The lower word of the address of the VPC router in this subnet; null without IPv4. */
  readonly routerWord: number | null;
}

/** A network interface of the model. */
export interface NetworkInterface extends Placed {
  /** Position in `Network.interfaces`, and its vantage number. */
  readonly index: number;
  readonly spec: InterfaceSpec;
  readonly subnet: Subnet;
  readonly vpc: Vpc;
  /** The first private IPv4 address, canonical as records and the API write it; null when there is none. */
  readonly primary4: string | null;
  readonly primary6: string | null;
  readonly addresses: readonly { readonly version: IpVersion; readonly words: AddressWords }[];
  readonly macHigh: number;
  readonly macLow: number;
  /** AWS's word for the service behind it: `nat_gateway`, …; null for the rest. */
  readonly serviceType: string | null;
  /** Instances are named only for interfaces that no service manages. */
  readonly instanceId: string | null;
}

/** A regional NAT gateway: recorded as a resource of its own, without an interface. */
export interface RegionalNat extends Placed {
  readonly vpc: Vpc;
  readonly publicWords: readonly number[];
}

export interface Attachment extends Placed {
  readonly index: number;
  readonly spec: AttachmentSpec;
  readonly gateway: Placed;
  readonly vpc: Vpc | null;
  readonly blocks: readonly WordBlock[];
  readonly interfaces: readonly NetworkInterface[];
  readonly routes: RouteTable | null;
  readonly mtu: number;
}

/** Bytes that a transit gateway carries at most in one packet. Source: transit gateway quotas, MTU. */
const TRANSIT_MTU = 8500;

/**
 * The network model, resolved: names are links, addresses are words. Build it from a checked spec; it does not change,
 * a changed model is a new one.
 */
export class Network {
  readonly spec: NetworkSpec;
  readonly vpcs: ReadonlyMap<string, Vpc>;
  readonly subnets: ReadonlyMap<string, Subnet>;
  readonly interfaces: readonly NetworkInterface[];
  readonly regionalNats: readonly RegionalNat[];
  readonly attachments: readonly Attachment[];
  readonly #interfaceById: ReadonlyMap<string, NetworkInterface>;
  /** Interfaces by the last word of their addresses; the rest of the address is compared. */
  readonly #byLastWord = new Map<number, NetworkInterface[]>();
  readonly #byMacLow = new Map<number, NetworkInterface[]>();
  /** The blocks behind attachments, the narrowest first. */
  readonly #attached: readonly { readonly block: WordBlock; readonly attachment: Attachment }[];

  constructor(spec: NetworkSpec) {
    this.spec = spec;
    const tables = new Map((spec.routeTables ?? []).map((table) => [table.id, new RouteTable(table, spec)]));
    this.vpcs = new Map((spec.vpcs ?? []).map((vpc) => [vpc.id, resolveVpc(vpc, spec)]));
    this.subnets = new Map(
      (spec.subnets ?? []).map((subnet) => [subnet.id, resolveSubnet(subnet, spec, this.vpcs, tables)]),
    );
    this.interfaces = (spec.interfaces ?? []).map((one, index) =>
      resolveInterface(one, index, spec, this.subnets),
    );
    this.#interfaceById = new Map(this.interfaces.map((one) => [one.id, one]));
    this.regionalNats = (spec.natGateways ?? [])
      .filter((nat) => nat.subnet === undefined)
      .map((nat) => ({
        ...placedOf(nat, spec),
        vpc: required(this.vpcs, nat.vpc),
        publicWords: (nat.publicIps ?? []).map((text) => addressWords(text)[3]),
      }));
    this.attachments = this.#resolveAttachments(spec);
    this.#attached = this.attachments
      .flatMap((attachment) => attachment.blocks.map((block) => ({ block, attachment })))
      .toSorted((a, b) => b.block.prefix - a.block.prefix);
    for (const one of this.interfaces) {
      for (const { words } of one.addresses) addTo(this.#byLastWord, words[3], one);
      if (one.macHigh >= 0) addTo(this.#byMacLow, one.macLow, one);
    }
  }

  interfaceById(id: string): NetworkInterface | null {
    return this.#interfaceById.get(id) ?? null;
  }

  /** The interface that holds an address, within a VPC when one is given (address plans may overlap); null when none does. */
  interfaceWith(
    version: IpVersion,
    w0: number,
    w1: number,
    w2: number,
    w3: number,
    vpc: Vpc | null,
  ): NetworkInterface | null {
    const candidates = this.#byLastWord.get(w3);
    if (candidates === undefined) return null;
    for (const one of candidates) {
      if ((vpc === null || one.vpc === vpc) && hasAddress(one, version, w0, w1, w2, w3)) return one;
    }
    return null;
  }

  /** The interface with an Ethernet address; null when none has it. */
  interfaceWithMac(high: number, low: number): NetworkInterface | null {
    return this.#byMacLow.get(low)?.find((one) => one.macHigh === high) ?? null;
  }

  /**
   * The transit gateway attachment with an address behind it, by the narrowest block; null when none has. Among equals one
   * of `among` comes first (null: none is preferred), since an address plan may be attached to several gateways.
   */
  attachmentWith(
    version: IpVersion,
    w0: number,
    w1: number,
    w2: number,
    w3: number,
    among: readonly number[] | null,
  ): Attachment | null {
    let found: Attachment | null = null;
    let prefix = -1;
    for (const { block, attachment } of this.#attached) {
      if (block.prefix < prefix) break;
      if (!blockHolds(block, version, w0, w1, w2, w3)) continue;
      if (among === null || among.includes(attachment.index)) return attachment;
      found ??= attachment;
      prefix = block.prefix;
    }
    return found;
  }

  #resolveAttachments(spec: NetworkSpec): readonly Attachment[] {
    const attachments: Attachment[] = [];
    for (const gateway of spec.transitGateways ?? []) {
      const tables = new Map(
        (gateway.routeTables ?? []).map((table) => [table.id, new RouteTable(table, spec)]),
      );
      for (const one of gateway.attachments ?? []) {
        const vpc = one.vpc === undefined ? null : required(this.vpcs, one.vpc);
        attachments.push({
          ...placedOf(one, spec),
          index: attachments.length,
          spec: one,
          gateway: placedOf(gateway, spec),
          vpc,
          blocks: one.cidrs?.map(wordBlock) ?? vpc?.blocks ?? [],
          interfaces: (one.interfaces ?? []).flatMap((id) => this.#interfaceById.get(id) ?? []),
          routes: one.routeTable === undefined ? null : (tables.get(one.routeTable) ?? null),
          mtu: one.mtu ?? TRANSIT_MTU,
        });
      }
    }
    return attachments;
  }
}

/** Whether an address is one of the interface's own private ones. */
export function hasAddress(
  one: NetworkInterface,
  version: IpVersion,
  w0: number,
  w1: number,
  w2: number,
  w3: number,
): boolean {
  for (const address of one.addresses) {
    const { words } = address;
    if (
      address.version === version &&
      words[3] === w3 &&
      (version === 4 || (words[0] === w0 && words[1] === w1 && words[2] === w2))
    )
      return true;
  }
  return false;
}

/** Whether any of some blocks holds the packet's source (or destination). */
export function blocksHoldSource(blocks: readonly WordBlock[], packet: PacketView): boolean {
  const { ipVersion, src0, src1, src2, src3 } = packet;
  for (const block of blocks) if (blockHolds(block, ipVersion, src0, src1, src2, src3)) return true;
  return false;
}

export function blocksHoldDestination(blocks: readonly WordBlock[], packet: PacketView): boolean {
  const { ipVersion, dst0, dst1, dst2, dst3 } = packet;
  for (const block of blocks) if (blockHolds(block, ipVersion, dst0, dst1, dst2, dst3)) return true;
  return false;
}

function resolveVpc(vpc: NonNullable<NetworkSpec['vpcs']>[number], spec: NetworkSpec): Vpc {
  const blocks = vpc.cidrs.map(wordBlock);
  const primary = blocks.find((block) => block.version === 4);
  return {
    ...placedOf(vpc, spec),
    cidrs: vpc.cidrs,
    blocks,
    isDefault: vpc.isDefault ?? false,
    blockPublicAccess: vpc.blockPublicAccess ?? 'off',
    encryptionControls: vpc.encryptionControls ?? 'off',
    dnsWord: primary === undefined ? null : (primary.value[3] + 2) | 0,
  };
}

function resolveSubnet(
  subnet: NonNullable<NetworkSpec['subnets']>[number],
  spec: NetworkSpec,
  vpcs: ReadonlyMap<string, Vpc>,
  tables: ReadonlyMap<string, RouteTable>,
): Subnet {
  const vpc = required(vpcs, subnet.vpc);
  const vpcSpec = (spec.vpcs ?? []).find(({ id }) => id === subnet.vpc);
  const routeTable = subnet.routeTable ?? vpcSpec?.mainRouteTable;
  const blocks = subnet.cidrs.map(wordBlock);
  const primary = blocks.find((block) => block.version === 4);
  return {
    ...placedOf(subnet, spec),
    region: subnet.region ?? vpc.region,
    account: subnet.account ?? vpc.account,
    vpc,
    cidrs: subnet.cidrs,
    blocks,
    zone: subnet.zone ?? null,
    zoneId: subnet.zoneId ?? null,
    sublocation: subnet.sublocation ?? null,
    routes: routeTable === undefined ? null : (tables.get(routeTable) ?? null),
    aclId: subnet.networkAcl ?? vpcSpec?.defaultNetworkAcl ?? null,
    isExemptFromBlockPublicAccess: subnet.isExemptFromBlockPublicAccess ?? false,
    routerWord: primary === undefined ? null : (primary.value[3] + 1) | 0,
  };
}

function resolveInterface(
  one: InterfaceSpec,
  index: number,
  spec: NetworkSpec,
  subnets: ReadonlyMap<string, Subnet>,
): NetworkInterface {
  const subnet = required(subnets, one.subnet);
  const mac = one.mac?.replaceAll(':', '') ?? '';
  const serviceType = serviceTypeOf(one);
  const isManaged = serviceType !== null || one.loadBalancer !== undefined || one.requester !== undefined;
  return {
    ...placedOf(one, spec),
    region: one.region ?? subnet.region,
    account: one.account ?? subnet.account,
    index,
    spec: one,
    subnet,
    vpc: subnet.vpc,
    primary4: canonicalIp(one.privateIps?.[0] ?? ''),
    primary6: canonicalIp(one.ipv6?.[0] ?? ''),
    addresses: [
      ...(one.privateIps ?? []).map((text) => ({ version: 4 as const, words: addressWords(text) })),
      ...(one.ipv6 ?? []).map((text) => ({ version: 6 as const, words: addressWords(text) })),
    ],
    macHigh: mac === '' ? -1 : Number.parseInt(mac.slice(0, 4), 16),
    macLow: mac === '' ? 0 : Number.parseInt(mac.slice(4), 16) | 0,
    serviceType,
    instanceId: isManaged ? null : (one.instance ?? null),
  };
}

/** The values AWS documents for interface-type; other services are `-`. */
function serviceTypeOf(one: InterfaceSpec): string | null {
  if (one.natGateway !== undefined) return 'nat_gateway';
  if (one.loadBalancer?.type === 'network') return 'network_load_balancer';
  if (one.transitGatewayAttachment !== undefined) return 'transit_gateway';
  return one.endpoint === undefined ? null : 'vpc_endpoint';
}

function placedOf(
  one: {
    readonly id: string;
    readonly account?: string | undefined;
    readonly region?: string | undefined;
    readonly tags?: Readonly<Record<string, string>> | undefined;
  },
  spec: NetworkSpec,
): Placed {
  return {
    id: one.id,
    account: one.account ?? spec.account ?? null,
    region: one.region ?? spec.region ?? null,
    tags: one.tags ?? {},
  };
}

/** Names were checked when the model was read; a missing one is our fault. */
function required<T>(map: ReadonlyMap<string, T>, id: string): T {
  const found = map.get(id);
  assertInvariant(found !== undefined, `${id} is in the checked model`);
  return found;
}

function addTo(map: Map<number, NetworkInterface[]>, key: number, one: NetworkInterface): void {
  const present = map.get(key);
  if (present === undefined) map.set(key, [one]);
  else present.push(one);
}
