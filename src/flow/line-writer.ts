import { assertInvariant } from '../base/index.ts';
import { encodeTag, type Field, formatHeader, layoutOfFields, versionOf } from '../record/index.ts';
import type { RecordFacts } from './facts.ts';
import {
  ACCEPTED,
  BYTES_FLOAT,
  DST,
  directionOfKey,
  EGRESS,
  FLAGS_AND_RULE,
  INGRESS,
  isIpv6Key,
  KEY,
  NEXT,
  outcomeOfKey,
  PACKETS,
  PORTS,
  protocolOfKey,
  ROW_WORDS,
  SRC,
} from './flow-row.ts';
import { FlowRow } from './flow-row-view.ts';
import type { FlowTable } from './flow-table.ts';
import { writeIpv4, writeIpv6, writeNumber } from './text-bytes.ts';
import type { VantageWindow } from './window.ts';

/** Which records of a flow log are wanted. */
export type ActionFilter = 'ALL' | 'ACCEPT' | 'REJECT';

export interface LineWriterConfig {
  readonly actions: ActionFilter;
  /** Bytes gathered before they are passed on. */
  readonly bufferBytes: number;
}

export const defaultLineWriterConfig: LineWriterConfig = { actions: 'ALL', bufferBytes: 1 << 20 };

/** How many lines a writer has written, by log-status. */
export interface LineCounts {
  readonly ok: number;
  readonly nodata: number;
  readonly skipdata: number;
}

/** Fields that a NODATA or SKIPDATA record keeps; all others are `-`. Source: flow-logs.md §1.6. */
const STATUS_FIELDS: ReadonlySet<string> = new Set(
  (
    'version resource-type account-id interface-id resource-id tgw-id tgw-attachment-id start end log-status ' +
    'vpc-id subnet-id instance-id region az-id'
  ).split(' '),
);

// What one step of a line does. Numbers, so that the loop over them compiles to a jump table.
const FIXED = 0;
const SRC_ADDRESS = 1;
const DST_ADDRESS = 2;
const PKT_SRC = 3;
const PKT_DST = 4;
const SRC_PORT = 5;
const DST_PORT = 6;
const PROTOCOL = 7;
const PACKET_COUNT = 8;
const BYTE_COUNT = 9;
const ACTION = 10;
const FLAGS = 11;
const TYPE = 12;
const DIRECTION = 13;
const LOOKED_UP = 14;

const ROW_STEPS: Readonly<Record<string, number>> = {
  srcaddr: SRC_ADDRESS,
  dstaddr: DST_ADDRESS,
  'pkt-srcaddr': PKT_SRC,
  'pkt-dstaddr': PKT_DST,
  srcport: SRC_PORT,
  dstport: DST_PORT,
  protocol: PROTOCOL,
  packets: PACKET_COUNT,
  bytes: BYTE_COUNT,
  action: ACTION,
  'tcp-flags': FLAGS,
  type: TYPE,
  'flow-direction': DIRECTION,
};

const SPACE = 0x20;
const NEWLINE = 0x0a;
const ACCEPT_TEXT = bytesOf('ACCEPT');
const REJECT_TEXT = bytesOf('REJECT');
const DIRECTION_TEXTS: readonly Uint8Array[] = [bytesOf('-'), bytesOf('ingress'), bytesOf('egress')];
const V4_TEXT = bytesOf('IPv4');
const V6_TEXT = bytesOf('IPv6');

/** Room for one value that a row brings: addresses, counters, and whatever `rowText` may answer. */
const ROW_VALUE_BYTES = 128;
/** Texts of `rowText` and `ownAddress` kept as bytes; beyond that they are made anew each time. */
const MAX_TEXTS = 4096;

interface Step {
  readonly op: number;
  /** Fixed text number, or the field of a look-up. */
  readonly fixed: number;
  readonly fieldName: string;
}

/**
 * Turns closed windows into lines of one format, as AWS writes them. Neighbouring fields that do not change within a
 * window become one text, so a version 2 line is a few copies and a dozen numbers.
 *
 * **Shape**: whole lines, each ending in a newline, no header; in the order in which flows were first seen, and the
 * SKIPDATA record of a window after its flows.
 * **Cost**: one pass over the rows of a window, no allocation per record unless the format asks the model per row.
 */
export class LineWriter {
  /** The header line of text files on S3, without newline. */
  readonly header: string;
  readonly #format: readonly Field[];
  readonly #facts: RecordFacts;
  readonly #sink: (bytes: Uint8Array) => void;
  readonly #config: LineWriterConfig;
  readonly #steps: readonly Step[];
  /** The fields of each fixed text. */
  readonly #fixedFields: readonly (readonly Field[])[];
  #fixed: readonly Uint8Array[] = [];
  /** Fixed texts of a vantage around the times, made once per vantage. */
  readonly #vantageTexts = new Map<number, readonly (string | null)[]>();
  readonly #texts = new Map<string, Uint8Array>();
  #buffer: Buffer;
  #used = 0;
  /** Bytes that the longest line of the current window may take. */
  #lineBound = 0;
  #row: FlowRow | null = null;
  #ok = 0;
  #nodata = 0;
  #skipdata = 0;

  constructor(
    format: readonly Field[],
    facts: RecordFacts,
    sink: (bytes: Uint8Array) => void,
    config: Partial<LineWriterConfig> = {},
  ) {
    this.#format = format;
    this.#facts = facts;
    this.#sink = sink;
    this.#config = { ...defaultLineWriterConfig, ...config };
    this.header = formatHeader(layoutOfFields(format));
    const { steps, fixedFields } = compile(format, facts);
    this.#steps = steps;
    this.#fixedFields = fixedFields;
    this.#buffer = Buffer.allocUnsafe(this.#config.bufferBytes);
  }

  /** Writes the records of one window of one vantage: its flows, or NODATA, and SKIPDATA when something was lost. */
  write(window: VantageWindow, table: FlowTable): void {
    if (window.firstRow !== 0) this.#writeRows(window, table);
    if (window.skipped > 0) {
      this.#writeStatus(window, 'SKIPDATA');
      this.#skipdata++;
    } else if (window.firstRow === 0) {
      this.#writeStatus(window, 'NODATA');
      this.#nodata++;
    }
  }

  /** Passes on what is gathered. */
  flush(): void {
    if (this.#used === 0) return;
    this.#sink(this.#buffer.subarray(0, this.#used));
    this.#used = 0;
  }

  /** Lines written so far. */
  counts(): LineCounts {
    return { ok: this.#ok, nodata: this.#nodata, skipdata: this.#skipdata };
  }

  #writeRows(window: VantageWindow, table: FlowTable): void {
    this.#enter(window);
    const row = this.#row ?? new FlowRow(table);
    this.#row = row;
    const { words } = table;
    const { actions } = this.#config;
    const isReplacing = this.#facts.replacesAddresses(window.vantage);
    for (let ref = window.firstRow; ref !== 0; ) {
      const at = (ref - 1) * ROW_WORDS;
      const outcome = outcomeOfKey(words[at + KEY] as number);
      const isWanted = actions === 'ALL' || (outcome === ACCEPTED) === (actions === 'ACCEPT');
      if (isWanted) {
        if (this.#buffer.length - this.#used < this.#lineBound) this.#makeRoom();
        row.at = at;
        this.#used = this.#writeRow(table, row, isReplacing);
        this.#ok++;
      }
      ref = words[at + NEXT] as number;
    }
  }

  #writeRow(table: FlowTable, row: FlowRow, isReplacing: boolean): number {
    const { words, floats } = table;
    const target = this.#buffer;
    const base = row.at;
    const key = words[base + KEY] as number;
    const isIpv6 = isIpv6Key(key);
    const direction = directionOfKey(key);
    let at = this.#used;
    const steps = this.#steps;
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i] as Step;
      switch (step.op) {
        case FIXED:
          at = copy(target, at, this.#fixed[step.fixed] as Uint8Array);
          break;
        case SRC_ADDRESS:
          if (isReplacing && direction === EGRESS) at = this.#writeOwn(target, at, row, SRC, isIpv6, words);
          else at = writeAddress(target, at, words, base + SRC, isIpv6);
          break;
        case DST_ADDRESS:
          if (isReplacing && direction === INGRESS) at = this.#writeOwn(target, at, row, DST, isIpv6, words);
          else at = writeAddress(target, at, words, base + DST, isIpv6);
          break;
        case PKT_SRC:
          at = writeAddress(target, at, words, base + SRC, isIpv6);
          break;
        case PKT_DST:
          at = writeAddress(target, at, words, base + DST, isIpv6);
          break;
        case SRC_PORT:
          at = writeNumber(target, at, (words[base + PORTS] as number) >>> 16);
          break;
        case DST_PORT:
          at = writeNumber(target, at, (words[base + PORTS] as number) & 0xffff);
          break;
        case PROTOCOL:
          at = writeNumber(target, at, protocolOfKey(key));
          break;
        case PACKET_COUNT:
          at = writeNumber(target, at, (words[base + PACKETS] as number) >>> 0);
          break;
        case BYTE_COUNT:
          at = writeNumber(target, at, floats[(base >> 1) + BYTES_FLOAT] as number);
          break;
        case ACTION:
          at = copy(target, at, outcomeOfKey(key) === ACCEPTED ? ACCEPT_TEXT : REJECT_TEXT);
          break;
        case FLAGS:
          at = writeNumber(target, at, (words[base + FLAGS_AND_RULE] as number) & 255);
          break;
        case TYPE:
          at = copy(target, at, isIpv6 ? V6_TEXT : V4_TEXT);
          break;
        case DIRECTION:
          at = copy(target, at, DIRECTION_TEXTS[direction] as Uint8Array);
          break;
        case LOOKED_UP:
          at = copy(target, at, this.#textBytes(this.#facts.rowText(step.fieldName, row) ?? '-'));
          break;
      }
      target[at++] = SPACE;
    }
    target[at - 1] = NEWLINE;
    return at;
  }

  #writeOwn(
    target: Uint8Array,
    at: number,
    row: FlowRow,
    side: number,
    isIpv6: boolean,
    words: Int32Array,
  ): number {
    const own = this.#facts.ownAddress(row);
    return own === null
      ? writeAddress(target, at, words, row.at + side, isIpv6)
      : copy(target, at, this.#textBytes(own));
  }

  #writeStatus(window: VantageWindow, status: 'NODATA' | 'SKIPDATA'): void {
    const values = this.#format.map((field) =>
      STATUS_FIELDS.has(field.name) ? this.#fixedValue(field, window, status) : '-',
    );
    const line = Buffer.from(`${values.join(' ')}\n`);
    this.#lineBound = line.length;
    if (this.#buffer.length - this.#used < line.length) this.#makeRoom();
    this.#used = copy(this.#buffer, this.#used, line);
  }

  /** Prepares the texts that all lines of a window share. */
  #enter(window: VantageWindow): void {
    this.#fixed = this.#fixedFields.map((fields) =>
      bytesOf(fields.map((field) => this.#fixedValue(field, window, 'OK')).join(' ')),
    );
    this.#lineBound = this.#fixed.reduce((sum, text) => sum + text.length + 1, 0);
    this.#lineBound += this.#steps.length * ROW_VALUE_BYTES;
  }

  #fixedValue(field: Field, window: VantageWindow, status: string): string {
    switch (field.name) {
      case 'start':
        return String(window.startSeconds);
      case 'end':
        return String(window.endSeconds);
      case 'log-status':
        return status;
      default:
        return this.#vantageText(field, window.vantage);
    }
  }

  #vantageText(field: Field, vantage: number): string {
    let texts = this.#vantageTexts.get(vantage);
    if (texts === undefined) {
      texts = this.#format.map((each) => this.#facts.vantageText(each.name, vantage));
      this.#vantageTexts.set(vantage, texts);
    }
    if (field.name === 'version') return String(versionOf(this.#format));
    const text = texts[this.#format.indexOf(field)] ?? null;
    if (text === null || text === '') return '-';
    return field.shape === 'percent-encoded' ? encodeTag(text) : text;
  }

  #textBytes(text: string): Uint8Array {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    const bytes = bytesOf(text);
    assertInvariant(bytes.length < ROW_VALUE_BYTES, `"${text}" fits into a record`);
    if (this.#texts.size < MAX_TEXTS) this.#texts.set(text, bytes);
    return bytes;
  }

  #makeRoom(): void {
    this.flush();
    if (this.#buffer.length < this.#lineBound) this.#buffer = Buffer.allocUnsafe(this.#lineBound);
  }
}

/** Groups neighbouring fields that are fixed within a window; the others become a step each. */
function compile(
  format: readonly Field[],
  facts: RecordFacts,
): { steps: readonly Step[]; fixedFields: readonly (readonly Field[])[] } {
  const steps: Step[] = [];
  const fixedFields: Field[][] = [];
  let run: Field[] | null = null;
  for (const field of format) {
    const op = facts.isRowField(field.name) ? LOOKED_UP : (ROW_STEPS[field.name] ?? FIXED);
    if (op !== FIXED) {
      steps.push({ op, fixed: 0, fieldName: field.name });
      run = null;
    } else if (run === null) {
      run = [field];
      fixedFields.push(run);
      steps.push({ op: FIXED, fixed: fixedFields.length - 1, fieldName: '' });
    } else run.push(field);
  }
  return { steps, fixedFields };
}

function writeAddress(
  target: Uint8Array,
  at: number,
  words: Int32Array,
  from: number,
  isIpv6: boolean,
): number {
  return isIpv6
    ? writeIpv6(
        target,
        at,
        words[from] as number,
        words[from + 1] as number,
        words[from + 2] as number,
        words[from + 3] as number,
      )
    : writeIpv4(target, at, words[from + 3] as number);
}

/** Byte by byte: the texts are short, and a call of `set` costs more than they do. */
function copy(target: Uint8Array, start: number, text: Uint8Array): number {
  const { length } = text;
  for (let i = 0; i < length; i++) target[start + i] = text[i] as number;
  return start + length;
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text));
}
