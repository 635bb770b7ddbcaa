import { ftruncateSync } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf, WeirError } from '../base/index.ts';
import {
  applyChange,
  emptyState,
  type FlowLogStore,
  type MutableState,
  RECEIPT_LIFE_MS,
  type StoreChange,
} from './store.ts';

/** What a journal needs beside its path. */
export interface JournalDeps {
  readonly nowMs: () => number;
}

const HEADER = '{"journal":"weir flow logs","version":1}\n';
/** Rewriting waits until the journal holds this many more changes than there are things to remember. */
const SLACK = 2000;

interface Waiting {
  readonly changes: readonly StoreChange[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Opens the store kept in one file: a line per commit, a JSON array of changes, appended and flushed to the disk
 * (fdatasync) before the commit settles. Commits that come in while the disk works share the next flush. When the file
 * holds mostly history it is rewritten beside itself and renamed over, so at every moment one whole file exists.
 *
 * A last line that a crash cut short is dropped: nobody was told that it succeeded. Receipts older than a day go on
 * opening. One process at a time: a lock file beside it names the owner.
 *
 * Errors: `service.state-corrupt` (kind `config`) with the line number when any other line is not understood;
 * `service.state-locked` when another living process holds it. A commit that cannot be written rejects with
 * `service.state-not-written` and leaves no trace.
 */
export async function openJournalStore(path: string, deps: JournalDeps): Promise<FlowLogStore> {
  await mkdir(dirname(path), { recursive: true });
  const lock = `${path}.lock`;
  await takeLock(lock);
  try {
    const durable = emptyState();
    await readJournal(path, durable);
    for (const [token, receipt] of durable.receipts) {
      if (receipt.creationMs + RECEIPT_LIFE_MS < deps.nowMs()) durable.receipts.delete(token);
    }
    const journal = new Journal(path, lock, durable);
    await journal.rewrite();
    return journal;
  } catch (error) {
    await rm(lock, { force: true });
    throw error;
  }
}

class Journal implements FlowLogStore {
  readonly state: MutableState = emptyState();
  readonly #path: string;
  readonly #lock: string;
  /** What the file says; `state` runs ahead of it by the commits under way. */
  readonly #durable: MutableState;
  #file: FileHandle | null = null;
  #sizeBytes = 0;
  #changesInFile = 0;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | null = null;

  constructor(path: string, lock: string, durable: MutableState) {
    this.#path = path;
    this.#lock = lock;
    this.#durable = durable;
    this.#showDurable();
  }

  commit(changes: readonly StoreChange[]): Promise<void> {
    if (changes.length === 0) return Promise.resolve();
    for (const change of changes) applyChange(this.state, change);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ changes, resolve, reject });
      this.#writing ??= this.#write();
    });
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file?.close();
    this.#file = null;
    await rm(this.#lock, { force: true });
  }

  /** Replaces the file by one that says only what is remembered now. */
  async rewrite(): Promise<void> {
    const changes: StoreChange[] = [
      ...Array.from(this.#durable.flowLogs.values(), (flowLog) => ({ kind: 'put', flowLog }) as const),
      ...Array.from(this.#durable.receipts.values(), (receipt) => ({ kind: 'receipt', receipt }) as const),
    ];
    const text = HEADER + changes.map((change) => formatCommit([change])).join('');
    const file = await open(`${this.#path}.new`, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
      await rename(`${this.#path}.new`, this.#path);
    } catch (error) {
      await file.close();
      throw error;
    }
    // From the rename on, the new file is the journal, whatever else fails.
    const old = this.#file;
    this.#file = file;
    this.#sizeBytes = Buffer.byteLength(text);
    this.#changesInFile = changes.length;
    await old?.close();
    await syncFolder(dirname(this.#path));
  }

  async #write(): Promise<void> {
    // One turn of the event loop lets requests that arrived together share the flush.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        await this.#append(batch);
      } catch (error) {
        this.#fail([...batch, ...this.#waiting], error);
        continue;
      }
      for (const { resolve } of batch) resolve();
      await this.#rewriteWhenLong();
    }
    this.#writing = null;
  }

  async #append(batch: readonly Waiting[]): Promise<void> {
    const file = this.#file;
    if (file === null) throw new WeirError('service', 'service.state-closed', 'the state file is closed');
    const bytes = Buffer.from(batch.map(({ changes }) => formatCommit(changes)).join(''));
    await file.write(bytes, 0, bytes.length, this.#sizeBytes);
    await file.datasync();
    this.#sizeBytes += bytes.length;
    for (const { changes } of batch) {
      for (const change of changes) applyChange(this.#durable, change);
      this.#changesInFile += changes.length;
    }
  }

  async #rewriteWhenLong(): Promise<void> {
    const remembered = this.#durable.flowLogs.size + this.#durable.receipts.size;
    if (this.#changesInFile <= remembered + SLACK) return;
    try {
      await this.rewrite();
    } catch {
      // Either the old file or the new one is the whole journal; the next commit tries again.
    }
  }

  /** Everything not yet durable is lost at once, also what came in meanwhile: it was decided on a state that never was. */
  #fail(lost: readonly Waiting[], cause: unknown): void {
    this.#waiting = [];
    try {
      if (this.#file !== null) ftruncateSync(this.#file.fd, this.#sizeBytes);
    } catch {
      // The next append writes at the same place; until then a torn last line is what reading expects.
    }
    this.#showDurable();
    const text = `the state could not be written to ${this.#path}: ${messageOf(cause)}`;
    const error = new WeirError('service', 'service.state-not-written', text, { cause });
    for (const { reject } of lost) reject(error);
  }

  #showDurable(): void {
    this.state.revision++;
    this.state.flowLogs.clear();
    this.state.receipts.clear();
    for (const [id, flowLog] of this.#durable.flowLogs) this.state.flowLogs.set(id, flowLog);
    for (const [token, receipt] of this.#durable.receipts) this.state.receipts.set(token, receipt);
  }
}

function formatCommit(changes: readonly StoreChange[]): string {
  return `${JSON.stringify(changes)}\n`;
}

async function readJournal(path: string, into: MutableState): Promise<void> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  });
  const lines = text.split('\n');
  // A whole line ends in a newline, so the last piece is empty or torn.
  lines.pop();
  for (const [index, line] of lines.entries()) {
    if (index === 0) {
      if (`${line}\n` !== HEADER)
        throw corrupt(path, 1, 'it is not the header of a flow log journal of version 1');
      continue;
    }
    try {
      for (const change of JSON.parse(line) as readonly StoreChange[]) applyChange(into, change);
    } catch (error) {
      // Blocks of a lost flush may come back as zeros: at the very end that is a torn write, elsewhere damage.
      if (index < lines.length - 1) throw corrupt(path, index + 1, messageOf(error));
    }
  }
}

function corrupt(path: string, line: number, reason: string): WeirError {
  const text = `${path} line ${line} is not understood (${reason}); restore the file from a copy, or move it away to start empty`;
  return new WeirError('config', 'service.state-corrupt', text, { details: { path, line } });
}

/** The rename is only on the disk once its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function takeLock(path: string): Promise<void> {
  const owner = Number(await readFile(path, 'utf8').catch(() => ''));
  if (owner > 0 && owner !== process.pid && isAlive(owner)) {
    const text = `process ${owner} already uses the state of ${path}; stop it, or give this one another state folder`;
    throw new WeirError('config', 'service.state-locked', text, { details: { path, owner } });
  }
  // A lock of a process that is gone, or of our own number (containers number from 1 again), is left from a crash.
  await rm(path, { force: true });
  const file = await open(path, 'wx', 0o600);
  await file.writeFile(String(process.pid));
  await file.close();
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
