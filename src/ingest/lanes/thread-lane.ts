import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { WeirError } from '../../base/index.ts';
import type { PipelineConfig, PipelineSink } from '../pipeline.ts';
import type { SourceObject } from '../sources/source-object.ts';
import { Channel, errorFrom } from './channel.ts';
import type { Lane } from './lane.ts';
import type { HostMethods, ThreadMethods } from './lane-methods.ts';

/**
 * A lane on a thread of its own. Local files are read there; the bytes of other objects are fetched here and handed over, so
 * that credentials and connections stay in one place. Batches lie in shared memory and are handed on without a copy.
 *
 * An abort of the signal, or the thread's death, rejects what waits.
 */
export function threadLane(config: PipelineConfig, sink: PipelineSink): Lane {
  const { given, batchRows, signal } = config;
  const worker = startThread({ given, batchRows });
  let group: readonly SourceObject[] = [];
  const streams = new Map<number, AsyncIterator<Uint8Array>>();
  let streamNumber = 0;
  const objectAt = (at: number): SourceObject => {
    const object = group[at];
    if (object === undefined) throw new RangeError(`no object ${at} in the group`);
    return object;
  };
  const own: HostMethods = {
    takeBatch: (batch, addresses) => sink.takeBatch(batch, addresses),
    takeMalformed: (lines) => sink.takeMalformed(lines),
    openStream: async (at) => {
      streams.set(++streamNumber, objectAt(at).stream()[Symbol.asyncIterator]());
      return streamNumber;
    },
    nextChunk: async (stream) => {
      const next = await streams.get(stream)?.next();
      return next === undefined || next.done === true ? null : next.value;
    },
    closeStream: async (stream) => {
      await streams.get(stream)?.return?.();
      streams.delete(stream);
    },
    range: (at, start, end) => objectAt(at).range(start, end),
  };
  const channel = new Channel<ThreadMethods>(worker, own);
  worker.on('error', (error) => channel.fail(error));
  worker.on('exit', (code) => {
    channel.fail(new WeirError('bug', 'ingest.thread-ended', `a reading thread ended with code ${code}`));
  });
  const onAbort = (): void => channel.fail(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });

  return {
    async read(wanted) {
      signal?.throwIfAborted();
      group = wanted.map(({ object }) => object);
      const { read, failure } = await channel.call(
        'read',
        wanted.map(({ object: { uri, sizeBytes, localPath }, objectId }) => ({
          uri,
          sizeBytes,
          localPath,
          objectId,
        })),
      );
      return { read, failure: failure === null ? null : errorFrom(failure) };
    },
    flush: () => channel.call('flush'),
    drop: () => channel.call('drop'),
    async close() {
      signal?.removeEventListener('abort', onAbort);
      channel.fail(new WeirError('bug', 'ingest.thread-ended', 'the reading thread was closed'));
      await worker.terminate();
      for (const stream of streams.values()) await stream.return?.();
    },
  };
}

/** Built, the thread is a module like any; from source it needs the loader that tests and benches run with. */
function startThread(workerData: Omit<PipelineConfig, 'signal'>): Worker {
  if (!import.meta.url.endsWith('.ts')) {
    return new Worker(new URL('./lane-thread.js', import.meta.url), { workerData });
  }
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx/package.json'));
  const [loader, thread] = [
    new URL('dist/esm/api/index.mjs', tsx),
    new URL('./lane-thread.ts', import.meta.url),
  ];
  const code = `import('${loader.href}').then(({ register }) => { register(); return import('${thread.href}'); });`;
  return new Worker(code, { eval: true, workerData });
}
