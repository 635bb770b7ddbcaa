import { sqlString } from '../base/index.ts';
import type { JsonValue } from '../engine/index.ts';
import {
  type CoverageHour,
  type CoverageTimeline,
  coverageTimeline,
  wholeMinutes,
} from './coverage-minutes.ts';
import type { AnalyzeDeps } from './deps.ts';
import { ALL_TIME, bucketCondition, recordCondition, type TimeRange } from './time-range.ts';

export interface CoverageQuestion {
  /** An open side reaches, for each interface, to its own first or last record. */
  readonly range?: TimeRange;
  /** Only this interface (regional NAT gateway, transit gateway attachment). */
  readonly interfaceId?: string;
  /** Aggregation interval of all interfaces; told from the windows when absent. */
  readonly intervalSeconds?: 60 | 600;
}

export interface InterfaceCoverage extends CoverageTimeline {
  /** Null for records that name none. */
  readonly interfaceId: string | null;
  readonly accountId: string | null;
  readonly vpcId: string | null;
  /** The interval the gaps were judged by. */
  readonly intervalSeconds: number;
}

/** Were we blind? Per interface, and in sum. */
export interface CoverageAnswer {
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** Interfaces with any record within a day of the range, by id. */
  readonly interfaces: readonly InterfaceCoverage[];
  readonly minutes: CoverageTimeline['minutes'];
  /** True when a minute of an interface is skipped or unknown, or when there is no interface at all. */
  readonly isBlind: boolean;
}

const DAY = 86_400;
const LONG_INTERVAL = 600;

/**
 * What was known of each interface in each minute of a range; the rule is in `coverageTimeline`.
 *
 * An interface belongs to the answer when it has a record in the range or within a day before or after it: one that was
 * deleted last month was not missed last night. Its aggregation interval is 600 s when one of its windows is longer
 * than 60 s or its windows are typically more than two minutes apart, else 60 s.
 *
 * Cost: the hours of `coverage` in the range (interfaces x hours), and two columns of the records.
 */
export async function runCoverage(
  deps: AnalyzeDeps,
  question: CoverageQuestion = {},
): Promise<CoverageAnswer> {
  const range = question.range ?? ALL_TIME;
  const wide: TimeRange = {
    startSeconds: range.startSeconds === null ? null : range.startSeconds - DAY,
    endSeconds: range.endSeconds === null ? null : range.endSeconds + DAY,
  };
  const only =
    question.interfaceId === undefined ? 'true' : `interface_id = ${sqlString(question.interfaceId)}`;
  const frame = await deps.session.query(
    `SELECT interface_id, any_value(account_id), any_value(vpc_id), CAST(epoch(ts) AS BIGINT) AS hour_start,
      bit_or(ok_minutes), bit_or(nodata_minutes), bit_or(skipdata_minutes)
      FROM coverage WHERE ${bucketCondition(wide, 'day')} AND ${only} GROUP BY interface_id, ts ORDER BY interface_id, ts`,
    deps.limits,
  );
  const byInterface = new Map<string | null, CoverageRows>();
  for (const [id, account, vpc, hour, ok, nodata, skipdata] of frame.rows) {
    const key = textOf(id);
    const entry = byInterface.get(key) ?? { accountId: textOf(account), vpcId: textOf(vpc), hours: [] };
    entry.hours.push({
      hourStartSeconds: Number(hour),
      ok: bitsOf(ok),
      nodata: bitsOf(nodata),
      skipdata: bitsOf(skipdata),
    });
    byInterface.set(key, entry);
  }
  const spans =
    question.intervalSeconds === undefined
      ? await longestWindows(deps, wide)
      : new Map<string | null, number>();
  const bounds = wholeMinutes(range, extentOf([...byInterface.values()].flatMap(({ hours }) => hours)));
  const interfaces = [...byInterface].map(([interfaceId, { accountId, vpcId, hours }]): InterfaceCoverage => {
    const intervalSeconds = question.intervalSeconds ?? intervalOf(hours, spans.get(interfaceId) ?? 0);
    return {
      interfaceId,
      accountId,
      vpcId,
      intervalSeconds,
      ...coverageTimeline(hours, wholeMinutes(range, extentOf(hours)), intervalSeconds),
    };
  });
  const minutes = { covered: 0, idle: 0, skipped: 0, unknown: 0 };
  for (const entry of interfaces) {
    for (const state of ['covered', 'idle', 'skipped', 'unknown'] as const)
      minutes[state] += entry.minutes[state];
  }
  return {
    ...bounds,
    interfaces,
    minutes,
    isBlind: interfaces.length === 0 || minutes.skipped + minutes.unknown > 0,
  };
}

interface CoverageRows {
  readonly accountId: string | null;
  readonly vpcId: string | null;
  readonly hours: CoverageHour[];
}

/** The longest window of each interface, in seconds. */
async function longestWindows(deps: AnalyzeDeps, range: TimeRange): Promise<Map<string | null, number>> {
  const frame = await deps.session.query(
    `SELECT coalesce(interface_id, resource_id), max("end" - "start") FROM flows WHERE ${recordCondition(range)} GROUP BY 1`,
    deps.limits,
  );
  return new Map(frame.rows.map(([id, seconds]) => [textOf(id ?? null), Number(seconds)]));
}

/** One broken clock must not make an interface of 60 s one of 600 s, so windows beyond 20 minutes say nothing. */
function intervalOf(hours: readonly CoverageHour[], longestSeconds: number): number {
  if (longestSeconds > 60 && longestSeconds <= 1200) return LONG_INTERVAL;
  return typicalStepMinutes(hours) > 2 ? LONG_INTERVAL : 60;
}

/** The median distance from one touched minute to the next, of those that do not touch; 1 when there are none. */
function typicalStepMinutes(hours: readonly CoverageHour[]): number {
  const steps: number[] = [];
  let last: number | null = null;
  for (const hour of hours) {
    const bits = hour.ok | hour.nodata | hour.skipdata;
    for (let minute = 0; minute < 60; minute++) {
      if ((bits & (1n << BigInt(minute))) === 0n) continue;
      const at: number = hour.hourStartSeconds / 60 + minute;
      if (last !== null) steps.push(at - last);
      last = at;
    }
  }
  steps.sort((a, b) => a - b);
  return steps[Math.floor(steps.length / 2)] ?? 1;
}

/** From the first to the end of the last touched minute. */
function extentOf(hours: readonly CoverageHour[]): {
  readonly startSeconds: number;
  readonly endSeconds: number;
} {
  let [start, end] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const hour of hours) {
    const bits = (hour.ok | hour.nodata | hour.skipdata).toString(2);
    if (bits === '0') continue;
    start = Math.min(start, hour.hourStartSeconds + 60 * (bits.length - 1 - bits.lastIndexOf('1')));
    end = Math.max(end, hour.hourStartSeconds + 60 * bits.length);
  }
  return Number.isFinite(start)
    ? { startSeconds: start, endSeconds: end }
    : { startSeconds: 0, endSeconds: 0 };
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

function bitsOf(value: JsonValue | undefined): bigint {
  return typeof value === 'number' || typeof value === 'string' ? BigInt(value) : 0n;
}
