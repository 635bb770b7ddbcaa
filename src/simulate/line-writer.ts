import { assertInvariant } from '../base/index.ts';
import { type Field, formatHeader, layoutOfFields } from '../record/index.ts';
import type { AddressBook } from './address-book.ts';
import { type LineBuffer, writeNumber } from './line-buffer.ts';
import { hopText, isStatusField, pointText } from './point-text.ts';
import { LOST_REASONS, NONE, REJECT_REASONS, type Rows } from './rows.ts';
import type { Point, World } from './world.ts';

/** How lines look: bare records, or records behind the ISO time of their event as CloudWatch exports them. */
export type LineStyle = 'text' | 'export';

/** One point's capture window. `endSeconds` is the last packet's second, inclusive, as AWS counts it. */
export interface Window {
  readonly point: Point;
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** Writes rows as lines of one format. */
export interface LineWriter {
  /** The header line, without newline. */
  readonly header: string;
  /** Must be called before the rows of a window: prepares the texts that all of them share. */
  enterWindow(window: Window): void;
  /** Appends row `index` of `rows` as a line. */
  writeRow(target: LineBuffer, rows: Rows, index: number): void;
  /** Appends the NODATA or SKIPDATA line of a window. */
  writeStatus(target: LineBuffer, window: Window, status: 'NODATA' | 'SKIPDATA'): void;
}

// What one step of a line does. Numbers, so that the loop over them compiles to a jump table.
const FIXED = 0;
const SRC = 1;
const DST = 2;
const PKT_SRC = 3;
const PKT_DST = 4;
const SRC_PORT = 5;
const DST_PORT = 6;
const PROTOCOL = 7;
const PACKETS = 8;
const BYTES = 9;
const ACTION = 10;
const FLAGS = 11;
const TYPE = 12;
const DIRECTION = 13;
const PATH = 14;
const SRC_SERVICE = 15;
const DST_SERVICE = 16;
const ENCRYPTION = 17;
const HOP = 18;
const HOP_TO = 19;
const LOST = 20;
const REJECT_REASON = 21;

const ROW_STEPS: Readonly<Record<string, number>> = {
  srcaddr: SRC,
  dstaddr: DST,
  'pkt-srcaddr': PKT_SRC,
  'pkt-dstaddr': PKT_DST,
  srcport: SRC_PORT,
  dstport: DST_PORT,
  protocol: PROTOCOL,
  packets: PACKETS,
  bytes: BYTES,
  action: ACTION,
  'tcp-flags': FLAGS,
  type: TYPE,
  'flow-direction': DIRECTION,
  'traffic-path': PATH,
  'pkt-src-aws-service': SRC_SERVICE,
  'pkt-dst-aws-service': DST_SERVICE,
  'encryption-status': ENCRYPTION,
  'reject-reason': REJECT_REASON,
};

interface Step {
  readonly op: number;
  /** Which fixed text, which interface texts, or which loss reason; 0 where the step needs none. */
  readonly argument: number;
}

const ACCEPT = bytesOf('ACCEPT ');
const REJECT = bytesOf('REJECT ');
const INGRESS = bytesOf('ingress ');
const EGRESS = bytesOf('egress ');
const V4 = bytesOf('IPv4 ');
const V6 = bytesOf('IPv6 ');
const MISSING = bytesOf('- ');
const REASONS = REJECT_REASONS.map((reason) => bytesOf(`${reason} `));
const BPA = REJECT_REASONS.indexOf('BPA');

/** Longest text of one value that a row brings along: an IPv6 address, a service name or an ARN-free id. */
const ROW_VALUE_BYTES = 48;

/**
 * Compiles a format into a writer. Neighbouring fields that do not change within a window become one text, so a version 2
 * line is seven copies. Cost: about 0.25 µs a version 2 line.
 */
export function createLineWriter(
  format: readonly Field[],
  world: World,
  book: AddressBook,
  style: LineStyle,
): LineWriter {
  return new CompiledLineWriter(format, world, book, style);
}

class CompiledLineWriter implements LineWriter {
  readonly header: string;
  private readonly format: readonly Field[];
  private readonly world: World;
  private readonly book: AddressBook;
  private readonly style: LineStyle;
  private readonly ops: Uint8Array;
  private readonly argumentsOf: Uint8Array;
  /** The fields of each fixed text, in order. */
  private readonly fixedFields: readonly (readonly Field[])[];
  /** Per fixed text and point: its parts around the times, made once. */
  private readonly templates = new Map<number, readonly string[]>();
  /** The fixed texts of the current window. */
  private fixed: Buffer[];
  /** Per hop step, the text of each interface by index. */
  private readonly hopTexts: readonly (readonly Uint8Array[])[];
  private readonly services = new Map<string, Uint8Array>();
  private lineBound = 0;

  constructor(format: readonly Field[], world: World, book: AddressBook, style: LineStyle) {
    this.format = format;
    this.world = world;
    this.book = book;
    this.style = style;
    this.header = formatHeader(layoutOfFields(format));
    const steps: Step[] = [];
    const fixedFields: Field[][] = [];
    const hopTexts: (readonly Uint8Array[])[] = [];
    for (const field of format) {
      const step = this.stepOf(field, hopTexts);
      if (step !== null) {
        steps.push(step);
        continue;
      }
      if (steps.at(-1)?.op !== FIXED) steps.push({ op: FIXED, argument: fixedFields.push([]) - 1 });
      fixedFields.at(-1)?.push(field);
    }
    // The time of an export line stands before everything, so such lines begin with a fixed text, be it empty.
    if (style === 'export' && steps[0]?.op !== FIXED) {
      steps.unshift({ op: FIXED, argument: fixedFields.push([]) - 1 });
    }
    this.ops = Uint8Array.from(steps, (step) => step.op);
    this.argumentsOf = Uint8Array.from(steps, (step) => step.argument);
    this.fixedFields = fixedFields;
    this.fixed = fixedFields.map(() => Buffer.alloc(0));
    this.hopTexts = hopTexts;
  }

  enterWindow(window: Window): void {
    const start = String(window.startSeconds);
    const end = String(window.endSeconds);
    let bound = this.ops.length * ROW_VALUE_BYTES;
    for (let i = 0; i < this.fixed.length; i++) {
      const [before, ...timed] = this.templateOf(i, window.point);
      let text = before as string;
      if (i === this.argumentsOf[0] && this.style === 'export') text = `${isoTime(window)} ${text}`;
      for (const part of timed) text += (part.startsWith('s') ? start : end) + part.slice(1);
      this.fixed[i] = Buffer.from(text, 'latin1');
      bound += text.length;
    }
    this.lineBound = bound;
  }

  writeRow(target: LineBuffer, rows: Rows, index: number): void {
    target.reserve(this.lineBound);
    const { ops, argumentsOf, book } = this;
    const { bytes } = target;
    let at = target.length;
    for (let i = 0; i < ops.length; i++) {
      switch (ops[i]) {
        case FIXED:
          at = copy(this.fixed[argumentsOf[i] as number] as Buffer, bytes, at);
          break;
        case SRC:
          at = book.write(rows.src[index] as number, bytes, at);
          break;
        case DST:
          at = book.write(rows.dst[index] as number, bytes, at);
          break;
        case PKT_SRC:
          at = book.write(rows.pktSrc[index] as number, bytes, at);
          break;
        case PKT_DST:
          at = book.write(rows.pktDst[index] as number, bytes, at);
          break;
        case SRC_PORT:
          at = number(bytes, at, rows.srcPort[index] as number);
          break;
        case DST_PORT:
          at = number(bytes, at, rows.dstPort[index] as number);
          break;
        case PROTOCOL:
          at = number(bytes, at, rows.protocol[index] as number);
          break;
        case PACKETS:
          at = number(bytes, at, rows.packets[index] as number);
          break;
        case BYTES:
          // Block Public Access refuses before anything is counted.
          at =
            rows.rejectReason[index] === BPA
              ? copy(MISSING, bytes, at)
              : number(bytes, at, rows.bytes[index] as number);
          break;
        case ACTION:
          at = copy(rows.reject[index] === 1 ? REJECT : ACCEPT, bytes, at);
          break;
        case FLAGS:
          at = number(bytes, at, rows.tcpFlags[index] as number);
          break;
        case TYPE:
          at = copy(book.isV6(rows.src[index] as number) ? V6 : V4, bytes, at);
          break;
        case DIRECTION:
          at = copy(rows.egress[index] === 1 ? EGRESS : INGRESS, bytes, at);
          break;
        case PATH:
          at = optionalNumber(bytes, at, rows.path[index] as number);
          break;
        case SRC_SERVICE:
          at = copy(this.serviceOf(rows.pktSrc[index] as number), bytes, at);
          break;
        case DST_SERVICE:
          at = copy(this.serviceOf(rows.pktDst[index] as number), bytes, at);
          break;
        case ENCRYPTION:
          at = number(bytes, at, this.encryptionOf(rows, index));
          break;
        case HOP:
          at = this.copyHop(argumentsOf[i] as number, rows.hop[index] as number, bytes, at);
          break;
        case HOP_TO:
          at = this.copyHop(argumentsOf[i] as number, rows.hopTo[index] as number, bytes, at);
          break;
        case REJECT_REASON:
          at = copy(REASONS[rows.rejectReason[index] as number] as Uint8Array, bytes, at);
          break;
        default: {
          const isThis = rows.lostReason[index] === argumentsOf[i];
          at = number(bytes, at, isThis ? (rows.lostPackets[index] as number) : 0);
        }
      }
    }
    bytes[at - 1] = 10;
    target.length = at;
  }

  writeStatus(target: LineBuffer, window: Window, status: 'NODATA' | 'SKIPDATA'): void {
    const values = this.format.map((field) => {
      if (!isStatusField(field.name)) return '-';
      if (field.name === 'start') return String(window.startSeconds);
      if (field.name === 'end') return String(window.endSeconds);
      if (field.name === 'log-status') return status;
      return pointText(field, this.format, window.point, this.world) ?? '-';
    });
    const time = this.style === 'export' ? `${isoTime(window)} ` : '';
    target.append(`${time}${values.join(' ')}\n`);
  }

  private stepOf(field: Field, hopTexts: (readonly Uint8Array[])[]): Step | null {
    const { name } = field;
    const op = ROW_STEPS[name];
    if (op !== undefined) return { op, argument: 0 };
    if (name.startsWith('packets-lost-')) {
      const reason = LOST_REASONS.findIndex((lost) => name === `packets-lost-${lost}`);
      return { op: LOST, argument: reason };
    }
    const first = this.world.interfaces[0];
    assertInvariant(first !== undefined, 'a world has interfaces');
    if (hopText(name, first) === null) return null;
    const texts = this.world.interfaces.map((eni) => bytesOf(`${hopText(name, eni)} `));
    return { op: name.startsWith('tgw-dst-') ? HOP_TO : HOP, argument: hopTexts.push(texts) - 1 };
  }

  /** The text before the first time, then for each time `s` or `e` and the text behind it. */
  private templateOf(fixedIndex: number, point: Point): readonly string[] {
    const key = point.index * 256 + fixedIndex;
    const known = this.templates.get(key);
    if (known !== undefined) return known;
    const parts: string[] = [''];
    for (const field of this.fixedFields[fixedIndex] ?? []) {
      if (field.name === 'start' || field.name === 'end') {
        parts.push(`${field.name.charAt(0)} `);
        continue;
      }
      const text =
        field.name === 'log-status' ? 'OK' : (pointText(field, this.format, point, this.world) ?? '-');
      parts[parts.length - 1] += `${text} `;
    }
    this.templates.set(key, parts);
    return parts;
  }

  private serviceOf(address: number): Uint8Array {
    const name = this.book.service(address);
    if (name === '-') return MISSING;
    const known = this.services.get(name) ?? bytesOf(`${name} `);
    this.services.set(name, known);
    return known;
  }

  /** Nitro encrypts between interfaces (1); HTTPS to endpoints counts as application-encrypted (2); else 0. */
  private encryptionOf(rows: Rows, index: number): number {
    const isHttps = rows.srcPort[index] === 443 || rows.dstPort[index] === 443;
    const hop = rows.hop[index] as number;
    if (hop === NONE) return rows.path[index] === 7 && isHttps ? 2 : 0;
    return isHttps && this.world.interfaces[hop]?.role === 'endpoint' ? 3 : 1;
  }

  private copyHop(textsIndex: number, hop: number, bytes: Uint8Array, at: number): number {
    const text = hop === NONE ? MISSING : (this.hopTexts[textsIndex]?.[hop] ?? MISSING);
    return copy(text, bytes, at);
  }
}

function isoTime(window: Window): string {
  return new Date(window.startSeconds * 1000).toISOString();
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** A loop beats `set` below some forty bytes, which is where nearly all texts are. */
function copy(text: Uint8Array, target: Uint8Array, at: number): number {
  const { length } = text;
  if (length > 48) target.set(text, at);
  else for (let i = 0; i < length; i++) target[at + i] = text[i] as number;
  return at + length;
}

function number(target: Uint8Array, at: number, value: number): number {
  const end = writeNumber(target, at, value);
  target[end] = 32;
  return end + 1;
}

function optionalNumber(target: Uint8Array, at: number, value: number): number {
  return value === 0 ? copy(MISSING, target, at) : number(target, at, value);
}
