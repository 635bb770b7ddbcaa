import type { PipelineSink, ReadObject } from '../pipeline.ts';
import type { PlainError } from './channel.ts';

/** An object as its host describes it; `localPath` null when the host has to fetch its bytes. */
export interface ObjectDescription {
  readonly uri: string;
  readonly sizeBytes: number;
  readonly localPath: string | null;
  readonly objectId: bigint;
}

/** What a host may ask of the thread. */
export type ThreadMethods = {
  readonly read: (group: readonly ObjectDescription[]) => Promise<{
    readonly read: readonly ReadObject[];
    readonly failure: PlainError | null;
  }>;
  readonly flush: () => Promise<void>;
  readonly drop: () => Promise<void>;
};

/** What a lane's thread may ask of the thread that started it. */
export type HostMethods = {
  readonly takeBatch: PipelineSink['takeBatch'];
  readonly takeMalformed: PipelineSink['takeMalformed'];
  /** Starts to stream the object at this place of the group; gives the stream's number. */
  readonly openStream: (at: number) => Promise<number>;
  /** The stream's next bytes, null after its end. */
  readonly nextChunk: (stream: number) => Promise<Uint8Array | null>;
  readonly closeStream: (stream: number) => Promise<void>;
  readonly range: (at: number, start: number, end: number) => Promise<Uint8Array>;
};
