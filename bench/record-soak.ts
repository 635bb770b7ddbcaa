/**
 * Does recording at full speed keep its memory flat? The same real packets again and again, later each time and from other
 * addresses, with a network model's firewall in every second round, so that both paths and all tables are at work.
 *
 *   npx tsx bench/record-soak.ts [--minutes 10] [--max-flows 200000]
 *
 * Ends with 1 when the last third needed more memory than the first third did, beyond a margin of 5 %.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  CaptureBindings,
  Firewall,
  FlowRecorder,
  LineWriter,
  Network,
  NetworkFacts,
  NetworkObserver,
  NO_FACTS,
  PlainObserver,
  parseNetwork,
  RuleBook,
} from '../src/flow/index.ts';
import { CaptureReader, type PacketView } from '../src/packet/index.ts';
import { V5_FORMAT } from '../src/record/index.ts';
import { benchCapture } from './capture-fixture.ts';

const { values } = parseArgs({ options: { minutes: { type: 'string' }, 'max-flows': { type: 'string' } } });
const minutes = Number(values.minutes ?? 10);
const maxFlows = Number(values['max-flows'] ?? 200_000);
const MARGIN = 1.05;

/** Everything of the capture belongs to one interface, behind a firewall that tracks and rejects. */
const NETWORK = `
account: "123456789012"
region: us-east-1
vpcs: [{ id: vpc-1, cidrs: [10.0.0.0/8, 192.168.0.0/16] }]
subnets: [{ id: subnet-1, vpc: vpc-1, cidrs: [10.0.0.0/24], networkAcl: acl-1 }]
interfaces: [{ id: eni-1, subnet: subnet-1, privateIps: [10.0.0.10], securityGroups: [sg-1] }]
securityGroups:
  - id: sg-1
    vpc: vpc-1
    inbound: [{ protocol: tcp, ports: 443, peers: [0.0.0.0/0] }, { protocol: udp, peers: [0.0.0.0/0] }]
    outbound: [{ protocol: all, peers: [0.0.0.0/0] }]
networkAcls:
  - id: acl-1
    vpc: vpc-1
    inbound: [{ rule: 50, action: deny, protocol: tcp, ports: 23, cidr: 0.0.0.0/0 }, { rule: 100, action: allow, protocol: all, cidr: 0.0.0.0/0 }]
    outbound: [{ rule: 100, action: allow, protocol: all, cidr: 0.0.0.0/0 }]
captures: [{ interfaces: [eni-1] }]
`;

const { bytes, packets, origin } = benchCapture(1_000_000);
const sink = openSync('/dev/null', 'w');
const write = (lines: Uint8Array): void => {
  writeSync(sink, lines);
};
const network = new Network(parseNetwork(NETWORK, 'soak'));
const book = new RuleBook();
const firewall = new Firewall(network, book, { maxConnections: maxFlows });
const config = { intervalSeconds: 60, maxFlows };
const plainWriter = new LineWriter(V5_FORMAT, NO_FACTS, write);
const plain = new FlowRecorder(
  new PlainObserver(),
  (window, table) => plainWriter.write(window, table),
  config,
);
const modelWriter = new LineWriter(V5_FORMAT, new NetworkFacts(network, book), write);
const model = new FlowRecorder(
  new NetworkObserver(network, new CaptureBindings(network, 'soak', book), firewall),
  (window, table) => modelWriter.write(window, table),
  config,
);

console.log(`${minutes} minutes of ${origin}, ${packets} packets a round, at most ${maxFlows} flows`);
const started = performance.now();
const samples: number[] = [];
let rounds = 0;
for (let nextReport = 0; performance.now() - started < minutes * 60_000; rounds++) {
  runRound(rounds);
  const { rss } = process.memoryUsage();
  samples.push(rss);
  const elapsed = (performance.now() - started) / 60_000;
  if (elapsed < nextReport) continue;
  nextReport += minutes / 10;
  console.log(
    `${elapsed.toFixed(1).padStart(5)} min  ${(rounds + 1).toString().padStart(5)} rounds  ${(rss / 1e6).toFixed(0)} MB resident  ` +
      `${((rounds + 1) * packets) / 1e6} M packets`,
  );
}
closeSync(sink);
report();

function runRound(round: number): void {
  const recorder = round % 2 === 0 ? plain : model;
  const shift = round * 7919;
  const later = round * 3600;
  const reader = new CaptureReader((packet: PacketView) => {
    packet.src3 = (packet.src3 + shift) | 0;
    packet.seconds += later;
    recorder.add(packet);
  });
  reader.push(bytes);
  reader.end();
}

function report(): void {
  const third = Math.max(1, Math.floor(samples.length / 3));
  const peak = (list: readonly number[]): number => Math.max(...list);
  const first = peak(samples.slice(0, third));
  const last = peak(samples.slice(-third));
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `${((rounds * packets) / seconds / 1e6).toFixed(2)} Mpps; peak of the first third ${(first / 1e6).toFixed(0)} MB, ` +
      `of the last third ${(last / 1e6).toFixed(0)} MB; ${plainWriter.counts().ok + modelWriter.counts().ok} records, ` +
      `${firewall.evictedConnections} connections forgotten early, ${JSON.stringify(model.counts().dropped)}`,
  );
  process.exitCode = last > first * MARGIN ? 1 : 0;
}
