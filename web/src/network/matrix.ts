import type { Cell, QueryAnswer } from '../../../src/api/index.ts';
import { cidrOf, formatIp, parseIp } from '../../../src/base/index.ts';

/** How wide the blocks of a matrix are, by address family. */
export interface BlockWidth {
  readonly v4: number;
  readonly v6: number;
}

/** What one block sent to another. */
export interface MatrixCell {
  readonly bytes: number;
  readonly flows: number;
  readonly rejects: number;
}

/** Blocks against blocks: senders down, receivers across, the busiest first. */
export interface Matrix {
  readonly senders: readonly string[];
  readonly receivers: readonly string[];
  /** By `sender receiver`; absent where nothing was sent. */
  readonly cells: ReadonlyMap<string, MatrixCell>;
  /** What has no place: pairs beyond those of the answer, and records without addresses. */
  readonly rest: MatrixCell;
  readonly total: MatrixCell;
}

/** The row and the column of all blocks beyond the shown ones. */
export const OTHER = 'Other';

const NONE: MatrixCell = { bytes: 0, flows: 0, rejects: 0 };

/** The block that holds an address, as CIDR text; the text itself when it is no address. */
export function blockOf(address: string, width: BlockWidth): string {
  const parsed = parseIp(address);
  if (parsed === null) return address;
  const prefix = parsed.version === 4 ? width.v4 : width.v6;
  const { first } = cidrOf(`${address}/${prefix}`);
  return `${formatIp({ version: parsed.version, value: first })}/${prefix}`;
}

/** Folds pairs of addresses into blocks; `size` rows and columns, and one more of each for all others. Sums are kept: cells + rest = total. */
export function matrixOf(
  answer: QueryAnswer,
  width: BlockWidth,
  measure: keyof MatrixCell,
  size: number,
): Matrix {
  const at = new Map(answer.columns.map((column, index) => [column.name, index]));
  const value = (row: readonly Cell[], name: string): Cell => row[at.get(name) ?? -1] ?? null;
  const all = new Map<string, MatrixCell>();
  const senders = new Map<string, number>();
  const receivers = new Map<string, number>();
  let [total, rest] = [NONE, NONE];
  for (const row of answer.rows) {
    const sums = sumsOf((name) => value(row, name));
    total = added(total, sums);
    const [source, destination] = [value(row, 'srcaddr'), value(row, 'dstaddr')];
    if (typeof source !== 'string' || typeof destination !== 'string') {
      rest = added(rest, sums);
      continue;
    }
    const [from, to] = [blockOf(source, width), blockOf(destination, width)];
    all.set(`${from} ${to}`, added(all.get(`${from} ${to}`) ?? NONE, sums));
    senders.set(from, (senders.get(from) ?? 0) + sums[measure]);
    receivers.set(to, (receivers.get(to) ?? 0) + sums[measure]);
  }
  const [rows, columns] = [largest(senders, size), largest(receivers, size)];
  const cells = new Map<string, MatrixCell>();
  for (const [key, sums] of all) {
    const [from = '', to = ''] = key.split(' ');
    const place = `${rows.includes(from) ? from : OTHER} ${columns.includes(to) ? to : OTHER}`;
    cells.set(place, added(cells.get(place) ?? NONE, sums));
  }
  return {
    senders: senders.size > rows.length ? [...rows, OTHER] : rows,
    receivers: receivers.size > columns.length ? [...columns, OTHER] : columns,
    cells,
    rest,
    total,
  };
}

function sumsOf(value: (name: string) => Cell): MatrixCell {
  const number = (name: string): number => Number(value(name) ?? 0);
  return { bytes: number('bytes'), flows: number('flows'), rejects: number('rejects') };
}

function added(a: MatrixCell, b: MatrixCell): MatrixCell {
  return { bytes: a.bytes + b.bytes, flows: a.flows + b.flows, rejects: a.rejects + b.rejects };
}

function largest(sums: ReadonlyMap<string, number>, count: number): readonly string[] {
  return [...sums]
    .filter(([, sum]) => sum > 0)
    .sort((a, b) => b[1] - a[1])
    .slice(0, count)
    .map(([name]) => name);
}
