import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type ObjectStore, openStore, type StoreOptions } from '../storage/index.ts';

/** Where the lines of a recording go. Lines come synchronously, from inside the capture reader. */
export interface RecordOutput {
  /** Begins the lines of a capture; `header` is written first, unless it is null. */
  open(capture: string, header: string | null): void;
  write(bytes: Uint8Array): void;
  /** The lines of the capture are complete; a file that would be empty is not kept. */
  close(): Promise<void>;
  /** Removes what is unfinished; harmless after `close`. */
  discard(): void;
  /** Nothing more will come: removes the folder of unfinished files. */
  end(): void;
}

/** Counts without writing. */
export const NO_OUTPUT: RecordOutput = {
  open: () => {},
  write: () => {},
  close: async () => {},
  discard: () => {},
  end: () => {},
};

/** A reader that is slower than we are gets this long to catch up before the next try. */
const PAUSE_MS = 2;

/** Standard output may be a pipe that takes no more for now; lines are written synchronously, so wait here. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
}

/**
 * One text after the other on a file descriptor, with one header at the top. A reader that has gone away (`| head`) gets no
 * more.
 */
export function descriptorOutput(descriptor: number): RecordOutput {
  let hasHeader = false;
  let isClosed = false;
  const write = (bytes: Uint8Array): void => {
    for (let at = 0; at < bytes.length && !isClosed; ) {
      try {
        at += writeSync(descriptor, bytes, at);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'EPIPE') isClosed = true;
        else if (code === 'EAGAIN') pause();
        else throw error;
      }
    }
  };
  return {
    open: (_, header) => {
      if (!hasHeader && header !== null) write(Buffer.from(`${header}\n`));
      hasHeader = true;
    },
    write,
    close: async () => {},
    discard: () => {},
    end: () => {},
  };
}

/**
 * One text file per capture in a directory or bucket, named after the capture with `ending` behind it, as flow logs lie on
 * S3 (header, then records). Each is written beside and moved in when it is whole, so a reader never sees half a file.
 */
export async function storeOutput(
  location: string,
  ending: string,
  options: StoreOptions,
): Promise<RecordOutput> {
  const store = await openStore(location, options);
  const scratch =
    store.kind === 'disk' ? await store.scratchDirectory() : mkdtempSync(join(tmpdir(), 'weir-record-'));
  return new StoreOutput(store, scratch, ending);
}

class StoreOutput implements RecordOutput {
  readonly #store: ObjectStore;
  readonly #scratch: string;
  readonly #ending: string;
  readonly #names = new Set<string>();
  #written = 0;
  #open: { readonly name: string; readonly path: string; readonly descriptor: number } | null = null;

  constructor(store: ObjectStore, scratch: string, ending: string) {
    this.#store = store;
    this.#scratch = scratch;
    this.#ending = ending;
  }

  open(capture: string, header: string | null): void {
    const name = this.#freeName(capture);
    const path = join(this.#scratch, `${process.pid}-${name}`);
    this.#open = { name, path, descriptor: openSync(path, 'w') };
    this.#written = 0;
    if (header !== null) this.write(Buffer.from(`${header}\n`));
  }

  write(bytes: Uint8Array): void {
    const descriptor = this.#open?.descriptor;
    if (descriptor === undefined) return;
    this.#written += bytes.length;
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
  }

  async close(): Promise<void> {
    const file = this.#open;
    if (file === null) return;
    if (this.#written === 0) return this.discard();
    this.#open = null;
    closeSync(file.descriptor);
    await this.#store.putFile(file.name, file.path, { move: true });
  }

  discard(): void {
    if (this.#open === null) return;
    closeSync(this.#open.descriptor);
    rmSync(this.#open.path, { force: true });
    this.#open = null;
  }

  end(): void {
    try {
      rmdirSync(this.#scratch);
    } catch {
      // Another recording still writes there; the store removes what nobody needs any more.
    }
  }

  /** Captures of the same name in different folders get a number behind it. */
  #freeName(capture: string): string {
    const stem = basename(capture)
      .replace(/(\.gz)?$/, '')
      .replace(/\.(pcap|pcapng|cap)$/i, '');
    for (let number = 1; ; number++) {
      const name = `${stem === '' || stem === '-' ? 'capture' : stem}${number === 1 ? '' : `-${number}`}${this.#ending}`;
      if (this.#names.has(name)) continue;
      this.#names.add(name);
      return name;
    }
  }
}
