import type { PlanAnswer } from '../../analyze/index.ts';
import { isWeirError } from '../../base/index.ts';
import type { JsonValue } from '../../engine/index.ts';
import { and, type Plan, parseFilter, planOf, type TimeRange, test, valueOf } from '../../query/index.ts';
import { tableOf as lakeTable } from '../../record/index.ts';
import type { ApiContext } from '../context.ts';
import { type Records, recordsQuerySchema, recordsSchema } from '../contract/records.ts';
import { type Cursor, expiredCursor, formatCursor, parseCursor } from '../cursor.ts';
import { answerPlan, explainOf, tableOf } from '../plan-answer.ts';
import { defineRoute } from '../route.ts';
import { readScope, type Scope } from '../scope.ts';

const DEFAULT_LIMIT = 200;

/** The records behind a number, page by page. */
export const recordsRoute = defineRoute({
  method: 'get',
  path: '/api/records',
  summary: 'Records, the latest first, NODATA and SKIPDATA ones included',
  query: recordsQuerySchema,
  response: recordsSchema,
  handler: async (context, query) => {
    const limit = Math.min(query.limit ?? DEFAULT_LIMIT, context.config.maxRows);
    if (query.cursor !== undefined) {
      const cursor = parseCursor(query.cursor);
      return pageAt(context, await scopeOfCursor(context, cursor), cursor, limit);
    }
    const scope = await readScope(context, query);
    const first = {
      version: context.lake.hold(),
      nowSeconds: context.nowSeconds,
      ...scope.time,
      where: query.where ?? '',
    };
    const page = await pageOf(context, scope, first, null, limit);
    // The lake has moved on meanwhile: what the cursor says of it has to be what was read.
    return context.lake.version() === first.version
      ? page
      : pageAt(context, scope, { ...first, at: null, skip: 0 }, limit, true);
  },
  rows: async (context, query) => {
    const { filter, time } = await readScope(context, query);
    const order = query.limit === undefined ? [] : [{ name: 'start', descending: true }];
    const limit = query.limit === undefined ? {} : { limit: query.limit + 1 };
    const plan = planOf({ filter, time, statuses: 'any', order, ...limit });
    return { question: { kind: 'plan', plan }, maxRows: query.limit ?? null };
  },
});

/** What a cursor says about all pages. */
type Question = Pick<Cursor, 'version' | 'nowSeconds' | 'startSeconds' | 'endSeconds' | 'where'>;
/** Where a page begins; null for the first. */
type Place = Pick<Cursor, 'at' | 'skip'> | null;

async function scopeOfCursor(context: ApiContext, cursor: Cursor): Promise<Scope> {
  const { where, nowSeconds, startSeconds, endSeconds } = cursor;
  const { range } = await readScope(context, {});
  return {
    filter: valueOf(parseFilter(where, { nowSeconds }), where),
    time: { startSeconds, endSeconds },
    range: {
      startSeconds: startSeconds ?? range.startSeconds,
      endSeconds: endSeconds ?? range.endSeconds,
    },
  };
}

/** A page of the lake as the first page saw it. */
async function pageAt(
  context: ApiContext,
  scope: Scope,
  cursor: Cursor,
  limit: number,
  isFirst = false,
): Promise<Records> {
  const moment = context.lake.at(cursor.version);
  if (moment === null) throw expiredCursor(cursor.version);
  try {
    return await pageOf(context.at(moment), scope, cursor, isFirst ? null : cursor, limit);
  } catch (error) {
    const isGone =
      isWeirError(error) && error.code === 'engine.failed' && /no such file|cannot open/i.test(error.message);
    throw isGone ? expiredCursor(cursor.version) : error;
  }
}

async function pageOf(
  context: ApiContext,
  scope: Scope,
  question: Question,
  place: Place,
  limit: number,
): Promise<Records> {
  const skip = place?.skip ?? 0;
  // One more than asked tells whether there are more.
  const wanted = skip + limit + 1;
  const answer = await recordsFrom(context, scope, place, wanted);
  const { rows, ...table } = tableOf(answer);
  const given = rows.slice(skip, skip + limit);
  const startAt = table.columns.findIndex(({ name }) => name === 'start');
  const next = rows.length < wanted ? null : placeAfter(rows.slice(0, skip + limit), startAt);
  return {
    range: scope.range,
    columns: table.columns,
    rows: given,
    truncated: next !== null,
    next: next === null ? null : addressOf({ ...question, ...next }, limit),
    explain: explainOf(answer),
  };
}

function addressOf(cursor: Cursor, limit: number): string {
  return `/api/records?limit=${limit}&cursor=${formatCursor(cursor)}`;
}

function placeAfter(rows: readonly (readonly JsonValue[])[], startAt: number): NonNullable<Place> {
  const at = rows.at(-1)?.[startAt] ?? null;
  const skip = rows.filter((row) => (row[startAt] ?? null) === at).length;
  return { at: at === null ? null : Number(at), skip };
}

/** The first records at or after a place in the order of all, the latest first. */
async function recordsFrom(
  context: ApiContext,
  scope: Scope,
  place: Place,
  wanted: number,
): Promise<PlanAnswer> {
  const isOpen = scope.time.startSeconds === null && scope.time.endSeconds === null;
  if (place !== null && place.at === null) return ask(context, timelessPlan(scope, wanted), wanted);
  const end = place?.at == null ? {} : { endSeconds: place.at + 1 };
  const from: Scope = { ...scope, time: { ...scope.time, ...end }, range: { ...scope.range, ...end } };
  let answer: PlanAnswer | null = null;
  for (const time of latestFirst(from)) {
    answer = await ask(context, recordsPlan({ ...scope, time }, wanted), wanted);
    if (answer.rows.length >= wanted) return answer;
  }
  const timed = answer ?? (await ask(context, recordsPlan(from, wanted), wanted));
  if (!isOpen || place === null) return timed;
  const missing = wanted - timed.rows.length;
  const { rows } = await ask(context, timelessPlan(scope, missing), missing);
  return { ...timed, rows: [...timed.rows, ...rows] };
}

function ask(context: ApiContext, plan: Plan, wanted: number): Promise<PlanAnswer> {
  return answerPlan(context, plan, Math.max(wanted, context.config.maxRows));
}

/** Every column takes part in the order, so that records which differ never change places between two pages. */
const ORDER = [
  { name: 'start', descending: true },
  ...lakeTable('flows')
    .columns.filter(({ name }) => name !== 'start')
    .map(({ name }) => ({ name, descending: false })),
];

function recordsPlan({ filter, time }: Scope, limit: number): Plan {
  return planOf({ filter, time, statuses: 'any', order: ORDER, limit });
}

/** Records without a start, which only a question about all time has. */
function timelessPlan(scope: Scope, limit: number): Plan {
  const filter = and([scope.filter, test('start', { kind: 'missing' })]);
  return recordsPlan({ ...scope, filter, time: { startSeconds: null, endSeconds: null } }, limit);
}

/** Share of a range, from its end, that is looked at before the whole. */
const SHARE = 1 / 128;

/**
 * Time ranges that end where the asked one ends, the asked one last: the latest records mostly lie in a corner of the lake,
 * and all columns of the rest need not be read. More steps than one cost whoever looks for something rare a statement each,
 * and a statement over all columns takes 50 ms of processor time before it reads any.
 */
function latestFirst({ time, range }: Scope): readonly TimeRange[] {
  const { startSeconds, endSeconds } = range;
  if (startSeconds === null || endSeconds === null) return [time];
  const span = endSeconds - startSeconds;
  return [{ ...time, startSeconds: Math.floor(endSeconds - span * SHARE) }, time];
}
