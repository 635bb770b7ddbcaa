import { z } from 'zod';
import { problemSchema } from './contract/common.ts';
import { MEDIA_TYPES, mediaTypeOf } from './formats.ts';
import type { Route } from './route.ts';

/** The OpenAPI 3.1 document of the routes: JSON as it is served and as `docs/reference/http-api.md` is made of. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  readonly components: Readonly<Record<string, unknown>>;
}

/** One method of one path. */
export interface OpenApiOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters: readonly OpenApiParameter[];
  readonly requestBody?: unknown;
  readonly responses: Readonly<Record<string, unknown>>;
}

/** One parameter in the address. */
export interface OpenApiParameter {
  readonly name: string;
  readonly in: 'query';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: unknown;
}

/** Writes the document of the routes. Pure. */
export function openApiDocument(routes: readonly Route[], version: string): OpenApiDocument {
  const paths: Record<string, Record<string, OpenApiOperation>> = {};
  const named: Record<string, unknown> = { Problem: schemaOf(problemSchema, 'output') };
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: hoisted(operationOf(route), named) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Weir',
      version,
      description:
        'Questions to a lake of VPC flow logs. Every mistake is answered with a problem of RFC 9457.',
    },
    paths,
    components: {
      schemas: named,
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  };
}

function operationOf(route: Route): OpenApiOperation {
  return {
    operationId: `${route.method}${route.path.replaceAll(/[/-](\w)/g, (_, letter: string) => letter.toUpperCase())}`,
    summary: route.summary,
    parameters: [...parametersOf(route.query), ...formatParameter(route)],
    ...(route.body === null
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemaOf(route.body, 'input') } },
          },
        }),
    responses: {
      200: {
        description: 'The answer',
        content: contentOf(route),
      },
      default: {
        description: 'A problem',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

/** The forms of an answer by media type; rows only where it is a table. */
function contentOf(route: Route): Readonly<Record<string, unknown>> {
  const text = { schema: { type: 'string' } };
  // A stream of events has no schema that OpenAPI 3.1 could say.
  const events = { [MEDIA_TYPES.events]: {} };
  const json = { [MEDIA_TYPES.json]: { schema: schemaOf(route.response, 'output') } };
  if (route.rows === null) return { ...json, ...events };
  const binary = { schema: { type: 'string', format: 'binary' } };
  return {
    ...json,
    ...Object.fromEntries((['csv', 'ndjson'] as const).map((name) => [mediaTypeOf(name), text])),
    ...Object.fromEntries((['parquet', 'arrow'] as const).map((name) => [mediaTypeOf(name), binary])),
    ...events,
  };
}

function formatParameter(route: Route): readonly OpenApiParameter[] {
  const names = route.rows === null ? ['json', 'events'] : Object.keys(MEDIA_TYPES);
  return [
    {
      name: 'format',
      in: 'query',
      required: false,
      description: 'Form of the answer; otherwise Accept decides',
      schema: { type: 'string', enum: names },
    },
  ];
}

function parametersOf(query: z.ZodObject | null): readonly OpenApiParameter[] {
  if (query === null) return [];
  const schema = schemaOf(query, 'input');
  const required = new Set((schema['required'] as readonly string[] | undefined) ?? []);
  return Object.entries(
    (schema['properties'] ?? {}) as Readonly<Record<string, Record<string, unknown>>>,
  ).map(([name, { description, ...rest }]) => ({
    name,
    in: 'query',
    required: required.has(name),
    ...(typeof description === 'string' ? { description } : {}),
    schema: rest,
  }));
}

/**
 * A value whose references point into the document: definitions that stand beside a schema go to `named`, where a
 * reference in a document of OpenAPI looks for them.
 */
function hoisted<T>(value: T, named: Record<string, unknown>): T {
  if (Array.isArray(value)) return value.map((entry) => hoisted(entry, named)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).flatMap(([key, entry]): readonly [string, unknown][] => {
    if (key === '$defs') {
      for (const [name, schema] of Object.entries(entry as object)) named[name] ??= hoisted(schema, named);
      return [];
    }
    const isReference = key === '$ref' && typeof entry === 'string';
    return [[key, isReference ? entry.replace('#/$defs/', '#/components/schemas/') : hoisted(entry, named)]];
  });
  return Object.fromEntries(entries) as T;
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io });
  return rest;
}
