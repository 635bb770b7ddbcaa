import type { PacketView } from '../packet/index.ts';
import { addressWords } from './address-words.ts';
import { type FlowDropCode, flowDropCodeOf } from './flow-drop.ts';

const AMAZON_DNS = flowDropCodeOf('amazon-dns');
const WINDOWS_LICENCE = flowDropCodeOf('windows-licence');
const INSTANCE_METADATA = flowDropCodeOf('instance-metadata');
const TIME_SYNC = flowDropCodeOf('time-sync');
const DHCP = flowDropCodeOf('dhcp');

/** The packet is captured. */
export const CAPTURED = -1;

const LINK_LOCAL_AWS = addressWords('169.254.169.0')[3] ?? 0;
const EC2_SERVICES = addressWords('fd00:ec2::');
const DNS_PORT = 53;
const LICENCE_PORT = 1688;
const UDP = 17;

/**
 * Whether AWS leaves this packet out wherever it is seen: the well-known link-local services and DHCP. What depends on
 * the VPC (its DNS address, its routers) is the network observer's. Gives `CAPTURED` or the code of the reason.
 * Source: flow log limitations; flow-logs.md §3.3.
 */
export function exclusionOf(packet: PacketView): FlowDropCode {
  if (packet.protocol === UDP) {
    const src = packet.srcPort;
    const dst = packet.dstPort;
    if ((src === 67 || src === 68) && (dst === 67 || dst === 68)) return DHCP;
    if ((src === 546 || src === 547) && (dst === 546 || dst === 547)) return DHCP;
  }
  // Either side may be the service, and both may lie in its block.
  if (packet.ipVersion === 4) {
    const { src3, dst3 } = packet;
    const code = (dst3 & -256) === LINK_LOCAL_AWS ? serviceOf(dst3 & 255, packet.dstPort) : CAPTURED;
    if (code !== CAPTURED || (src3 & -256) !== LINK_LOCAL_AWS) return code;
    return serviceOf(src3 & 255, packet.srcPort);
  }
  if (packet.dst0 === EC2_SERVICES[0] && packet.dst1 === 0 && packet.dst2 === 0) {
    const code = service6Of(packet.dst3, packet.dstPort);
    if (code !== CAPTURED) return code;
  }
  if (packet.src0 === EC2_SERVICES[0] && packet.src1 === 0 && packet.src2 === 0)
    return service6Of(packet.src3, packet.srcPort);
  return CAPTURED;
}

function serviceOf(host: number, port: number): FlowDropCode {
  if (host === 254) return INSTANCE_METADATA;
  if (host === 123) return TIME_SYNC;
  if (host === 253 && port === DNS_PORT) return AMAZON_DNS;
  if ((host === 250 || host === 251) && port === LICENCE_PORT) return WINDOWS_LICENCE;
  return CAPTURED;
}

/** The IPv6 twins write the same numbers as hexadecimal digits: `fd00:ec2::254`. */
function service6Of(low: number, port: number): FlowDropCode {
  if (low === 0x254) return INSTANCE_METADATA;
  if (low === 0x123) return TIME_SYNC;
  if (low === 0x253 && port === DNS_PORT) return AMAZON_DNS;
  return CAPTURED;
}
