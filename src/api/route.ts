import { z } from 'zod';
import { WeirError } from '../base/index.ts';
import { type Plan, suggest } from '../query/index.ts';
import type { ApiContext } from './context.ts';

/** One resource of the API: its contract and what answers it. */
export interface Route {
  readonly method: 'get' | 'post';
  /** `/api/top`. */
  readonly path: string;
  /** One sentence, for the document. */
  readonly summary: string;
  readonly query: z.ZodObject | null;
  readonly body: z.ZodType | null;
  readonly response: z.ZodType;
  /**
   * Checks the input and answers. Errors: `api.bad-request` (kind `query`) with one problem per field; those of the
   * handler.
   */
  answer(context: ApiContext, query: Readonly<Record<string, string>>, body: unknown): Promise<unknown>;
  /** Checks the input and gives the rows of the answer for the forms other than JSON. Null: the answer is no table. */
  readonly rows:
    | ((context: ApiContext, query: Readonly<Record<string, string>>, body: unknown) => Promise<TableRows>)
    | null;
  /** The event that tells of each change, for an answer that can be watched; null for one that is given once. */
  readonly event: string | null;
}

/** Rows to send as they are made: which, and how many at most (null: all). */
export interface TableRows {
  readonly question:
    | { readonly kind: 'plan'; readonly plan: Plan }
    | { readonly kind: 'sql'; readonly sql: string };
  readonly maxRows: number | null;
}

/** What a route is made of; `Q` and `B` follow from the schemas. */
export interface RouteInit<Q extends z.ZodObject, B extends z.ZodType, R extends z.ZodType> {
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly summary: string;
  readonly query?: Q;
  readonly body?: B;
  readonly response: R;
  readonly handler: (context: ApiContext, query: z.infer<Q>, body: z.infer<B>) => Promise<z.infer<R>>;
  readonly rows?: (context: ApiContext, query: z.infer<Q>, body: z.infer<B>) => Promise<TableRows>;
  readonly event?: string;
}

const NO_QUERY = z.object({});

/** Makes a route whose handler gets exactly what its schemas say. */
export function defineRoute<
  R extends z.ZodType,
  Q extends z.ZodObject = typeof NO_QUERY,
  B extends z.ZodType = z.ZodUndefined,
>(init: RouteInit<Q, B, R>): Route {
  const { method, path, summary, response, handler, rows } = init;
  type Read = readonly [query: z.infer<Q>, body: z.infer<B>];
  const querySchema = closed(init.query ?? NO_QUERY);
  const bodySchema = init.body === undefined ? null : closed(init.body);
  const read = (query: unknown, body: unknown): Read => [
    checked(querySchema, query, 'query') as z.infer<Q>,
    (bodySchema === null ? undefined : checked(bodySchema, body, 'body')) as z.infer<B>,
  ];
  return {
    event: init.event ?? null,
    method,
    path,
    summary,
    query: init.query ?? null,
    body: bodySchema,
    response,
    answer: async (context, query, body) => handler(context, ...read(query, body)),
    rows: rows === undefined ? null : async (context, query, body) => rows(context, ...read(query, body)),
  };
}

/** A schema that takes no names but its own: a filter under a misspelt name would answer about everything. */
function closed(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodObject ? schema.strict() : schema;
}

function checked(schema: z.ZodType, value: unknown, where: 'query' | 'body'): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => ({
    in: where,
    path: issue.path.join('.'),
    message: issue.code === 'unrecognized_keys' ? unknownNames(issue.keys, schema) : issue.message,
  }));
  const first = problems[0];
  throw new WeirError(
    'query',
    'api.bad-request',
    `${where}${first?.path ? ` ${first.path}` : ''}: ${first?.message ?? 'not as expected'}`,
    { details: { problems } },
  );
}

function unknownNames(names: readonly string[], schema: z.ZodType): string {
  const known = schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  const [first = ''] = names;
  const likely = suggest(first, known);
  const hint = likely === null ? `there is ${known.join(', ') || 'nothing'}` : `did you mean "${likely}"?`;
  return `there is no "${first}"; ${hint}`;
}
