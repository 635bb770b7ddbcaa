import type { TextShape } from '../opened-object.ts';
import type { Damage } from './damage.ts';
import { FieldObjects, type NamedValues, namedValuesOfRow } from './field-objects.ts';
import { gunzipWhole } from './gunzip.ts';
import { JsonCutter, type JsonSink } from './json-cutter.ts';
import { magicOf } from './magic.ts';
import { RecentIds } from './recent-ids.ts';
import type { Unwrapper } from './unwrapper.ts';

/** Where a document may hold its record, in the order of asking. */
const TEXT_KEYS = ['message', '@message', 'body', 'log', '_raw', 'original', 'stringValue'] as const;

/** How deep documents and payloads are looked into: base64 of gzip of an envelope, log records of a scope of a resource. */
const MAX_NESTING = 6;

/** Layers of gzip in one payload. */
const MAX_GZIP = 3;

/** Events of an envelope that are held back until its type is known; envelopes are far smaller. */
const MAX_HELD_EVENTS = 100_000;

/** What the levels of nesting share. */
interface Shared {
  readonly ids: RecentIds;
  readonly damage: Damage;
  readonly fieldObjects: FieldObjects;
  /** Told by the first record. Text and objects of fields are not mixed: the header of these is not the layout of those. */
  shape: TextShape | null;
  controlMessages: number;
  duplicateEvents: number;
}

/**
 * Takes records out of JSON of every usual kind: `{"message": …}` objects with or without anything between them,
 * CloudWatch subscription envelopes (plain, in Lambda's or Firehose's base64, gzip inside), the AWS CLI's event lists
 * (pretty or compact, of any size), documents whose `body` or `message` is the record, and objects whose members are its fields.
 *
 * Every item gives a line: its record, or, when it holds none, its own text on one line. Text between the items is passed
 * on as lines. CONTROL_MESSAGE envelopes and repeated events are counted and give none.
 */
export class JsonRecords implements Unwrapper {
  readonly lineNumbers = 'ordinal';
  readonly #shared: Shared;
  readonly #level: Level;

  constructor(damage: Damage) {
    this.#shared = {
      ids: new RecentIds(),
      damage,
      fieldObjects: new FieldObjects(),
      shape: null,
      controlMessages: 0,
      duplicateEvents: 0,
    };
    this.#level = new Level(this.#shared, 0);
  }

  get shape(): TextShape {
    return this.#shared.shape ?? 'message-json';
  }

  get controlMessages(): number {
    return this.#shared.controlMessages;
  }

  get duplicateEvents(): number {
    return this.#shared.duplicateEvents;
  }

  push(chunk: Uint8Array): Uint8Array {
    this.#level.cutter.push(chunk);
    return this.#take();
  }

  end(): Uint8Array {
    this.#level.cutter.end();
    return this.#take();
  }

  #take(): Uint8Array {
    const lines = this.#level.takeLines();
    return lines.length === 0 ? new Uint8Array(0) : Buffer.from(`${lines.join('\n')}\n`);
  }
}

/** One level of JSON text: the object itself, or a payload inside one of its items. */
class Level implements JsonSink {
  readonly cutter: JsonCutter;
  readonly #shared: Shared;
  readonly #nesting: number;
  #lines: string[] = [];
  #isInHost = false;
  /** Lines of events whose envelope has not said yet whether it is a probe; null when that is known. */
  #held: string[] | null = null;

  constructor(shared: Shared, nesting: number) {
    this.#shared = shared;
    this.#nesting = nesting;
    this.cutter = new JsonCutter(this);
  }

  takeLines(): readonly string[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }

  item(text: string): void {
    const message = plainMessage(text);
    if (message !== null && !this.#isInHost && this.#shared.shape !== 'field-objects') {
      this.#shared.shape ??= 'message-json';
      this.#lines.push(message);
      return;
    }
    const value = parseJson(text);
    const lines = value === undefined ? null : this.#recordsOf(value, this.#nesting);
    const out = this.#held ?? this.#lines;
    if (lines === null) out.push(oneLine(text));
    else for (const line of lines) out.push(line);
    if (out.length >= MAX_HELD_EVENTS) this.#release();
  }

  hostStart(prefix: string): void {
    this.#isInHost = true;
    const isEnvelope = prefix.includes('"logEvents"');
    if (isEnvelope) this.#shared.shape ??= 'subscription';
    else if (prefix.includes('"events"')) this.#shared.shape ??= 'log-events';
    if (isEnvelope && !/"messageType"\s*:\s*"DATA_MESSAGE"/.test(prefix)) this.#held = [];
  }

  hostEnd(skeleton: string | null): void {
    const host = skeleton === null ? undefined : parseJson(skeleton);
    if (isObject(host) && host['messageType'] === 'CONTROL_MESSAGE' && this.#held !== null) {
      this.#shared.controlMessages += this.#held.length;
      this.#held = null;
    }
    this.#release();
    this.#isInHost = false;
    // A document may have a list of events and still be a record itself.
    if (isObject(host) && TEXT_KEYS.some((key) => typeof host[key] === 'string')) {
      for (const line of this.#recordsOf(host, this.#nesting) ?? []) this.#lines.push(line);
    }
  }

  raw(text: string): void {
    this.#release();
    this.#lines.push(text);
  }

  cutOff(): void {
    this.#shared.damage.note(
      'the object ends inside a JSON value; it was probably cut off while it was copied',
    );
  }

  #release(): void {
    for (const line of this.#held ?? []) this.#lines.push(line);
    this.#held = null;
  }

  /** The lines of the records in a value; null when it holds none. */
  #recordsOf(value: unknown, nesting: number): readonly string[] | null {
    if (typeof value === 'string') return this.#textLines(value, nesting);
    const object = isObject(value) ? value : namedValuesOfRow(value);
    if (object === null) return this.#recordsInside(value, nesting);
    for (const key of TEXT_KEYS) {
      const text = object[key];
      if (typeof text === 'string') return this.#eventLines(object, key, text, nesting);
    }
    const payload = payloadOf(object);
    if (payload !== null) return this.#payloadLines(payload, nesting);
    return this.#fieldLines(object) ?? this.#recordsInside(value, nesting);
  }

  /** The line of an object whose members are the fields; null when they are not. */
  #fieldLines(object: NamedValues): readonly string[] | null {
    const { shape, fieldObjects } = this.#shared;
    if (shape !== null && shape !== 'field-objects') return null;
    const lines = fieldObjects.linesOf(object);
    if (lines !== null) this.#shared.shape = 'field-objects';
    return lines;
  }

  /** Records further in: search hits, OpenTelemetry's log records, whatever holds a `message` somewhere below. */
  #recordsInside(value: unknown, nesting: number): readonly string[] | null {
    if (typeof value !== 'object' || value === null || nesting >= MAX_NESTING) return null;
    const lines: string[] = [];
    let hasFound = false;
    for (const inner of Object.values(value)) {
      const found = typeof inner === 'object' ? this.#recordsOf(inner, nesting + 1) : null;
      for (const line of found ?? []) lines.push(line);
      hasFound ||= found !== null;
    }
    return hasFound ? lines : null;
  }

  #eventLines(event: NamedValues, key: string, text: string, nesting: number): readonly string[] | null {
    if (this.#shared.shape === 'field-objects') return null;
    this.#shared.shape ??= key === 'message' || key === '@message' ? 'message-json' : 'documents';
    const id = event['id'] ?? event['eventId'];
    if (this.#isInHost && typeof id === 'string' && id !== '' && !this.#shared.ids.add(`${id} ${text}`)) {
      this.#shared.duplicateEvents++;
      return [];
    }
    return this.#textLines(text, nesting);
  }

  #textLines(text: string, nesting: number): readonly string[] {
    const first = text.trimStart()[0];
    if ((first === '{' || first === '[') && nesting < MAX_NESTING)
      return this.#nested(Buffer.from(text), nesting);
    return text.replace(/[\r\n]+$/, '').split('\n');
  }

  /** The lines of a base64 payload: an envelope or text, gzip or not. Null when it is none of these. */
  #payloadLines(payload: string, nesting: number): readonly string[] | null {
    if (nesting >= MAX_NESTING) return null;
    let bytes: Uint8Array | null = Buffer.from(payload, 'base64');
    for (let layer = 0; layer < MAX_GZIP && bytes !== null && magicOf(bytes) === 'gzip'; layer++) {
      bytes = gunzipWhole(bytes);
    }
    if (bytes === null || bytes.length === 0 || bytes.includes(0)) return null;
    const first = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 64))
      .toString()
      .trimStart()[0];
    if (first === '{' || first === '[') return this.#nested(bytes, nesting);
    return Buffer.from(bytes)
      .toString()
      .replace(/[\r\n]+$/, '')
      .split('\n');
  }

  #nested(bytes: Uint8Array, nesting: number): readonly string[] {
    const level = new Level(this.#shared, nesting + 1);
    level.cutter.push(bytes);
    level.cutter.end();
    return level.takeLines();
  }
}

/** The base64 text in which Lambda, Firehose and Kinesis hand over a record. */
function payloadOf(value: NamedValues): string | null {
  const holders = [value['awslogs'], value, value['kinesis']];
  for (const holder of holders) {
    if (!isObject(holder)) continue;
    const data = holder['data'] ?? holder['rawData'];
    if (typeof data === 'string' && data.length >= 16 && /^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(data))
      return data;
  }
  return null;
}

/** The text of `{"message":"…"}` when nothing in it needs unescaping or unpacking; null otherwise. */
function plainMessage(text: string): string | null {
  if (!text.startsWith('{"message":"') || !text.endsWith('"}')) return null;
  const message = text.slice(12, -2);
  return /^[0-9a-z-]/.test(message) && !/["\\\n]/.test(message) ? message : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is NamedValues {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function oneLine(text: string): string {
  return text.replace(/\s*\r?\n\s*/g, ' ');
}
