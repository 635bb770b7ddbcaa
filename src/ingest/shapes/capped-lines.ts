/** Longest line that is kept; the longest record that AWS can write is some kilobytes. */
export const MAX_LINE_BYTES = 1024 * 1024;

/** Stands in the place of the rest of a cut line. Its six words keep the head from passing for a record. */
export const CUT_MARK = ' [the line was cut here by weir]';

/**
 * Passes chunks on as they are, but never more than `MAX_LINE_BYTES` (plus a chunk) without a newline: the rest of such
 * a line is dropped, so that whoever joins lines across chunks needs bounded memory.
 * Cost: one backward search per chunk.
 */
export async function* capLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let openBytes = 0;
  let isDropping = false;
  for await (const whole of chunks) {
    let chunk = whole;
    if (isDropping) {
      const newline = chunk.indexOf(10);
      if (newline < 0) continue;
      chunk = chunk.subarray(newline);
      isDropping = false;
      openBytes = 0;
    }
    yield chunk;
    const newline = chunk.lastIndexOf(10);
    openBytes = newline < 0 ? openBytes + chunk.length : chunk.length - newline - 1;
    if (openBytes <= MAX_LINE_BYTES) continue;
    yield Buffer.from(CUT_MARK);
    isDropping = true;
  }
}
