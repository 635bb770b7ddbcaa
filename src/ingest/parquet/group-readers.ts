import { type FileMetaData, type ParquetScan, parquetSchema } from 'hyparquet';
import { isWeirError } from '../../base/index.ts';
import type { TypedValues } from '../typed-values.ts';
import type { BlockFile } from './block-file.ts';
import { FlatColumn, flatKindOf } from './flat-column.ts';
import { plainValues } from './plain-values.ts';

/** The columns of one row group, each read from its beginning to its end: the fast way where that knows the column. */
export class GroupReaders {
  readonly #file: BlockFile;
  readonly #metadata: FileMetaData;
  readonly #group: number;
  readonly #scan: ParquetScan;
  /** Null for columns that are read in the general way. */
  readonly #flat = new Map<string, FlatColumn | null>();

  constructor(file: BlockFile, metadata: FileMetaData, group: number, scan: ParquetScan) {
    this.#file = file;
    this.#metadata = metadata;
    this.#group = group;
    this.#scan = scan;
  }

  /** Rows `[rowStart, rowEnd)` of the file. Errors: those of the store, and what is wrong with the bytes. */
  async read(column: string, rowStart: number, rowEnd: number): Promise<TypedValues> {
    const flat = this.#flat.get(column) ?? (this.#flat.has(column) ? null : await this.#open(column));
    try {
      if (flat !== null) return flat.read(rowEnd - rowStart);
    } catch (error) {
      if (isWeirError(error)) throw error;
      this.#flat.set(column, null);
    }
    const values = await this.#scan.readColumn({ column, rowStart, rowEnd });
    if (values.length !== rowEnd - rowStart)
      throw new RangeError(`column ${column} has ${values.length} values`);
    return { kind: 'plain', values: plainValues(values) };
  }

  async #open(column: string): Promise<FlatColumn | null> {
    const element = parquetSchema(this.#metadata).children.find(
      (child) => child.element.name === column,
    )?.element;
    const chunk = this.#metadata.row_groups[this.#group]?.columns.find(
      ({ meta_data: meta }) => meta?.path_in_schema[0] === column,
    );
    const meta = chunk?.meta_data;
    let flat: FlatColumn | null = null;
    if (element !== undefined && meta !== undefined && chunk?.file_path === undefined) {
      const kind = flatKindOf(element, meta);
      const start = Number(meta.dictionary_page_offset ?? meta.data_page_offset);
      const end = start + Number(meta.total_compressed_size);
      const isHere = start >= 0 && end <= this.#file.byteLength;
      if (kind !== null && isHere)
        flat = new FlatColumn(await this.#file.view(start, end), element, meta, kind);
    }
    this.#flat.set(column, flat);
    return flat;
  }
}
