/** Runs captures made in tests through the recorder and gives records as objects, the shortest way to say what is expected. */
import {
  type ActionFilter,
  AwsServices,
  CaptureBindings,
  type ConnectionConfig,
  type DecidingRule,
  Firewall,
  FlowRecorder,
  LineWriter,
  Network,
  NetworkFacts,
  NetworkObserver,
  NO_FACTS,
  type Observer,
  PlainObserver,
  parseNetwork,
  type RecorderConfig,
  type RecorderCounts,
  type RecordFacts,
  RuleBook,
  rejectionsOf,
  type TagKeys,
  TRANSIT_FLAGS,
  TransitFacts,
  TransitObserver,
} from '../../src/flow/index.ts';
import { CaptureReader, type CaptureSummary, type PacketView } from '../../src/packet/index.ts';
import {
  type Field,
  type FlowRecord,
  fieldByName,
  layoutOfFields,
  parseLine,
  TGW_DEFAULT_FORMAT,
  V5_FORMAT,
} from '../../src/record/index.ts';
import { type CapturedFrame, type PcapFields, pcap } from './packet-builder.ts';

export interface Recorded {
  readonly lines: readonly string[];
  readonly records: readonly FlowRecord[];
  readonly counts: RecorderCounts;
  readonly summary: CaptureSummary;
  readonly rules: readonly DecidingRule[];
  readonly firewall: Firewall | null;
}

export interface RecordingOptions {
  readonly format?: readonly Field[];
  readonly recorder?: Partial<RecorderConfig>;
  readonly actions?: ActionFilter;
  /** `network.yaml`; absent: the capture is one interface of no VPC. */
  readonly network?: string;
  readonly file?: string;
  readonly connections?: Partial<ConnectionConfig>;
  readonly tagKeys?: TagKeys;
  readonly services?: AwsServices;
  readonly isTransit?: boolean;
  readonly pcap?: PcapFields;
}

/** The fields of a format by their names with spaces between. */
export function fieldsNamed(names: string): readonly Field[] {
  return names.split(' ').map((name) => {
    const field = fieldByName(name);
    if (field === undefined) throw new Error(`there is no field ${name}`);
    return field;
  });
}

/** Records of a pcap with these frames. */
export function recordFrames(frames: readonly CapturedFrame[], options: RecordingOptions = {}): Recorded {
  return recordBytes(pcap(frames, options.pcap), options);
}

/** Records of a capture. Window of 60 s and the version 5 format unless said otherwise. */
export function recordBytes(capture: Uint8Array, options: RecordingOptions = {}): Recorded {
  const isTransit = options.isTransit ?? false;
  const format = options.format ?? (isTransit ? TGW_DEFAULT_FORMAT : V5_FORMAT);
  const scene = sceneOf(options);
  const chunks: string[] = [];
  const rules: DecidingRule[] = [];
  const writer = new LineWriter(
    format,
    scene.facts,
    (bytes) => chunks.push(Buffer.from(bytes).toString('utf8')),
    { actions: isTransit ? 'ACCEPT' : (options.actions ?? 'ALL'), bufferBytes: 256 },
  );
  const recorder = new FlowRecorder(
    scene.observer,
    (window, table) => {
      writer.write(window, table);
      for (const { rule } of rejectionsOf(window, table, scene.book)) rules.push(rule);
    },
    {
      intervalSeconds: 60,
      maxFlows: 10_000,
      ...(isTransit ? { flags: TRANSIT_FLAGS } : {}),
      ...options.recorder,
    },
  );
  const reader = new CaptureReader((packet: PacketView) => recorder.add(packet), {
    onLoss: (loss) => recorder.lose(loss),
    onInterface: (index, name) => scene.bindings?.nameInterface(index, name),
  });
  reader.push(capture);
  const summary = reader.end();
  recorder.end();
  writer.flush();
  const lines = chunks.join('').split('\n').slice(0, -1);
  return {
    lines,
    records: recordsOf(lines, format),
    counts: recorder.counts(),
    summary,
    rules,
    firewall: scene.firewall,
  };
}

/** Lines as records; every one must be a record. */
export function recordsOf(lines: readonly string[], format: readonly Field[]): FlowRecord[] {
  const layout = layoutOfFields(format);
  return lines.map((line) => {
    const parsed = parseLine(layout, line);
    if (parsed.kind !== 'record') throw new Error(`not a record: ${line}`);
    return parsed.record;
  });
}

interface Scene {
  readonly observer: Observer;
  readonly facts: RecordFacts;
  readonly bindings: CaptureBindings | null;
  readonly book: RuleBook;
  readonly firewall: Firewall | null;
}

function sceneOf(options: RecordingOptions): Scene {
  const book = new RuleBook();
  if (options.network === undefined)
    return { observer: new PlainObserver(), facts: NO_FACTS, bindings: null, book, firewall: null };
  const network = new Network(parseNetwork(options.network, 'network.yaml'));
  const bindings = new CaptureBindings(network, options.file ?? 'capture.pcap', book);
  const services = options.services ?? null;
  if (options.isTransit ?? false) {
    const facts = new TransitFacts(network, { services });
    return { observer: new TransitObserver(network, bindings), facts, bindings, book, firewall: null };
  }
  const firewall = new Firewall(network, book, options.connections);
  return {
    observer: new NetworkObserver(network, bindings, firewall),
    facts: new NetworkFacts(network, book, { services, tagKeys: options.tagKeys ?? {} }),
    bindings,
    book,
    firewall,
  };
}
