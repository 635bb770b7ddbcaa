import { messageOf, type SqlSession, sqlString } from '../base/index.ts';
import type { ObjectStore } from '../storage/index.ts';
import { missingBlooms } from './compact.ts';
import type { LakeFile, LakeTable } from './snapshot.ts';
import { problemOf, type VerifyProblem } from './verify-problem.ts';

/** A table's files that can be read, and what is wrong with the others. */
export interface CheckedFiles {
  readonly readable: readonly LakeFile[];
  readonly problems: readonly VerifyProblem[];
}

/** Is every file there, as long as the log says, with a footer that counts as many rows? Two small reads per file. */
export async function checkFiles(
  session: SqlSession,
  store: ObjectStore,
  table: LakeTable,
): Promise<CheckedFiles> {
  const readable: LakeFile[] = [];
  const problems: VerifyProblem[] = [];
  for (const file of table.files) {
    const problem = await checkFile(session, store, file);
    if (problem === null) readable.push(file);
    else problems.push(problem);
  }
  if (table.name === 'flows') {
    for (const file of readable.filter(({ isSorted }) => isSorted)) {
      const missing = await missingBlooms(session, await store.localFile(file.path), ['srcaddr', 'dstaddr']);
      if (missing > 0) {
        problems.push(
          problemOf(
            'blooms-missing',
            file.path,
            `${missing} column chunks of addresses have no bloom filter`,
          ),
        );
      }
    }
  }
  return { readable, problems };
}

/** Can every value of these files be read? Cost: reads them whole. */
export async function checkContents(
  session: SqlSession,
  store: ObjectStore,
  files: readonly LakeFile[],
): Promise<CheckedFiles> {
  const readable: LakeFile[] = [];
  const problems: VerifyProblem[] = [];
  for (const file of files) {
    try {
      const local = sqlString(await store.localFile(file.path));
      await session.rows(`SELECT max(hash(COLUMNS(*))) FROM read_parquet(${local})`);
      readable.push(file);
    } catch (error) {
      problems.push(problemOf('file-unreadable', file.path, messageOf(error)));
    }
  }
  return { readable, problems };
}

async function checkFile(
  session: SqlSession,
  store: ObjectStore,
  file: LakeFile,
): Promise<VerifyProblem | null> {
  const facts = await store.stat(file.path);
  if (facts === null) return problemOf('file-missing', file.path, 'the log names it, but it is not there');
  if (facts.sizeBytes !== file.sizeBytes) {
    return problemOf('file-size', file.path, `${facts.sizeBytes} bytes, the log says ${file.sizeBytes}`);
  }
  try {
    const [row] = await session.rows(
      `SELECT num_rows FROM parquet_file_metadata(${sqlString(await store.localFile(file.path))})`,
    );
    const rows = Number(row?.['num_rows']);
    return rows === file.rows
      ? null
      : problemOf('file-rows', file.path, `${rows} rows, the log says ${file.rows}`);
  } catch (error) {
    return problemOf('file-unreadable', file.path, messageOf(error));
  }
}
