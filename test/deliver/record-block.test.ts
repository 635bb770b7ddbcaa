import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countLines } from '../../src/deliver/index.ts';
import { decodeFrame, encodeFrame, type RecordBlock, splitBlock } from '../../src/deliver/record-block.ts';

const arbitraryBlock: fc.Arbitrary<RecordBlock> = fc
  .record({
    source: fc.string({ maxLength: 40, unit: 'grapheme' }),
    startSeconds: fc.nat(2 ** 32 - 1),
    endSeconds: fc.nat(2 ** 32 - 1),
    texts: fc.array(fc.string({ unit: 'grapheme-ascii' }).map((text) => text.replaceAll('\n', ' '))),
  })
  .map(({ texts, ...rest }) => ({
    ...rest,
    records: texts.length,
    lines: Buffer.from(texts.map((text) => `${text}\n`).join('')),
  }));

function blocksIn(bytes: Buffer): { blocks: RecordBlock[]; damaged: number } {
  const blocks: RecordBlock[] = [];
  let damaged = 0;
  for (let at = 0; at < bytes.length; ) {
    const found = decodeFrame(bytes, at, true);
    if (found.kind === 'short') throw new Error('at the end nothing is short');
    if (found.kind === 'block') blocks.push(found.block);
    else damaged += found.length;
    at += found.length;
  }
  return { blocks, damaged };
}

describe('spool frames', () => {
  it('blocks come back as they went in', () => {
    fc.assert(
      fc.property(fc.array(arbitraryBlock), (blocks) => {
        const found = blocksIn(Buffer.concat(blocks.map(encodeFrame)));
        expect(found).toEqual({ blocks, damaged: 0 });
      }),
    );
  });

  it('a damaged byte costs its own frame and no other', () => {
    fc.assert(
      fc.property(
        fc.array(arbitraryBlock, { minLength: 1 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (blocks, place, flip) => {
          const frames = blocks.map(encodeFrame);
          const bytes = Buffer.concat(frames);
          const at = place % bytes.length;
          bytes[at] = (bytes[at] ?? 0) ^ flip;
          let end = 0;
          const hit = frames.findIndex((frame) => (end += frame.length) > at);
          const found = blocksIn(bytes);
          expect(found.blocks).toEqual(blocks.filter((_, index) => index !== hit));
          expect(found.damaged).toBe(frames[hit]?.length);
        },
      ),
    );
  });

  it('a torn tail costs the last frame only', () => {
    fc.assert(
      fc.property(fc.array(arbitraryBlock, { minLength: 1 }), fc.nat(), (blocks, place) => {
        const frames = blocks.map(encodeFrame);
        const last = frames.at(-1)?.length ?? 0;
        const bytes = Buffer.concat(frames);
        const kept = place % last;
        const found = blocksIn(bytes.subarray(0, bytes.length - last + kept));
        expect(found).toEqual({ blocks: blocks.slice(0, -1), damaged: kept });
      }),
    );
  });

  it('any bytes are passed over without an error or a loop', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.uint8Array(), fc.constant(Buffer.from('WEIR')))), (parts) => {
        const bytes = Buffer.concat(parts);
        expect(blocksIn(bytes)).toEqual({ blocks: [], damaged: bytes.length });
      }),
    );
  });

  it('pieces of a block are its lines in order, none longer than asked unless a line is', () => {
    fc.assert(
      fc.property(arbitraryBlock, fc.integer({ min: 1, max: 60 }), (block, maxBytes) => {
        const pieces = splitBlock(block, maxBytes);
        expect(Buffer.concat(pieces.map((piece) => piece.lines))).toEqual(block.lines);
        expect(pieces.reduce((sum, piece) => sum + piece.records, 0)).toBe(block.records);
        for (const piece of pieces) {
          expect(piece.records).toBe(countLines(piece.lines));
          if (piece.records > 1) expect(piece.lines.length).toBeLessThanOrEqual(maxBytes);
        }
      }),
    );
  });
});
