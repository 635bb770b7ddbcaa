import type { TextShape } from '../opened-object.ts';

/** Takes the wrapping off records, chunk by chunk. */
export interface Unwrapper {
  /** The shape as far as it was seen; final after the first chunk that holds a record. */
  readonly shape: TextShape;
  readonly lineNumbers: 'source' | 'ordinal';
  readonly controlMessages: number;
  readonly duplicateEvents: number;
  /** The lines that this chunk completes, each with its `\n`. Empty when it completes none. */
  push(chunk: Uint8Array): Uint8Array;
  /** What is left when the text is over. */
  end(): Uint8Array;
}
