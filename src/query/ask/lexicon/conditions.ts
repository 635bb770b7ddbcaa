import { type Expression, test } from '../../plan/expression.ts';
import { phraseTable } from '../words.ts';

const is = (name: string, value: string | number): Expression =>
  test(name, { kind: 'compare', operator: '=', value });
const among = (name: string, values: readonly number[]): Expression =>
  test(name, {
    kind: 'in',
    tests: values.map((value) => ({ kind: 'compare', operator: '=', value })),
  });

function outside(direction: string): Expression {
  return { kind: 'and', terms: [is('remote_scope', 'public'), is('direction', direction)] };
}

/** Words that are a condition by themselves. */
export const CONDITIONS = phraseTable<Expression>([
  [
    'rejected, rej, reject, rejecting, denied, deny, denying, blocked, block, blocking, dropped, drop, dropping, refused, refuse, not allowed, not let through, not let in, not accepted, not permitted, turned away, filtered out, cannot, disallowed, bounced, prevented',
    is('action', 'REJECT'),
  ],
  [
    'accepted, acpt, accept, accepting, allowed, allow, permitted, permit, not rejected, not blocked, not denied, not dropped, successful, successfully, let through, let in, admitted',
    is('action', 'ACCEPT'),
  ],
  [
    'ingress, inbound, incoming, ingoing, coming in, came in, entering, entered, enters, arriving at, arrived at, arrived in',
    is('direction', 'ingress'),
  ],
  [
    'egress, outbound, outgoing, egressing, egressed, going out, went out, goes out, gone out, flowing out, leaving, exiting, left, leaves, exited, exits, departing, departed',
    is('direction', 'egress'),
  ],
  [
    'from the internet, from internet, from outside, from the outside, from public addresses, from external hosts, from public ips, from external ips, from external addresses, from the public internet, from outside the network, from the outside world, from public hosts, from external sources, from public sources, from the wan, from external networks, internet ingress, inbound from the internet, inbound from internet, inbound from outside, from the web, from public space, internet facing inbound',
    outside('ingress'),
  ],
  [
    'to the internet, to internet, to outside, to the outside, to public addresses, to external hosts, to public ips, to external ips, to external addresses, to the public internet, to the outside world, to public hosts, to external destinations, to public destinations, towards the internet, into the internet, to the wan, internet egress, internet bound, internet-bound, out to the internet, outbound to the internet, to external networks, to the web, onto the internet, to public space',
    outside('egress'),
  ],
  [
    'external, public, internet, with the internet, with the outside, outside our network, outside the network, outside of our network, outside of the network, outside our vpc, outside the vpc, outside our vpcs, outside our environment, beyond our network, on the internet, over the internet, across the internet, north south, north-south, northsouth, n-s',
    is('remote_scope', 'public'),
  ],
  [
    'internal, private, east west, east-west, eastwest, e-w, inside the network, intra-vpc',
    is('remote_scope', 'private'),
  ],
  ['ipv4, v4, ip v4', is('ip_version', 4)],
  ['ipv6, v6, ip v6', is('ip_version', 6)],
  ['tcp', is('protocol', 6)],
  ['udp', is('protocol', 17)],
  ['icmp, ping, pings', is('protocol', 1)],
  ['icmpv6', is('protocol', 58)],
  ['sctp', is('protocol', 132)],
  ['gre', is('protocol', 47)],
  ['esp', is('protocol', 50)],
  [
    'skipdata, status skipdata, log status skipdata, skip data, were skipped, was skipped, skipped records, skipdata records, skipdata rows, skipdata entries, skipped data',
    is('log_status', 'SKIPDATA'),
  ],
  [
    'nodata, status nodata, log status nodata, no data, nodata records, nodata rows, nodata entries, no-data',
    is('log_status', 'NODATA'),
  ],
  ['bpa, block public access, vpc block public access', is('reject_reason', 'BPA')],
  ['encryption controls', is('reject_reason', 'EC')],
  ['unencrypted, not encrypted, non-encrypted', is('encryption_status', 0)],
  ['encrypted', among('encryption_status', [1, 2, 3])],
  [
    'vpc peering, peering connection, peering connections, a peering connection, peering',
    among('traffic_path', [4, 5]),
  ],
  ['inter-region peering, inter-region vpc peering, inter region peering', is('traffic_path', 5)],
  ['intra-region peering, intra-region vpc peering, intra region peering', is('traffic_path', 4)],
  ['virtual private gateway, vgw, vpn gateway', is('traffic_path', 3)],
  ['gateway endpoint, gateway endpoints, gateway vpc endpoint, gateway vpc endpoints', is('traffic_path', 7)],
  ['nat gateway, natgw, nat gw', is('interface_type', 'nat_gateway')],
  ['internet gateway, internet gateways, igw, igws', is('traffic_path', 8)],
  ['local gateway, local gateways', is('traffic_path', 6)],
  [
    'load balancer, load balancers, elb, elbs',
    test('interface_type', {
      kind: 'in',
      tests: ['load_balancer', 'network_load_balancer', 'gateway_load_balancer'].map((value) => ({
        kind: 'compare',
        operator: '=',
        value,
      })),
    }),
  ],
  ['application load balancer, application load balancers, alb, albs', is('interface_type', 'load_balancer')],
  ['network load balancer, network load balancers, nlb, nlbs', is('interface_type', 'network_load_balancer')],
  ['gateway load balancer, gateway load balancers, gwlb', is('interface_type', 'gateway_load_balancer')],
]);

/** "The internet" after "from" or "to" when a word stands between; see `CONDITIONS` for whole phrases. */
export const EXTERNAL_HOSTS = phraseTable<true>([
  [
    'external ips, external peers, external machines, external systems, external servers, external ip, external hosts, external host, external addresses, external address, external sources, external source, public ips, public ip, public hosts, public addresses, public sources, internet hosts, internet ips, internet sources, internet addresses, outside hosts, outside ips, outside addresses, external clients, public clients',
    true,
  ],
]);

/** Names of TCP flags as people say them, with their bit. */
export const FLAG_NAMES: ReadonlyMap<string, number> = new Map([
  ['fin', 1],
  ['fins', 1],
  ['syn', 2],
  ['syns', 2],
  ['rst', 4],
  ['rsts', 4],
  ['reset', 4],
  ['resets', 4],
  ['psh', 8],
  ['ack', 16],
  ['acks', 16],
  ['urg', 32],
  ['ece', 64],
  ['cwr', 128],
  ['syn-ack', 18],
  ['synack', 18],
  ['syn+ack', 18],
  ['syn/ack', 18],
  ['syn-acks', 18],
  ['fin-ack', 17],
  ['syn+fin', 3],
  ['syn-fin', 3],
]);
