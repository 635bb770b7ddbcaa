import { WeirError } from '../base/index.ts';
import {
  type ActionFilter,
  type LineWriter,
  type RecorderConfig,
  rejectionsOf,
  type TagKeys,
  TRANSIT_FLAGS,
  VPC_FLAGS,
  type WindowSink,
} from '../flow/index.ts';
import type { Field } from '../record/index.ts';
import { recordFormatOf } from './record-format.ts';
import { createSceneMaker, type SceneMaker } from './record-network.ts';

/** What a person may ask of any recording, as text where a person types it. */
export interface RecordPlanOptions {
  /** `network.yaml`, or a folder of `aws ec2 describe-*` answers. */
  readonly network?: string | undefined;
  /** AWS's `ip-ranges.json`, for the service names of addresses. */
  readonly ipRanges?: string | undefined;
  readonly tagKeys?: TagKeys | undefined;
  /** `v2` (default), `v5`, `all`, `tgw`, a LogFormat string, or field names. */
  readonly format?: string | undefined;
  /** `60` or `600` seconds. */
  readonly interval?: string | undefined;
  /** `ALL`, `ACCEPT` or `REJECT`. */
  readonly actions?: string | undefined;
  /** Bound of live flows. */
  readonly maxFlows?: number | undefined;
}

/** How packets become records, whether they come from a file or as they pass. */
export interface RecordPlan {
  readonly format: readonly Field[];
  readonly actions: ActionFilter;
  readonly recorder: Partial<RecorderConfig>;
  readonly scenes: SceneMaker;
}

/**
 * Checks what was asked and reads the network model.
 * Errors: `record.bad-option`, `record.bad-format` (kind `config`); those of `createSceneMaker`.
 */
export function planRecording(options: RecordPlanOptions): RecordPlan {
  const format = recordFormatOf(options.format ?? 'v2');
  const isTransit = format.some((field) => !field.kinds.includes('vpc'));
  if (isTransit && options.network === undefined)
    throw badOption(
      'format',
      options.format ?? '',
      'fields of interfaces; those of transit gateways need --network',
    );
  const seed = (Math.random() * 2 ** 32) | 0;
  const recorder = {
    intervalSeconds: Number(
      choiceOf('interval', options.interval ?? '60', isTransit ? ['60'] : ['60', '600']),
    ),
    flags: isTransit ? TRANSIT_FLAGS : VPC_FLAGS,
    seed,
    ...(options.maxFlows === undefined ? {} : { maxFlows: options.maxFlows }),
  };
  // A transit gateway's lost packets have rows of their own, which are read through the row of their flow.
  const actions: ActionFilter = isTransit
    ? 'ACCEPT'
    : choiceOf('actions', options.actions ?? 'ALL', ['ALL', 'ACCEPT', 'REJECT']);
  const scenes = createSceneMaker({
    network: options.network ?? null,
    ipRanges: options.ipRanges ?? null,
    tagKeys: options.tagKeys ?? {},
    isTransit,
    seed,
  });
  return { format, actions, recorder, scenes };
}

/** Writes closed windows as lines and, beside each REJECT, which rule decided; null: nobody keeps the reasons. */
export function windowSink(
  { book, nameOf }: SceneMaker,
  writer: LineWriter,
  writeReason: ((line: Uint8Array) => void) | null,
): WindowSink {
  return (window, table) => {
    writer.write(window, table);
    if (book === null || writeReason === null) return;
    const place = nameOf(window.vantage);
    for (const rejection of rejectionsOf(window, table, book))
      writeReason(Buffer.from(`${JSON.stringify({ place, ...rejection })}\n`));
  };
}

/** One of a few words. Errors: `record.bad-option` (kind `config`). */
export function choiceOf<T extends string>(option: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((value) => value === text);
  if (found === undefined) throw badOption(option, text, `one of ${allowed.join(', ')}`);
  return found;
}

/** A value that stands in records as it is. Errors: `record.bad-option` (kind `config`) for one with spaces. */
export function tokenOf(option: string, text: string): string {
  if (/^\S+$/.test(text)) return text;
  throw badOption(option, text, 'one word: spaces part the fields of a record');
}

function badOption(option: string, found: string, expected: string): WeirError {
  return new WeirError('config', 'record.bad-option', `--${option} "${found}": expected ${expected}`, {
    details: { option, found },
  });
}
