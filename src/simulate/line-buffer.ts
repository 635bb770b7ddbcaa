/** Bytes of finished lines, growing by doubling. The writer works on `bytes` and `length` directly. */
export class LineBuffer {
  bytes: Buffer;
  length = 0;

  constructor(capacity = 1 << 18) {
    this.bytes = Buffer.allocUnsafe(capacity);
  }

  /** Makes room for `more` bytes behind `length`. */
  reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    let capacity = this.bytes.length * 2;
    while (capacity < this.length + more) capacity *= 2;
    const bigger = Buffer.allocUnsafe(capacity);
    this.bytes.copy(bigger, 0, 0, this.length);
    this.bytes = bigger;
  }

  /** Appends a text of ASCII characters. */
  append(text: string): void {
    this.reserve(text.length);
    this.length += this.bytes.write(text, this.length, 'latin1');
  }
}

/** Writes a whole number in decimal digits; gives the place behind. `value` is 0 or more and a safe integer. */
export function writeNumber(target: Uint8Array, at: number, value: number): number {
  if (value > 4_294_967_295) {
    const text = String(value);
    for (let i = 0; i < text.length; i++) target[at + i] = text.charCodeAt(i);
    return at + text.length;
  }
  let rest = value >>> 0;
  const end = at + digitsOf(rest);
  let place = end;
  do {
    const next = (rest / 10) >>> 0;
    target[--place] = 48 + rest - next * 10;
    rest = next;
  } while (rest > 0);
  return end;
}

function digitsOf(value: number): number {
  if (value < 100) return value < 10 ? 1 : 2;
  if (value < 10_000) return value < 1000 ? 3 : 4;
  if (value < 1_000_000) return value < 100_000 ? 5 : 6;
  if (value < 100_000_000) return value < 10_000_000 ? 7 : 8;
  return value < 1_000_000_000 ? 9 : 10;
}
