import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { formatBytes, messageOf, type Reporter, WeirError } from '../base/index.ts';
import { inspectSegment, parseSegmentName, type Segment } from './segment.ts';
import { takeSpoolLock } from './spool-lock.ts';
import { SpoolQueue, TARGET_FILE } from './spool-queue.ts';
import type { DeliveryTarget } from './target.ts';

/** How much may wait, and where. */
export interface SpoolConfig {
  readonly directory: string;
  /** Bound of all files together. */
  readonly maxBytes: number;
  /** Text bytes of one S3 object. AWS: 75 MB. */
  readonly objectBytes: number;
  /** Text bytes that are sent to a stream before its file is done with; a crash may send them twice. */
  readonly streamBytes: number;
}

/** What the spool is given. */
export interface SpoolDeps {
  readonly nowMs: () => number;
  readonly reporter: Reporter;
}

/** The share of the spool that only notices of loss may use. */
const NOTICE_SHARE = 0.05;

/** Opens the spool of a directory; one process at a time. Errors: `deliver.spool-locked`, `deliver.spool-damaged`. */
export async function openSpool(config: SpoolConfig, deps: SpoolDeps): Promise<Spool> {
  await mkdir(config.directory, { recursive: true, mode: 0o700 });
  const lock = await takeSpoolLock(join(config.directory, 'lock'));
  try {
    const spool = new Spool(config, deps, lock);
    await spool.recover();
    return spool;
  } catch (error) {
    await rm(lock, { force: true });
    throw error;
  }
}

/**
 * What is recorded and not delivered yet, on disk: a folder per flow log. What `add` of a queue took survives the death
 * of the process; what `sync` flushed survives that of the machine.
 *
 * **When full** the oldest records stay, since they are the next to be delivered, and new ones are refused; each refusal
 * is told to the caller, who writes a SKIPDATA record for the window, for which 5 % of the room is kept. Half of the
 * room is shared out evenly and half is for whoever needs it, so one dead destination cannot starve the others.
 */
export class Spool {
  readonly #config: SpoolConfig;
  readonly #deps: SpoolDeps;
  readonly #lock: string;
  readonly #queues = new Map<string, SpoolQueue>();

  constructor(config: SpoolConfig, deps: SpoolDeps, lock: string) {
    this.#config = config;
    this.#deps = deps;
    this.#lock = lock;
  }

  /** Where finished files are made before they are uploaded. */
  get workDirectory(): string {
    return join(this.#config.directory, 'work');
  }

  /** Every flow log with something in the spool, or that may still get something. */
  queues(): readonly SpoolQueue[] {
    return [...this.#queues.values()];
  }

  /** The queue of a flow log, made when it is new. */
  queueOf(target: DeliveryTarget): SpoolQueue {
    return this.#queues.get(target.flowLogId) ?? this.#addQueue(target, []);
  }

  /** The queue of a flow log, if there is one. */
  queue(flowLogId: string): SpoolQueue | undefined {
    return this.#queues.get(flowLogId);
  }

  /** Removes a queue with all it holds; gives how many records that were. */
  async removeQueue(flowLogId: string): Promise<number> {
    const queue = this.#queues.get(flowLogId);
    this.#queues.delete(flowLogId);
    return (await queue?.remove()) ?? 0;
  }

  /** Bytes of all files. */
  get fileBytes(): number {
    let sum = 0;
    for (const queue of this.#queues.values()) sum += queue.fileBytes;
    return sum;
  }

  /** Flushes everything to the disk. */
  async sync(): Promise<void> {
    for (const queue of this.queues()) await queue.sync();
  }

  /** Closes all files and gives the directory free. What is in it is found again at the next opening. */
  async close(): Promise<void> {
    for (const queue of this.queues()) await queue.seal(() => true);
    await rm(this.#lock, { force: true });
  }

  /** Finds what an earlier process left. Files that were open then are complete now, as far as they go. */
  async recover(): Promise<void> {
    await rm(this.workDirectory, { recursive: true, force: true });
    await mkdir(this.workDirectory, { mode: 0o700 });
    for (const entry of await readdir(this.#config.directory, { withFileTypes: true })) {
      const folder = join(this.#config.directory, entry.name);
      if (entry.isDirectory() && existsSync(join(folder, TARGET_FILE))) await this.#recoverQueue(folder);
    }
  }

  async #recoverQueue(folder: string): Promise<void> {
    const target = await readTarget(join(folder, TARGET_FILE));
    const found: Segment[] = [];
    for (const name of (await readdir(folder)).sort()) {
      const parsed = parseSegmentName(name);
      if (parsed === null) continue;
      const segment = await inspectSegment(join(folder, name), parsed);
      if (segment.damagedBytes > 0) {
        const lost = formatBytes(segment.damagedBytes);
        this.#deps.reporter.warn(
          `${segment.path}: ${lost} belong to no whole record block (a write cut short by a crash, or a damaged disk) and are passed over`,
        );
      }
      if (segment.records > 0) found.push(segment);
      else await rm(segment.path);
    }
    this.#addQueue(target, found);
  }

  #addQueue(target: DeliveryTarget, found: readonly Segment[]): SpoolQueue {
    const queue = new SpoolQueue(target, found, {
      directory: join(this.#config.directory, target.flowLogId),
      segmentBytes:
        target.destination.kind === 'objects' ? this.#config.objectBytes : this.#config.streamBytes,
      nowMs: this.#deps.nowMs,
      randomHex: (length) => randomBytes(length / 2).toString('hex'),
      admits: (asking, bytes, isNotice) => this.#admits(asking, bytes, isNotice),
    });
    this.#queues.set(target.flowLogId, queue);
    return queue;
  }

  #admits(queue: SpoolQueue, bytes: number, isNotice: boolean): boolean {
    const { maxBytes } = this.#config;
    const total = this.fileBytes;
    if (isNotice) return total + bytes <= maxBytes;
    const room = maxBytes * (1 - NOTICE_SHARE);
    if (total + bytes <= room / 2) return true;
    const own = room / 2 / this.#queues.size;
    if (queue.fileBytes + bytes <= own) return true;
    let shared = bytes;
    for (const each of this.#queues.values()) shared += Math.max(0, each.fileBytes - own);
    return shared <= room / 2;
  }
}

async function readTarget(path: string): Promise<DeliveryTarget> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as DeliveryTarget;
  } catch (error) {
    throw new WeirError(
      'config',
      'deliver.spool-damaged',
      `${path} is not understood (${messageOf(error)}), so nobody knows where the records beside it belong; restore it, or move its folder away`,
      { details: { path }, cause: error },
    );
  }
}
