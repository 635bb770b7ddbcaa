import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { decompress as unzstd } from 'fzstd';
import { type Compressors, snappyUncompress } from 'hyparquet';
import { unpackLz4 } from './lz4.ts';

/** Largest page that is unpacked; pages are some megabytes, a damaged header may claim gigabytes. */
const MAX_PAGE_BYTES = 256 * 1024 * 1024;

/** How the pages of Parquet files are decompressed. AWS writes gzip; others write Snappy, Zstandard and LZ4. */
export const PAGE_CODECS: Compressors = {
  SNAPPY: (input, size) => {
    const output = new Uint8Array(bounded(size));
    snappyUncompress(input, output);
    return output;
  },
  GZIP: (input, size) => gunzip(input, bounded(size)),
  ZSTD: (input, size) => unzstd(input, new Uint8Array(bounded(size))),
  LZ4_RAW: (input, size) => unpackLz4(input, bounded(size)),
  BROTLI: (input, size) => brotliDecompressSync(input, { maxOutputLength: bounded(size) + 1 }),
};

function gunzip(input: Uint8Array, size: number): Uint8Array {
  const options = { maxOutputLength: size + 1, chunkSize: Math.max(size + 1, 64) };
  // Some writers put zlib data under the name GZIP.
  return input[0] === 0x1f ? gunzipSync(input, options) : inflateSync(input, options);
}

function bounded(size: number): number {
  if (size >= 0 && size <= MAX_PAGE_BYTES) return size;
  throw new RangeError(`a page claims to hold ${size} bytes`);
}
