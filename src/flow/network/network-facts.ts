import type { RecordFacts } from '../facts.ts';
import { REJECTED } from '../flow-row.ts';
import type { FlowRow } from '../flow-row-view.ts';
import type { AwsServices } from './aws-services.ts';
import type { DecidingRule, RuleBook } from './deciding-rule.ts';
import { hasAddress, type Network, type NetworkInterface, type RegionalNat } from './network.ts';
import type { RouteTarget } from './route-table.ts';
import { trafficPathOf } from './traffic-path.ts';

/** Which tags the tag fields of a flow log show: at most two keys of each kind (TagFieldSpecification). */
export interface TagKeys {
  readonly instance?: readonly string[];
  readonly interface?: readonly string[];
  readonly autoScalingGroup?: readonly string[];
}

export interface NetworkFactsConfig {
  readonly tagKeys: TagKeys;
  /** Null: `pkt-*-aws-service` stays `-`. */
  readonly services: AwsServices | null;
}

const ROW_FIELDS: ReadonlySet<string> = new Set([
  'pkt-src-aws-service',
  'pkt-dst-aws-service',
  'traffic-path',
  'reject-reason',
  'encryption-status',
  'next-hop-interface-id',
  'next-hop-subnet-id',
  'next-hop-az-id',
  'next-hop-vpc-id',
  'next-hop-interface-type',
]);

/** AWS's words; for all other rejects it has none. */
const REJECT_REASONS: Readonly<Record<string, string>> = {
  'block-public-access': 'BPA',
  'encryption-controls': 'EC',
};

const TCP = 6;
const HTTPS = 443;
const BY_HARDWARE = 1;
const BY_APPLICATION = 2;

/**
 * What a network model knows of the records of its interfaces and regional NAT gateways: every metadata field of versions
 * 2 to 11. What the model does not say stays null.
 */
export class NetworkFacts implements RecordFacts {
  readonly #network: Network;
  readonly #book: RuleBook;
  readonly #config: NetworkFactsConfig;
  /** Rejects by Block Public Access carry no bytes (flow-logs.md §3.4). */
  readonly #hidesBytes: boolean;

  constructor(network: Network, book: RuleBook, config: Partial<NetworkFactsConfig> = {}) {
    this.#network = network;
    this.#book = book;
    this.#config = { tagKeys: {}, services: null, ...config };
    this.#hidesBytes = [...network.vpcs.values()].some(
      ({ blockPublicAccess }) => blockPublicAccess !== 'off',
    );
  }

  vantageText(fieldName: string, vantage: number): string | null {
    const one = this.#network.interfaces[vantage];
    if (one !== undefined) return this.#interfaceText(fieldName, one);
    const nat = this.#network.regionalNats[vantage - this.#network.interfaces.length];
    return nat === undefined ? null : natText(fieldName, nat);
  }

  isRowField(fieldName: string): boolean {
    return ROW_FIELDS.has(fieldName) || (fieldName === 'bytes' && this.#hidesBytes);
  }

  rowText(fieldName: string, row: FlowRow): string | null {
    switch (fieldName) {
      case 'bytes':
        return this.ruleOf(row)?.kind === 'block-public-access' ? null : String(row.bytes);
      case 'pkt-src-aws-service':
        return this.#serviceOf(row, true);
      case 'pkt-dst-aws-service':
        return this.#serviceOf(row, false);
      case 'reject-reason':
        return REJECT_REASONS[this.ruleOf(row)?.kind ?? ''] ?? null;
      case 'traffic-path':
        return this.#pathText(row);
      case 'encryption-status':
        return this.#encryptionText(row);
      default:
        return this.#nextHopText(fieldName, row);
    }
  }

  replacesAddresses(vantage: number): boolean {
    return vantage < this.#network.interfaces.length;
  }

  ownAddress(row: FlowRow): string | null {
    const one = this.#network.interfaces[row.vantage];
    if (one === undefined) return null;
    if (row.ipVersion === 4) return one.primary4;
    const word = (index: number): number => (row.isEgress ? row.srcWord(index) : row.dstWord(index));
    // An interface has several IPv6 addresses of equal standing: each is its own.
    return hasAddress(one, 6, word(0), word(1), word(2), word(3)) ? null : one.primary6;
  }

  /** The rule that rejected a flow; null for accepted ones. */
  ruleOf(row: FlowRow): DecidingRule | null {
    return row.outcome === REJECTED ? this.#book.ruleOf(row.rule) : null;
  }

  #interfaceText(fieldName: string, one: NetworkInterface): string | null {
    const { subnet } = one;
    switch (fieldName) {
      case 'account-id':
        return one.account;
      case 'interface-id':
        return one.id;
      case 'vpc-id':
        return one.vpc.id;
      case 'subnet-id':
        return subnet.id;
      case 'instance-id':
        return one.instanceId;
      case 'region':
        return one.region;
      case 'az-id':
        return subnet.sublocation === null ? subnet.zoneId : null;
      case 'sublocation-type':
        return subnet.sublocation?.type ?? null;
      case 'sublocation-id':
        return subnet.sublocation?.id ?? null;
      case 'interface-type':
        return one.serviceType;
      default:
        return fieldName.startsWith('ecs-') ? ecsText(fieldName, one) : this.#tagText(fieldName, one);
    }
  }

  #tagText(fieldName: string, one: NetworkInterface): string | null {
    const match = /^(instance|interface|asg)-tag(-2)?$/.exec(fieldName);
    if (match === null) return null;
    const position = match[2] === undefined ? 0 : 1;
    const { tagKeys } = this.#config;
    const instance = (this.#network.spec.instances ?? []).find(({ id }) => id === one.instanceId);
    switch (match[1]) {
      case 'interface':
        return one.tags[tagKeys.interface?.[position] ?? ''] ?? null;
      case 'instance':
        return instance?.tags?.[tagKeys.instance?.[position] ?? ''] ?? null;
      default: {
        const groups = this.#network.spec.autoScalingGroups ?? [];
        const group = groups.find(({ name }) => name === instance?.autoScalingGroup);
        return group?.tags?.[tagKeys.autoScalingGroup?.[position] ?? ''] ?? null;
      }
    }
  }

  #serviceOf(row: FlowRow, isSource: boolean): string | null {
    const { services } = this.#config;
    if (services === null) return null;
    const word = (index: number): number => (isSource ? row.srcWord(index) : row.dstWord(index));
    return services.serviceOf(row.ipVersion, word(0), word(1), word(2), word(3));
  }

  /** Where the packets of a row go, by the route table of the interface's subnet. */
  #targetOf(row: FlowRow, one: NetworkInterface): RouteTarget | null {
    const { routes } = one.subnet;
    return (
      routes?.find(row.ipVersion, row.dstWord(0), row.dstWord(1), row.dstWord(2), row.dstWord(3)) ?? null
    );
  }

  #pathText(row: FlowRow): string | null {
    if (!row.isEgress) return null;
    const one = this.#network.interfaces[row.vantage];
    // A regional NAT gateway sends what is not for the VPC to the internet gateway.
    if (one === undefined) return this.#isTowardsVpc(row) ? '1' : '8';
    const target = this.#targetOf(row, one);
    const path = target === null ? null : trafficPathOf(target, one, this.#network);
    return path === null ? null : String(path);
  }

  #isTowardsVpc(row: FlowRow): boolean {
    const nat = this.#network.regionalNats[row.vantage - this.#network.interfaces.length];
    const { ipVersion } = row;
    return (
      this.#network.interfaceWith(
        ipVersion,
        row.dstWord(0),
        row.dstWord(1),
        row.dstWord(2),
        row.dstWord(3),
        nat?.vpc ?? null,
      ) !== null
    );
  }

  #encryptionText(row: FlowRow): string | null {
    const one = this.#network.interfaces[row.vantage];
    if (one === undefined || one.vpc.encryptionControls === 'off') return null;
    const peer = this.#peerOf(row, one);
    const target = row.isEgress ? this.#targetOf(row, one) : null;
    const isHttps = row.protocol === TCP && (row.isEgress ? row.dstPort : row.srcPort) === HTTPS;
    const isToEndpoint = peer?.serviceType === 'vpc_endpoint' || target?.via.startsWith('vpce-') === true;
    const isHardware = one.spec.supportsEncryption === true && peer?.spec.supportsEncryption === true;
    return String((isHardware ? BY_HARDWARE : 0) | (isHttps && isToEndpoint ? BY_APPLICATION : 0));
  }

  /** The interface at the other end, when the model has it. */
  #peerOf(row: FlowRow, one: NetworkInterface): NetworkInterface | null {
    const word = (index: number): number => (row.isEgress ? row.dstWord(index) : row.srcWord(index));
    const { ipVersion } = row;
    const [w0, w1, w2, w3] = [word(0), word(1), word(2), word(3)];
    return (
      this.#network.interfaceWith(ipVersion, w0, w1, w2, w3, one.vpc) ??
      this.#network.interfaceWith(ipVersion, w0, w1, w2, w3, null)
    );
  }

  #nextHopText(fieldName: string, row: FlowRow): string | null {
    const one = this.#network.interfaces[row.vantage];
    const hop = one === undefined ? null : this.#nextHop(row, one);
    if (one === undefined || hop === null || hop.region !== one.region) return null;
    if (fieldName === 'next-hop-az-id') return hop.subnet.zoneId;
    if (hop.account !== one.account) return null;
    switch (fieldName) {
      case 'next-hop-interface-id':
        return hop.id;
      case 'next-hop-subnet-id':
        return hop.subnet.id;
      case 'next-hop-vpc-id':
        return hop.vpc.id;
      default:
        return hop.serviceType;
    }
  }

  /** Egress: the interface that receives next, a middle box rather than the final target. Ingress: the one that sent. */
  #nextHop(row: FlowRow, one: NetworkInterface): NetworkInterface | null {
    if (!row.isEgress) {
      const sender = row.isIngress ? this.#peerOf(row, one) : null;
      const isSilent =
        sender?.serviceType === 'transit_gateway' || sender?.serviceType === 'network_load_balancer';
      return isSilent ? null : sender;
    }
    const target = this.#targetOf(row, one);
    if (target === null || target.isBlackhole) return null;
    const { via } = target;
    const { interfaces } = this.#network;
    if (via === 'local' || via.startsWith('pcx-')) return this.#peerOf(row, one);
    if (via.startsWith('eni-')) return this.#network.interfaceById(via);
    if (via.startsWith('i-')) return interfaces.find((each) => each.instanceId === via) ?? null;
    if (via.startsWith('nat-')) return interfaces.find((each) => each.spec.natGateway === via) ?? null;
    if (via.startsWith('vpce-')) return interfaces.find((each) => each.spec.endpoint === via) ?? null;
    return via.startsWith('tgw-') ? this.#transitHop(via, one) : null;
  }

  /** The interface of the attachment of this VPC, the one in the same zone first. */
  #transitHop(gateway: string, one: NetworkInterface): NetworkInterface | null {
    const own = this.#network.attachments
      .filter((attachment) => attachment.gateway.id === gateway && attachment.vpc === one.vpc)
      .flatMap(({ interfaces }) => interfaces);
    return own.find(({ subnet }) => subnet.zoneId === one.subnet.zoneId) ?? own[0] ?? null;
  }
}

function natText(fieldName: string, nat: RegionalNat): string | null {
  switch (fieldName) {
    case 'account-id':
      return nat.account;
    case 'vpc-id':
      return nat.vpc.id;
    case 'region':
      return nat.region;
    case 'resource-id':
      return nat.id;
    case 'interface-type':
      return 'regional_nat_gateway';
    default:
      return null;
  }
}

function ecsText(fieldName: string, one: NetworkInterface): string | null {
  const { ecs } = one.spec;
  switch (fieldName) {
    case 'ecs-cluster-arn':
      return ecs?.clusterArn ?? null;
    case 'ecs-cluster-name':
      return ecs?.clusterName ?? null;
    case 'ecs-container-instance-arn':
      return ecs?.containerInstanceArn ?? null;
    case 'ecs-container-instance-id':
      return ecs?.containerInstanceId ?? null;
    case 'ecs-container-id':
      return ecs?.containerIds?.[0] ?? null;
    case 'ecs-second-container-id':
      return ecs?.containerIds?.[1] ?? null;
    case 'ecs-service-name':
      return ecs?.serviceName ?? null;
    case 'ecs-task-definition-arn':
      return ecs?.taskDefinitionArn ?? null;
    case 'ecs-task-arn':
      return ecs?.taskArn ?? null;
    default:
      return ecs?.taskId ?? null;
  }
}
