import { type Reporter, WeirError } from '../base/index.ts';
import { captureLatencyMs, findCaptureTool, LiveCapture, parseCaptureSource } from '../capture/index.ts';
import type { AwsEndpoint } from './aws-endpoint.ts';
import { type LiveRecordDeps, liveRecordDeps } from './record-live.ts';
import type { ServiceCapture } from './record-service.ts';

/** Interfaces that are being recorded for the flow logs of a service. */
export interface ServiceLive {
  /** Ends the captures and hands over their open windows. */
  stop(): Promise<void>;
}

const TICK_MS = 1000;
/** A tick that comes this late finds bytes in the pipe that are older than the clock. */
const LATE_TICK_SECONDS = 3;

interface Listening {
  readonly live: LiveCapture;
  readonly capture: ServiceCapture;
  /** How long a window stays open for packets that are still on their way to us. */
  readonly graceSeconds: number;
}

/**
 * Records what passes on interfaces (`eth0`, `any`, `nflog:7`) for the flow logs of an endpoint, until `stop`. Windows close
 * by the clock, so an idle interface of the model has its NODATA records.
 *
 * Errors: `app.no-network` (kind `config`); those of `recordLive` when a source could not be captured at all.
 */
export async function startServiceLive(
  interfaces: readonly string[],
  endpoint: AwsEndpoint,
  reporter: Reporter,
  deps: LiveRecordDeps = liveRecordDeps(),
): Promise<ServiceLive> {
  const tool = findCaptureTool(null, deps.tools);
  const nowSeconds = (): number => deps.nowSeconds();
  const all = interfaces.map(parseCaptureSource).map((source): Listening => {
    const capture = endpoint.openCapture(source.name, nowSeconds);
    if (capture === null) {
      throw new WeirError(
        'config',
        'app.no-network',
        'an interface is recorded for a network; give --network',
      );
    }
    const note = (text: string): void => reporter.warn(`${source.name}: ${text}`);
    const live = new LiveCapture(source, tool, capture, note, deps, deps.capture);
    return { live, capture, graceSeconds: 1 + captureLatencyMs(tool, source) / 1000 };
  });
  const stopAll = async (): Promise<void> => {
    await Promise.all(all.map(({ live }) => live.stop()));
    for (const { capture } of all) capture.end();
  };
  try {
    await Promise.all(all.map(({ live }) => live.start()));
  } catch (error) {
    await stopAll();
    throw error;
  }
  let tickedSeconds = nowSeconds();
  const stopTicking = deps.every(TICK_MS, () => {
    const now = nowSeconds();
    // After a pause of ours the bytes that wait in the pipe come first; they are read before the next tick.
    const isLate = now - tickedSeconds >= LATE_TICK_SECONDS;
    tickedSeconds = now;
    for (const { live, capture, graceSeconds } of all) {
      live.tick();
      if (!isLate) capture.advanceTo(now - graceSeconds);
    }
  });
  return {
    stop: async () => {
      stopTicking();
      await stopAll();
    },
  };
}
