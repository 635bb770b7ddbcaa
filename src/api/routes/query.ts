import type { z } from 'zod';
import {
  type Answerable,
  type Parsed,
  type Plan,
  parseInsights,
  planOf,
  readQuestion,
  valueOf,
} from '../../query/index.ts';
import { type ApiContext, limitsOf } from '../context.ts';
import {
  askAnswerSchema,
  askBodySchema,
  insightsAnswerSchema,
  insightsBodySchema,
  queryAnswerSchema,
  queryBodySchema,
  sqlBodySchema,
  tableSchema,
} from '../contract/query.ts';
import { answerPlan, explainOf, tableOf } from '../plan-answer.ts';
import { defineRoute, type TableRows } from '../route.ts';
import { readScope, type Scope } from '../scope.ts';

/** A grouped question in parts. */
export const queryRoute = defineRoute({
  method: 'post',
  path: '/api/query',
  summary: 'A question in parts: filter, fields to group by, measures, time slices',
  body: queryBodySchema,
  response: queryAnswerSchema,
  handler: async (context, _query, body) => {
    const scope = await readScope(context, body);
    const answer = await answerPlan(context, planOfBody(body, scope));
    return {
      range: scope.range,
      bucketSeconds: body.bucketSeconds ?? null,
      plan: answer.explanation.plan,
      ...tableOf(answer),
      explain: explainOf(answer),
    };
  },
  rows: async (context, _query, body) => planRows(planOfBody(body, await readScope(context, body))),
});

/** A query in the language of CloudWatch Logs Insights. */
export const insightsRoute = defineRoute({
  method: 'post',
  path: '/api/insights',
  summary: 'A query in the language of CloudWatch Logs Insights',
  body: insightsBodySchema,
  response: insightsAnswerSchema,
  handler: async (context, _query, body) => {
    const scope = await readScope(context, body);
    const parsed = readInsights(context, body, scope);
    const answer = await answerPlan(context, valueOf(parsed, body.query));
    return {
      range: scope.range,
      ...tableOf(answer),
      warnings: parsed.warnings.map(({ code, message, start, end }) => ({ code, message, start, end })),
      explain: explainOf(answer),
    };
  },
  rows: async (context, _query, body) =>
    planRows(valueOf(readInsights(context, body, await readScope(context, body)), body.query)),
});

/** A question in plain English, read by rules and refused rather than guessed. */
export const askRoute = defineRoute({
  method: 'post',
  path: '/api/ask',
  summary: 'A question in plain English, with how it was read; refused rather than guessed',
  body: askBodySchema,
  response: askAnswerSchema,
  handler: async (context, _query, body) => {
    const { read, plan } = readAsked(context, body);
    const answer = await answerPlan(context, plan);
    return {
      ...tableOf(answer),
      parts: read.parts.map((part) => ({ ...part, alternatives: [...part.alternatives] })),
      unused: [...read.unused],
      plan: answer.explanation.plan,
      explain: explainOf(answer),
    };
  },
  rows: async (context, _query, body) => planRows(readAsked(context, body).plan),
});

/** SQL from outside, confined to reading the views of the lake. */
export const sqlRoute = defineRoute({
  method: 'post',
  path: '/api/sql',
  summary: 'One statement of SQL that only reads the views of the lake',
  body: sqlBodySchema,
  response: tableSchema,
  handler: async (context, _query, body) => {
    const maxRows = Math.min(body.maxRows ?? DEFAULT_SQL_ROWS, context.config.maxRows);
    const options = { ...limitsOf(context), maxRows };
    const frame = await context.withSession((session) => session.ask(body.sql, options));
    return {
      columns: [...frame.columns],
      rows: frame.rows.map((row) => [...row]),
      truncated: frame.truncated,
      seconds: frame.seconds,
    };
  },
  rows: async (_context, _query, { sql, maxRows }) => ({
    question: { kind: 'sql', sql },
    maxRows: maxRows ?? null,
  }),
});

const DEFAULT_SQL_ROWS = 1000;

function planOfBody(body: z.infer<typeof queryBodySchema>, scope: Scope): Plan {
  return planOf({
    filter: scope.filter,
    time: scope.time,
    by: body.by,
    measures: body.measures,
    ...(body.bucketSeconds === undefined ? {} : { bucketSeconds: body.bucketSeconds }),
    ...(body.compareSeconds === undefined ? {} : { compareShiftSeconds: body.compareSeconds }),
    ...(body.orderBy === undefined ? {} : { order: [{ name: body.orderBy, descending: true }] }),
    ...(body.by.length === 0 ? {} : { limit: body.limit, other: body.other }),
  });
}

function readInsights(
  { nowSeconds }: ApiContext,
  { query }: z.infer<typeof insightsBodySchema>,
  { time }: Scope,
): Parsed<Plan> {
  return parseInsights(query, { time, nowSeconds });
}

function readAsked(
  { nowSeconds }: ApiContext,
  { question, zone }: z.infer<typeof askBodySchema>,
): { readonly read: Answerable; readonly plan: Plan } {
  const read = readQuestion(question, { nowSeconds, ...(zone === undefined ? {} : { zone }) });
  return { read, plan: valueOf({ value: read.plan, problems: read.problems, warnings: [] }, question) };
}

function planRows(plan: Plan): TableRows {
  return { question: { kind: 'plan', plan }, maxRows: null };
}
