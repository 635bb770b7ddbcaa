import type { FirehoseClient, PutRecordBatchResponseEntry } from '@aws-sdk/client-firehose';
import { WeirError } from '../base/index.ts';
import { type AwsClientOptions, awsClientConfig } from './aws-client.ts';
import { type BatchResult, BatchShipment } from './batch-shipment.ts';
import { type FirehoseBatch, planFirehoseBatches } from './firehose-batches.ts';
import { blocksOf } from './segment.ts';
import type { Carrier } from './shipment.ts';
import type { FirehoseDestination } from './target.ts';

type Sdk = typeof import('@aws-sdk/client-firehose');

/** Calls of one flow log side by side. */
const WIDTH = 4;
/** How often the refused rest of a call is sent again at once; after that the whole flow log pauses. */
const QUICK_RETRIES = 3;
const QUICK_PAUSE_MS = 100;

/** Delivers segments to a Firehose stream, one Firehose record per flow record. */
export function createFirehoseCarrier(
  destination: FirehoseDestination,
  options: AwsClientOptions & { readonly wait: (milliseconds: number) => Promise<void> },
): Carrier {
  let loading: Promise<{ sdk: Sdk; client: FirehoseClient }> | null = null;
  const load = async () => {
    const sdk = await import('@aws-sdk/client-firehose');
    return { sdk, client: new sdk.FirehoseClient(awsClientConfig(destination.region, options)) };
  };
  return {
    prepare: async (segment) => {
      loading ??= load();
      const { sdk, client } = await loading;
      const { batches, tooLarge } = planFirehoseBatches(await blocksOf(segment));
      const put = (batch: FirehoseBatch): Promise<BatchResult> =>
        putBatch(sdk, client, destination.stream, batch, options.wait);
      return new BatchShipment(batches, WIDTH, put, tooLarge > 0 ? { 'too large': tooLarge } : {});
    },
  };
}

/**
 * Puts a batch. An answer of 200 may refuse single records; only those are sent again, and the batch keeps the rest, so
 * that a later attempt sends that alone.
 */
async function putBatch(
  sdk: Sdk,
  client: FirehoseClient,
  stream: string,
  batch: FirehoseBatch,
  wait: (milliseconds: number) => Promise<void>,
): Promise<BatchResult> {
  for (let attempt = 0; ; attempt++) {
    const responses = await put(sdk, client, stream, batch.records);
    const refused = batch.records.filter((_, index) => responses[index]?.ErrorCode !== undefined);
    batch.taken += batch.records.length - refused.length;
    batch.records.splice(0, batch.records.length, ...refused);
    if (refused.length === 0) return { delivered: batch.taken, rejected: {}, bytes: batch.bytes };
    if (attempt === QUICK_RETRIES) {
      const { ErrorCode, ErrorMessage } = responses.find((each) => each.ErrorCode !== undefined) ?? {};
      throw refusedError(stream, `${refused.length} records of a batch (${ErrorCode}: ${ErrorMessage})`);
    }
    await wait(QUICK_PAUSE_MS * 2 ** attempt);
  }
}

async function put(
  sdk: Sdk,
  client: FirehoseClient,
  stream: string,
  records: readonly Uint8Array[],
): Promise<readonly PutRecordBatchResponseEntry[]> {
  const command = new sdk.PutRecordBatchCommand({
    DeliveryStreamName: stream,
    Records: records.map((data) => ({ Data: data })),
  });
  try {
    return (await client.send(command)).RequestResponses ?? [];
  } catch (error) {
    // Firehose's way of saying that the stream's limits are reached. Source: PutRecordBatch, Errors.
    if (error instanceof sdk.ServiceUnavailableException) throw refusedError(stream, 'a batch', error);
    throw error;
  }
}

function refusedError(stream: string, what: string, cause?: unknown): WeirError {
  const text = `Firehose stream ${stream} keeps refusing ${what}; it is over its limits or not available`;
  return new WeirError('service', 'deliver.firehose-refused', text, { details: { stream }, cause });
}
