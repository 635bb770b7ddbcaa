import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { openObject } from '../../../src/ingest/index.ts';
import { fakeObject, linesOf } from '../../support/source-objects.ts';
import { temporaryDirectory } from '../../support/temp-directory.ts';

const directory = temporaryDirectory();
const ROWS = 20_000;

describe('zstd', () => {
  /** A header and records, as one frame; and the text of it. */
  let frame: Buffer;
  let text: string;

  beforeAll(async () => {
    const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
    const select = `SELECT 'srcaddr dstaddr bytes' AS line UNION ALL
      SELECT '10.0.' || (i % 200) || '.' || (i % 250) || ' 10.1.0.1 ' || i FROM range(${ROWS}) t(i)`;
    for (const [name, compression] of [
      ['a.zst', 'zstd'],
      ['a.txt', 'none'],
    ]) {
      await connection.run(
        `COPY (${select}) TO '${join(directory, name ?? '')}' (FORMAT csv, HEADER false, QUOTE '', DELIMITER '|', COMPRESSION ${compression})`,
      );
    }
    connection.closeSync();
    frame = readFileSync(join(directory, 'a.zst'));
    text = readFileSync(join(directory, 'a.txt'), 'utf8');
  });

  it.each([1 << 20, 1000, 7])('is read in chunks of %i bytes', async (chunkBytes) => {
    const opened = await openObject(fakeObject(frame, { chunkBytes }));
    expect(opened).toMatchObject({ kind: 'text', encodings: ['zstd'], layoutSource: 'header' });
    expect(`${(await linesOf(opened)).join('\n')}\n`).toBe(text);
    expect(opened.outcome()).toMatchObject({ status: 'ok', bytesRead: text.length });
  });

  it('of several frames, skippable ones between, is read to the end', async () => {
    const skippable = Buffer.concat([Buffer.from('532a4d1805000000', 'hex'), Buffer.from('hello')]);
    const opened = await openObject(fakeObject(Buffer.concat([skippable, frame, skippable, frame])));
    expect((await linesOf(opened)).length).toBe(2 * (ROWS + 1));
    expect(opened.outcome().status).toBe('ok');
  });

  it('that is cut off gives what comes before the cut, and says so', async () => {
    for (const cut of [1, 100, frame.length >> 1]) {
      const opened = await openObject(fakeObject(frame.subarray(0, frame.length - cut)));
      const lines = await linesOf(opened);
      expect(text.startsWith(lines.join('\n'))).toBe(true);
      expect(opened.outcome()).toMatchObject({
        status: 'truncated',
        reason: expect.stringContaining('zstd'),
      });
    }
  });

  it('with other bytes behind it gives everything and says so', async () => {
    const opened = await openObject(fakeObject(Buffer.concat([frame, Buffer.from('trailing garbage')])));
    expect((await linesOf(opened)).length).toBe(ROWS + 1);
    expect(opened.outcome().status).toBe('truncated');
  });

  describe('with a checksum', () => {
    /** `srcaddr dstaddr bytes`, `10.0.0.1 10.0.0.2 5`, as `zstd --check` writes it: literals, then one sequence. */
    const checked = Buffer.from(
      '28b52ffd0458350100f0737263616464722064737462797465730a31302e302e302e31203220350a02002c59d79639b9f9a7fe',
      'hex',
    );
    const changed = Buffer.from(checked);
    changed[checked.indexOf('.1 2') + 1] = '7'.charCodeAt(0);

    it.each([1 << 20, 5, 1])(
      'is read when it holds, also in pieces of %i bytes and between other frames',
      async (chunkBytes) => {
        const bytes = Buffer.concat([checked, frame, checked]);
        const opened = await openObject(fakeObject(bytes, { chunkBytes }));
        expect((await linesOf(opened)).length).toBe(ROWS + 5);
        expect(opened.outcome()).toMatchObject({ status: 'ok', reason: null });
      },
    );

    it('shows a changed byte that breaks nothing else, and ends there', async () => {
      const opened = await openObject(fakeObject(Buffer.concat([changed, checked])));
      expect(await linesOf(opened)).toEqual(['srcaddr dstaddr bytes', '10.0.0.7 10.0.0.2 5']);
      expect(opened.outcome()).toMatchObject({
        status: 'truncated',
        reason: expect.stringContaining('its checksum differs'),
      });
    });
  });

  it('with any bytes changed never throws and never hangs', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 255 })), {
          minLength: 1,
          maxLength: 5,
        }),
        async (changes) => {
          const bytes = Buffer.from(frame.subarray(0, 20_000));
          for (const [at, value] of changes) bytes[4 + Math.floor(at * (bytes.length - 5))] = value;
          await linesOf(await openObject(fakeObject(bytes)));
        },
      ),
      { numRuns: 150 },
    );
  });
});
