import { ByteSearch } from './byte-search.ts';
import { CUT_MARK, MAX_LINE_BYTES } from './capped-lines.ts';
import {
  CLOSE_LIST,
  CLOSE_OBJECT,
  COMMA,
  isLiteral,
  isSpace,
  JsonGrammar,
  NEWLINE,
  OPEN_LIST,
  OPEN_OBJECT,
  QUOTE,
  Token,
} from './json-grammar.ts';

/** Where the cutter reports what it finds, in the order of the text. */
export interface JsonSink {
  /** A value that stands for itself: at the top, in a top array, or in the list of a host. Its brackets match. */
  item(text: string): void;
  /** An object with a list of items begins; `prefix` is its text up to the list. */
  hostStart(prefix: string): void;
  /** That object ends; `skeleton` is its whole text with the list emptied, null when it broke off. */
  hostEnd(skeleton: string | null): void;
  /** A line that is no JSON, or the part of one that is none. No newline inside. */
  raw(text: string): void;
  /** The text ends inside a value. What there was of it came through `raw` and `item`. */
  cutOff(): void;
}

/** Lists whose elements are items: CloudWatch subscriptions, the AWS CLI (events, results of queries), Firehose and Lambda requests. */
const LISTS: ReadonlySet<string> = new Set(['logEvents', 'events', 'results', 'records', 'Records']);

/** Largest item that is read as one. Firehose and CloudWatch stay under 6 MiB. */
const MAX_ITEM_BYTES = 16 * 1024 * 1024;

/** Longest broken value whose lines are looked at again. */
const RESCAN_BYTES = 16 * 1024;

/** What the scan is in the middle of. */
const Mode = { between: 0, value: 1, string: 2, literal: 3, rawLine: 4, droppedLine: 5 } as const;
type Mode = (typeof Mode)[keyof typeof Mode];

/** How Firehose begins each record of a flow log. */
const MESSAGE_PREFIX = Buffer.from('{"message":"');

const ESCAPE = 0x5c;

/**
 * Cuts a sequence of JSON values (with anything or nothing between them) into its items without holding more than one.
 * Holds it against the grammar on the way (`json-grammar.ts`), so that a broken value is noticed where it breaks: its first line is given as it is and reading goes on with the next.
 */
export class JsonCutter {
  readonly #sink: JsonSink;
  #buffer: Buffer = Buffer.alloc(0);
  #length = 0;
  /** Where the scan stands, and where the piece begins that is not reported yet. */
  #at = 0;
  #start = 0;
  #mode: Mode = Mode.between;
  #isEscaped = false;
  #isKey = false;
  #keyStart = 0;
  #key = '';
  /** Where in the value that is being read. */
  readonly #grammar = new JsonGrammar();
  /** True inside an array at the top. */
  #inTopList = false;
  /** True from the bracket of such an array up to its first item or the end of that line: it may be just text. */
  #isListDoubtful = false;
  #rawPrefix = '';
  readonly #escapes = new ByteSearch(ESCAPE);
  readonly #newlines = new ByteSearch(NEWLINE);
  readonly #quotes = new ByteSearch(QUOTE);
  /** Text of a host up to its list; null outside of hosts. */
  #hostPrefix: string | null = null;
  #inHostList = false;

  constructor(sink: JsonSink) {
    this.#sink = sink;
  }

  push(chunk: Uint8Array): void {
    this.#append(chunk);
    this.#scan();
    if (this.#at - this.#start > MAX_ITEM_BYTES) this.#fail(this.#at);
  }

  /** The text is over. */
  end(): void {
    let isCut = false;
    while (this.#mode !== Mode.between && this.#mode !== Mode.droppedLine) {
      if (this.#mode === Mode.rawLine) this.#endRaw(this.#length);
      else if (this.#mode === Mode.literal && this.#grammar.depth === 0) this.#endItem(this.#length);
      else {
        isCut = true;
        this.#fail(this.#length);
        this.#scan();
      }
    }
    isCut ||= this.#hostPrefix !== null || this.#inTopList;
    this.#leaveHost();
    if (isCut) this.#sink.cutOff();
  }

  #append(chunk: Uint8Array): void {
    const kept = this.#length - this.#start;
    if (kept === 0) {
      // Views of the caller's chunk are only read before the next push.
      this.#buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    } else {
      const needed = kept + chunk.length;
      const grown = Buffer.allocUnsafe(needed);
      this.#buffer.copy(grown, 0, this.#start, this.#length);
      grown.set(chunk, kept);
      this.#buffer = grown;
    }
    this.#at -= this.#start;
    this.#keyStart -= this.#start;
    this.#start = 0;
    this.#length = kept + chunk.length;
    for (const search of [this.#escapes, this.#newlines, this.#quotes]) search.reset(this.#buffer);
  }

  #scan(): void {
    while (this.#at < this.#length) {
      switch (this.#mode) {
        case Mode.between:
          this.#scanBetween();
          break;
        case Mode.value:
          this.#scanValue();
          break;
        case Mode.string:
          this.#scanString();
          break;
        case Mode.literal:
          this.#scanLiteral();
          break;
        case Mode.rawLine:
          this.#scanRaw();
          break;
        case Mode.droppedLine:
          this.#scanDropped();
          break;
      }
    }
    if (this.#mode === Mode.between) this.#start = this.#length;
  }

  /** Between two items: white space, commas, the end of a list, the next item, or text that is no JSON. */
  #scanBetween(): void {
    const byte = this.#buffer[this.#at] ?? 0;
    const isInList = this.#inHostList || this.#inTopList;
    this.#start = this.#at;
    if (byte === OPEN_LIST && !isInList) {
      this.#inTopList = true;
      this.#isListDoubtful = true;
      this.#at++;
    } else if (byte === OPEN_OBJECT && this.#takeMessage()) {
      this.#isListDoubtful = false;
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      this.#mode = Mode.value;
      this.#grammar.begin();
      this.#isListDoubtful = false;
    } else if (byte === QUOTE && isInList) {
      this.#mode = Mode.string;
      this.#isKey = false;
      this.#isListDoubtful = false;
      this.#at++;
    } else if (isSpace(byte) || byte === COMMA) {
      if (byte === NEWLINE) this.#isListDoubtful = false;
      this.#at++;
    } else if (byte === CLOSE_LIST && isInList) {
      this.#at++;
      this.#endList();
    } else if (isLiteral(byte) && isInList && !this.#isListDoubtful) {
      this.#mode = Mode.literal;
    } else {
      this.#rawPrefix = this.#isListDoubtful ? '[' : '';
      this.#leaveHost();
      this.#mode = Mode.rawLine;
    }
  }

  /**
   * The short way for what Firehose writes, `{"message":"…"}` without escapes: three native searches in place of a step
   * per byte. False when the value is anything else or not here to its end.
   */
  #takeMessage(): boolean {
    const buffer = this.#buffer;
    const textAt = this.#at + MESSAGE_PREFIX.length;
    if (
      textAt >= this.#length ||
      buffer.compare(MESSAGE_PREFIX, 0, MESSAGE_PREFIX.length, this.#at, textAt) !== 0
    ) {
      return false;
    }
    const quote = buffer.indexOf(QUOTE, textAt);
    if (quote < 0 || quote + 1 >= this.#length || buffer[quote + 1] !== CLOSE_OBJECT) return false;
    if (this.#escapes.from(textAt) < quote) return false;
    const end = quote + 2;
    const text = this.#text(this.#at, end);
    if (text.includes('\n')) return false;
    this.#at = end;
    this.#start = end;
    this.#sink.item(text);
    return true;
  }

  #endList(): void {
    if (!this.#inHostList) {
      this.#inTopList = false;
      return;
    }
    this.#inHostList = false;
    this.#hostPrefix += '[]';
    this.#start = this.#at;
    this.#grammar.resumeItem();
    this.#mode = Mode.value;
  }

  #scanValue(): void {
    const byte = this.#buffer[this.#at] ?? 0;
    if (isSpace(byte)) {
      this.#at++;
      return;
    }
    const token = this.#grammar.take(byte);
    switch (token) {
      case Token.sign:
        this.#at++;
        break;
      case Token.key:
      case Token.text:
        this.#isKey = token === Token.key;
        this.#at++;
        this.#keyStart = this.#at;
        this.#mode = Mode.string;
        break;
      case Token.literal:
        this.#mode = Mode.literal;
        break;
      case Token.open:
        this.#openBracket(byte);
        break;
      case Token.close:
        this.#at++;
        this.#endValue();
        break;
      case Token.broken:
        this.#fail(this.#at);
        break;
    }
  }

  #openBracket(byte: number): void {
    const isListOfHost =
      byte === OPEN_LIST && this.#grammar.isInItem && !this.#inHostList && LISTS.has(this.#key);
    if (isListOfHost) {
      const prefix = this.#text(this.#start, this.#at);
      if (this.#hostPrefix === null) this.#sink.hostStart(prefix);
      this.#hostPrefix = (this.#hostPrefix ?? '') + prefix;
      this.#inHostList = true;
      this.#grammar.begin();
      this.#mode = Mode.between;
      this.#at++;
    } else if (this.#grammar.enter(byte)) this.#at++;
    else this.#fail(this.#at);
  }

  #scanString(): void {
    const buffer = this.#buffer;
    let at = this.#at;
    if (this.#isEscaped) {
      this.#isEscaped = false;
      if (buffer[at] !== NEWLINE) at++;
    }
    // Native searches for what may end a run of plain characters: most strings are one run.
    for (;;) {
      const quote = this.#quotes.from(at);
      const newline = this.#newlines.from(at);
      const escape = this.#escapes.from(at);
      if (newline < quote && newline < escape) {
        // A raw line end is no part of any JSON string: the closing quote is missing.
        this.#fail(newline);
        return;
      }
      if (quote < escape) {
        this.#endString(quote);
        return;
      }
      if (escape === Number.POSITIVE_INFINITY) break;
      this.#isEscaped = escape + 1 >= this.#length;
      at = buffer[escape + 1] === NEWLINE ? escape + 1 : escape + 2;
      if (at >= this.#length) break;
    }
    this.#at = this.#length;
  }

  #endString(quote: number): void {
    this.#at = quote + 1;
    this.#mode = Mode.value;
    if (!this.#isKey) {
      this.#endValue();
      return;
    }
    // Only the keys of an item itself can name a list of items.
    if (this.#grammar.depth === 1) this.#key = this.#buffer.toString('latin1', this.#keyStart, quote);
    this.#grammar.keyEnded();
  }

  #scanLiteral(): void {
    while (this.#at < this.#length && isLiteral(this.#buffer[this.#at] ?? 0)) this.#at++;
    if (this.#at >= this.#length) return;
    this.#mode = Mode.value;
    this.#endValue();
  }

  #endValue(): void {
    if (this.#grammar.valueEnded()) this.#endItem(this.#at);
  }

  #endItem(end: number): void {
    const text = this.#text(this.#start, end);
    this.#mode = Mode.between;
    this.#start = end;
    if (this.#hostPrefix === null || this.#inHostList) {
      this.#sink.item(text);
      return;
    }
    const skeleton = this.#hostPrefix + text;
    this.#hostPrefix = null;
    this.#sink.hostEnd(skeleton);
  }

  #scanRaw(): void {
    const newline = this.#buffer.indexOf(NEWLINE, this.#at);
    if (newline >= 0) {
      this.#endRaw(newline);
      return;
    }
    this.#at = this.#length;
    if (this.#at - this.#start <= MAX_LINE_BYTES) return;
    this.#sink.raw(this.#rawPrefix + this.#text(this.#start, this.#start + MAX_LINE_BYTES) + CUT_MARK);
    this.#rawPrefix = '';
    this.#start = this.#at;
    this.#mode = Mode.droppedLine;
  }

  #scanDropped(): void {
    const newline = this.#buffer.indexOf(NEWLINE, this.#at);
    this.#at = newline < 0 ? this.#length : newline;
    this.#start = this.#at;
    if (newline >= 0) this.#mode = Mode.between;
  }

  #endRaw(end: number): void {
    this.#sink.raw(this.#rawPrefix + this.#text(this.#start, end).replace(/\r$/, ''));
    this.#rawPrefix = '';
    this.#at = end;
    this.#start = end;
    this.#mode = Mode.between;
  }

  /**
   * The value that began at `start` is no JSON at `at`. Its first line is reported as it is and reading goes on with the
   * next, which may be whole; a long value is reported altogether, so that no byte is looked at too often.
   */
  #fail(at: number): void {
    const newline = this.#buffer.subarray(0, at).indexOf(NEWLINE, this.#start);
    const end = newline >= 0 && at - this.#start <= RESCAN_BYTES ? newline : at;
    this.#rawLines(this.#text(this.#start, end));
    this.#leaveHost();
    this.#start = end;
    this.#at = end;
    this.#mode = Mode.between;
  }

  #leaveHost(): void {
    if (this.#hostPrefix !== null) this.#sink.hostEnd(null);
    this.#hostPrefix = null;
    this.#inHostList = false;
    this.#inTopList = false;
    this.#isListDoubtful = false;
    this.#grammar.begin();
    this.#isEscaped = false;
  }

  #rawLines(text: string): void {
    for (const line of text.split('\n')) if (line.trim() !== '') this.#sink.raw(line.replace(/\r$/, ''));
  }

  #text(start: number, end: number): string {
    return this.#buffer.toString('utf8', start, end);
  }
}
