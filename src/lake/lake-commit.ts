import { TABLES, type TableName } from '../record/index.ts';
import type { Action, AddFile, RemoveFile } from './delta-actions.ts';

/** What a commit does to one table. */
export interface TableChange {
  readonly adds: readonly AddFile[];
  readonly removes: readonly RemoveFile[];
  /** Names of columns in the added files that the table may not have yet. */
  readonly columns: readonly string[];
}

/** Why a commit was made. */
export type CommitKind = 'ingest' | 'compact' | 'expire';

/**
 * One step of the whole lake, all tables at once: an entry of the log of `flows`. Changes of `flows` are the entry's own
 * actions; those of the other tables are its intents, kept in `commitInfo.weir`, which other programs skip.
 */
export interface LakeCommit {
  readonly kind: CommitKind;
  /** Unique; tells a writer its own commit. */
  readonly id: string;
  /** Identities of the source objects it brings in (`objectIdentity`, `contentIdentity`). */
  readonly objects: readonly string[];
  readonly changes: ReadonlyMap<TableName, TableChange>;
  /** Settings of the lake that the commit changes; kept in the `metaData` of `flows`. */
  readonly settings?: Readonly<Record<string, string>>;
}

interface WeirInfo {
  readonly kind: CommitKind;
  readonly id: string;
  readonly objects?: string;
  readonly intents?: Readonly<Record<string, Partial<TableChange>>>;
}

/** The table whose log is the truth. */
export const MAIN_TABLE: TableName = 'flows';

/** The other tables; they follow the log of `flows`. */
export const FOLLOWERS: readonly TableName[] = TABLES.map(({ name }) => name).filter((n) => n !== MAIN_TABLE);

/** A commit as the actions of one entry of the log of `flows`; `extra` are actions such as a new `metaData`. */
export function encodeLakeCommit(commit: LakeCommit, extra: readonly Action[], nowMs: number): Action[] {
  const own = commit.changes.get(MAIN_TABLE);
  const intents = Object.fromEntries(
    [...commit.changes]
      .filter(([name]) => name !== MAIN_TABLE)
      .map(([name, { adds, removes, columns }]) => [
        name,
        {
          ...(adds.length === 0 ? {} : { adds }),
          ...(removes.length === 0 ? {} : { removes }),
          ...(columns.length === 0 ? {} : { columns }),
        },
      ]),
  );
  const weir: WeirInfo = {
    kind: commit.kind,
    id: commit.id,
    ...(commit.objects.length === 0 ? {} : { objects: commit.objects.join('') }),
    ...(Object.keys(intents).length === 0 ? {} : { intents }),
  };
  return [
    {
      commitInfo: {
        timestamp: nowMs,
        operation: commit.kind === 'ingest' ? 'WRITE' : commit.kind.toUpperCase(),
        operationParameters: {},
        isBlindAppend: commit.kind === 'ingest',
        engineInfo: 'weir',
        txnId: commit.id,
        weir,
      },
    },
    ...extra,
    ...(own?.removes ?? []).map((remove) => ({ remove })),
    ...(own?.adds ?? []).map((add) => ({ add })),
  ];
}

/** Length of one identity in `commitInfo.weir.objects`. */
export const IDENTITY_LENGTH = 16;

/** The commit an entry of the log of `flows` holds. Entries that another program wrote count as changes of `flows` only. */
export function decodeLakeCommit(actions: readonly Action[]): LakeCommit {
  const weir = actions.find((action) => action.commitInfo !== undefined)?.commitInfo?.weir as
    | WeirInfo
    | undefined;
  const changes = new Map<TableName, TableChange>();
  const adds = actions.flatMap(({ add }) => (add === undefined ? [] : [add]));
  const removes = actions.flatMap(({ remove }) => (remove === undefined ? [] : [remove]));
  if (adds.length + removes.length > 0) changes.set(MAIN_TABLE, { adds, removes, columns: [] });
  for (const [name, intent] of Object.entries(weir?.intents ?? {})) {
    changes.set(name as TableName, {
      adds: intent.adds ?? [],
      removes: intent.removes ?? [],
      columns: intent.columns ?? [],
    });
  }
  const packed = weir?.objects ?? '';
  const objects: string[] = [];
  for (let i = 0; i < packed.length; i += IDENTITY_LENGTH) objects.push(packed.slice(i, i + IDENTITY_LENGTH));
  return { kind: weir?.kind ?? 'ingest', id: weir?.id ?? '', objects, changes };
}

/**
 * Several commits as one change of a table: files that came and went in between appear in neither list, so that no entry
 * both adds and removes a path.
 */
export function netChange(commits: readonly LakeCommit[], table: TableName): TableChange {
  const adds = new Map<string, AddFile>();
  const removes = new Map<string, RemoveFile>();
  const columns = new Set<string>();
  for (const { changes } of commits) {
    const change = changes.get(table);
    if (change === undefined) continue;
    for (const name of change.columns) columns.add(name);
    for (const remove of change.removes) if (!adds.delete(remove.path)) removes.set(remove.path, remove);
    for (const add of change.adds) adds.set(add.path, add);
  }
  return { adds: [...adds.values()], removes: [...removes.values()], columns: [...columns] };
}
