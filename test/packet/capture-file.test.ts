import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { captureFile, readCapture } from '../../src/packet/index.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

const MIB = 1 << 20;
const folder = temporaryDirectory();

describe('the bytes of a capture file', () => {
  it.each([0, 1, MIB, MIB + 1, 3 * MIB + 7])('%d of them come whole and in order', async (size) => {
    const bytes = Buffer.from(Uint8Array.from({ length: size }, (_, i) => (i * 31 + (i >>> 16)) & 255));
    const path = join(folder, `${size}.bin`);
    writeFileSync(path, bytes);
    const seen: Buffer[] = [];
    for await (const piece of captureFile(path)) seen.push(Buffer.from(piece));
    expect(Buffer.concat(seen).equals(bytes)).toBe(true);
  });

  it('may be left in the middle', async () => {
    for await (const piece of captureFile(join(folder, `${3 * MIB + 7}.bin`))) {
      expect(piece).toHaveLength(MIB);
      break;
    }
  });

  it('of a pipe come as they are written, and one that is no capture is not waited for', async () => {
    const path = join(folder, 'pipe');
    expect(spawnSync('mkfifo', [path]).status).toBe(0);
    const writing = open(path, 'w');
    const reading = readCapture(captureFile(path), () => {});
    const writer = await writing;
    await writer.write('this is no capture');
    // The writer stays: nothing may wait for its end.
    expect((await reading).end.kind).toBe('not-a-capture');
    await writer.close();
  });

  it('are not there for a folder', async () => {
    await expect(readCapture(captureFile(folder), () => {})).rejects.toMatchObject({ code: 'EISDIR' });
  });
});
