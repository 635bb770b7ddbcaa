/**
 * Why a decoded packet ends in no record. With the decoder's own reasons (`packet/drop-reason.ts`) the table is closed:
 * `packets = counted + Σ dropped`. The first eight are what AWS does not capture (flow-logs.md §2.2, §3.3); the rest of that
 * list (traffic-mirroring sources, ARP, short-lived regional NAT gateways) never gets here as an IP packet.
 */
export const FLOW_DROPS = [
  { name: 'amazon-dns', meaning: 'DNS to or from the Amazon DNS server; your own DNS servers are recorded.' },
  { name: 'windows-licence', meaning: 'Activation of Windows at the Amazon licence server.' },
  { name: 'instance-metadata', meaning: 'Instance metadata: 169.254.169.254 and fd00:ec2::254.' },
  { name: 'time-sync', meaning: 'Amazon Time Sync: 169.254.169.123 and fd00:ec2::123.' },
  { name: 'dhcp', meaning: 'DHCP and DHCPv6.' },
  { name: 'vpc-router', meaning: 'Traffic of the reserved address of the VPC router in its subnet.' },
  {
    name: 'endpoint-load-balancer',
    meaning: 'Between an endpoint network interface and a Network Load Balancer interface.',
  },
  { name: 'transit-multicast', meaning: 'Multicast at a transit gateway, whose flow logs leave it out.' },
  { name: 'no-interface', meaning: 'Neither address, device nor prefix belongs to a recorded interface.' },
  {
    name: 'table-full',
    meaning:
      'A new flow when the bounded flow table was full. The window of its interface has a SKIPDATA record.',
  },
] as const satisfies readonly { readonly name: string; readonly meaning: string }[];

/** The name of a reason, as printed in the summary of `weir record`. */
export type FlowDropReason = (typeof FLOW_DROPS)[number]['name'];

/** A reason as a number for the hot path: its position in `FLOW_DROPS`. */
export type FlowDropCode = number;

/** The code of a reason. For tables made at load time, not for the hot path. */
export function flowDropCodeOf(name: FlowDropReason): FlowDropCode {
  return FLOW_DROPS.findIndex((row) => row.name === name);
}
