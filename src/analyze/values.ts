import { isWeirError } from '../base/index.ts';
import type { JsonValue } from '../engine/index.ts';
import {
  and,
  columnBySpelling,
  type Expression,
  not,
  PAIRS,
  type PlanSource,
  pairBySpelling,
  planOf,
  SERVICE_NAMES,
  serviceName,
  servicePorts,
  test,
  type ValueTest,
} from '../query/index.ts';
import { formatTcpFlags, protocolName, TRAFFIC_PATHS, tableOf } from '../record/index.ts';
import { addCounts, type Count, countOf } from './count.ts';
import type { AnalyzeDeps } from './deps.ts';
import { unknownField } from './dimensions.ts';
import { lakeInventory } from './lake-inventory.ts';
import { explainOnLake, runPlan } from './run-plan.ts';
import type { TimeRange } from './time-range.ts';

/** Which values of a field. */
export interface ValuesQuestion {
  /** A field in any spelling, or a word for both sides: `ip`, `port`, `pkt_ip`, `aws_service`. */
  readonly field: string;
  /** How the values begin, letter case aside; numbers by their digits, ports and protocols also by their names. */
  readonly prefix?: string;
  readonly range: TimeRange;
  readonly limit: number;
  /** How long the records may be searched when no rollup knows the field. */
  readonly sampleTimeoutMs: number;
}

/** A value and how often it occurs. */
export interface FieldValue {
  readonly value: JsonValue;
  /** What people call it: the service of a port, the name of a protocol, the flags; null when it has no name. */
  readonly label: string | null;
  /** Records that hold it, in the part of the lake that was looked at. */
  readonly flows: Count;
}

/** Values of a field, the most frequent first, and how far they can be trusted. */
export interface FieldValues {
  /** The column that was read; for both sides the first one. */
  readonly column: string;
  readonly values: readonly FieldValue[];
  /** True when there are more values than the limit let through. */
  readonly truncated: boolean;
  /** The table that answered; null for fields without values to choose from, such as sums and times. */
  readonly table: string | null;
  /** True when the lake may hold values that were not looked at. */
  readonly partial: boolean;
  /** Why this table, and what the answer leaves out. */
  readonly why: string;
}

const NOTHING = { values: [], truncated: false, partial: false } as const;

/** Kinds that measure rather than name. */
const MEASURED: ReadonlySet<string> = new Set(['bytes', 'count', 'bits-per-second', 'seconds', 'time']);

const PORTS: ReadonlySet<string> = new Set(['srcport', 'dstport', 'port']);
const ADDRESSES: ReadonlySet<string> = new Set(['srcaddr', 'dstaddr']);
const DAY = 86_400;
const HOUR = 3600;
const MAX_DIGITS = 10;

/** Shares of the range, from its end, that are searched one after the other while there is time. */
const SHARES = [1 / 512, 1 / 64, 1 / 8, 1];

/**
 * The values of a field in the lake that begin with a prefix, for completion. Addresses come from the address index,
 * ports as those of services, interfaces and what else a rollup knows from the smallest one, the rest from as many of
 * the latest records as can be searched in time. Ranges are widened to whole rows of these tables.
 *
 * Errors: `analyze.unknown-field`; those of the engine. Cost: one pass over a rollup, or at most `sampleTimeoutMs`.
 */
export async function runValues(deps: AnalyzeDeps, question: ValuesQuestion): Promise<FieldValues> {
  const { field, limit } = question;
  const columns = columnsOf(field);
  const [first = field] = columns;
  const known = columnBySpelling(first);
  if (known === undefined) throw unknownField(field);
  if (MEASURED.has(known.kind)) {
    return {
      ...NOTHING,
      column: first,
      table: null,
      why: 'its values measure; there is nothing to choose from',
    };
  }
  const source: PlanSource = known.sources.includes('flows') ? 'flows' : 'tgw_flows';
  const isAddress = columns.some((name) => ADDRESSES.has(name));
  const range = await widened(deps, question.range, isAddress);
  const { table, why } = await explainOnLake(deps, planFor(columns[0] ?? first, source, question, range));
  if (table === 'flows' || table === 'tgw_flows') return sampled(deps, question, columns, source, table);
  const lists = [];
  for (const name of columns) lists.push(await listed(deps, planFor(name, source, question, range)));
  const isService = PORTS.has(field.toLowerCase()) || PORTS.has(columnBySpelling(field)?.name ?? '');
  return {
    column: first,
    ...merged(first, lists, limit),
    table,
    partial: isService,
    why: isService ? 'ports of the serving side, which rollups know' : why,
  };
}

type Listed = readonly (readonly [value: JsonValue, flows: Count])[];

/** The columns to list; ports stand for those of services, since the far side's are random. */
function columnsOf(field: string): readonly string[] {
  const column = columnBySpelling(field)?.name;
  const pair = column === undefined ? pairBySpelling(field) : undefined;
  if (PORTS.has(column ?? pair ?? '')) return ['svc_port'];
  if (pair !== undefined) return PAIRS[pair].columns;
  return column === undefined ? [] : [column];
}

function planFor(name: string, source: PlanSource, { prefix, limit }: ValuesQuestion, time: TimeRange) {
  return planOf({
    source,
    by: [name],
    measures: ['flows'],
    filter: and([not(test(name, { kind: 'missing' })), ...prefixTests(name, prefix ?? '')]),
    statuses: name === 'log_status' ? 'any' : 'ok',
    time,
    order: [{ name: 'flows', descending: true }],
    limit: limit + 1,
  });
}

/** Both ends on whole rows: hours for the volumes, days and merged months for the address index. */
async function widened(deps: AnalyzeDeps, range: TimeRange, isAddress: boolean): Promise<TimeRange> {
  const step = isAddress ? DAY : HOUR;
  const { startSeconds, endSeconds } = range;
  const end = endSeconds === null ? null : Math.ceil(endSeconds / step) * step;
  if (startSeconds === null) return { startSeconds, endSeconds: end };
  const start = Math.floor(startSeconds / step) * step;
  const merged = (await lakeInventory(deps)).ip_month?.mergedUntilSeconds ?? Number.NEGATIVE_INFINITY;
  if (!isAddress || start >= merged) return { startSeconds: start, endSeconds: end };
  return {
    startSeconds: monthOf(start, 0),
    endSeconds: end !== null && end < merged ? monthOf(end - 1, 1) : end,
  };
}

function monthOf(seconds: number, later: number): number {
  const date = new Date(seconds * 1000);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + later, 1) / 1000;
}

async function listed(deps: AnalyzeDeps, plan: ReturnType<typeof planOf>): Promise<Listed> {
  const { rows } = await runPlan(deps, plan);
  return rows.map(([value = null, flows = 0]) => [value, countOf(flows)]);
}

function merged(
  column: string,
  lists: readonly Listed[],
  limit: number,
): Pick<FieldValues, 'values' | 'truncated'> {
  const sums = new Map<JsonValue, Count>();
  for (const [value, flows] of lists.flat()) sums.set(value, addCounts(sums.get(value) ?? 0, flows));
  const ranked = [...sums].sort((a, b) => Number(b[1]) - Number(a[1]));
  return {
    values: ranked.slice(0, limit).map(([value, flows]) => ({
      value,
      label: labelOf(column, value),
      flows,
    })),
    truncated: ranked.length > limit,
  };
}

/** The latest records first, wider and wider, until the whole range was read or time is up. */
async function sampled(
  deps: AnalyzeDeps,
  question: ValuesQuestion,
  columns: readonly string[],
  source: PlanSource,
  table: string,
): Promise<FieldValues> {
  const [column = question.field] = columns;
  const facts = (await lakeInventory(deps))[source];
  const start = question.range.startSeconds ?? facts?.startSeconds ?? null;
  const end = question.range.endSeconds ?? (facts?.endSeconds == null ? null : facts.endSeconds + 1);
  const started = performance.now();
  let best: Pick<FieldValues, 'values' | 'truncated'> = NOTHING;
  let share = 0;
  const shares = start === null || end === null ? [1] : SHARES;
  for (const wanted of shares) {
    const left = question.sampleTimeoutMs - (performance.now() - started);
    if (left <= 0) break;
    const time =
      wanted === 1
        ? question.range
        : {
            startSeconds: Math.floor((end ?? 0) - ((end ?? 0) - (start ?? 0)) * wanted),
            endSeconds: question.range.endSeconds,
          };
    const limits = { ...deps.limits, timeoutMs: Math.min(left, deps.limits?.timeoutMs ?? left) };
    try {
      const lists = [];
      for (const name of columns)
        lists.push(await listed({ ...deps, limits }, planFor(name, source, question, time)));
      best = merged(column, lists, question.limit);
      share = wanted;
    } catch (error) {
      if (!isWeirError(error) || error.code !== 'engine.timeout') throw error;
      break;
    }
  }
  const partial = share < 1;
  const why = partial
    ? `no rollup knows it; the latest ${share === 0 ? 'records could not be searched in time' : `1/${1 / share} of the range was searched`}`
    : 'no rollup knows it; all records of the range were searched';
  return { column, ...best, table, partial, why };
}

function isNumber(name: string): boolean {
  const type = [...tableOf('flows').columns, ...tableOf('tgw_flows').columns].find(
    (column) => column.name === name,
  )?.type;
  return type === 'INTEGER' || type === 'BIGINT';
}

function prefixTests(name: string, prefix: string): readonly Expression[] {
  if (prefix === '') return [];
  if (isNumber(name)) return [test(name, { kind: 'in', tests: numberTests(name, prefix) })];
  if (ADDRESSES.has(name) || name === 'pkt_srcaddr' || name === 'pkt_dstaddr') {
    const text = prefix.toLowerCase().replaceAll(/[^0-9a-f:.]/g, '\u0000');
    return [test(name, { kind: 'glob', pattern: `${text}*` })];
  }
  const pattern = `^${prefix.replaceAll(/[^\w]/gu, (letter) => `\\x{${letter.codePointAt(0)?.toString(16)}}`)}`;
  return [test(name, { kind: 'regex', pattern, ignoreCase: true })];
}

/** Numbers whose digits begin so, and those that people call so. */
function numberTests(name: string, prefix: string): readonly ValueTest[] {
  const equals = (value: number): ValueTest => ({ kind: 'compare', operator: '=', value });
  if (!/^\d{1,10}$/.test(prefix)) return numbersNamed(name, prefix.toLowerCase()).map(equals);
  if (/^0\d/.test(prefix)) return [];
  const tests = [equals(Number(prefix))];
  if (prefix === '0') return tests;
  for (let width = 10, digits = prefix.length; digits < MAX_DIGITS; width *= 10, digits++) {
    const low = Number(prefix) * width;
    tests.push({ kind: 'between', low, high: low + width - 1 });
  }
  return tests;
}

function numbersNamed(name: string, prefix: string): readonly number[] {
  if (name === 'protocol') {
    return Array.from({ length: 256 }, (_, number) => number).filter((number) =>
      protocolName(number).toLowerCase().startsWith(prefix),
    );
  }
  if (columnBySpelling(name)?.kind !== 'port') return [];
  const names = SERVICE_NAMES.filter((service) => service.startsWith(prefix));
  return [...new Set(names.flatMap((service) => servicePorts(service) ?? []))];
}

function labelOf(column: string, value: JsonValue): string | null {
  if (typeof value !== 'number') return null;
  const kind = columnBySpelling(column)?.kind;
  if (kind === 'port') return serviceName(value) ?? null;
  if (kind === 'protocol') return protocolName(value) === String(value) ? null : protocolName(value);
  if (column === 'traffic_path') return TRAFFIC_PATHS.get(value) ?? null;
  return kind === 'flags' ? formatTcpFlags(value) : null;
}
