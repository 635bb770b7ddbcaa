/** What the first bytes of some data say it is. `none`: text, or something that is no container. */
export type Magic = 'gzip' | 'zstd' | 'parquet' | 'utf-16le' | 'utf-16be' | 'none';

/** How many bytes `magicOf` looks at. */
export const MAGIC_BYTES = 64;

/**
 * Tells containers apart by content, never by name. Zstandard's skippable frames (0x184D2A5?) count as zstd.
 * UTF-16 is told by its byte order mark, or by every second of the first bytes being zero.
 */
export function magicOf(head: Uint8Array): Magic {
  const [a, b, c, d] = head;
  if (a === 0x1f && b === 0x8b) return 'gzip';
  if (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd) return 'zstd';
  if (a !== undefined && a >> 4 === 5 && b === 0x2a && c === 0x4d && d === 0x18) return 'zstd';
  if (a === 0x50 && b === 0x41 && c === 0x52 && d === 0x31) return 'parquet';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (isHalfZero(head, 1)) return 'utf-16le';
  if (isHalfZero(head, 0)) return 'utf-16be';
  return 'none';
}

/** True when the bytes at one parity are zero and those at the other are ASCII text: Latin letters in UTF-16. */
function isHalfZero(head: Uint8Array, zeroParity: 0 | 1): boolean {
  if (head.length < 8) return false;
  for (let i = 0; i < head.length && i < MAGIC_BYTES; i++) {
    const byte = head[i] ?? 0;
    if ((i & 1) === zeroParity ? byte !== 0 : byte < 9 || byte > 126) return false;
  }
  return true;
}

/**
 * True for data that is no text: a zero byte in its first kilobytes, or one control character in ten, or one in fifty
 * where the rest is no UTF-8 either. Only asked when no line looks like a record, since a damaged log may hold zeros too.
 */
export function isBinary(head: Uint8Array): boolean {
  let controls = 0;
  const length = Math.min(head.length, 8192);
  for (let i = 0; i < length; i++) {
    const byte = head[i] ?? 0;
    if (byte === 0) return true;
    if (byte < 32 && (byte < 9 || byte > 13) && byte !== 27) controls++;
  }
  return controls * 10 > length || (controls * 50 > length && !isUtf8(head.subarray(0, length)));
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    // With `stream`, a character cut off at the end is no error.
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Archives and compressions that are not opened: what to call them, their first bytes, and where those stand. */
const ARCHIVES: readonly (readonly [name: string, bytes: string, at: number])[] = [
  ['a zip archive', 'PK\x03\x04', 0],
  ['compressed with bzip2', 'BZh', 0],
  ['compressed with xz', '\xfd7zXZ\0', 0],
  ['a 7z archive', '7z\xbc\xaf\x27\x1c', 0],
  ['compressed with LZ4', '\x04\x22\x4d\x18', 0],
  ['framed with Snappy', '\xff\x06\0\0sNaPpY', 0],
  ['a tar archive', 'ustar', 257],
  ['an ORC file', 'ORC', 0],
  ['an Avro file', 'Obj\x01', 0],
];

/** What binary data is, in words; null when that is not known. */
export function archiveOf(head: Uint8Array): string | null {
  const text = Buffer.from(head.subarray(0, 300)).toString('latin1');
  return ARCHIVES.find(([, bytes, at]) => text.startsWith(bytes, at))?.[0] ?? null;
}
