/** Rules write few distinct prefixes; more than this many are decoded each time instead of remembered. */
const MAX_PREFIXES = 1024;

/**
 * Turns the bytes of an NFLOG prefix into text, giving the same string object for the same bytes, so that a packet
 * costs a byte comparison and not a new string. Bounded: `MAX_PREFIXES` texts of at most 127 bytes (the kernel's limit).
 */
export class PrefixTable {
  readonly #byHash = new Map<number, { readonly bytes: Uint8Array; readonly text: string }>();

  /** The text of `bytes[start, end)` up to the first zero byte; Latin-1, since rules may hold any byte. */
  textOf(bytes: Uint8Array, start: number, end: number): string {
    let stop = start;
    let hash = 0;
    while (stop < end && bytes[stop] !== 0) hash = (Math.imul(hash, 31) + (bytes[stop++] as number)) | 0;
    const known = this.#byHash.get(hash);
    if (known !== undefined && isSame(known.bytes, bytes, start, stop)) return known.text;
    const copy = bytes.slice(start, stop);
    const text = String.fromCharCode(...copy.subarray(0, 127));
    if (known === undefined && copy.length <= 127 && this.#byHash.size < MAX_PREFIXES)
      this.#byHash.set(hash, { bytes: copy, text });
    return text;
  }
}

function isSame(known: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (known.length !== end - start) return false;
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[start + i]) return false;
  return true;
}
