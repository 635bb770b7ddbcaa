import { basename } from 'node:path';
import {
  type AwsServices,
  CaptureBindings,
  Firewall,
  FlowRecorder,
  type Network,
  NetworkFacts,
  NetworkObserver,
  type Observer,
  type RecordFacts,
  RuleBook,
  TRANSIT_FLAGS,
  TransitFacts,
  TransitObserver,
  type VantageWindow,
  VPC_FLAGS,
  type WindowSink,
} from '../flow/index.ts';
import type { CaptureLoss, PacketView } from '../packet/index.ts';
import type { FlowLog, FlowLogService } from '../service/index.ts';
import type { FlowLogDelivery } from './deliver.ts';
import { WindowDelivery } from './record-service-window.ts';

/** What the recording side of the service is given. */
export interface RecordServiceDeps {
  readonly network: Network;
  /** Null: no service names. */
  readonly awsServices: AwsServices | null;
  readonly service: FlowLogService;
  readonly delivery: FlowLogDelivery;
  /** Anything the senders of packets cannot know. */
  readonly seed: number;
  /** Bound of live flows of each recorder. */
  readonly maxFlows?: number;
  /**
   * The time, Unix seconds, of a live capture: windows without packets are then idle from the start, or from when the
   * flow log was made. Without it time is what the packets say.
   */
  readonly liveNowSeconds?: () => number;
}

/** One capture being recorded for the flow logs of the service. */
export interface ServiceCapture {
  /** Records one packet wherever a flow log wants it. */
  add(packet: PacketView): void;
  /** Notes packets that were lost before they were captured. */
  lose(loss: CaptureLoss): void;
  /** Says what time it is (Unix seconds), so that windows close without traffic. */
  advanceTo(seconds: number): void;
  /** Tells the name of a capture interface. */
  nameInterface(index: number, name: string | null): void;
  /** Closes the open windows. */
  end(): void;
}

/** What a recorder works for: records of interfaces or of transit gateways, in windows of one length. */
interface Track {
  readonly isTransit: boolean;
  readonly intervalSeconds: 60 | 600;
}

const TRACKS: readonly Track[] = [
  { isTransit: false, intervalSeconds: 600 },
  { isTransit: false, intervalSeconds: 60 },
  { isTransit: true, intervalSeconds: 60 },
];

interface RunningTrack {
  readonly track: Track;
  readonly recorder: FlowRecorder;
  readonly bindings: CaptureBindings;
  readonly windows: WindowDelivery;
}

/**
 * Records the packets of one capture for the flow logs of a service: each closed window of an interface, regional NAT
 * gateway or attachment goes to every flow log that covers it, in that flow log's format. Flow logs may come and go
 * meanwhile. A recorder runs for each kind and window length that some flow log asks for, and none without flow logs.
 * Windows of 600 s are kept as asked; AWS itself records most instances at 60 s whatever is set.
 */
export function createServiceCapture(capture: string, deps: RecordServiceDeps): ServiceCapture {
  const names: [index: number, name: string | null][] = [];
  const running = new Map<Track, RunningTrack>();
  let seen: readonly FlowLog[] | null = null;

  // Looked at for each packet: the service gives the same array until something changes.
  const refresh = (): void => {
    const flowLogs = deps.service.flowLogs();
    if (flowLogs === seen) return;
    seen = flowLogs;
    deps.delivery.refresh();
    for (const track of TRACKS) {
      const isWanted = flowLogs.some((flowLog) => isFor(flowLog, track));
      const present = running.get(track);
      if (isWanted && present === undefined) running.set(track, startTrack(capture, track, names, deps));
      else if (!isWanted && present !== undefined) running.delete(track);
      else present?.windows.forget();
    }
  };
  return {
    add: (packet) => {
      refresh();
      for (const { recorder } of running.values()) recorder.add(packet);
    },
    lose: (loss) => {
      for (const { recorder } of running.values()) recorder.lose(loss);
    },
    advanceTo: (seconds) => {
      refresh();
      for (const { recorder } of running.values()) recorder.advanceTo(seconds);
    },
    nameInterface: (index, name) => {
      names.push([index, name]);
      for (const { bindings } of running.values()) bindings.nameInterface(index, name);
    },
    end: () => {
      refresh();
      for (const { recorder } of running.values()) recorder.end();
    },
  };
}

function isFor(flowLog: FlowLog, track: Track): boolean {
  const isTransit =
    flowLog.resourceType === 'TransitGateway' || flowLog.resourceType === 'TransitGatewayAttachment';
  return isTransit === track.isTransit && flowLog.maxAggregationSeconds === track.intervalSeconds;
}

function startTrack(
  capture: string,
  track: Track,
  names: readonly [index: number, name: string | null][],
  deps: RecordServiceDeps,
): RunningTrack {
  const { network, awsServices: services, service, delivery, seed } = deps;
  const book = new RuleBook();
  const bindings = new CaptureBindings(network, basename(capture), book);
  for (const [index, name] of names) bindings.nameInterface(index, name);
  const observer: Observer = track.isTransit
    ? new TransitObserver(network, bindings)
    : new NetworkObserver(network, bindings, new Firewall(network, book, { seed }));
  const factsOf = (flowLog: FlowLog): RecordFacts =>
    track.isTransit
      ? new TransitFacts(network, { services })
      : new NetworkFacts(network, book, { services, tagKeys: tagKeysOf(flowLog) });
  const windows = new WindowDelivery({
    deliverer: delivery.deliverer,
    vantages: vantagesOf(network, track.isTransit),
    flowLogsFor: (resourceId) =>
      service
        .flowLogsFor(resourceId)
        .map(({ flowLog }) => flowLog)
        .filter((flowLog) => isFor(flowLog, track)),
    factsOf,
  });
  const { liveNowSeconds } = deps;
  const begunSeconds = liveNowSeconds?.() ?? 0;
  const sink: WindowSink = (window, table) => {
    const heard =
      liveNowSeconds === undefined ? window : whileListening(window, begunSeconds, liveNowSeconds());
    windows.deliver(heard, table);
  };
  const recorder = new FlowRecorder(observer, sink, {
    intervalSeconds: track.intervalSeconds,
    flags: track.isTransit ? TRANSIT_FLAGS : VPC_FLAGS,
    seed,
    ...(deps.maxFlows === undefined ? {} : { maxFlows: deps.maxFlows }),
  });
  if (liveNowSeconds !== undefined) recorder.beginAt(begunSeconds);
  return { track, recorder, bindings, windows };
}

/** A window without packets claims to be idle only for the time in which we listened. */
function whileListening(window: VantageWindow, begunSeconds: number, nowSeconds: number): VantageWindow {
  if (window.firstRow !== 0) return window;
  const startSeconds = Math.max(window.startSeconds, Math.min(Math.floor(begunSeconds), window.endSeconds));
  const endSeconds = Math.max(startSeconds, Math.min(window.endSeconds, Math.floor(nowSeconds)));
  return { ...window, startSeconds, endSeconds };
}

/** What each vantage is: the resource that flow logs cover, and the name of its stream. */
function vantagesOf(network: Network, isTransit: boolean): readonly { resourceId: string; source: string }[] {
  if (isTransit)
    return network.attachments.map(({ id, gateway }) => ({ resourceId: id, source: gateway.id }));
  return [...network.interfaces, ...network.regionalNats].map(({ id }) => ({ resourceId: id, source: id }));
}

function tagKeysOf(flowLog: FlowLog) {
  const keysOf = (resourceType: string): readonly string[] =>
    flowLog.tagFields.find((field) => field.resourceType === resourceType)?.tagKeys ?? [];
  return {
    instance: keysOf('instance'),
    interface: keysOf('network-interface'),
    autoScalingGroup: keysOf('auto-scaling-group'),
  };
}
