import type { CloudWatchLogsClient, RejectedLogEventsInfo } from '@aws-sdk/client-cloudwatch-logs';
import { type AwsClientOptions, awsClientConfig } from './aws-client.ts';
import { type BatchResult, BatchShipment } from './batch-shipment.ts';
import { type LogBatch, planLogBatches } from './log-batches.ts';
import { blocksOf } from './segment.ts';
import type { Carrier, RejectReason } from './shipment.ts';
import type { LogGroupDestination } from './target.ts';

type Sdk = typeof import('@aws-sdk/client-cloudwatch-logs');

/** Streams of one flow log that are written side by side. */
const WIDTH = 4;

/**
 * Delivers segments as events of CloudWatch Logs: a stream per source, the record's start as the timestamp. Log group and
 * streams are made when the first records come. Records that the service refuses for good (older than 14 days or the
 * group's retention, more than two hours ahead) are counted as rejected.
 */
export function createLogGroupCarrier(destination: LogGroupDestination, options: AwsClientOptions): Carrier {
  let loading: Promise<{ sdk: Sdk; client: CloudWatchLogsClient }> | null = null;
  const load = async () => {
    const sdk = await import('@aws-sdk/client-cloudwatch-logs');
    return { sdk, client: new sdk.CloudWatchLogsClient(awsClientConfig(destination.region, options)) };
  };
  return {
    prepare: async (segment) => {
      loading ??= load();
      const { sdk, client } = await loading;
      const { batches, tooLarge } = planLogBatches(await blocksOf(segment), destination.streamSuffix);
      const put = (batch: LogBatch): Promise<BatchResult> => putBatch(sdk, client, destination.group, batch);
      return new BatchShipment(batches, WIDTH, put, tooLarge > 0 ? { 'too large': tooLarge } : {});
    },
  };
}

async function putBatch(
  sdk: Sdk,
  client: CloudWatchLogsClient,
  group: string,
  batch: LogBatch,
): Promise<BatchResult> {
  const put = () =>
    client.send(
      new sdk.PutLogEventsCommand({
        logGroupName: group,
        logStreamName: batch.stream,
        logEvents: [...batch.events],
      }),
    );
  try {
    const { rejectedLogEventsInfo } = await put();
    return resultOf(batch, rejectedLogEventsInfo);
  } catch (error) {
    if (!(error instanceof sdk.ResourceNotFoundException)) throw error;
  }
  await createStream(sdk, client, group, batch.stream);
  const { rejectedLogEventsInfo } = await put();
  return resultOf(batch, rejectedLogEventsInfo);
}

async function createStream(
  sdk: Sdk,
  client: CloudWatchLogsClient,
  group: string,
  stream: string,
): Promise<void> {
  const unlessThere = async (create: Promise<unknown>): Promise<void> => {
    await create.catch((error: unknown) => {
      if (!(error instanceof sdk.ResourceAlreadyExistsException)) throw error;
    });
  };
  const createOne = () =>
    unlessThere(client.send(new sdk.CreateLogStreamCommand({ logGroupName: group, logStreamName: stream })));
  try {
    await createOne();
  } catch (error) {
    if (!(error instanceof sdk.ResourceNotFoundException)) throw error;
    await unlessThere(client.send(new sdk.CreateLogGroupCommand({ logGroupName: group })));
    await createOne();
  }
}

/** Events are in time order, so the refused ones are a first part and a last part. */
function resultOf(batch: LogBatch, info: RejectedLogEventsInfo | undefined): BatchResult {
  const count = batch.events.length;
  // Ends are exclusive, the start is inclusive. Source: PutLogEvents, RejectedLogEventsInfo.
  const tooOld = Math.min(count, info?.tooOldLogEventEndIndex ?? 0);
  const expired = Math.max(0, Math.min(count, info?.expiredLogEventEndIndex ?? 0) - tooOld);
  const tooNew = Math.min(count - tooOld - expired, count - (info?.tooNewLogEventStartIndex ?? count));
  const rejected: Partial<Record<RejectReason, number>> = {};
  if (tooOld > 0) rejected['too old'] = tooOld;
  if (expired > 0) rejected.expired = expired;
  if (tooNew > 0) rejected['too new'] = tooNew;
  return { delivered: count - tooOld - expired - tooNew, rejected, bytes: batch.bytes };
}
