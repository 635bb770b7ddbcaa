import { type DuckDbSession, type LoadedBatch, loadBatch } from '../engine/index.ts';
import { type AddressTable, addressKeyOf, addressScopeOf } from '../ingest/index.ts';
import type { Lake, Staged } from '../lake/index.ts';
import type { ColumnBatch } from '../record/index.ts';
import type { IngestTransaction } from './ingest-transaction.ts';

/**
 * Takes batches from the lanes, one at a time: loads each into the engine and has the lake stage it.
 *
 * Loading and staging overlap: while DuckDB writes the files of one batch, the next is loaded. At most two batches are in
 * the engine at a time.
 */
export class BatchStager {
  readonly #lake: Lake;
  /** Loads batches, while the lake's own session stages the batch before. */
  readonly #session: DuckDbSession;
  /** Ends when the last batch handed in has been loaded. */
  #loading: Promise<void> = Promise.resolve();
  #staging: Promise<unknown> = Promise.resolve();
  /** Batches that are in files now. Dropped between loads: a connection that does two things at a time breaks one of them. */
  #staged: LoadedBatch[] = [];
  #batchNumber = 0;

  constructor(lake: Lake, session: DuckDbSession) {
    this.#lake = lake;
    this.#session = session;
  }

  /**
   * Stages a batch for a transaction. Resolves when the batch's memory may be used again.
   * Errors: those of the engine; what staging an earlier batch failed with, then and ever after.
   */
  take(batch: ColumnBatch, addresses: AddressTable, transaction: IngestTransaction): Promise<void> {
    const loading = this.#loading.then(() => this.#load(batch, addresses, transaction));
    // The next one fails by itself when this one did.
    this.#loading = loading.catch(() => {});
    return loading;
  }

  /** Ends when nothing is loaded or staged any more: the sessions may be closed then. */
  async end(): Promise<void> {
    await this.#loading;
    await this.#staging.catch(() => {});
  }

  async #load(batch: ColumnBatch, addresses: AddressTable, transaction: IngestTransaction): Promise<void> {
    const relation = `batch_${this.#batchNumber++ % 2}`;
    const done = this.#staged;
    this.#staged = [];
    for (const loaded of done) await loaded.drop();
    const loaded = await loadBatch(this.#session, relation, batch, {
      dictionary: addresses.dictionary,
      keyOf: (code) => addressKeyOf(addresses, code),
      scopeOf: (code) => addressScopeOf(addresses, code),
    });
    await this.#staging;
    const staging = this.#stage(relation, batch, loaded);
    this.#staging = staging;
    transaction.addStaged(staging);
  }

  async #stage(relation: string, { kind }: ColumnBatch, loaded: LoadedBatch): Promise<Staged> {
    const staged = await this.#lake.stage(relation, kind);
    this.#staged.push(loaded);
    return staged;
  }
}
