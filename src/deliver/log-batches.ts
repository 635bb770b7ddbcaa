import type { Batch } from './batch-shipment.ts';
import type { RecordBlock } from './record-block.ts';

/** One event of CloudWatch Logs. */
export interface LogEvent {
  /** Unix milliseconds: the record's start. */
  readonly timestamp: number;
  /** The record, without newline. */
  readonly message: string;
}

/** What one PutLogEvents call carries. */
export interface LogBatch extends Batch {
  readonly stream: string;
  readonly events: readonly LogEvent[];
  /** UTF-8 bytes of the messages. */
  readonly bytes: number;
}

/** Limits of one call. Source: PutLogEvents, and wire.md §3.3. */
export interface LogLimits {
  readonly maxEvents: number;
  /** UTF-8 bytes of the messages and `EVENT_OVERHEAD` each. */
  readonly maxBytes: number;
  /** From the first to the last event; AWS fails a call whose events span more than a day. */
  readonly maxSpanMs: number;
}

/** AWS's limits. */
export const LOG_LIMITS: LogLimits = { maxEvents: 10_000, maxBytes: 1_048_576, maxSpanMs: 86_400_000 };

/** What AWS adds to each event when it measures a batch. */
export const EVENT_OVERHEAD = 26;

/** A plan: the calls, and how many records no call can carry. */
export interface LogPlan {
  readonly batches: readonly LogBatch[];
  readonly tooLarge: number;
}

/**
 * Plans the calls that put some blocks: a stream per source, events of a stream by time (records of one time stay in
 * their order), each call as full as the limits allow. Records of one stream that come twice in one segment with
 * falling times are put in order here; across segments the service sorts.
 */
export function planLogBatches(
  blocks: readonly RecordBlock[],
  streamSuffix: string,
  limits: LogLimits = LOG_LIMITS,
): LogPlan {
  const batches: LogBatch[] = [];
  let tooLarge = 0;
  for (const [source, own] of bySource(blocks)) {
    const stream = source + streamSuffix;
    let open = newBatch(stream);
    let size = 0;
    const close = (): void => {
      if (open.events.length > 0) batches.push(open);
      open = newBatch(stream);
      size = 0;
    };
    for (const block of own.toSorted((a, b) => a.startSeconds - b.startSeconds)) {
      const timestamp = block.startSeconds * 1000;
      for (const { message, bytes } of messagesOf(block)) {
        const cost = bytes + EVENT_OVERHEAD;
        if (cost > limits.maxBytes) {
          tooLarge++;
          continue;
        }
        const spanMs = timestamp - (open.events[0]?.timestamp ?? timestamp);
        const isFull =
          open.events.length === limits.maxEvents ||
          size + cost > limits.maxBytes ||
          spanMs >= limits.maxSpanMs;
        if (isFull) close();
        open.events.push({ timestamp, message });
        open.bytes += bytes;
        size += cost;
      }
    }
    close();
  }
  return { batches, tooLarge };
}

/** The lines of a block, and how many bytes each takes. */
export function* messagesOf(block: RecordBlock): Generator<{ message: string; bytes: number }> {
  const { lines } = block;
  const text = Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength);
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf(0x0a, at);
    const end = newline < 0 ? text.length : newline;
    yield { message: text.toString('utf8', at, end), bytes: end - at };
    at = end + 1;
  }
}

function bySource(blocks: readonly RecordBlock[]): ReadonlyMap<string, readonly RecordBlock[]> {
  const sources = new Map<string, RecordBlock[]>();
  for (const block of blocks) {
    const own = sources.get(block.source);
    if (own === undefined) sources.set(block.source, [block]);
    else own.push(block);
  }
  return sources;
}

function newBatch(stream: string): {
  lane: string;
  stage: number;
  stream: string;
  events: LogEvent[];
  bytes: number;
} {
  return { lane: stream, stage: 0, stream, events: [], bytes: 0 };
}
