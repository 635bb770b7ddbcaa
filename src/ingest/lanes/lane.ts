import { IngestPipeline, type PipelineConfig, type PipelineSink, type ReadObject } from '../pipeline.ts';
import type { ReadableObject, SourceObject } from '../sources/source-object.ts';

/** An object that shall be read, and the id its rows get. */
export interface WantedObject {
  readonly object: SourceObject;
  readonly objectId: bigint;
}

/** What reading a group of objects came to. */
export interface GroupResult {
  /** Per object, in the order given; fewer when one failed. */
  readonly read: readonly ReadObject[];
  /** Why the object after them could not be read. Rows of it may be in batches: `drop` them. */
  readonly failure: unknown;
}

/**
 * Something that reads objects into batches, one group at a time. Lanes are independent of each other: an object means the
 * same in any of them, so that several read one run's objects side by side.
 */
export interface Lane {
  /** Reads objects, one after another, up to the first that fails. Batches and malformed lines go to the sink. */
  read(group: readonly WantedObject[]): Promise<GroupResult>;
  /** Hands on the rows that are left in batches. */
  flush(): Promise<void>;
  /** Forgets the rows that were not handed on. */
  drop(): Promise<void>;
  /** Ends it, whatever it is doing. */
  close(): Promise<void>;
}

/** Reads a group with a pipeline: what a lane does, on whichever thread. */
export async function readGroup(
  pipeline: IngestPipeline,
  group: readonly { readonly object: ReadableObject; readonly objectId: bigint }[],
): Promise<GroupResult> {
  const read: ReadObject[] = [];
  try {
    for (const { object, objectId } of group) read.push(await pipeline.read(object, objectId));
    await pipeline.handMalformed();
  } catch (failure) {
    return { read, failure };
  }
  return { read, failure: null };
}

/** A lane on the calling thread. */
export function localLane(config: PipelineConfig, sink: PipelineSink): Lane {
  const pipeline = new IngestPipeline(config, sink);
  return {
    read: (group) => readGroup(pipeline, group),
    flush: () => pipeline.flush(),
    drop: async () => pipeline.drop(),
    close: async () => {},
  };
}
