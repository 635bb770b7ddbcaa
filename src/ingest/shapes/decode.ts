import type { Encoding } from '../opened-object.ts';
import type { ReadableObject } from '../sources/source-object.ts';
import { Damage } from './damage.ts';
import { gunzip, gunzipWhole } from './gunzip.ts';
import { MAGIC_BYTES, type Magic, magicOf } from './magic.ts';
import { PeekedChunks } from './peeked-chunks.ts';
import { unzstd } from './unzstd.ts';

/** Layers of compression that are taken off: double gzip is real (Firehose), four are a bomb. */
const MAX_LAYERS = 3;

/** Objects up to this size are read and inflated in one piece each. */
const WHOLE_BYTES = 1024 * 1024;

/** The plain bytes of an object. */
export interface DecodedBytes {
  readonly encodings: readonly Encoding[];
  /** What the plain bytes are, by their magic: `parquet`, or `none` for text and everything else. */
  readonly magic: 'parquet' | 'none';
  readonly chunks: PeekedChunks;
  readonly damage: Damage;
}

/**
 * Takes the compression (and UTF-16) off an object, by content alone, and looks at the first `peekBytes` of what is
 * below. Parquet under compression counts as such and is not read as text.
 * Errors: those of the source. Damaged data is no error, see `damage`.
 */
export async function decode(object: ReadableObject, peekBytes: number): Promise<DecodedBytes> {
  const damage = new Damage();
  if (object.sizeBytes <= WHOLE_BYTES) {
    const whole = await decodeWhole(object, damage);
    if (whole !== null) return whole;
  }
  return decodeStream(() => object.stream(), [], damage, peekBytes);
}

/** The cheap way for small objects; null when it is not plain text or ordinary gzip around plain text. */
async function decodeWhole(object: ReadableObject, damage: Damage): Promise<DecodedBytes | null> {
  const raw = await PeekedChunks.read(object.stream(), Number.POSITIVE_INFINITY);
  const encodings: Encoding[] = [];
  let bytes = raw.head(Number.POSITIVE_INFINITY);
  while (magicOf(bytes) === 'gzip') {
    const inflated = encodings.length < MAX_LAYERS ? gunzipWhole(bytes) : null;
    if (inflated === null) return null;
    encodings.push('gzip');
    bytes = inflated;
  }
  const magic = magicOf(bytes);
  if (magic !== 'none' && magic !== 'parquet') return null;
  const chunks = await PeekedChunks.read(once(bytes), Number.POSITIVE_INFINITY);
  return { encodings, magic, chunks, damage };
}

async function decodeStream(
  open: () => AsyncIterable<Uint8Array>,
  encodings: readonly Encoding[],
  damage: Damage,
  peekBytes: number,
): Promise<DecodedBytes> {
  const peeked = await PeekedChunks.read(open(), MAGIC_BYTES);
  const magic = magicOf(peeked.head(MAGIC_BYTES));
  if (magic === 'none' || magic === 'parquet' || encodings.length >= MAX_LAYERS) {
    const chunks = await PeekedChunks.read(peeked, peekBytes);
    return { encodings, magic: magic === 'parquet' ? 'parquet' : 'none', chunks, damage };
  }
  const layer = openLayer(magic, peekedFirst(peeked, open), damage);
  return decodeStream(layer.open, [...encodings, layer.encoding], damage, peekBytes);
}

/** Gives what was peeked into the first time, so that looking costs no second request; opens anew after that. */
function peekedFirst(
  peeked: PeekedChunks,
  open: () => AsyncIterable<Uint8Array>,
): () => AsyncIterable<Uint8Array> {
  let isUsed = false;
  return () => {
    if (isUsed) return open();
    isUsed = true;
    return peeked;
  };
}

function openLayer(
  magic: Exclude<Magic, 'none' | 'parquet'>,
  open: () => AsyncIterable<Uint8Array>,
  damage: Damage,
): { readonly encoding: Encoding; readonly open: () => AsyncIterable<Uint8Array> } {
  switch (magic) {
    case 'gzip':
      return { encoding: 'gzip', open: () => gunzip(open, damage) };
    case 'zstd':
      return { encoding: 'zstd', open: () => unzstd(open(), damage) };
    case 'utf-16le':
    case 'utf-16be':
      return { encoding: 'utf-16', open: () => toUtf8(open(), magic) };
  }
}

async function* toUtf8(source: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(name);
  for await (const chunk of source) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
