import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { slotOf } from '../aws/index.ts';
import { assertInvariant } from '../base/index.ts';
import { type RecordBlock, splitBlock } from './record-block.ts';
import { formatSegmentName, OpenSegment, type Segment } from './segment.ts';
import type { DeliveryTarget } from './target.ts';

/** What became of a block: in the spool, refused because the spool is full, or refused by the disk. */
export type AddOutcome = 'stored' | 'full' | 'failed';

/** What a queue shares with the others of its spool. */
export interface QueueDeps {
  readonly directory: string;
  /** Text bytes of a segment before the next one begins. */
  readonly segmentBytes: number;
  readonly nowMs: () => number;
  readonly randomHex: (length: number) => string;
  /** Asks for room; false when the spool is full. */
  readonly admits: (queue: SpoolQueue, bytes: number, isNotice: boolean) => boolean;
}

/** Name of the file that says whose records a folder holds. */
export const TARGET_FILE = 'target.json';

/**
 * The undelivered records of one flow log: files in a folder of its own, oldest first. A destination with slots (S3,
 * directories) has an open segment per five-minute slot, others one.
 */
export class SpoolQueue {
  #target: DeliveryTarget;
  readonly #deps: QueueDeps;
  readonly #hasSlots: boolean;
  readonly #open = new Map<number, OpenSegment>();
  /** Full, but not closed yet. */
  #rolled: OpenSegment[] = [];
  readonly #ready: Segment[];
  #nextSequence: number;
  #isFolderDirty = true;
  /** Bytes of files, open ones included. */
  fileBytes: number;
  /** Records waiting, open files included. */
  records: number;
  /** Why the disk refused the last block; null when it did not. */
  lastError: unknown = null;

  constructor(target: DeliveryTarget, found: readonly Segment[], deps: QueueDeps) {
    this.#target = target;
    this.#deps = deps;
    this.#hasSlots = target.destination.kind === 'objects';
    this.#ready = [...found];
    this.fileBytes = found.reduce((sum, segment) => sum + segment.fileBytes, 0);
    this.records = found.reduce((sum, segment) => sum + segment.records, 0);
    // From the clock, so that numbers are not used again when all files of an earlier run are gone.
    this.#nextSequence = Math.max(deps.nowMs() * 1000, (found.at(-1)?.sequence ?? 0) + 1);
    if (found.length === 0) writeTarget(deps.directory, target);
  }

  /** Whose records these are. */
  get target(): DeliveryTarget {
    return this.#target;
  }

  /** Says that the records go elsewhere from now on; the kind of the destination stays. */
  redirect(target: DeliveryTarget): void {
    assertInvariant(target.destination.kind === this.#target.destination.kind, 'a flow log keeps its kind');
    writeTarget(this.#deps.directory, target);
    this.#target = target;
  }

  /** Appends a block: all of it or, when the answer is not `stored`, perhaps its first part. */
  add(block: RecordBlock, isNotice: boolean): { readonly outcome: AddOutcome; readonly stored: number } {
    let stored = 0;
    for (const piece of splitBlock(block)) {
      if (!this.#deps.admits(this, piece.lines.length, isNotice)) return { outcome: 'full', stored };
      try {
        this.#append(piece);
      } catch (error) {
        this.lastError = error;
        return { outcome: 'failed', stored };
      }
      stored += piece.records;
    }
    return { outcome: 'stored', stored };
  }

  /** The oldest segment that can be delivered. */
  get head(): Segment | undefined {
    return this.#ready[0];
  }

  /** True when nothing is left to deliver. */
  get isEmpty(): boolean {
    return this.#ready.length === 0 && this.#open.size === 0 && this.#rolled.length === 0;
  }

  /**
   * Closes the segments that are full or for which `isDue` says so; then they can be delivered. Rejects with what the
   * disk says when they could not be flushed.
   */
  async seal(isDue: (segment: OpenSegment) => boolean): Promise<void> {
    for (const [slot, segment] of this.#open) {
      if (!isDue(segment)) continue;
      this.#open.delete(slot);
      this.#rolled.push(segment);
    }
    const rolled = this.#rolled.sort((a, b) => a.sequence - b.sequence);
    this.#rolled = [];
    let failure: unknown = null;
    for (const segment of rolled) {
      // What cannot be flushed is still there to be delivered; the caller hears of it once all are in line.
      await segment.sync().catch((error: unknown) => {
        failure = error;
      });
      this.#ready.push(await segment.close());
    }
    if (failure !== null) throw failure;
    if (rolled.length > 0) await this.sync();
  }

  /** Flushes everything to the disk, names of new files included. */
  async sync(): Promise<void> {
    const open = [...this.#open.values()];
    for (const segment of open) await segment.sync();
    if (!this.#isFolderDirty) return;
    this.#isFolderDirty = false;
    await syncFolder(this.#deps.directory);
  }

  /** Forgets the head, since it is delivered. */
  async removeHead(): Promise<void> {
    const segment = this.#ready.shift();
    if (segment === undefined) return;
    this.fileBytes -= segment.fileBytes;
    this.records -= segment.records;
    await rm(segment.path, { force: true });
  }

  /** Forgets the whole queue and its folder. Gives how many records were still in it. */
  async remove(): Promise<number> {
    const lost = this.records;
    await this.seal(() => true).catch(() => {});
    this.#ready.length = 0;
    this.fileBytes = 0;
    this.records = 0;
    await rm(this.#deps.directory, { recursive: true, force: true });
    return lost;
  }

  #append(piece: RecordBlock): void {
    const slot = this.#hasSlots ? slotOf(piece.endSeconds) : 0;
    let segment = this.#open.get(slot);
    const isFull = segment !== undefined && segment.textBytes + piece.lines.length > this.#deps.segmentBytes;
    if (segment !== undefined && isFull) {
      this.#rolled.push(segment);
      this.#open.delete(slot);
      segment = undefined;
    }
    if (segment === undefined) {
      segment = this.#openSegment(slot);
      this.#open.set(slot, segment);
    }
    const before = segment.fileBytes;
    segment.append(piece);
    this.fileBytes += segment.fileBytes - before;
    this.records += piece.records;
  }

  #openSegment(slotSeconds: number): OpenSegment {
    const name = { sequence: this.#nextSequence++, slotSeconds, nonce: this.#deps.randomHex(8) };
    this.#isFolderDirty = true;
    return new OpenSegment(join(this.#deps.directory, formatSegmentName(name)), name, this.#deps.nowMs());
  }
}

/** Written beside and renamed, so that a crash leaves a whole file or none. */
function writeTarget(directory: string, target: DeliveryTarget): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, TARGET_FILE);
  writeFileSync(`${path}.new`, `${JSON.stringify(target)}\n`, { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
}

/** A new name is only on the disk once its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
