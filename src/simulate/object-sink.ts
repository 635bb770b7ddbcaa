import { createHash } from 'node:crypto';
import { objectKey, SLOT_SECONDS, slotOf } from '../aws/index.ts';
import type { AddressBook } from './address-book.ts';
import type { SimulateConfig } from './config.ts';
import { LineBuffer } from './line-buffer.ts';
import { createLineWriter, type LineWriter, type Window } from './line-writer.ts';
import type { Rows } from './rows.ts';
import type { World } from './world.ts';

/** A line that a scenario made: its number in the object (1 is the first line, header included) and its label. */
export interface LabelledLine {
  readonly line: number;
  readonly label: number;
}

/** A finished object before compression. */
export interface TextObject {
  readonly key: string;
  /** Lines without the header. */
  readonly lines: number;
  /** Unix seconds of the slot in the object's name; null in layouts without slots. */
  readonly slotSeconds: number | null;
  readonly text: Buffer;
  readonly labels: readonly LabelledLine[];
}

interface OpenObject {
  /** Flow log id of AWS layouts, or the stream of exports; empty for flat files. */
  readonly stream: string;
  readonly accountId: string;
  slotSeconds: number;
  readonly buffer: LineBuffer;
  lines: number;
  readonly labels: LabelledLine[];
}

/** CloudWatch exports hold one open file per interface, so they are cut early to bound memory. */
const EXPORT_BYTES = 8_000_000;

/**
 * Collects lines into objects and names them: per flow log and five-minute slot as AWS does, per interface in exports,
 * or one after the other in flat files and where objects have a fixed number of lines.
 */
export class ObjectSink {
  private readonly config: SimulateConfig;
  private readonly world: World;
  private readonly writer: LineWriter;
  private readonly linesPerObject: number;
  private readonly maxBytes: number;
  private readonly open = new Map<string, OpenObject>();
  private readonly counters = new Map<string, number>();
  private closed: TextObject[] = [];
  private window: Window | null = null;
  /** The open object of the current window: found once a window, not once a row. */
  private current: OpenObject | null = null;

  constructor(config: SimulateConfig, world: World, book: AddressBook) {
    this.config = config;
    this.world = world;
    this.writer = createLineWriter(config.format, world, book, config.style);
    this.linesPerObject = config.size.kind === 'objects' ? config.size.lines : Number.POSITIVE_INFINITY;
    this.maxBytes =
      config.style === 'export' ? Math.min(EXPORT_BYTES, config.objectBytes) : config.objectBytes;
  }

  enterWindow(window: Window): void {
    this.window = window;
    this.current = null;
    this.writer.enterWindow(window);
  }

  /** Writes a row of the current window. */
  row(rows: Rows, index: number): void {
    const object = this.current ?? this.objectOf(this.window as Window);
    this.current = object;
    this.writer.writeRow(object.buffer, rows, index);
    object.lines++;
    const label = rows.label[index] as number;
    if (label !== 0) {
      const header = this.config.style === 'export' ? 0 : 1;
      object.labels.push({ line: object.lines + header, label });
    }
    this.cut(object);
  }

  /** Writes the status line of the current window. */
  status(status: 'NODATA' | 'SKIPDATA'): void {
    const window = this.window as Window;
    const object = this.objectOf(window);
    this.writer.writeStatus(object.buffer, window, status);
    object.lines++;
    this.cut(object);
  }

  /** Hands out what is finished, when no later window will end before `endSeconds`. */
  take(endSeconds: number): readonly TextObject[] {
    if (this.isBySlot()) {
      for (const object of this.open.values()) {
        if (object.slotSeconds + SLOT_SECONDS <= endSeconds) this.close(object);
      }
    }
    const { closed } = this;
    this.closed = [];
    return closed;
  }

  /** Hands out all the rest. */
  finish(): readonly TextObject[] {
    for (const object of this.open.values()) this.close(object);
    return this.take(0);
  }

  private isBySlot(): boolean {
    const { layout, style, size } = this.config;
    return layout !== 'flat' && style === 'text' && size.kind !== 'objects';
  }

  private objectOf(window: Window): OpenObject {
    const slotSeconds = slotOf(window.endSeconds);
    const { stream, accountId } = this.streamOf(window);
    const place = this.isBySlot() ? `${stream}/${slotSeconds}` : stream;
    const known = this.open.get(place);
    if (known !== undefined) {
      // Where slots do not separate objects, the name's time is that of the latest line.
      if (slotSeconds > known.slotSeconds) known.slotSeconds = slotSeconds;
      return known;
    }
    const made: OpenObject = {
      stream,
      accountId,
      slotSeconds,
      buffer: new LineBuffer(),
      lines: 0,
      labels: [],
    };
    if (this.config.style === 'text') made.buffer.append(`${this.writer.header}\n`);
    this.open.set(place, made);
    return made;
  }

  private streamOf({ point }: Window): { readonly stream: string; readonly accountId: string } {
    const { style, layout, size, recordKind } = this.config;
    const { accountId } = point.vpc;
    if (style === 'export') {
      return { stream: point.kind === 'interface' ? `${point.interfaceId}-all` : point.tgwId, accountId };
    }
    if (layout === 'flat') return { stream: '', accountId };
    if (recordKind === 'tgw') return { stream: this.world.tgwFlowLogId, accountId: this.world.tgwAccountId };
    const vpc = size.kind === 'objects' ? (this.world.vpcs[0] ?? point.vpc) : point.vpc;
    return { stream: vpc.flowLogId, accountId: vpc.accountId };
  }

  private cut(object: OpenObject): void {
    if (object.lines >= this.linesPerObject || object.buffer.length >= this.maxBytes) this.close(object);
  }

  private close(object: OpenObject): void {
    const place = this.isBySlot() ? `${object.stream}/${object.slotSeconds}` : object.stream;
    this.open.delete(place);
    this.current = null;
    this.closed.push({
      key: this.keyOf(object, place),
      lines: object.lines,
      slotSeconds:
        this.config.layout === 'flat' || this.config.style === 'export' ? null : object.slotSeconds,
      text: object.buffer.bytes.subarray(0, object.buffer.length),
      labels: object.labels,
    });
  }

  private keyOf(object: OpenObject, place: string): string {
    const { config } = this;
    const { layout, style, gzipLevel } = config;
    const counter = this.counters.get(place) ?? 0;
    this.counters.set(place, counter + 1);
    const prefix = config.prefix === '' ? '' : `${config.prefix}/`;
    const ending = gzipLevel > 0 ? '.gz' : '';
    if (style === 'export') {
      const task = hashHex(`${config.seed}/export`, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
      return `${prefix}${task}/${object.stream}/${String(counter).padStart(6, '0')}${ending}`;
    }
    if (layout === 'flat') return `${prefix}flow-logs-${String(counter + 1).padStart(6, '0')}.log${ending}`;
    return objectKey({
      prefix: config.prefix,
      accountId: object.accountId,
      region: this.world.region,
      hive: layout === 'hive' || layout === 'hive-hourly',
      perHour: layout === 'hourly' || layout === 'hive-hourly',
      serviceName: config.recordKind === 'tgw' ? 'service' : 'aws-service',
      flowLogId: object.stream,
      slotSeconds: object.slotSeconds,
      hash: hashHex(`${object.slotSeconds}/${object.stream}/${counter}`, 8),
      fileFormat: 'plain-text',
    });
  }
}

function hashHex(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}
