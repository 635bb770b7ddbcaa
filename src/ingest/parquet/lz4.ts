/**
 * Decompresses one LZ4 block into `size` bytes.
 * Errors: RangeError for bytes that are no LZ4, and for more or fewer bytes than `size`.
 * Source: LZ4 Block Format Description.
 */
export function unpackLz4(input: Uint8Array, size: number): Uint8Array {
  const output = new Uint8Array(size);
  let at = 0;
  let filled = 0;
  /** A length of 15 goes on in the bytes that follow, up to one that is not 255. */
  const lengthFrom = (nibble: number): number => {
    let length = nibble;
    for (let byte = nibble === 15 ? 255 : 0; byte === 255; length += byte) byte = byteAt(input, at++);
    return length;
  };
  while (at < input.length) {
    const token = byteAt(input, at++);
    const literals = lengthFrom(token >> 4);
    if (at + literals > input.length || filled + literals > size)
      throw new RangeError('LZ4 literals break off');
    output.set(input.subarray(at, at + literals), filled);
    at += literals;
    filled += literals;
    if (at === input.length) break;
    const distance = byteAt(input, at) | (byteAt(input, at + 1) << 8);
    at += 2;
    const end = filled + lengthFrom(token & 15) + 4;
    if (distance === 0 || distance > filled || end > size)
      throw new RangeError('an LZ4 match is out of range');
    for (; filled < end; filled++) output[filled] = output[filled - distance] as number;
  }
  if (filled !== size) throw new RangeError(`LZ4 gives ${filled} bytes instead of ${size}`);
  return output;
}

function byteAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw new RangeError('LZ4 data breaks off');
  return byte;
}
