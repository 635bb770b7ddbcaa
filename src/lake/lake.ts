import { formatDay, type Reporter, type SqlSession, silentReporter } from '../base/index.ts';
import type { RecordKind } from '../record/index.ts';
import { type ObjectStore, probeConditionalWrites } from '../storage/index.ts';
import type { AddFile } from './delta-actions.ts';
import type { LakeCommit } from './lake-commit.ts';
import { createLakeLog, type LakeLog } from './lake-log.ts';
import {
  committedBefore,
  contentIdentity,
  type LedgerEntry,
  type LookUp,
  ledgerRow,
  lookUpObjects,
  type MalformedLine,
  malformedRow,
  type ObjectVersion,
  objectIdentity,
} from './ledger.ts';
import { createLedgerCache } from './ledger-cache.ts';
import { createQueue, queuedSession } from './queue.ts';
import { type LakeSnapshot, snapshotOf } from './snapshot.ts';
import { mergeStaged, type Staged, stageRecords, stageRows } from './stage.ts';

/** What a lake needs from outside. */
export interface LakeDeps {
  readonly store: ObjectStore;
  readonly session: SqlSession;
  /** Unix seconds. */
  readonly now: () => number;
  /** Fresh unique text, such as a UUID. */
  readonly newId: () => string;
  readonly reporter?: Reporter;
  /** True: the store's own `singleWriter` promise holds, so it is not probed. */
  readonly singleWriter?: boolean;
}

/** One batch for `commit`. */
export interface LakeBatch {
  /** From `stage`; empty when the objects held no records. */
  readonly staged: readonly Staged[];
  /** One entry per source object, whole: an object's records are all in this batch. */
  readonly ledger: readonly LedgerEntry[];
  readonly malformed: readonly MalformedLine[];
}

/** What `commit` did. On `overlap` nothing was: other writers have committed these objects; stage the rest again. */
export type CommitResult =
  | { readonly kind: 'committed'; readonly version: number }
  | {
      readonly kind: 'overlap';
      readonly objects: readonly { readonly uri: string; readonly etag: string }[];
    };

/** A lake: read through snapshots, written by staging and committing. Any number of processes may do both. */
export interface Lake {
  readonly store: ObjectStore;
  /** Every table as of now. Two requests when nothing changed. */
  snapshot(): Promise<LakeSnapshot>;
  /** What the ledger says of objects, in the order given. Cost: one pass over the ledger for all of them. */
  lookUp(objects: readonly ObjectVersion[]): Promise<LookUp[]>;
  /** Writes a batch of records as files that no reader sees yet; see `stageRecords`. */
  stage(relation: string, kind: RecordKind): Promise<Staged>;
  /** Writes malformed lines as a file that no reader sees yet, for sources with more of them than fit in memory. */
  stageMalformed(lines: readonly MalformedLine[]): Promise<Staged>;
  /** Makes a batch visible, all tables at once, unless one of its objects is already there. */
  commit(batch: LakeBatch): Promise<CommitResult>;
  /**
   * Removes the files of a batch that will not be committed. Files of a batch whose commit failed with an error stay, for
   * the commit may have happened; vacuum knows.
   */
  discard(staged: readonly Staged[]): Promise<void>;
  /** Brings the logs that other engines read up to the last commit. Commits do so themselves now and then. */
  settle(): Promise<void>;
}

/** The parts of an open lake that housekeeping works on. */
export interface LakeParts {
  readonly deps: Required<Pick<LakeDeps, 'store' | 'session' | 'newId' | 'reporter'>> & {
    readonly nowMs: () => number;
  };
  readonly log: LakeLog;
  /** Runs one change of the log at a time. */
  readonly exclusive: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Commits of one process after which the other tables' logs follow. */
const FOLLOW_EVERY = 8;

const partsOf = new WeakMap<Lake, LakeParts>();

/** The inner parts of a lake this folder opened. */
export function lakeParts(lake: Lake): LakeParts {
  const parts = partsOf.get(lake);
  if (parts === undefined) throw new RangeError('not a lake of openLake');
  return parts;
}

/** Opens a lake in a store. Reads and writes nothing yet; the first commit creates the tables. */
export function openLake(given: LakeDeps): Lake {
  const session = queuedSession(given.session);
  const nowMs = (): number => Math.floor(given.now() * 1000);
  const { store, newId } = given;
  const deps = { store, session, newId, nowMs, reporter: given.reporter ?? silentReporter };
  const log = createLakeLog(deps);
  const exclusive = createQueue();
  let probe: Promise<void> | null = null;
  let unfollowed = 0;
  /** Batches whose commit failed without an answer: it may have happened, so their files must stay. */
  const uncertain = new WeakSet<Staged>();

  const ledger = createLedgerCache(session, store);

  /** Objects of the batch that are in the lake already: once by the ledger, then by the commits that came since. */
  const overlapCheck = (entries: readonly LedgerEntry[]): (() => Promise<LedgerEntry[] | null>) => {
    const byIdentity = new Map(
      entries.flatMap((entry) => identitiesOf(entry).map((identity) => [identity, entry])),
    );
    let checkedVersion: number | null = null;
    return async () => {
      const found =
        checkedVersion === null
          ? await committedBefore(session, await ledger.tableOf(log.state), entries)
          : (await log.commitsAfter(checkedVersion)).flatMap(({ commit }) =>
              commit.objects.flatMap((identity) => byIdentity.get(identity) ?? []),
            );
      checkedVersion = log.state.version;
      return found.length === 0 ? null : [...new Set(found)];
    };
  };

  const stageLedger = async (batch: LakeBatch): Promise<Staged[]> => {
    const day = formatDay(nowMs() / 1000);
    const parts: Staged[] = [];
    if (batch.ledger.length > 0) {
      const rows = batch.ledger.map((entry) => ledgerRow(entry, nowMs()));
      parts.push(await stageRows(deps, 'ledger', day, rows));
    }
    if (batch.malformed.length > 0) {
      parts.push(await stageRows(deps, 'malformed', day, batch.malformed.map(malformedRow)));
    }
    return parts;
  };

  const lake: Lake = {
    store,

    snapshot: () =>
      exclusive(async () => {
        await log.refresh();
        return snapshotOf(log.state);
      }),

    lookUp: (objects) =>
      exclusive(async () => {
        await log.refresh();
        return lookUpObjects(session, await ledger.tableOf(log.state), objects);
      }),

    stage: (relation, kind) => stageRecords(deps, relation, kind),

    stageMalformed: (lines) =>
      stageRows(deps, 'malformed', formatDay(nowMs() / 1000), lines.map(malformedRow)),

    async commit(batch) {
      if (store.kind === 's3' && given.singleWriter !== true) await (probe ??= probeConditionalWrites(store));
      const own = await stageLedger(batch);
      const { changes } = mergeStaged([...batch.staged, ...own]);
      const objects = batch.ledger.flatMap(identitiesOf);
      const commit: LakeCommit = { kind: 'ingest', id: newId(), objects, changes };
      for (const staged of batch.staged) uncertain.add(staged);
      const overlap = await exclusive(() => log.append(commit, overlapCheck(batch.ledger)));
      for (const staged of batch.staged) uncertain.delete(staged);
      if (overlap !== null) {
        await this.discard(own);
        return { kind: 'overlap', objects: overlap.map(({ uri, etag }) => ({ uri, etag })) };
      }
      const { version } = log.state;
      unfollowed += 1;
      if (unfollowed >= FOLLOW_EVERY) {
        unfollowed = 0;
        await exclusive(() => log.rollForward());
      }
      return { kind: 'committed', version };
    },

    async discard(staged) {
      const files = staged
        .filter((part) => !uncertain.has(part))
        .flatMap(({ changes }) =>
          [...changes].flatMap(([table, { adds }]) => adds.map((add: AddFile) => `${table}/${add.path}`)),
        );
      await Promise.all(files.map((path) => store.remove(path)));
    },

    settle: () =>
      exclusive(async () => {
        await log.refresh();
        await log.rollForward();
      }),
  };
  partsOf.set(lake, { deps, log, exclusive });
  return lake;
}

/** By what others tell that an object is in the lake: its own address and version, and its bytes under any address. */
function identitiesOf(entry: LedgerEntry): string[] {
  const content = contentIdentity(entry);
  return content === null ? [objectIdentity(entry)] : [objectIdentity(entry), content];
}
