import { isWeirError, messageOf, type Reporter, WeirError } from '../base/index.ts';
import {
  type CaptureSource,
  type CaptureTool,
  type CaptureToolName,
  captureLatencyMs,
  findCaptureTool,
  LiveCapture,
  type LiveCaptureConfig,
  type LiveCaptureDeps,
  parseCaptureSource,
  startChild,
  type ToolSearch,
  toolSearch,
} from '../capture/index.ts';
import type { StoreOptions } from '../storage/index.ts';
import type { RecordReport } from './record.ts';
import {
  type LiveOutput,
  liveDescriptorOutput,
  liveFilesOutput,
  NO_LIVE_OUTPUT,
} from './record-live-output.ts';
import { LiveRecording } from './record-live-source.ts';
import { choiceOf, planRecording, type RecordPlan, type RecordPlanOptions } from './record-plan.ts';

/** What a person asked for, as text where a person types it. */
export interface LiveRecordOptions extends RecordPlanOptions {
  /** `eth0`, `any`, `nflog:7`; each once. */
  readonly interfaces: readonly string[];
  /** `tcpdump` or `dumpcap`; else whichever there is, tcpdump first. */
  readonly tool?: string | undefined;
  /** Also take frames for others, as from a mirror port. */
  readonly isPromiscuous?: boolean;
  /** A directory, `s3://bucket/prefix`, a file descriptor, or null to only count. */
  readonly out: string | number | null;
  readonly storage?: StoreOptions | undefined;
  readonly reporter: Reporter;
  /** Told once all sources are being captured, with their names and the tool. */
  readonly onStart?: (what: string) => void;
  /** Aborting it is how the recording ends. */
  readonly signal: AbortSignal;
}

/** The world as a live recording needs it; a test gives its own. */
export interface LiveRecordDeps extends LiveCaptureDeps {
  /** Calls again and again; the answer stops it. */
  every(intervalMs: number, call: () => void): () => void;
  readonly tools: ToolSearch;
  readonly capture?: Partial<LiveCaptureConfig>;
}

/** Processes, clock and timers of this machine. */
export function liveRecordDeps(): LiveRecordDeps {
  return {
    startChild,
    tools: toolSearch(),
    nowSeconds: () => Date.now() / 1000,
    after: (delayMs, call) => {
      const timer = setTimeout(call, delayMs);
      return () => clearTimeout(timer);
    },
    every: (intervalMs, call) => {
      const timer = setInterval(call, intervalMs);
      return () => clearInterval(timer);
    },
  };
}

const TICK_MS = 1000;

/**
 * Records the packets of interfaces, or what the firewall logs, as they pass, until the signal; then the open windows are
 * written too. Windows close by the clock, so an idle interface has its NODATA records.
 *
 * Errors: those of `planRecording`; `capture.bad-source` (kind `config`); `capture.no-tool`, `capture.not-permitted`,
 * `capture.no-source`, `capture.failed` (kind `service`) when a source could not be captured at all; those of the store, and
 * `record.not-delivered` when it refuses to the end.
 * Cost: memory by `maxFlows` for each source.
 */
export async function recordLive(
  options: LiveRecordOptions,
  deps: LiveRecordDeps = liveRecordDeps(),
): Promise<RecordReport> {
  const plan = planRecording(options);
  const sources = sourcesOf(options.interfaces);
  const tool = findCaptureTool(
    options.tool === undefined
      ? null
      : choiceOf<CaptureToolName>('capture-tool', options.tool, ['tcpdump', 'dumpcap']),
    deps.tools,
  );
  const faults = createFaults();
  const recordings = await createRecordings(sources, tool, plan, options, deps, faults.report);
  const begun = deps.nowSeconds();
  try {
    await startAndRun(recordings, tool, options, faults.first, deps);
  } finally {
    // Whatever ended it: what was captured until then is written.
    await Promise.all(recordings.map((one) => one.stop()));
    const closed = await Promise.allSettled(recordings.map((one) => one.close()));
    for (const one of closed) if (one.status === 'rejected') faults.report(one.reason);
  }
  faults.rethrow();
  return reportOf(recordings, deps.nowSeconds() - begun);
}

async function startAndRun(
  recordings: readonly LiveRecording[],
  tool: CaptureTool,
  options: LiveRecordOptions,
  fault: Promise<void>,
  deps: LiveRecordDeps,
): Promise<void> {
  const ended = Promise.race([untilAborted(options.signal), fault]).then(() => false);
  const starts = Promise.all(recordings.map((one) => one.start())).then(() => true);
  // Stopping early fails the starts that are still under way, which by then nobody waits for.
  starts.catch(() => undefined);
  if (!(await Promise.race([starts, ended]))) return;
  options.onStart?.(`${recordings.map(({ name }) => name).join(', ')} with ${tool.name}`);
  const stopTicking = deps.every(TICK_MS, () => {
    for (const recording of recordings) recording.tick();
  });
  await ended;
  stopTicking();
}

function sourcesOf(texts: readonly string[]): readonly CaptureSource[] {
  const sources = texts.map(parseCaptureSource);
  const names = sources.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return sources;
  throw new WeirError('config', 'capture.bad-source', `--interface ${twice} is given twice`);
}

async function createRecordings(
  sources: readonly CaptureSource[],
  tool: CaptureTool,
  plan: RecordPlan,
  options: LiveRecordOptions,
  deps: LiveRecordDeps,
  onFault: (error: unknown) => void,
): Promise<readonly LiveRecording[]> {
  const { out, storage = {}, reporter } = options;
  const header = LiveRecording.headerOf(plan);
  const shared =
    out === null ? NO_LIVE_OUTPUT : typeof out === 'number' ? liveDescriptorOutput(out, header) : null;
  const recordings: LiveRecording[] = [];
  for (const source of sources) {
    const note = (text: string): void => reporter.warn(`${source.name}: ${text}`);
    const filesIn = (location: string, ending: string, top: string | null): Promise<LiveOutput> =>
      liveFilesOutput(location, storage, {
        stem: source.name.replace(/[^\w.-]/g, '-'),
        ending,
        header: top,
        nowSeconds: deps.nowSeconds,
        note,
      });
    const lines = shared ?? (await filesIn(String(out), '.log', header));
    const hasReasons = typeof out === 'string' && plan.scenes.book !== null;
    const reasons = hasReasons ? await filesIn(`${out.replace(/\/+$/, '')}.reasons`, '.ndjson', null) : null;
    const graceSeconds = 1 + captureLatencyMs(tool, source) / 1000;
    const recording = new LiveRecording(source.name, plan, { lines, reasons }, graceSeconds, deps, onFault);
    const config = { ...deps.capture, isPromiscuous: options.isPromiscuous ?? false };
    recording.capture = new LiveCapture(source, tool, recording, note, deps, config);
    recordings.push(recording);
  }
  return recordings;
}

/** The first thing that went wrong while packets were handled, where nobody could catch it. */
function createFaults() {
  let resolve = (): void => {};
  let fault: { readonly error: unknown } | null = null;
  const first = new Promise<void>((done) => {
    resolve = done;
  });
  return {
    first,
    report: (error: unknown): void => {
      fault ??= { error };
      resolve();
    },
    /** A reader of standard output that went away is a reason to end, not an error. */
    rethrow: (): void => {
      if (fault === null || isBrokenPipe(fault.error)) return;
      if (isWeirError(fault.error)) throw fault.error;
      throw new WeirError(
        'service',
        'record.not-written',
        `records cannot be written: ${messageOf(fault.error)}`,
        {
          cause: fault.error,
        },
      );
    },
  };
}

function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function reportOf(recordings: readonly LiveRecording[], seconds: number): RecordReport {
  const counts = recordings.map((one) => one.counts());
  const sum = (of: (one: (typeof counts)[number]) => number): number =>
    counts.reduce((total, one) => total + of(one), 0);
  const dropped: Record<string, number> = {};
  for (const one of counts) {
    for (const [reason, count] of Object.entries(one.dropped))
      dropped[reason] = (dropped[reason] ?? 0) + count;
  }
  const [ok, nodata, skipdata] = [sum((one) => one.ok), sum((one) => one.nodata), sum((one) => one.skipdata)];
  return {
    result: {
      packets: sum((one) => one.packets),
      counted: sum((one) => one.counted),
      dropped,
      records: ok + nodata + skipdata,
      ok,
      nodata,
      skipdata,
      seconds,
    },
    remarks: counts.flatMap(({ name, lost, gaps }) => [
      ...(lost > 0 ? [{ capture: name, text: `${lost} packets were lost before they were captured` }] : []),
      ...(gaps > 0
        ? [{ capture: name, text: `the capture was interrupted ${gaps === 1 ? 'once' : `${gaps} times`}` }]
        : []),
    ]),
    isUseless: false,
  };
}
