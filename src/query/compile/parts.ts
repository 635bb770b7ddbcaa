import type { Plan } from '../plan/plan.ts';
import { reversePlan } from '../plan/reverse.ts';
import type { Choice } from '../planner/choose.ts';
import { mergeOf } from '../planner/edges.ts';
import { quoteName, type SqlWriter } from './dialect.ts';
import type { GroupedSql } from './rows.ts';
import type { TypedSql } from './types.ts';

/** A question as one of those that a plan is made of: one side of it, in one of its periods. */
export interface Part {
  readonly plan: Plan;
  readonly isEarlier: boolean;
  readonly side: 'forward' | 'reverse';
  /** Added to the bucket, so that both periods share one axis. */
  readonly shiftSeconds: number;
  /** Where the earlier period ends and the asked one begins, when one scan reads both; null otherwise. */
  readonly splitSeconds: number | null;
}

/** A part with the table that answers it. */
export interface ChosenPart extends Part {
  readonly choice: Choice;
}

/** The parts of a plan: forward and reverse, each in the period asked and the earlier one. */
export function partsOf(plan: Plan): readonly Part[] {
  const sides: readonly Part[] = [
    {
      plan: { ...plan, bidirectional: false },
      isEarlier: false,
      side: 'forward',
      shiftSeconds: 0,
      splitSeconds: null,
    },
    ...(plan.bidirectional
      ? [
          {
            plan: reversePlan(plan),
            isEarlier: false,
            side: 'reverse' as const,
            shiftSeconds: 0,
            splitSeconds: null,
          },
        ]
      : []),
  ];
  const shift = plan.compareShiftSeconds;
  if (shift === null) return sides;
  const earlier = (seconds: number | null): number | null => (seconds === null ? null : seconds - shift);
  return sides.flatMap((part) => {
    const time = { startSeconds: earlier(plan.time.startSeconds), endSeconds: earlier(plan.time.endSeconds) };
    return [part, { ...part, plan: { ...part.plan, time }, isEarlier: true, shiftSeconds: shift }];
  });
}

/**
 * Two periods that touch are read in one scan, when the same table answers both: grouping twice over half the rows costs
 * more than once over all of them.
 */
export function inOneScan(parts: readonly ChosenPart[]): readonly ChosenPart[] {
  const [now, before] = parts;
  if (parts.length !== 2 || now === undefined || before === undefined || !before.isEarlier) return parts;
  const isSame = now.choice.table === before.choice.table && now.choice.role === before.choice.role;
  const grain = now.choice.rollup?.grainSeconds ?? 1;
  const split = now.plan.time.startSeconds;
  if (!isSame || grain === 0 || grain >= 86_400 || split === null || before.plan.time.endSeconds !== split)
    return parts;
  const time = { startSeconds: before.plan.time.startSeconds, endSeconds: now.plan.time.endSeconds };
  return [{ ...now, plan: { ...now.plan, time }, shiftSeconds: before.shiftSeconds, splitSeconds: split }];
}

/** The groups of several parts brought together: each measure of both periods in one row, told apart by side. */
export function unionOf(
  plan: Plan,
  selects: readonly { readonly part: ChosenPart; readonly grouped: GroupedSql }[],
  writer: SqlWriter,
): GroupedSql {
  const inner = selects
    .map(({ part, grouped }) => {
      if (part.splitSeconds !== null) return grouped.sql;
      const flags = `'${part.side}' AS "side", ${part.isEarlier ? 1 : 0} AS "is_earlier"`;
      return `SELECT *, ${flags} FROM (${grouped.sql}) AS p`;
    })
    .join(' UNION ALL ');
  const columns = new Map<string, TypedSql>();
  const measures = new Set(plan.measures.map((measure) => measure.name));
  const keys: string[] = [];
  const values: string[] = [];
  for (const [name, value] of selects[0]?.grouped.columns ?? []) {
    if (!measures.has(name)) keys.push(value.sql);
    columns.set(name, value);
  }
  if (plan.bidirectional) {
    keys.push('"side"');
    columns.set('side', { sql: '"side"', type: 'text' });
  }
  for (const measure of plan.measures) {
    const value = columns.get(measure.name);
    if (value === undefined) continue;
    const of = (flag: number): string => {
      const merge = mergeOf(measure.aggregate) ?? 'max';
      const merged = `${merge}(CASE WHEN "is_earlier" = ${flag} THEN ${value.sql} END)`;
      const picked =
        merge === 'sum' && value.isWhole === true ? writer.fact('aggregate.whole', merged) : merged;
      return measure.aggregate.startsWith('count') ? `COALESCE(${picked}, 0)` : picked;
    };
    values.push(`${of(0)} AS ${value.sql}`);
    if (plan.compareShiftSeconds === null) continue;
    const previous = quoteName(`previous_${measure.name}`);
    values.push(`${of(1)} AS ${previous}`);
    columns.set(`previous_${measure.name}`, { ...value, sql: previous });
  }
  const groups = keys.length === 0 ? '' : ` GROUP BY ${keys.map((_, i) => i + 1).join(', ')}`;
  return { sql: `SELECT ${[...keys, ...values].join(', ')} FROM (${inner}) AS u${groups}`, columns };
}
