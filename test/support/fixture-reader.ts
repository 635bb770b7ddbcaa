import { join } from 'node:path';
import type { AnalyzeDeps } from '../../src/analyze/index.ts';
import { createDuckDb, createLakeReader, type LakeFiles } from '../../src/engine/index.ts';
import { type FixtureRow, writeFixtureLake } from './fixture-lake.ts';

/** A small lake opened for questions. */
export interface FixtureReader extends AnalyzeDeps {
  readonly lake: LakeFiles;
  close(): void;
}

/** Writes a fixture lake below `directory` and opens it as the application does, confined. */
export async function openFixtureLake(
  directory: string,
  rows: readonly FixtureRow[],
  tgwRows: readonly FixtureRow[] = [],
): Promise<FixtureReader> {
  const lake = await writeFixtureLake(join(directory, 'lake'), rows, tgwRows);
  const db = await createDuckDb({
    threads: 2,
    memoryLimitBytes: 512e6,
    tempDirectory: join(directory, 'tmp-read'),
    confineTo: [directory],
  });
  const reader = createLakeReader(db, lake);
  const session = await reader.connect();
  return {
    lake,
    reader,
    session,
    close: () => {
      session.close();
      reader.close();
    },
  };
}
