import type { Batch } from './batch-shipment.ts';
import { messagesOf } from './log-batches.ts';
import type { RecordBlock } from './record-block.ts';

/** What one PutRecordBatch call carries. */
export interface FirehoseBatch extends Batch {
  /** `{"message":"…"}` each. */
  readonly records: Uint8Array[];
  readonly bytes: number;
  /** How many the service took; they are no longer in `records`. */
  taken: number;
}

/** Limits of one call. Source: PutRecordBatch, and wire.md §1.6. */
export interface FirehoseLimits {
  readonly maxRecords: number;
  /** Measured as base64, so that it holds whichever way the service measures. */
  readonly maxBatchBytes: number;
  /** Before base64. */
  readonly maxRecordBytes: number;
}

/** AWS's limits. */
export const FIREHOSE_LIMITS: FirehoseLimits = {
  maxRecords: 500,
  maxBatchBytes: 4 << 20,
  maxRecordBytes: 1_024_000,
};

/** A plan: the calls, and how many records no call can carry. */
export interface FirehosePlan {
  readonly batches: readonly FirehoseBatch[];
  readonly tooLarge: number;
}

/**
 * Plans the calls that put some blocks, in order. A stage holds blocks with one window in a row: within it calls may run
 * side by side (their records share start and end), across stages they do not. The payload of a record is what AWS
 * writes, JSON without a newline.
 */
export function planFirehoseBatches(
  blocks: readonly RecordBlock[],
  limits: FirehoseLimits = FIREHOSE_LIMITS,
): FirehosePlan {
  const batches: FirehoseBatch[] = [];
  let tooLarge = 0;
  let stage = 0;
  let open: { records: Uint8Array[]; bytes: number; encoded: number } | null = null;
  let last: RecordBlock | null = null;
  const close = (): void => {
    if (open !== null)
      batches.push({
        lane: String(batches.length),
        stage,
        records: open.records,
        bytes: open.bytes,
        taken: 0,
      });
    open = null;
  };
  for (const block of blocks) {
    if (last !== null && last.startSeconds !== block.startSeconds) {
      close();
      stage++;
    }
    last = block;
    for (const { message } of messagesOf(block)) {
      const data = Buffer.from(`{"message":${JSON.stringify(message)}}`);
      if (data.length > limits.maxRecordBytes) {
        tooLarge++;
        continue;
      }
      const encoded = Math.ceil(data.length / 3) * 4;
      if (
        open !== null &&
        (open.records.length === limits.maxRecords || open.encoded + encoded > limits.maxBatchBytes)
      )
        close();
      open ??= { records: [], bytes: 0, encoded: 0 };
      open.records.push(data);
      open.bytes += data.length;
      open.encoded += encoded;
    }
  }
  close();
  return { batches, tooLarge };
}
