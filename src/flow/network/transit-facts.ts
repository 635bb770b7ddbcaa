import type { RecordFacts } from '../facts.ts';
import { LOST_BLACKHOLE, LOST_MTU, LOST_NO_ROUTE, LOST_TTL, type Outcome } from '../flow-row.ts';
import type { FlowRow } from '../flow-row-view.ts';
import { transitFlagsOf } from '../tcp-flags.ts';
import type { AwsServices } from './aws-services.ts';
import type { Attachment, Network, NetworkInterface } from './network.ts';

export interface TransitFactsConfig {
  /** What the flow log was made for. */
  readonly resourceType: 'TransitGateway' | 'TransitGatewayAttachment';
  /** Null: `pkt-*-aws-service` stays `-`. */
  readonly services: AwsServices | null;
}

const LOSSES: Readonly<Record<string, Outcome>> = {
  'packets-lost-no-route': LOST_NO_ROUTE,
  'packets-lost-blackhole': LOST_BLACKHOLE,
  'packets-lost-mtu-exceeded': LOST_MTU,
  'packets-lost-ttl-expired': LOST_TTL,
};

const VANTAGE_FIELDS: ReadonlySet<string> = new Set(['tgw-id', 'tgw-attachment-id']);

/** What a network model knows of transit gateway records: all 36 fields. Source: flow-logs.md §2.1. */
export class TransitFacts implements RecordFacts {
  readonly #network: Network;
  readonly #ofGateway = new Map<string, readonly number[]>();
  readonly #config: TransitFactsConfig;

  constructor(network: Network, config: Partial<TransitFactsConfig> = {}) {
    this.#network = network;
    for (const { index, gateway } of network.attachments)
      this.#ofGateway.set(gateway.id, [...(this.#ofGateway.get(gateway.id) ?? []), index]);
    this.#config = { resourceType: 'TransitGateway', services: null, ...config };
  }

  vantageText(fieldName: string, vantage: number): string | null {
    const gateway = this.#network.attachments[vantage]?.gateway;
    switch (fieldName) {
      case 'resource-type':
        return this.#config.resourceType;
      case 'account-id':
        return gateway?.account ?? null;
      case 'region':
        return gateway?.region ?? null;
      case 'tgw-id':
        return gateway?.id ?? null;
      case 'tgw-attachment-id':
        return this.#network.attachments[vantage]?.id ?? null;
      default:
        return null;
    }
  }

  isRowField(fieldName: string): boolean {
    return (
      fieldName === 'tcp-flags' ||
      fieldName in LOSSES ||
      fieldName.endsWith('-aws-service') ||
      (fieldName.startsWith('tgw-') && !VANTAGE_FIELDS.has(fieldName))
    );
  }

  rowText(fieldName: string, row: FlowRow): string | null {
    const loss = LOSSES[fieldName];
    if (loss !== undefined) return String(row.packetsLost(loss));
    switch (fieldName) {
      case 'tcp-flags':
        return String(transitFlagsOf(row.tcpFlags));
      case 'pkt-src-aws-service':
        return this.#serviceOf(row, true);
      case 'pkt-dst-aws-service':
        return this.#serviceOf(row, false);
      case 'tgw-pair-attachment-id':
        return (row.isIngress ? this.#destination(row) : this.#source(row))?.id ?? null;
      default:
        return this.#sideText(fieldName, row);
    }
  }

  replacesAddresses(): boolean {
    return false;
  }

  ownAddress(): string | null {
    return null;
  }

  #sideText(fieldName: string, row: FlowRow): string | null {
    const isSource = fieldName.startsWith('tgw-src-');
    const attachment = isSource ? this.#source(row) : this.#destination(row);
    if (attachment === null) return null;
    const eni = this.#interfaceOf(attachment, row, isSource);
    switch (fieldName.replace(/^tgw-(src|dst)-/, '')) {
      case 'vpc-account-id':
        return attachment.vpc?.account ?? null;
      case 'vpc-id':
        return attachment.vpc?.id ?? null;
      case 'subnet-id':
        return eni?.subnet.id ?? null;
      case 'eni':
        return eni?.id ?? null;
      default:
        return eni?.subnet.sublocation === null ? eni.subnet.zoneId : null;
    }
  }

  #source(row: FlowRow): Attachment | null {
    if (row.isIngress) return this.#network.attachments[row.vantage] ?? null;
    const { ipVersion } = row;
    const [w0, w1, w2, w3] = [row.srcWord(0), row.srcWord(1), row.srcWord(2), row.srcWord(3)];
    return this.#network.attachmentWith(ipVersion, w0, w1, w2, w3, this.#besides(row));
  }

  #destination(row: FlowRow): Attachment | null {
    const own = this.#network.attachments[row.vantage] ?? null;
    if (!row.isIngress) return own;
    const { ipVersion } = row;
    const [w0, w1, w2, w3] = [row.dstWord(0), row.dstWord(1), row.dstWord(2), row.dstWord(3)];
    const routes = own?.routes ?? null;
    if (routes === null) return this.#network.attachmentWith(ipVersion, w0, w1, w2, w3, this.#besides(row));
    const via = routes.find(ipVersion, w0, w1, w2, w3)?.via;
    return this.#network.attachments.find(({ id }) => id === via) ?? null;
  }

  /** Positions of the attachments of the gateway that wrote a row: the other end is among them, whoever else has the same blocks. */
  #besides(row: FlowRow): readonly number[] {
    const gateway = this.#network.attachments[row.vantage]?.gateway.id ?? '';
    return this.#ofGateway.get(gateway) ?? [];
  }

  /** The attachment's interface in the zone of the endpoint on its side, else its first. */
  #interfaceOf(attachment: Attachment, row: FlowRow, isSource: boolean): NetworkInterface | null {
    const word = (index: number): number => (isSource ? row.srcWord(index) : row.dstWord(index));
    const { ipVersion } = row;
    const end = this.#network.interfaceWith(ipVersion, word(0), word(1), word(2), word(3), attachment.vpc);
    const { interfaces } = attachment;
    const zone = end?.subnet.zoneId ?? null;
    return interfaces.find(({ subnet }) => zone !== null && subnet.zoneId === zone) ?? interfaces[0] ?? null;
  }

  #serviceOf(row: FlowRow, isSource: boolean): string | null {
    const word = (index: number): number => (isSource ? row.srcWord(index) : row.dstWord(index));
    return this.#config.services?.serviceOf(row.ipVersion, word(0), word(1), word(2), word(3)) ?? null;
  }
}
