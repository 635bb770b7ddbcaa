import { type OpenApiDocument, openApiDocument, ROUTES } from '../src/api/index.ts';

/** The reference page of the HTTP API, from the document that the API serves. */
export function httpApiPage(): string {
  const document = openApiDocument(ROUTES, '');
  return `<!-- Generated from src/api/contract by npm run generate; edits here are lost. -->

# HTTP API

What \`weir serve\` answers, and what the console itself asks. The same as JSON Schema: \`/api/openapi.json\`.

- Times are Unix seconds in answers; questions take ISO 8601 in UTC, Unix seconds, or an age such as \`24h\`.
- Ranges hold records by their start; \`from\` inclusive, \`to\` exclusive.
- Answers with \`columns\` and \`rows\` also come as CSV and lines of JSON, and records, queries, SQL, Insights and plain
  questions as Parquet and as an Arrow IPC stream: by Accept or \`?format=csv|ndjson|parquet|arrow\`. These are sent while they
  are made and hold every row unless a limit is asked; when a limit of 10,000 or less left rows out, the header
  \`weir-truncated\` says so. An answer that fails on the way breaks the connection.
- Every answer also comes as an event stream (\`Accept: text/event-stream\` or \`?format=events\`): \`progress\` four times a second
  with \`elapsedSeconds\`, \`percent\` and \`rowsRead\`, then \`answer\` with the JSON, or \`problem\`. \`/api/lake\` as a stream stays open
  and sends \`lake\` whenever the lake changes. Closing a request of any form stops its statement.
- Pages: \`next\` of an answer (also \`Link: <…>; rel="next"\`) is the address of the next one. All pages see the lake as the first
  one did; when that state is not kept any more, the answer is 410 \`api.cursor-expired\`.
- Whole numbers beyond 2^53 are decimal text, so that nothing is rounded on the way.
- Sums are over records with log_status OK. A packet that several of your interfaces saw counts once for each.
- Every mistake is a problem of RFC 9457 with a stable \`code\`; mistakes in a filter carry their place.
- A Weir that others can reach asks for \`Authorization: Bearer $WEIR_TOKEN\`; after ten wrong tokens in a minute it waits.
- Requests whose Host or Origin is somebody else's are turned away, so no page from elsewhere can ask.

${sectionsOf(document).join('\n\n')}
`;
}

function sectionsOf(document: OpenApiDocument): readonly string[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const parts = [`## ${method.toUpperCase()} ${path}`, `${operation.summary}.`];
      if (operation.parameters.length > 0) {
        const rows = operation.parameters.map(
          ({ name, required, description, schema }) =>
            `| \`${name}\` | ${required ? 'yes' : 'no'} | ${typeOf(schema)} | ${escaped(description ?? '')} |`,
        );
        parts.push(['| parameter | needed | type | meaning |', '|---|---|---|---|', ...rows].join('\n'));
      }
      const body = operation.requestBody as { content: Record<string, { schema: JsonSchema }> } | undefined;
      if (body !== undefined) parts.push(`Body:\n\n${fieldTable(body.content['application/json']?.schema)}`);
      const answer = operation.responses['200'] as { content: Record<string, { schema: JsonSchema }> };
      parts.push(`Answer:\n\n${fieldTable(answer.content['application/json']?.schema)}`);
      return parts.join('\n\n');
    }),
  );
}

interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly description?: string;
}

/** The fields of an object one level deep; fields of lists and objects in it below them, with dots. */
function fieldTable(schema: JsonSchema | undefined): string {
  const rows = rowsOf(schema ?? {}, '');
  return ['| field | type | meaning |', '|---|---|---|', ...rows].join('\n');
}

function rowsOf(schema: JsonSchema, prefix: string): readonly string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const inner = field.properties === undefined ? field.items : field;
    const suffix = field.items === undefined ? '' : '[]';
    return [
      `| \`${prefix}${name}${suffix}\` | ${typeOf(field)} | ${escaped(field.description ?? '')} |`,
      ...(inner?.properties === undefined ? [] : rowsOf(inner, `${prefix}${name}${suffix}.`)),
    ];
  });
}

function typeOf(value: unknown): string {
  const schema = value as JsonSchema;
  const kinds = [schema.type ?? [], ...(schema.anyOf ?? []).map((option) => option.type ?? [])].flat();
  const words = schema.enum?.map((entry) => `\`${String(entry)}\``);
  const name = words?.join(', ') ?? ([...new Set(kinds)].join(' or ') || 'any');
  return schema.default === undefined ? name : `${name}, ${JSON.stringify(schema.default)} unless given`;
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|');
}
