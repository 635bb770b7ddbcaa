/** Deepest nesting that is followed; deeper text is taken as no JSON. */
const MAX_DEPTH = 64;

export const NEWLINE = 0x0a;
export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const OPEN_LIST = 0x5b;
export const CLOSE_LIST = 0x5d;
export const OPEN_OBJECT = 0x7b;
export const CLOSE_OBJECT = 0x7d;
const COLON = 0x3a;

/** What may come next inside a value. */
const Expect = { value: 0, valueOrEnd: 1, keyOrEnd: 2, key: 3, colon: 4, commaOrEnd: 5 } as const;
type Expect = (typeof Expect)[keyof typeof Expect];

/** What a byte means where it stands. */
export const Token = { broken: 0, sign: 1, key: 2, text: 3, literal: 4, open: 5, close: 6 } as const;
export type Token = (typeof Token)[keyof typeof Token];

/**
 * Which byte of one JSON value may follow which: brackets, keys, colons and commas. It sees no byte of strings, literals
 * and white space but the first of each; the caller says when one is over. Cost: constant for each byte.
 */
export class JsonGrammar {
  readonly #open: number[] = [];
  #expect: Expect = Expect.value;

  /** Open brackets. */
  get depth(): number {
    return this.#open.length;
  }

  /** True directly inside one object, where the keys of an item stand. */
  get isInItem(): boolean {
    return this.#open.length === 1 && this.#open[0] === OPEN_OBJECT;
  }

  /** Forgets everything: a value begins. */
  begin(): void {
    this.#open.length = 0;
    this.#expect = Expect.value;
  }

  /** Goes on after a list that an object holds was read without this grammar. */
  resumeItem(): void {
    this.#open.length = 0;
    this.#open.push(OPEN_OBJECT);
    this.#expect = Expect.commaOrEnd;
  }

  /** What the byte is. Signs and closing brackets are taken; `enter`, `keyEnded` and `valueEnded` say how the others went. */
  take(byte: number): Token {
    const expect = this.#expect;
    if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) return this.#close(byte === CLOSE_OBJECT);
    if (byte === COMMA && expect === Expect.commaOrEnd) {
      this.#expect = this.#open.at(-1) === OPEN_OBJECT ? Expect.key : Expect.value;
      return Token.sign;
    }
    if (byte === COLON && expect === Expect.colon) {
      this.#expect = Expect.value;
      return Token.sign;
    }
    if (byte === QUOTE && (expect === Expect.key || expect === Expect.keyOrEnd)) return Token.key;
    if (expect !== Expect.value && expect !== Expect.valueOrEnd) return Token.broken;
    if (byte === QUOTE) return Token.text;
    if (byte === OPEN_OBJECT || byte === OPEN_LIST) return Token.open;
    return isLiteral(byte) ? Token.literal : Token.broken;
  }

  /** Goes into a bracket; false when that is too deep. */
  enter(byte: number): boolean {
    if (this.#open.length >= MAX_DEPTH) return false;
    this.#open.push(byte);
    this.#expect = byte === OPEN_OBJECT ? Expect.keyOrEnd : Expect.valueOrEnd;
    return true;
  }

  keyEnded(): void {
    this.#expect = Expect.colon;
  }

  /** A string, literal or bracket is over; true when the whole value is. */
  valueEnded(): boolean {
    this.#expect = Expect.commaOrEnd;
    return this.#open.length === 0;
  }

  #close(isObject: boolean): Token {
    const mayEnd =
      this.#expect === Expect.commaOrEnd || this.#expect === (isObject ? Expect.keyOrEnd : Expect.valueOrEnd);
    if (!mayEnd || this.#open.at(-1) !== (isObject ? OPEN_OBJECT : OPEN_LIST)) return Token.broken;
    this.#open.pop();
    return Token.close;
  }
}

/** A byte of a number or of true, false, null. */
export function isLiteral(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    byte === 0x2d ||
    byte === 0x2b ||
    byte === 0x2e ||
    byte === 0x45
  );
}

/** White space between the parts of a value. */
export function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === NEWLINE || byte === 0x0d || byte === 0x09;
}
