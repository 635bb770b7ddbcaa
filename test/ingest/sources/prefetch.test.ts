import { describe, expect, it } from 'vitest';
import { WeirError } from '../../../src/base/index.ts';
import { openObject, prefetchObjects, type SourceObject } from '../../../src/ingest/index.ts';
import { bytesOf, fakeObject, linesOf } from '../../support/source-objects.ts';

async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

/** Objects whose transfer ends only when it is released; counts how many are under way. */
function slowObjects(count: number, sizeBytes = 1000) {
  const state = { running: 0, most: 0, started: 0 };
  const objects = Array.from(
    { length: count },
    (_, i): SourceObject => ({
      ...fakeObject(`object ${i}`, { uri: `s3://bucket/${i}` }),
      sizeBytes,
      async *stream() {
        state.started++;
        state.running++;
        state.most = Math.max(state.most, state.running);
        await new Promise((resolve) => setImmediate(resolve));
        yield Buffer.from(`object ${i}`);
        state.running--;
      },
    }),
  );
  return { objects, state };
}

describe('prefetchObjects', () => {
  it('keeps the order and fetches in parallel, but not further ahead than allowed', async () => {
    const { objects, state } = slowObjects(50);
    const texts: string[] = [];
    for await (const object of prefetchObjects(each(objects), { objects: 8 })) {
      texts.push((await bytesOf(object.stream())).toString());
    }
    expect(texts).toEqual(objects.map((_, i) => `object ${i}`));
    expect(state).toMatchObject({ most: 8, started: 50 });
  });

  it('holds no more bytes than allowed', async () => {
    const { objects, state } = slowObjects(20, 1000);
    for await (const object of prefetchObjects(each(objects), { objects: 100, bytes: 3000 }))
      await bytesOf(object.stream());
    expect(state.most).toBeLessThanOrEqual(3);
  });

  it('leaves large objects and local files to be read when their turn comes', async () => {
    const { objects, state } = slowObjects(3, 1 << 30);
    const local = { ...slowObjects(1).objects[0], localPath: '/somewhere' } as SourceObject;
    for await (const _ of prefetchObjects(each([...objects, local]))) continue;
    expect(state.started).toBe(0);
  });

  it('fetches an object once, however often it is read', async () => {
    const object = fakeObject('text');
    for await (const ahead of prefetchObjects(each([object]))) {
      expect((await bytesOf(ahead.stream())).toString()).toBe('text');
      expect((await bytesOf(ahead.stream())).toString()).toBe('text');
      expect(Buffer.from(await ahead.range(1, 3)).toString()).toBe('ex');
    }
    expect(object.reads).toEqual({ streams: 1, ranges: 0 });
  });

  it('lets a failure show when the object is read, and goes on with the next', async () => {
    const gone = {
      ...fakeObject('x'),
      stream: () => failing(new WeirError('input', 'ingest.unreadable', 'gone')),
    };
    const opened = [];
    for await (const object of prefetchObjects(
      each<SourceObject>([gone, fakeObject('srcaddr\n10.0.0.1\n')]),
    )) {
      opened.push(await openObject(object));
    }
    expect(opened[0]).toMatchObject({ kind: 'refused', code: 'ingest.unreadable' });
    const second = opened[1];
    if (second === undefined) throw new Error('the second object is missing');
    expect(await linesOf(second)).toEqual(['srcaddr', '10.0.0.1']);
  });
});

async function* failing(error: Error): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(0);
  throw error;
}
