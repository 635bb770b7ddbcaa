/** One stored object. */
export interface ObjectInfo {
  /** Path below the root of the store, with forward slashes, never starting with one. */
  readonly path: string;
  readonly sizeBytes: number;
  /**
   * What changes when the content changes: the ETag without quotes on S3; size and modification time on disk, which is
   * cheap but no digest of the bytes.
   */
  readonly etag: string;
  /** Unix milliseconds. */
  readonly modifiedMs: number;
}

/** A folder of a delimited listing; its path ends with a slash. */
export interface CommonPrefix {
  readonly path: string;
}

/** What a listing gives: objects, and, when it is delimited, the folders beside them. */
export type ListEntry =
  | ({ readonly kind: 'object' } & ObjectInfo)
  | ({ readonly kind: 'prefix' } & CommonPrefix);

export interface ListOptions {
  /** Only paths that begin with this text; any text, not only a whole folder. Default: all. */
  readonly prefix?: string;
  /** Only paths that sort after this one. */
  readonly startAfter?: string;
  /** True: stop at the first slash after the prefix and give one `prefix` entry per folder. Default: false. */
  readonly delimited?: boolean;
}

export interface LocalFileOptions {
  /** The version wanted, from `stat` or `list`. Without it the path is taken to be immutable, as lake files are. */
  readonly etag?: string;
}

export interface PutFileOptions {
  /** True: the local file is given away (moved where possible, removed otherwise). Default: false. */
  readonly move?: boolean;
}

/**
 * Named byte objects below one root, on a local disk or in an S3 bucket.
 *
 * Errors of every operation are `WeirError`s: `storage.not-found`, `storage.access-denied`, `storage.throttled`,
 * `storage.unavailable`, `storage.disk-full`, `storage.no-credentials`, `storage.failed` (see `storage-errors.ts`).
 * Throttling and passing faults were already retried when they are thrown.
 */
export interface ObjectStore {
  readonly kind: 'disk' | 's3';
  /** The root: `file:///abs/dir` or `s3://bucket/prefix`, without a slash at the end. */
  readonly uri: string;
  /** The full address of a path, as the ledger records it. */
  uriOf(path: string): string;
  /** Facts of one object, or null when there is none. One request. */
  stat(path: string): Promise<ObjectInfo | null>;
  /** All bytes. Rejects with `storage.not-found` when there is none. */
  read(path: string): Promise<Uint8Array>;
  /** Bytes `start` (inclusive) to `end` (exclusive), fewer where the object ends earlier. */
  readRange(path: string, start: number, end: number): Promise<Uint8Array>;
  /** All bytes in chunks of at most about 1 MiB. A broken connection is resumed where it broke. */
  stream(path: string): AsyncIterable<Uint8Array>;
  /** Entries sorted by the UTF-8 bytes of their paths, fetched page by page as they are consumed. */
  list(options?: ListOptions): AsyncIterable<ListEntry>;
  /**
   * Creates an object unless one is there: true when this call created it, false when another did. Of any number of
   * racing calls exactly one gets true, and nobody sees half an object.
   * Rejects with `storage.no-conditional-writes` where the store cannot promise this.
   */
  putIfAbsent(path: string, bytes: Uint8Array): Promise<boolean>;
  /** Creates or replaces an object; readers see the old bytes or the new ones. */
  put(path: string, bytes: Uint8Array): Promise<void>;
  /** `put` with the bytes of a local file, of any size. */
  putFile(path: string, localPath: string, options?: PutFileOptions): Promise<void>;
  /** Removes an object; fine when there is none. */
  remove(path: string): Promise<void>;
  /**
   * A local path with the bytes of an object, for readers that need a file: itself on disk; a download in the cache
   * directory on S3, made once however many ask at the same time.
   */
  localFile(path: string, options?: LocalFileOptions): Promise<string>;
  /** A local directory for files that will be given to `putFile` with `move`; made when missing. */
  scratchDirectory(): Promise<string>;
  /**
   * Clears what interrupted writers left: temporary files on disk, unfinished multipart uploads on S3, scratch files.
   * Gives how many were removed.
   */
  removeStale(olderThanMs: number): Promise<number>;
}

/** How to open a store; every part is optional and has the meaning AWS's own tools give it. */
export interface StoreOptions {
  /** Named profile of the AWS configuration files. Default: `AWS_PROFILE`, else the default chain. */
  readonly profile?: string;
  /** Default: `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile; else us-east-1 and redirects are followed. */
  readonly region?: string;
  /** Default: `AWS_ENDPOINT_URL_S3`, else `AWS_ENDPOINT_URL`, else AWS itself. */
  readonly endpoint?: string;
  /** Bucket in the path instead of the host name. Default: true when an endpoint is given. */
  readonly pathStyle?: boolean;
  /** Attempts per request, first one included. Default 5. */
  readonly maxAttempts?: number;
  /** Silence after which an answer, or the rest of its body, counts as lost and is asked for again. Default 60 s. */
  readonly silenceMs?: number;
  /** Where `localFile` keeps downloads. Default: `weir-cache` in the directory for temporary files. */
  readonly cacheDirectory?: string;
  /** The cache's bound; the least recently used files go first. Default 20 GB. */
  readonly cacheBytes?: number;
  /**
   * True: the caller vouches that nobody else writes. `putIfAbsent` then looks and writes in two steps, so stores without
   * conditional writes, and disks without hard links, can be used. Default: false.
   */
  readonly singleWriter?: boolean;
}
