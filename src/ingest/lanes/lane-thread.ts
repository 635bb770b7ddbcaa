/** The thread of a lane: runs the pipeline, and asks its host for bytes and to take batches. Started by `thread-lane.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import { assertInvariant } from '../../base/index.ts';
import { IngestPipeline, type PipelineConfig } from '../pipeline.ts';
import { localFile } from '../sources/local-file.ts';
import type { ReadableObject } from '../sources/source-object.ts';
import { Channel, plainError } from './channel.ts';
import { readGroup } from './lane.ts';
import type { HostMethods, ObjectDescription, ThreadMethods } from './lane-methods.ts';

assertInvariant(parentPort !== null, 'lane-thread.ts runs as a thread only');
const own: ThreadMethods = {
  async read(group) {
    const objects = group.map((description, at) => ({
      object: objectOf(description, at),
      objectId: description.objectId,
    }));
    const { read, failure } = await readGroup(pipeline, objects);
    return { read, failure: failure === null ? null : plainError(failure) };
  },
  flush: () => pipeline.flush(),
  drop: async () => pipeline.drop(),
};
const host = new Channel<HostMethods>(parentPort, own);
const pipeline = new IngestPipeline(workerData as PipelineConfig, {
  takeBatch: (batch, addresses) => host.call('takeBatch', batch, addresses),
  takeMalformed: (lines) => host.call('takeMalformed', lines),
});

function objectOf({ uri, sizeBytes, localPath }: ObjectDescription, at: number): ReadableObject {
  if (localPath !== null) return localFile(localPath, sizeBytes, uri);
  return {
    uri,
    sizeBytes,
    stream: () => chunksOf(at),
    range: (start, end) => host.call('range', at, start, end),
  };
}

async function* chunksOf(at: number): AsyncGenerator<Uint8Array> {
  const stream = await host.call('openStream', at);
  try {
    for (;;) {
      const chunk = await host.call('nextChunk', stream);
      if (chunk === null) return;
      yield chunk;
    }
  } finally {
    await host.call('closeStream', stream);
  }
}
