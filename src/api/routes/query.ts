import { parseInsights, planOf, readQuestion, valueOf } from '../../query/index.ts';
import { limitsOf } from '../context.ts';
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
import { defineRoute } from '../route.ts';
import { runPlan } from '../run-plan.ts';
import { readScope } from '../scope.ts';

/** A grouped question in parts. */
export const queryRoute = defineRoute({
  method: 'post',
  path: '/api/query',
  summary: 'A question in parts: filter, fields to group by, measures, time slices',
  body: queryBodySchema,
  response: queryAnswerSchema,
  handler: async (context, _query, body) => {
    const scope = await readScope(context, body);
    const plan = planOf({
      filter: scope.filter,
      time: scope.time,
      by: body.by,
      measures: body.measures,
      ...(body.bucketSeconds === undefined ? {} : { bucketSeconds: body.bucketSeconds }),
      ...(body.compareSeconds === undefined ? {} : { compareShiftSeconds: body.compareSeconds }),
      ...(body.orderBy === undefined ? {} : { order: [{ name: body.orderBy, descending: true }] }),
      ...(body.by.length === 0 ? {} : { limit: body.limit, other: body.other }),
    });
    const { frame, plan: words, explain } = await runPlan(context, plan);
    return {
      range: scope.range,
      bucketSeconds: body.bucketSeconds ?? null,
      plan: words,
      columns: [...frame.columns],
      rows: frame.rows.map((row) => [...row]),
      truncated: frame.truncated,
      seconds: frame.seconds,
      explain,
    };
  },
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
    const parsed = parseInsights(body.query, { time: scope.time, nowSeconds: context.nowSeconds });
    const { frame, explain } = await runPlan(context, valueOf(parsed, body.query));
    return {
      range: scope.range,
      columns: [...frame.columns],
      rows: frame.rows.map((row) => [...row]),
      truncated: frame.truncated,
      seconds: frame.seconds,
      warnings: parsed.warnings.map(({ code, message, start, end }) => ({ code, message, start, end })),
      explain,
    };
  },
});

/** A question in plain English, read by rules and refused rather than guessed. */
export const askRoute = defineRoute({
  method: 'post',
  path: '/api/ask',
  summary: 'A question in plain English, with how it was read; refused rather than guessed',
  body: askBodySchema,
  response: askAnswerSchema,
  handler: async (context, _query, { question }) => {
    const read = readQuestion(question, { nowSeconds: context.nowSeconds });
    const plan = valueOf({ value: read.plan, problems: read.problems, warnings: [] }, question);
    const { frame, plan: words, explain } = await runPlan(context, plan);
    return {
      columns: [...frame.columns],
      rows: frame.rows.map((row) => [...row]),
      truncated: frame.truncated,
      seconds: frame.seconds,
      parts: read.parts.map(({ kind, text, start, end }) => ({ kind, text, start, end })),
      unused: [...read.unused],
      plan: words,
      explain,
    };
  },
});

/** SQL from outside, confined to reading the views of the lake. */
export const sqlRoute = defineRoute({
  method: 'post',
  path: '/api/sql',
  summary: 'One statement of SQL that only reads the views of the lake',
  body: sqlBodySchema,
  response: tableSchema,
  handler: async (context, _query, body) => {
    const options = { ...limitsOf(context), maxRows: Math.min(body.maxRows, context.config.maxRows) };
    const frame = await context.withSession((session) => session.ask(body.sql, options));
    return {
      columns: [...frame.columns],
      rows: frame.rows.map((row) => [...row]),
      truncated: frame.truncated,
      seconds: frame.seconds,
    };
  },
});
