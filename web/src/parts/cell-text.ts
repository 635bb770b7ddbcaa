import type { Cell } from '../../../src/api/index.ts';
import { columnBySpelling, measureByName } from '../../../src/query/index.ts';
import { protocolName } from '../../../src/record/index.ts';
import { formatQuantity, formatTimestamp, type Quantity, type Zone } from '../format.ts';

/** A column of a table; `type` is the engine's name of its type. */
export interface GridColumn {
  readonly name: string;
  readonly type: string;
}

/** How the cells of a table are written. */
export interface CellStyle {
  readonly zone: Zone;
  /** True for every digit, false for three significant ones and a prefix. */
  readonly isExact: boolean;
}

const NUMERIC = /INT|DOUBLE|DECIMAL|FLOAT|NUMERIC|REAL/;
const TIME_NAME = /^(?:start|end|time|first_seen|last_seen)$/;
/** Times as Logs Insights writes them, in UTC. */
const INSIGHTS_TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/;
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;
const COUNT_NAME =
  /^(?:count|num)(?![a-z])|^num[A-Z]|\b(?:packets|flows|records|rejects|accepts|sources|destinations|lines|rows|ok|nodata|skipdata|malformed)\b/;
/** Characters of a cell at most; addresses of objects differ at their ends. */
export const MAX_CELL = 44;

/** A cell as it is, without any rounding. */
export function exactText(value: Cell): string {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** A cell as it is shown: times in the zone, numbers short with their prefix, missing values as a dash. */
export function cellText(value: Cell, column: GridColumn, style: CellStyle): string {
  if (value === null) return '–';
  if (value === '') return 'empty text';
  const seconds = secondsOf(value, column);
  if (seconds !== null) return formatTimestamp(seconds, style.zone);
  if (column.name === 'protocol' && typeof value === 'number') return protocolName(value);
  const text = exactText(value);
  if (isNumeric(column) && !style.isExact) return numberText(value, column, text);
  return column.name === 'uri' && text.length > MAX_CELL ? `…${text.slice(1 - MAX_CELL)}` : text;
}

/** What the tooltip of a cell says: the whole value, and what a missing one means. */
export function cellTitle(value: Cell, column: GridColumn): string {
  if (value === null) return `${column.name}: no value`;
  const quantity = quantityOf(column);
  if (quantity !== null && (typeof value === 'number' || typeof value === 'string'))
    return formatQuantity(value, quantity).exact;
  return exactText(value);
}

/** The moment that a cell stands for, in Unix seconds; null when it stands for none. */
export function secondsOf(value: Cell, { name, type }: GridColumn): number | null {
  if (typeof value === 'number') return TIME_NAME.test(name) && value > 1e8 ? value : null;
  if (typeof value !== 'string') return null;
  if (type.startsWith('TIMESTAMP') && ISO_TIME.test(value)) return Date.parse(value) / 1000;
  return INSIGHTS_TIME.test(value) ? Date.parse(`${value.replace(' ', 'T')}Z`) / 1000 : null;
}

/** What the numbers of a column count, judged by the catalogue and then by the name; null when that says nothing. */
export function quantityOf({ name, type }: GridColumn): Quantity | null {
  if (!NUMERIC.test(type)) return null;
  const kind = columnBySpelling(name.toLowerCase())?.kind;
  if (kind !== undefined) return kind === 'bytes' ? 'bytes' : kind === 'count' ? 'count' : null;
  if (/bytes|octets/i.test(name)) return 'bytes';
  return COUNT_NAME.test(name) || measureByName(name) !== undefined ? 'count' : null;
}

/** True for columns whose values are numbers, of whatever kind. */
export function isNumeric(column: GridColumn): boolean {
  return NUMERIC.test(column.type);
}

/** True for columns that stand to the right: numbers that are compared by their length, not times and names of protocols. */
export function isRightAligned(column: GridColumn): boolean {
  return isNumeric(column) && !TIME_NAME.test(column.name) && column.name !== 'protocol';
}

/** What a column holds, in the words of the catalogue; empty for columns that a query made. */
export function columnMeaning({ name }: GridColumn): string {
  return columnBySpelling(name.toLowerCase())?.meaning ?? '';
}

/** The order of two cells of a column, ascending; missing ones are neither before nor after. */
export function compareCells(left: Cell, right: Cell, column: GridColumn): number {
  if (!isNumeric(column)) return collator.compare(exactText(left), exactText(right));
  const difference = Number(left) - Number(right);
  // Beyond 2^53 numbers come as text, and rounding would call neighbours equal.
  if (difference !== 0 || typeof left !== 'string' || typeof right !== 'string') return difference;
  return Number(BigInt(left) - BigInt(right));
}

const collator = new Intl.Collator('en', { numeric: true });

function numberText(value: Cell, column: GridColumn, text: string): string {
  const quantity = quantityOf(column);
  if (quantity !== null && (typeof value === 'number' || typeof value === 'string'))
    return formatQuantity(value, quantity).short;
  return typeof value === 'number' && !Number.isInteger(value) ? String(Number(value.toPrecision(6))) : text;
}
