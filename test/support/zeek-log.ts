/** Reads Zeek's conn.log and adds it up per direction, for comparing with flow records. */
import { canonicalIp } from '../../src/base/index.ts';
import type { FlowRecord } from '../../src/record/index.ts';

/** Packets and IP bytes by `source port > destination port protocol`. */
export type FlowTotals = Map<string, { packets: number; bytes: number }>;

const PROTOCOLS: Readonly<Record<string, number>> = { tcp: 6, udp: 17 };

/**
 * Totals of every direction that Zeek counted, without connections inside tunnels: flow logs count the outer packet. ICMP has
 * type and code in place of ports; both become 0, as in records.
 */
export function zeekTotals(log: string): FlowTotals {
  const lines = log.split('\n');
  const names =
    lines
      .find((line) => line.startsWith('#fields'))
      ?.split('\t')
      .slice(1) ?? [];
  const totals: FlowTotals = new Map();
  for (const line of lines.filter((each) => each !== '' && !each.startsWith('#'))) {
    const values = line.split('\t');
    const value = (name: string): string => values[names.indexOf(name)] ?? '-';
    if (!['-', '(empty)', ''].includes(value('tunnel_parents'))) continue;
    const count = (name: string): number => (value(name) === '-' ? 0 : Number(value(name)));
    const [orig, resp] = [value('id.orig_h'), value('id.resp_h')].map((text) => canonicalIp(text) ?? text);
    const protocol = PROTOCOLS[value('proto')] ?? Number(value('ip_proto'));
    const isIcmp = value('proto') === 'icmp';
    const [from, to] = isIcmp ? [0, 0] : [value('id.orig_p'), value('id.resp_p')];
    const number = isIcmp && orig?.includes(':') === true ? 58 : isIcmp ? 1 : protocol;
    addTo(totals, `${orig}:${from} > ${resp}:${to} ${number}`, count('orig_pkts'), count('orig_ip_bytes'));
    addTo(totals, `${resp}:${to} > ${orig}:${from} ${number}`, count('resp_pkts'), count('resp_ip_bytes'));
  }
  return withoutEmpty(totals);
}

/** Totals of records over all windows, under the same keys. */
export function recordTotals(records: readonly FlowRecord[]): FlowTotals {
  const totals: FlowTotals = new Map();
  for (const record of records) {
    if (record['log_status'] !== 'OK') continue;
    const key = `${record['pkt_srcaddr']}:${record['srcport']} > ${record['pkt_dstaddr']}:${record['dstport']} ${record['protocol']}`;
    addTo(totals, key, Number(record['packets']), Number(record['bytes']));
  }
  return totals;
}

/** What differs, one line per direction: Zeek's count, then ours. */
export function differences(zeek: FlowTotals, ours: FlowTotals): readonly string[] {
  const text = (totals: FlowTotals, key: string): string => {
    const found = totals.get(key);
    return found === undefined ? 'none' : `${found.packets} packets ${found.bytes} bytes`;
  };
  return [...new Set([...zeek.keys(), ...ours.keys()])]
    .filter((key) => text(zeek, key) !== text(ours, key))
    .map((key) => `${key}: ${text(zeek, key)}, we ${text(ours, key)}`);
}

function addTo(totals: FlowTotals, key: string, packets: number, bytes: number): void {
  const present = totals.get(key) ?? { packets: 0, bytes: 0 };
  present.packets += packets;
  present.bytes += bytes;
  totals.set(key, present);
}

function withoutEmpty(totals: FlowTotals): FlowTotals {
  return new Map([...totals].filter(([, { packets, bytes }]) => packets > 0 || bytes > 0));
}
