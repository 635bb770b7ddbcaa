import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf, WeirError } from '../base/index.ts';
import { type ObjectStore, openStore, type StoreOptions } from '../storage/index.ts';

/** Where the lines of one source go while it is recorded. Whole lines only. */
export interface LiveOutput {
  write(lines: Uint8Array): void;
  /** To be called now and then: moves in a file whose time is over, tries again what the store refused. */
  settle(): void;
  /** Moves in the last file. Rejects with `record.not-delivered` (kind `service`) when the store still refuses. */
  close(): Promise<void>;
}

/** Counts without writing. */
export const NO_LIVE_OUTPUT: LiveOutput = { write: () => {}, settle: () => {}, close: async () => {} };

/** All sources on one file descriptor, with one header at the top. */
export function liveDescriptorOutput(descriptor: number, header: string): LiveOutput {
  let hasHeader = false;
  return {
    write: (lines) => {
      if (!hasHeader) writeWhole(descriptor, Buffer.from(`${header}\n`));
      hasHeader = true;
      writeWhole(descriptor, lines);
    },
    settle: () => {},
    close: async () => {},
  };
}

export interface LiveFilesConfig {
  /** First part of each file's name. */
  readonly stem: string;
  readonly ending: string;
  /** First line of each file; null for none. */
  readonly header: string | null;
  nowSeconds(): number;
  /** Told once when the store begins to refuse, and once when it takes files again. */
  note(text: string): void;
}

/** AWS writes one file per five minutes. */
const SLOT_SECONDS = 300;
const RETRY_SECONDS = 10;

/**
 * A text file per five minutes in a directory or bucket, named after the source and the time of its first line. Each is
 * written beside and moved in when it is whole, so a reader never sees half a file; what the store refuses waits and is
 * tried again.
 */
export async function liveFilesOutput(
  location: string,
  options: StoreOptions,
  config: LiveFilesConfig,
): Promise<LiveOutput> {
  const store = await openStore(location, options);
  const isDisk = store.kind === 'disk';
  const scratch = isDisk ? await store.scratchDirectory() : mkdtempSync(join(tmpdir(), 'weir-record-'));
  return new LiveFiles(store, scratch, !isDisk, config);
}

interface PendingFile {
  readonly name: string;
  readonly path: string;
}

interface OpenFile extends PendingFile {
  readonly descriptor: number;
  readonly slot: number;
}

class LiveFiles implements LiveOutput {
  readonly #store: ObjectStore;
  readonly #scratch: string;
  readonly #ownsScratch: boolean;
  readonly #config: LiveFilesConfig;
  #open: OpenFile | null = null;
  readonly #waiting: PendingFile[] = [];
  #moving: Promise<void> = Promise.resolve();
  #isMoving = false;
  #problem: unknown = null;
  #triedAt = Number.NEGATIVE_INFINITY;

  constructor(store: ObjectStore, scratch: string, ownsScratch: boolean, config: LiveFilesConfig) {
    this.#store = store;
    this.#scratch = scratch;
    this.#ownsScratch = ownsScratch;
    this.#config = config;
  }

  write(lines: Uint8Array): void {
    this.#open ??= this.#begin();
    writeWhole(this.#open.descriptor, lines);
  }

  settle(): void {
    const now = this.#config.nowSeconds();
    if (this.#open !== null && slotOf(now) !== this.#open.slot) this.#finish();
    const isDue = this.#problem === null || now - this.#triedAt >= RETRY_SECONDS;
    if (this.#waiting.length > 0 && isDue) void this.#move();
  }

  async close(): Promise<void> {
    this.#finish();
    await this.#moving;
    await this.#move();
    if (this.#waiting.length > 0) {
      const paths = this.#waiting.map(({ path }) => path);
      throw new WeirError(
        'service',
        'record.not-delivered',
        `${paths.length} files of records could not be delivered (${messageOf(this.#problem)}); they are ${paths.join(', ')}`,
        { details: { paths }, cause: this.#problem },
      );
    }
    if (this.#ownsScratch) rmSync(this.#scratch, { recursive: true, force: true });
  }

  #begin(): OpenFile {
    const now = this.#config.nowSeconds();
    const stamp = new Date(now * 1000).toISOString().replace(/[-:]|\.\d+/g, '');
    const name = `${this.#config.stem}_${stamp}${this.#config.ending}`;
    const path = join(this.#scratch, `${process.pid}-${name}`);
    const descriptor = openSync(path, 'w');
    if (this.#config.header !== null) writeWhole(descriptor, Buffer.from(`${this.#config.header}\n`));
    return { name, path, descriptor, slot: slotOf(now) };
  }

  #finish(): void {
    if (this.#open === null) return;
    closeSync(this.#open.descriptor);
    this.#waiting.push(this.#open);
    this.#open = null;
  }

  /** Moves in what waits, oldest first, one at a time; never rejects. */
  #move(): Promise<void> {
    if (!this.#isMoving) this.#moving = this.#moveAll();
    return this.#moving;
  }

  async #moveAll(): Promise<void> {
    this.#isMoving = true;
    this.#triedAt = this.#config.nowSeconds();
    try {
      for (let file = this.#waiting[0]; file !== undefined; file = this.#waiting[0]) {
        await this.#store.putFile(file.name, file.path, { move: true });
        this.#waiting.shift();
        if (this.#problem !== null) this.#config.note('records are written again');
        this.#problem = null;
      }
    } catch (error) {
      if (this.#problem === null)
        this.#config.note(`records cannot be written, they wait in ${this.#scratch}: ${messageOf(error)}`);
      this.#problem = error;
    }
    this.#isMoving = false;
  }
}

function slotOf(seconds: number): number {
  return Math.floor(seconds / SLOT_SECONDS);
}

function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}
