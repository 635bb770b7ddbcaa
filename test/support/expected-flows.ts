/** Reads the flows that other tools saw in a capture, as totals to compare records with. */
import { canonicalIp } from '../../src/base/index.ts';
import { protocolNumber } from '../../src/record/index.ts';
import type { FlowTotals } from './zeek-log.ts';

interface ArkimeSide {
  readonly ip?: string;
  readonly port?: number;
  readonly packets?: number;
}

interface ArkimeSession {
  readonly body: {
    readonly ipProtocol: number;
    readonly source: ArkimeSide;
    readonly destination: ArkimeSide;
  };
}

/** Packets per direction of an Arkime session file. Its bytes are those of frames, so they are left out (0). */
export function arkimeTotals(text: string): FlowTotals {
  const totals: FlowTotals = new Map();
  for (const { body } of (JSON.parse(text) as { sessions3: ArkimeSession[] }).sessions3) {
    const { source, destination, ipProtocol } = body;
    if (source.ip === undefined || destination.ip === undefined) continue;
    const from = endOf(source.ip, source.port ?? 0, ipProtocol);
    const to = endOf(destination.ip, destination.port ?? 0, ipProtocol);
    add(totals, `${from} > ${to} ${ipProtocol}`, source.packets ?? 0, 0);
    add(totals, `${to} > ${from} ${ipProtocol}`, destination.packets ?? 0, 0);
  }
  return totals;
}

const NDPI_FLOW =
  /^\t\d+\t(\S+) \[?([\da-f:.]+?)\]?:(\d+) (?:<->|->|<-) \[?([\da-f:.]+?)\]?:(\d+) .*\[(\d+) pkts\/\d+ bytes (?:<->|->|<-) (\d+) pkts/i;

/** Packets per direction of nDPI's output. Its bytes are those of frames, so they are left out (0). */
export function ndpiTotals(text: string): FlowTotals {
  const totals: FlowTotals = new Map();
  for (const line of text.split('\n')) {
    const match = NDPI_FLOW.exec(line);
    if (match === null) continue;
    const [, name = '', src = '', srcPort = '', dst = '', dstPort = '', there = '', back = ''] = match;
    const protocol = protocolNumber(name) ?? -1;
    const from = endOf(src, Number(srcPort), protocol);
    const to = endOf(dst, Number(dstPort), protocol);
    add(totals, `${from} > ${to} ${protocol}`, Number(there), 0);
    add(totals, `${to} > ${from} ${protocol}`, Number(back), 0);
  }
  return totals;
}

/** Packets and IP bytes per direction of ipfixprobe's basic output. */
export function ipfixprobeTotals(text: string): FlowTotals {
  const totals: FlowTotals = new Map();
  for (const line of text.trimEnd().split('\n')) {
    // The names of the columns were sorted in among the rows.
    if (line.startsWith('ipaddr ')) continue;
    const values = line.split(',');
    const count = (column: number): number => Number(values[column]);
    const protocol = count(14);
    const from = endOf(values[1] ?? '', count(12), protocol);
    const to = endOf(values[0] ?? '', count(11), protocol);
    add(totals, `${from} > ${to} ${protocol}`, count(9), count(2));
    add(totals, `${to} > ${from} ${protocol}`, count(10), count(3));
  }
  return totals;
}

/** The same totals without bytes. */
export function packetsOnly(totals: FlowTotals): FlowTotals {
  return new Map([...totals].map(([key, { packets }]) => [key, { packets, bytes: 0 }]));
}

/** ICMP types stand where ports do in these tools; flow logs write 0. */
function endOf(address: string, port: number, protocol: number): string {
  return `${canonicalIp(address) ?? address}:${protocol === 1 || protocol === 58 ? 0 : port}`;
}

function add(totals: FlowTotals, key: string, packets: number, bytes: number): void {
  if (packets === 0 && bytes === 0) return;
  const present = totals.get(key) ?? { packets: 0, bytes: 0 };
  present.packets += packets;
  present.bytes += bytes;
  totals.set(key, present);
}
