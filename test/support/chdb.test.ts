import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { canUseChdb, queryChdb } from './chdb.ts';

describe.skipIf(!canUseChdb())('the second reader (needs chdb)', () => {
  it('answers, and says what it could not do', () => {
    expect(queryChdb('SELECT number AS n FROM numbers(3)')).toEqual([{ n: 0 }, { n: 1 }, { n: 2 }]);
    expect(() => queryChdb('SELECT nonsense')).toThrow(/nonsense/);
  });

  it('reads a Delta table by its log: only the files that were added and not removed', () => {
    const table = mkdtempSync(join(tmpdir(), 'weir-chdb-'));
    try {
      queryChdb(
        `INSERT INTO FUNCTION file('${table}/a.parquet') SELECT toInt64(number) AS bytes FROM numbers(10)`,
      );
      queryChdb(`INSERT INTO FUNCTION file('${table}/b.parquet') SELECT toInt64(1000) AS bytes`);
      const schema = {
        type: 'struct',
        fields: [{ name: 'bytes', type: 'long', nullable: true, metadata: {} }],
      };
      const format = { provider: 'parquet', options: {} };
      const add = (path: string): object => ({
        add: { path, partitionValues: {}, size: 1, modificationTime: 0, dataChange: true },
      });
      commit(table, 0, [
        { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
        {
          metaData: {
            id: 'test',
            format,
            schemaString: JSON.stringify(schema),
            partitionColumns: [],
            configuration: {},
          },
        },
        add('a.parquet'),
        add('b.parquet'),
      ]);
      const sum = `SELECT toString(sum(bytes)) AS bytes FROM deltaLakeLocal('${table}')`;
      expect(queryChdb(sum)).toEqual([{ bytes: '1045' }]);
      commit(table, 1, [{ remove: { path: 'b.parquet', deletionTimestamp: 1, dataChange: true } }]);
      expect(queryChdb(sum)).toEqual([{ bytes: '45' }]);
    } finally {
      rmSync(table, { recursive: true });
    }
  });
});

function commit(table: string, version: number, actions: readonly object[]): void {
  mkdirSync(join(table, '_delta_log'), { recursive: true });
  const lines = actions.map((action) => JSON.stringify(action)).join('\n');
  writeFileSync(join(table, '_delta_log', `${String(version).padStart(20, '0')}.json`), `${lines}\n`);
}
