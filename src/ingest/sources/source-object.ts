/** The bytes of one object and how to reach them: all that reading needs. */
export interface ReadableObject {
  /** `file:///abs/path`, `s3://bucket/key`, or `stdin:`. */
  readonly uri: string;
  /** Size as stored when it was listed. */
  readonly sizeBytes: number;
  /**
   * The raw bytes from the start, at most `sizeBytes` of a file that has grown since. Chunks belong to the caller.
   * Errors: `ingest.unreadable` (kind `input`) for what this object cannot give, kind `service` for an ailing store.
   */
  stream(): AsyncIterable<Uint8Array>;
  /** Bytes `start` (inclusive) to `end` (exclusive); shorter when the object is. Errors as `stream`. */
  range(start: number, end: number): Promise<Uint8Array>;
}

/** One object to read. What it says about itself costs nothing; reading happens in the methods. */
export interface SourceObject extends ReadableObject {
  /** Path on this machine, null when it is not a file here. */
  readonly localPath: string | null;
  /**
   * Identity of the content: the ETag on S3, the SHA-256 (hex) of the bytes elsewhere.
   * Cost: nothing on S3, one pass over the bytes elsewhere.
   * Errors: `ingest.unreadable` (kind `input`).
   */
  identify(): Promise<string>;
}
