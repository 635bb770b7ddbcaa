const MAGIC = 0xfd2fb528;
/** Sixteen magics of frames whose content is for others; the lowest four bits are free. */
const SKIPPABLE_MAGIC = 0x184d2a50;
const DICTIONARY_ID_BYTES = [0, 1, 2, 4];
const CONTENT_SIZE_BYTES = [0, 2, 4, 8];
const RLE_BLOCK = 1;

type Part =
  | 'magic'
  | 'skippable-size'
  | 'descriptor'
  | 'header'
  | 'block-header'
  | 'body'
  | 'checksum'
  | 'unknown';

/**
 * Walks over zstd data without decoding it, to know where each frame ends and which checksum stands there (RFC 8878, 3.1).
 * Data that is no zstd has one frame without an end: the decoder says what is wrong with it.
 */
export class ZstdFrames {
  /** True when the last `cut` ended a frame. */
  isAtEnd = false;
  /** The checksum of the frame that ended: the low half of its content's XXH64; null when it carries none. */
  checksum: number | null = null;
  /** True between frames. */
  isBetween = true;
  #part: Part = 'magic';
  #needed = 4;
  #head: number[] = [];
  #hasChecksum = false;
  #isLastBlock = false;

  /** The end of what belongs to the current frame in `bytes` from `from` on. */
  cut(bytes: Uint8Array, from: number): number {
    this.isAtEnd = false;
    this.isBetween = false;
    let at = from;
    while (at < bytes.length && !this.isAtEnd) {
      if (this.#part === 'unknown') return bytes.length;
      if (this.#part === 'body') {
        const length = Math.min(this.#needed, bytes.length - at);
        at += length;
        this.#needed -= length;
      } else {
        this.#head.push(bytes[at++] as number);
        if (this.#head.length < this.#needed) continue;
        this.#needed = 0;
      }
      // Parts without a byte follow at once.
      while (this.#needed === 0 && !this.isAtEnd) this.#next();
    }
    return at;
  }

  /** Goes on behind a part that is whole. */
  #next(): void {
    const head = this.#head;
    this.#head = [];
    const number = head.reduce((sum, byte, place) => sum + byte * 256 ** place, 0);
    switch (this.#part) {
      case 'magic':
        if (number === MAGIC) return this.#expect('descriptor', 1);
        if (number - (number % 16) === SKIPPABLE_MAGIC) return this.#expect('skippable-size', 4);
        return this.#expect('unknown', Number.POSITIVE_INFINITY);
      case 'skippable-size':
        this.#isLastBlock = true;
        this.#hasChecksum = false;
        return this.#expect('body', number);
      case 'descriptor': {
        const isSingle = (number & 32) !== 0;
        this.#hasChecksum = (number & 4) !== 0;
        this.#isLastBlock = false;
        const sizeBytes = CONTENT_SIZE_BYTES[number >> 6] || (isSingle ? 1 : 0);
        return this.#expect(
          'header',
          (isSingle ? 0 : 1) + (DICTIONARY_ID_BYTES[number & 3] ?? 0) + sizeBytes,
        );
      }
      case 'header':
        return this.#expect('block-header', 3);
      case 'block-header':
        this.#isLastBlock = (number & 1) === 1;
        return this.#expect('body', ((number >> 1) & 3) === RLE_BLOCK ? 1 : number >> 3);
      case 'body':
        if (!this.#isLastBlock) return this.#expect('block-header', 3);
        return this.#hasChecksum ? this.#expect('checksum', 4) : this.#end(null);
      case 'checksum':
        return this.#end(number);
      case 'unknown':
    }
  }

  #expect(part: Part, bytes: number): void {
    this.#part = part;
    this.#needed = bytes;
  }

  #end(checksum: number | null): void {
    this.checksum = checksum;
    this.isAtEnd = true;
    this.isBetween = true;
    this.#expect('magic', 4);
  }
}
