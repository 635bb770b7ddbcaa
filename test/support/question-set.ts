import { type Answerable, type Plan, printFilter } from '../../src/query/index.ts';

/** What a question was read as, on one line: the parts that a person would check. */
export function compactReading(answer: Answerable): string {
  const { plan } = answer;
  if (plan === null)
    return `refused ${answer.problems.map((found) => found.code.replace('query.', '')).join(' ')}`;
  const parts = [subjectOf(plan)];
  const filter = printFilter(plan.filter);
  if (filter !== 'any') parts.push(`where ${filter}`);
  const { startSeconds, endSeconds } = plan.time;
  if (startSeconds !== null) parts.push(`from ${stamp(startSeconds)}`);
  if (endSeconds !== null) parts.push(`until ${stamp(endSeconds)}`);
  if (plan.bucket !== null) parts.push(`every ${plan.bucket.seconds}`);
  for (const step of plan.steps)
    if (step.kind === 'where') parts.push(`having ${printFilter(step.condition)}`);
  const limit = plan.limit?.count ?? plan.steps.find((step) => step.kind === 'limit')?.count;
  if (plan.order[0]?.descending === false) parts.push('ascending');
  if (limit !== undefined) parts.push(`limit ${limit}`);
  if (plan.compareShiftSeconds !== null) parts.push(`compare ${plan.compareShiftSeconds}`);
  return parts.join('; ');
}

function subjectOf(plan: Plan): string {
  if (plan.measures.length === 0) return 'records';
  const by =
    plan.dimensions.length === 0 ? '' : ` by ${plan.dimensions.map((entry) => entry.name).join(', ')}`;
  return `${plan.measures.map((measure) => measure.name).join(', ')}${by}`;
}

function stamp(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('T00:00:00.000Z', '').replace(':00.000Z', 'Z');
}
