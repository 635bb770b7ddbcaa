import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Reporter } from '../base/index.ts';
import {
  type AwsClientOptions,
  createCarrier,
  type Deliverer,
  type DelivererConfig,
  defaultDelivererConfig,
  openDeliverer,
} from '../deliver/index.ts';
import type { FlowLog, FlowLogService } from '../service/index.ts';
import { openStore, type StoreOptions } from '../storage/index.ts';
import { createEngineParquetWriter } from './deliver-parquet.ts';
import { deliveryTargetOf } from './deliver-target.ts';

/** Where and how flow logs are delivered. */
export interface FlowLogDeliveryConfig {
  readonly spoolDirectory: string;
  /** Bound of the spool. Default 10 GB. */
  readonly spoolBytes?: number;
  /** Buckets are folders below it; null delivers to S3. */
  readonly bucketDirectory: string | null;
  /** How to reach S3. */
  readonly storage: StoreOptions;
  /** How to reach CloudWatch Logs and Firehose. */
  readonly aws: AwsClientOptions;
  /** What differs from `defaultDelivererConfig`. */
  readonly delivery?: Partial<Omit<DelivererConfig, 'spool'>>;
}

/** What delivery of flow logs is given. */
export interface FlowLogDeliveryDeps {
  readonly service: FlowLogService;
  readonly reporter: Reporter;
  readonly nowMs?: () => number;
}

/** A deliverer that follows the flow logs of a service: it delivers for those that are there and reports to them. */
export interface FlowLogDelivery {
  readonly deliverer: Deliverer;
  /**
   * Looks whether flow logs were made or deleted. Cheap when none was; called before each window and in each round, so
   * a flow log records from the next window on.
   */
  refresh(): void;
  /** Delivers all there is, slots that are not over included; gives how many records are left after `timeoutMs`. */
  drain(timeoutMs: number): Promise<number>;
  /** Ends; what is not delivered stays in the spool for the next start. */
  close(): Promise<void>;
}

const GZIP_LEVEL = 6;
const ENGINE_BYTES = 600e6;
/** How long calls under way are waited for at the end. */
const CLOSE_MS = 10_000;

/**
 * Opens the spool and starts to deliver what is in it, also for flow logs that have been deleted since.
 * Errors: those of `openDeliverer`.
 */
export async function openFlowLogDelivery(
  config: FlowLogDeliveryConfig,
  deps: FlowLogDeliveryDeps,
): Promise<FlowLogDelivery> {
  const { service, reporter, nowMs = Date.now } = deps;
  const parquetWriter = createEngineParquetWriter({
    threads: 1,
    memoryLimitBytes: ENGINE_BYTES,
    tempDirectory: join(tmpdir(), `weir-deliver-${process.pid}`),
  });
  const { spool, ...rest } = defaultDelivererConfig;
  const carrierDeps = {
    openStore: (root: string, region: string) => openStore(root, { region, ...config.storage }),
    parquetWriter,
    gzipLevel: GZIP_LEVEL,
    aws: config.aws,
    wait,
  };
  const deliverer = await openDeliverer(
    {
      ...rest,
      ...config.delivery,
      spool: {
        ...spool,
        directory: config.spoolDirectory,
        ...(config.spoolBytes === undefined ? {} : { maxBytes: config.spoolBytes }),
      },
    },
    {
      nowMs,
      random: Math.random,
      wait: async (milliseconds) => {
        await wait(milliseconds);
      },
      reporter,
      carrierOf: (target, workDirectory) => createCarrier(target, workDirectory, carrierDeps),
      onProblem: (flowLogId, problem) => service.setDeliveryError(flowLogId, problem),
    },
  );
  let seen: readonly FlowLog[] | null = null;
  const refresh = (): void => {
    const flowLogs = service.flowLogs();
    if (flowLogs === seen) return;
    seen = flowLogs;
    deliverer.setTargets(flowLogs.map((flowLog) => deliveryTargetOf(flowLog, config.bucketDirectory)));
  };
  refresh();
  deliverer.start(refresh);
  return {
    deliverer,
    refresh,
    drain: (timeoutMs) => {
      refresh();
      return deliverer.drain(nowMs() + timeoutMs);
    },
    close: async () => {
      const stopped = deliverer.stop().then(() => parquetWriter.close());
      // A call to a silent destination may last for minutes; its records are in the spool.
      await Promise.race([stopped, wait(CLOSE_MS, undefined, { ref: false })]);
    },
  };
}
