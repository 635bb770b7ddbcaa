import type { AddressBook } from './address-book.ts';
import { NONE, type Rows } from './rows.ts';
import type { Interface, World } from './world.ts';

/** IANA protocol numbers the simulation uses. */
export const PROTOCOL = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58 } as const;

/** tcp-flags of the usual records. */
export const FLAGS = { none: 0, fin: 1, syn: 2, whole: 3, rst: 4, synAck: 18, answered: 19 } as const;

/** traffic-path of egress records. */
export const PATH = { none: 0, sameVpc: 1, gatewayEndpoint: 7, internet: 8 } as const;

const ACCEPT = 0;
const REJECT = 1;

/**
 * One conversation inside one tick, both directions: what the next `emit` call puts down at every point that it
 * crosses. Mutable and reused, because millions of them pass through.
 */
export interface Conversation {
  protocol: number;
  clientPort: number;
  serverPort: number;
  requestPackets: number;
  requestBytes: number;
  replyPackets: number;
  replyBytes: number;
  requestFlags: number;
  replyFlags: number;
}

/**
 * Puts conversations down as rows at every point that sees them, with the address rules of flow-logs.md §1.8: client
 * and server record the same packets and bytes, gateways show the original addresses in `pkt-*`.
 */
export class Emitter {
  readonly rows: Rows;
  readonly talk: Conversation = {
    protocol: PROTOCOL.tcp,
    clientPort: 0,
    serverPort: 0,
    requestPackets: 0,
    requestBytes: 0,
    replyPackets: 0,
    replyBytes: 0,
    requestFlags: 0,
    replyFlags: 0,
  };
  private readonly world: World;
  private readonly book: AddressBook;
  private portsGiven = 0;

  constructor(world: World, book: AddressBook, rows: Rows) {
    this.world = world;
    this.book = book;
    this.rows = rows;
  }

  /**
   * A port of the range that Linux gives to clients. No port comes twice within 28 232 calls, so that two conversations
   * of one window never share a 5-tuple: a flow log has one record for each.
   */
  clientPort(): number {
    return 32_768 + ((this.portsGiven++ * 10_007) % 28_232);
  }

  /** A port from 1024 up, as NAT gateways and scanners use; none comes twice within 64 512 calls. */
  anyPort(): number {
    return 1_024 + ((this.portsGiven++ * 25_013) % 64_512);
  }

  /** Fills `talk` with a TCP exchange of so many payload bytes. Headers of 52 bytes (IPv6: 72) a packet, segments of 1448. */
  tcp(
    clientPort: number,
    serverPort: number,
    requestPayload: number,
    replyPayload: number,
    requestFlags: number,
    replyFlags: number,
    v6: boolean,
  ): void {
    const { talk } = this;
    const header = v6 ? 72 : 52;
    const segment = v6 ? 1428 : 1448;
    const opening = (requestFlags & 2) === 0 ? 0 : 2;
    const closing = (requestFlags & 1) === 0 ? 0 : 1;
    const requestData = Math.ceil(requestPayload / segment);
    const replyData = Math.ceil(replyPayload / segment);
    talk.protocol = PROTOCOL.tcp;
    talk.clientPort = clientPort;
    talk.serverPort = serverPort;
    talk.requestPackets = opening + closing + requestData + ((replyData + 1) >> 1);
    talk.replyPackets = (opening >> 1) + closing + replyData + ((requestData + 1) >> 1);
    if (talk.requestPackets === 0) talk.requestPackets = 1;
    if (talk.replyPackets === 0) talk.replyPackets = 1;
    talk.requestBytes = requestPayload + talk.requestPackets * header;
    talk.replyBytes = replyPayload + talk.replyPackets * header;
    talk.requestFlags = requestFlags;
    talk.replyFlags = replyFlags;
  }

  /** Fills `talk` with datagrams: `packets` questions and as many answers, sizes in payload bytes each. */
  datagrams(
    protocol: number,
    clientPort: number,
    serverPort: number,
    packets: number,
    requestSize: number,
    replySize: number,
    v6: boolean,
  ): void {
    const { talk } = this;
    const header = v6 ? 48 : 28;
    talk.protocol = protocol;
    talk.clientPort = clientPort;
    talk.serverPort = serverPort;
    talk.requestPackets = packets;
    talk.replyPackets = packets;
    talk.requestBytes = packets * (requestSize + header);
    talk.replyBytes = packets * (replySize + header);
    talk.requestFlags = FLAGS.none;
    talk.replyFlags = FLAGS.none;
  }

  /** Between two interfaces of one VPC: four rows. */
  internal(client: Interface, server: Interface, v6: boolean): void {
    const c = v6 ? client.v6 : client.v4;
    const s = v6 ? server.v6 : server.v4;
    this.exchange(client.index, true, c, s, c, s, PATH.sameVpc, server.index);
    this.exchange(server.index, false, c, s, c, s, PATH.sameVpc, client.index);
  }

  /** An outside client and a public interface: two rows. */
  fromOutside(client: number, server: Interface): void {
    const s = this.book.isV6(client) ? server.v6 : server.v4;
    this.exchange(server.index, false, client, s, client, s, PATH.internet, NONE);
  }

  /** Straight out, through the internet gateway or a gateway endpoint: two rows. */
  toOutside(client: Interface, server: number, path: number): void {
    const c = this.book.isV6(server) ? client.v6 : client.v4;
    this.exchange(client.index, true, c, server, c, server, path, NONE);
  }

  /** Out through the zone's NAT gateway (IPv4 only): two rows at the client, four at the gateway, which changes the port. */
  throughNat(client: Interface, nat: Interface, server: number, natPort: number): void {
    const { talk, rows } = this;
    const { clientPort } = talk;
    this.exchange(client.index, true, client.v4, server, client.v4, server, PATH.sameVpc, nat.index);
    rows.push(
      nat.index,
      0,
      client.v4,
      nat.v4,
      client.v4,
      server,
      clientPort,
      talk.serverPort,
      talk.protocol,
      talk.requestPackets,
      talk.requestBytes,
      talk.requestFlags,
      PATH.none,
      ACCEPT,
      client.index,
    );
    talk.clientPort = talk.protocol === PROTOCOL.icmp ? 0 : natPort;
    this.exchange(nat.index, true, nat.v4, server, nat.v4, server, PATH.internet, NONE);
    talk.clientPort = clientPort;
    rows.push(
      nat.index,
      1,
      nat.v4,
      client.v4,
      server,
      client.v4,
      talk.serverPort,
      clientPort,
      talk.protocol,
      talk.replyPackets,
      talk.replyBytes,
      talk.replyFlags,
      PATH.sameVpc,
      ACCEPT,
      client.index,
    );
  }

  /**
   * Between VPCs, through the transit gateway: two rows at client and server, two at the gateway's interface in each
   * VPC, and four transit gateway records (request and reply, in and out). Returns the index of the first of those
   * four: request in, request out, reply in, reply out.
   */
  throughTransit(client: Interface, server: Interface, v6: boolean): number {
    const { rows, world } = this;
    const near = world.transitInterface(client.vpc, client.zone);
    const far = world.transitInterface(server.vpc, server.zone);
    const c = v6 ? client.v6 : client.v4;
    const s = v6 ? server.v6 : server.v4;
    const nearIp = v6 ? near.v6 : near.v4;
    const farIp = v6 ? far.v6 : far.v4;
    this.exchange(client.index, true, c, s, c, s, PATH.sameVpc, near.index);
    this.exchange(server.index, false, c, s, c, s, PATH.sameVpc, far.index);
    this.request(near.index, 0, c, nearIp, c, s, PATH.none, NONE);
    this.reply(near.index, 1, nearIp, c, s, c, PATH.sameVpc, client.index);
    this.request(far.index, 1, farIp, s, c, s, PATH.sameVpc, server.index);
    this.reply(far.index, 0, s, farIp, s, c, PATH.none, NONE);
    const [clientSide, serverSide] = [this.attachmentOf(client), this.attachmentOf(server)];
    const first = this.request(clientSide, 0, c, s, c, s, PATH.none, near.index);
    const requestOut = this.request(serverSide, 1, c, s, c, s, PATH.none, near.index);
    rows.hopTo[first] = far.index;
    rows.hopTo[requestOut] = far.index;
    const replyIn = this.reply(serverSide, 0, s, c, s, c, PATH.none, far.index);
    const replyOut = this.reply(clientSide, 1, s, c, s, c, PATH.none, far.index);
    rows.hopTo[replyIn] = near.index;
    rows.hopTo[replyOut] = near.index;
    return first;
  }

  /** A single inbound packet train that nobody answers, accepted or refused at the interface: one row. */
  knock(
    from: number,
    to: Interface,
    protocol: number,
    fromPort: number,
    toPort: number,
    packets: number,
    bytes: number,
    tcpFlags: number,
    isRejected: boolean,
  ): void {
    const target = this.book.isV6(from) ? to.v6 : to.v4;
    this.rows.push(
      to.index,
      0,
      from,
      target,
      from,
      target,
      fromPort,
      toPort,
      protocol,
      packets,
      bytes,
      tcpFlags,
      PATH.none,
      isRejected ? REJECT : ACCEPT,
      NONE,
    );
  }

  /** The request's direction of `talk` alone, at one point: one row; gives its index. */
  request(
    point: number,
    egress: number,
    src: number,
    dst: number,
    pktSrc: number,
    pktDst: number,
    path: number,
    hop: number,
    isRejected = false,
  ): number {
    const { talk } = this;
    return this.rows.push(
      point,
      egress,
      src,
      dst,
      pktSrc,
      pktDst,
      talk.clientPort,
      talk.serverPort,
      talk.protocol,
      talk.requestPackets,
      talk.requestBytes,
      talk.requestFlags,
      path,
      isRejected ? REJECT : ACCEPT,
      hop,
    );
  }

  /** The reply's direction of `talk` alone, at one point: one row; gives its index. */
  reply(
    point: number,
    egress: number,
    src: number,
    dst: number,
    pktSrc: number,
    pktDst: number,
    path: number,
    hop: number,
    isRejected = false,
  ): number {
    const { talk } = this;
    return this.rows.push(
      point,
      egress,
      src,
      dst,
      pktSrc,
      pktDst,
      talk.serverPort,
      talk.clientPort,
      talk.protocol,
      talk.replyPackets,
      talk.replyBytes,
      talk.replyFlags,
      path,
      isRejected ? REJECT : ACCEPT,
      hop,
    );
  }

  /** Both directions at one point. `isClient`: the point is the client's side, so the request leaves it. */
  private exchange(
    point: number,
    isClient: boolean,
    client: number,
    server: number,
    pktClient: number,
    pktServer: number,
    path: number,
    hop: number,
  ): void {
    this.request(
      point,
      isClient ? 1 : 0,
      client,
      server,
      pktClient,
      pktServer,
      isClient ? path : PATH.none,
      hop,
    );
    this.reply(
      point,
      isClient ? 0 : 1,
      server,
      client,
      pktServer,
      pktClient,
      isClient ? PATH.none : path,
      hop,
    );
  }

  private attachmentOf(eni: Interface): number {
    return (this.world.attachments[eni.vpc.name === 'web' ? 0 : 1] as { readonly index: number }).index;
  }
}
