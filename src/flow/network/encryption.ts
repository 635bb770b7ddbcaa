import type { PacketView } from '../../packet/index.ts';
import type { Network, NetworkInterface } from './network.ts';

const TCP = 6;
const HTTPS = 443;

/**
 * Whether a VPC that enforces encryption refuses a packet at one of its interfaces: one of the two ends is known not to
 * encrypt in transit (`supportsEncryption: false`), and it is not HTTPS with an endpoint, which the application encrypts.
 * An end that the model does not describe, or says nothing of, is not refused: it may be excluded.
 * Source: flow-logs.md §1.10, §3.4; what exactly AWS refuses beyond endpoints is not published (choice).
 */
export function isUnencrypted(
  network: Network,
  one: NetworkInterface,
  packet: PacketView,
  isInbound: boolean,
): boolean {
  const peer = peerOf(network, one, packet, isInbound);
  if (peer === null) return false;
  if (one.spec.supportsEncryption !== false && peer.spec.supportsEncryption !== false) return false;
  const hasEndpoint = one.serviceType === 'vpc_endpoint' || peer.serviceType === 'vpc_endpoint';
  const isHttps = packet.protocol === TCP && (packet.dstPort === HTTPS || packet.srcPort === HTTPS);
  return !(hasEndpoint && isHttps);
}

function peerOf(
  network: Network,
  one: NetworkInterface,
  packet: PacketView,
  isInbound: boolean,
): NetworkInterface | null {
  const { ipVersion, src0, src1, src2, src3, dst0, dst1, dst2, dst3 } = packet;
  const { vpc } = one;
  if (isInbound)
    return (
      network.interfaceWith(ipVersion, src0, src1, src2, src3, vpc) ??
      network.interfaceWith(ipVersion, src0, src1, src2, src3, null)
    );
  return (
    network.interfaceWith(ipVersion, dst0, dst1, dst2, dst3, vpc) ??
    network.interfaceWith(ipVersion, dst0, dst1, dst2, dst3, null)
  );
}
