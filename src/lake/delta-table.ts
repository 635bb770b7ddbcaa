import type { Action, AddFile, MetaData, Protocol, RemoveFile, Txn } from './delta-actions.ts';
import { lakeError } from './errors.ts';

/** A Delta table at one version, as replay of its log gives it. Changed in place by `applyActions`. */
export interface DeltaTable {
  /** -1 before the first entry. */
  version: number;
  protocol: Protocol | null;
  metaData: MetaData | null;
  /** Live files by path. */
  readonly files: Map<string, AddFile>;
  /** Files that left, by path, until their removal is older than the retention. */
  readonly tombstones: Map<string, RemoveFile>;
  /** Last version per application. */
  readonly txns: Map<string, Txn>;
}

/** The newest protocol this program understands; it writes 1 and 2. */
const READER_VERSION = 1;
const WRITER_VERSION = 2;

/** A table without entries. */
export function emptyDeltaTable(): DeltaTable {
  return {
    version: -1,
    protocol: null,
    metaData: null,
    files: new Map(),
    tombstones: new Map(),
    txns: new Map(),
  };
}

/** Makes a table one without entries again. */
export function resetDeltaTable(table: DeltaTable): void {
  table.version = -1;
  table.protocol = null;
  table.metaData = null;
  table.files.clear();
  table.tombstones.clear();
  table.txns.clear();
}

/**
 * Applies the actions of the next version. Within one entry actions have no order, so a path must not be both added and
 * removed: other readers would disagree about it.
 *
 * Errors: `lake.unsupported-log` when another program raised the protocol.
 */
export function applyActions(
  table: DeltaTable,
  version: number,
  actions: readonly Action[],
  where: string,
): void {
  for (const { add, remove, metaData, protocol, txn } of actions) {
    if (add !== undefined) {
      table.files.set(add.path, add);
      table.tombstones.delete(add.path);
    } else if (remove !== undefined) {
      table.files.delete(remove.path);
      table.tombstones.set(remove.path, remove);
    } else if (metaData !== undefined) table.metaData = metaData;
    else if (protocol !== undefined) {
      if (protocol.minReaderVersion > READER_VERSION || protocol.minWriterVersion > WRITER_VERSION) {
        throw lakeError(
          'lake.unsupported-log',
          `${where} asks for Delta reader ${protocol.minReaderVersion} and writer ${protocol.minWriterVersion}; ` +
            `Weir keeps to reader ${READER_VERSION} and writer ${WRITER_VERSION}: another program changed the table`,
          { where, ...protocol },
        );
      }
      table.protocol = protocol;
    } else if (txn !== undefined) table.txns.set(txn.appId, txn);
  }
  table.version = version;
}

/** The state as actions, for a checkpoint: the same replay from these as from the whole log. */
export function stateActions(table: DeltaTable, tombstonesSinceMs: number): Action[] {
  const actions: Action[] = [];
  if (table.protocol !== null) actions.push({ protocol: table.protocol });
  if (table.metaData !== null) actions.push({ metaData: table.metaData });
  for (const txn of table.txns.values()) actions.push({ txn });
  for (const remove of table.tombstones.values()) {
    if (remove.deletionTimestamp >= tombstonesSinceMs) actions.push({ remove });
  }
  for (const add of table.files.values()) actions.push({ add: { ...add, dataChange: false } });
  return actions;
}
