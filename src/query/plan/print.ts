import { formatIso } from '../../base/index.ts';
import { printFilter } from '../filter/print.ts';
import type { Expression } from './expression.ts';
import type { Measure } from './measure.ts';
import type { Plan, TimeRange } from './plan.ts';
import type { SortKey, Step, StepKind } from './step.ts';

/** A plan in words, one part to a line, for `--explain` and for people who compare plans. */
export function printPlan(plan: Plan): string {
  const lines = [`from ${plan.source}${printTime(plan.time)}`];
  if (plan.statuses === 'any') lines.push('with NODATA and SKIPDATA records');
  const filter = printFilter(plan.filter);
  if (filter !== 'any') lines.push(`where ${filter}`);
  if (plan.columns.length > 0) lines.push(`columns ${plan.columns.join(', ')}`);
  const by = plan.dimensions.map(({ name, value }) => printNamed(name, value));
  if (plan.bucket !== null) by.unshift(`${plan.bucket.name} every ${plan.bucket.seconds} s`);
  if (by.length > 0) lines.push(`by ${by.join(', ')}`);
  if (plan.measures.length > 0) lines.push(`measure ${plan.measures.map(printMeasure).join(', ')}`);
  if (plan.compareShiftSeconds !== null) lines.push(`compared with ${plan.compareShiftSeconds} s earlier`);
  if (plan.bidirectional) lines.push('in both directions');
  if (plan.order.length > 0)
    lines.push(
      `order ${plan.order.map(({ name, descending }) => `${name}${descending ? ' desc' : ''}`).join(', ')}`,
    );
  if (plan.limit !== null)
    lines.push(`limit ${plan.limit.count}${plan.limit.other ? ' and the rest as other' : ''}`);
  lines.push(...plan.steps.map((step) => `then ${printStep(step)}`));
  for (const [index, inner] of (plan.inner ?? []).entries())
    lines.push(`plan ${index + 1}:`, printPlan(inner).replace(/^/gm, '  '));
  return lines.join('\n');
}

function printTime({ startSeconds, endSeconds }: TimeRange): string {
  if (startSeconds === null && endSeconds === null) return '';
  const start = startSeconds === null ? '' : ` from ${formatIso(startSeconds)}`;
  return `${start}${endSeconds === null ? '' : ` until ${formatIso(endSeconds)}`}`;
}

function printNamed(name: string, value: Expression): string {
  const text = printFilter(value);
  return text === name ? name : `${text} as ${name}`;
}

function printMeasure(measure: Measure): string {
  const value = measure.value === null ? '' : printFilter(measure.value);
  const parameter = measure.parameter === undefined ? '' : `, ${measure.parameter}`;
  const where = measure.where === undefined ? '' : ` where ${printFilter(measure.where)}`;
  return `${measure.aggregate}(${value}${parameter})${where} as ${measure.name}`;
}

type StepPrinters = { readonly [K in StepKind]: (step: Extract<Step, { kind: K }>) => string };

const PRINTERS: StepPrinters = {
  where: ({ condition }) => `where ${printFilter(condition)}`,
  extend: ({ columns }) => `extend ${columns.map(({ name, value }) => printNamed(name, value)).join(', ')}`,
  group: ({ keys, measures, after }) => {
    const parts = [...measures.map(printMeasure), ...after.map(({ name, value }) => printNamed(name, value))];
    const by = keys.map(({ name, value }) => printNamed(name, value)).join(', ');
    return `group ${parts.join(', ')}${by === '' ? '' : ` by ${by}`}`;
  },
  sort: ({ keys }) => `sort ${printKeys(keys)}`,
  limit: ({ count }) => `limit ${count}`,
  dedup: ({ keys }) => `dedup ${keys.map(printFilter).join(', ')}`,
  unnest: ({ list, name }) => `unnest ${printFilter(list)} as ${name}`,
  lookup: ({ table, keys, outputs, cidr }) => {
    const on = keys
      .map(({ column, value }) => `${printFilter(value)} ${cidr ? 'in' : '='} ${column}`)
      .join(', ');
    return `look up ${on} in ${table.name} for ${outputs.map(({ name }) => name).join(', ')}`;
  },
  fill: ({ time, stepMs }) => `fill ${time} every ${stepMs} ms`,
  window: ({ columns }) =>
    `window ${columns.map((entry) => `${entry.function}(${printFilter(entry.value)}) as ${entry.name}`).join(', ')}`,
  join: ({ way, inner, keys }) =>
    `${way} join plan ${inner + 1} on ${keys.map(({ value, column }) => `${printFilter(value)} = ${column}`).join(', ')}`,
  append: ({ inner, columns }) =>
    `append ${columns.map(({ name }) => name).join(', ')} of plan ${inner + 1} row by row`,
  compare: ({ inner, keys, values }) =>
    `compare ${values.map(({ column }) => column).join(', ')} with plan ${inner + 1}${keys.length === 0 ? '' : ` by ${keys.join(', ')}`}`,
  session: ({ keys, gapMs, name }) =>
    `sessions of ${keys.map(printFilter).join(', ')} with gaps up to ${gapMs} ms as ${name}`,
  totals: ({ sums }) => `add a row with the sums of ${sums.join(', ')}`,
  estimate: () => 'estimate the bytes to read instead',
  project: ({ columns }) => `show ${columns.map(({ name, value }) => printNamed(name, value)).join(', ')}`,
};

function printStep(step: Step): string {
  const printer = PRINTERS[step.kind] as (s: Step) => string;
  return printer(step);
}

function printKeys(keys: readonly SortKey[]): string {
  return keys.map((key) => `${printFilter(key.value)}${key.descending ? ' desc' : ''}`).join(', ');
}
