import type { JsonValue } from '../engine/index.ts';
import type { Summary } from './summary.ts';
import type { TopAnswer, TopSums } from './top.ts';

/** A top list in JSON: one object per row, its fields beside its sums. */
interface TopJson {
  readonly by: string;
  readonly rows: readonly Readonly<Record<string, JsonValue>>[];
  readonly other: TopSums & { readonly groups: number };
  readonly total: TopSums & { readonly groups: number };
  /** The table that answered. */
  readonly table: string;
}

/** The summary as `weir summary -o json` and the API print it: sums and lists, without the SQL behind them. */
export function summaryJson(summary: Summary): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(summary).map(([name, value]) => [name, isTopAnswer(value) ? topJson(value) : value]),
  );
}

function topJson(answer: TopAnswer): TopJson {
  return {
    by: answer.by,
    rows: answer.rows.map((row) => ({
      ...Object.fromEntries(answer.fields.map((field, index) => [field, row.values[index] ?? null])),
      ...row.sums,
    })),
    other: { groups: answer.other.groups, ...answer.other.sums },
    total: { groups: answer.total.groups, ...answer.total.sums },
    table: answer.choice.table,
  };
}

function isTopAnswer(value: unknown): value is TopAnswer {
  return typeof value === 'object' && value !== null && 'choice' in value && 'rows' in value;
}
