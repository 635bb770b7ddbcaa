import type {
  AnswerTable,
  AskAnswer,
  Cell,
  Explain,
  InsightsAnswer,
  Progress,
} from '../../../src/api/index.ts';
import { FIELDS } from '../../../src/record/index.ts';
import { postWithProgress } from '../client.ts';
import { quoted } from '../command-line.ts';
import type { ViewRange } from '../time-range.ts';

/**
 * The answer of any language. `reading` says how a plain question was read; `explain` is absent for SQL, which runs as it
 * is written.
 */
export type Answer = AnswerTable & {
  readonly reading?: Pick<AskAnswer, 'parts' | 'unused'>;
  readonly plan?: string;
  /** What the person may not have meant, with its place in the text. */
  readonly warnings?: InsightsAnswer['warnings'];
  readonly explain?: Explain;
};

/** What a query is asked over beside its text. */
export interface QueryScope {
  readonly range: ViewRange;
  /** Whose days a plain question means: `Europe/Berlin`, `UTC`. */
  readonly zoneName: string;
}

/** A language of the query view. */
export interface Language {
  readonly name: 'sql' | 'insights' | 'ask';
  readonly label: string;
  /** What a person should know before typing. */
  readonly note: string;
  readonly path: '/api/sql' | '/api/insights' | '/api/ask';
  readonly examples: readonly { readonly name: string; readonly text: string }[];
  /** What is sent; `isFile` when every row is wanted, not a page of them. */
  body(text: string, scope: QueryScope, isFile?: boolean): unknown;
  ask(
    text: string,
    scope: QueryScope,
    signal: AbortSignal,
    onProgress: (progress: Progress) => void,
  ): Promise<Answer>;
  /** The same on the command line. */
  command(text: string, scope: QueryScope): string;
  /** The query with its answer narrowed to a value of a column, or without it; null where the language has no way. */
  narrow(text: string, column: string, value: Cell, how: 'only' | 'not'): string | null;
}

/** Rows that one table of the page holds. */
const MAX_ROWS = 10_000;

const sqlBody = (text: string) => ({ sql: text, maxRows: MAX_ROWS });
const insightsBody = (text: string, { range }: QueryScope) => ({
  query: text,
  from: String(range.startSeconds),
  to: String(range.endSeconds),
});

const askBody = (text: string, { zoneName }: QueryScope) => ({ question: text, zone: zoneName });

/** The languages, the first one being the default. */
export const LANGUAGES: readonly Language[] = [
  {
    name: 'sql',
    label: 'SQL',
    note: 'Reads only. Sees the whole lake: the range above does not apply.',
    path: '/api/sql',
    examples: [
      {
        name: 'Talkers of the last day of data',
        text: 'SELECT srcaddr, dstaddr, sum(bytes) AS bytes, count(*) AS records\nFROM flows\nWHERE day = (SELECT max(day) FROM flows)\nGROUP BY ALL\nORDER BY bytes DESC\nLIMIT 50',
      },
      {
        name: 'Rejected ports and how many asked',
        text: "SELECT dstport, protocol, count(*) AS rejects, count(DISTINCT srcaddr) AS sources\nFROM flows\nWHERE action = 'REJECT'\nGROUP BY ALL\nORDER BY rejects DESC\nLIMIT 50",
      },
      {
        name: 'Objects whose lines were not all records',
        text: 'SELECT uri, lines, ok, nodata, skipdata, malformed\nFROM ledger\nWHERE malformed > 0 OR skipdata > 0\nORDER BY malformed DESC, skipdata DESC\nLIMIT 100',
      },
      {
        name: 'One address on every day',
        text: "SELECT day, role, sum(bytes) AS bytes, sum(flows) AS records, sum(rejects) AS rejects\nFROM ip_day\nWHERE ip = '10.0.0.1'\nGROUP BY ALL\nORDER BY day",
      },
    ],
    body: (text, _scope, isFile = false) => (isFile ? { sql: text } : sqlBody(text)),
    ask: (text, _scope, signal, onProgress) =>
      postWithProgress('/api/sql', sqlBody(text), signal, onProgress),
    command: (text) => `weir sql ${quoted(text)}`,
    narrow: narrowedSql,
  },
  {
    name: 'insights',
    label: 'Logs Insights',
    note: 'As in CloudWatch; over the range above.',
    path: '/api/insights',
    examples: [
      {
        name: 'Bytes per source',
        text: 'stats sum(bytes) as bytesTransferred by srcAddr, dstAddr\n| sort bytesTransferred desc\n| limit 20',
      },
      {
        name: 'Rejects by source and port',
        text: 'filter action = "REJECT"\n| stats count(*) as numRejections by srcAddr, dstPort\n| sort numRejections desc\n| limit 50',
      },
      { name: 'Lost records', text: 'filter logStatus = "SKIPDATA"\n| stats count(*) by interfaceId' },
      { name: 'Records per hour', text: 'stats count(*) as records by bin(1h)' },
    ],
    body: insightsBody,
    ask: (text, scope, signal, onProgress) =>
      postWithProgress('/api/insights', insightsBody(text, scope), signal, onProgress),
    command: (text, { range }) =>
      `weir insights ${quoted(text)} --since ${isoOf(range.startSeconds)} --until ${isoOf(range.endSeconds)}`,
    narrow: narrowedInsights,
  },
  {
    name: 'ask',
    label: 'Plain question',
    note: 'Plain words, read by rules and refused rather than guessed. Times are part of the question.',
    path: '/api/ask',
    examples: [
      { name: 'Top sources of rejected traffic', text: 'top 10 sources of rejected traffic' },
      { name: 'Who talks to the database', text: 'top sources to port 5432 by bytes' },
      { name: 'Rejected ssh per hour', text: 'rejected ssh traffic per hour' },
      { name: 'Did anything talk to an address', text: 'did anything talk to 203.0.113.39' },
    ],
    body: askBody,
    ask: async (text, scope, signal, onProgress) => {
      const answer = await postWithProgress('/api/ask', askBody(text, scope), signal, onProgress);
      return { ...answer, reading: answer };
    },
    command: (text, { zoneName }) => `weir ask ${quoted(text)} --zone ${zoneName}`,
    narrow: () => null,
  },
];

/** The language of a name in the address. */
export function languageOf(name: string | undefined): Language {
  const found = LANGUAGES.find((entry) => entry.name === name) ?? LANGUAGES[0];
  if (found === undefined) throw new RangeError('there is at least one language');
  return found;
}

const camelNames = new Map(FIELDS.map((field) => [field.camel, field.sql]));

/** The field of the record that a column of an answer shows by its own name; null for columns that a query made. */
export function fieldOfColumn(name: string): string | null {
  if (FIELDS.some((field) => field.sql === name)) return name;
  return camelNames.get(name) ?? null;
}

const NARROWED = /\n\) AS answer\nWHERE .+(?:\n {2}AND .+)*$/;

function narrowedSql(text: string, column: string, value: Cell, how: 'only' | 'not'): string | null {
  if (typeof value === 'object' && value !== null) return null;
  const name = `"${column.replaceAll('"', '""')}"`;
  const same = how === 'only' ? 'IS NOT DISTINCT FROM' : 'IS DISTINCT FROM';
  const written = typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value ?? 'NULL');
  const condition = `${name} ${same} ${written}`;
  const inner = text.trimEnd().replace(/;+$/, '');
  if (NARROWED.test(inner)) return `${inner}\n  AND ${condition}`;
  return `SELECT *\nFROM (\n${inner.replaceAll(/^/gm, '  ')}\n) AS answer\nWHERE ${condition}`;
}

function narrowedInsights(text: string, column: string, value: Cell, how: 'only' | 'not'): string | null {
  if (typeof value === 'object' && value !== null) return null;
  const name = /^[A-Za-z_@][\w@]*$/.test(column) ? column : `\`${column}\``;
  const isThere = `ispresent(${name})`;
  const written = typeof value === 'string' ? JSON.stringify(value) : String(value);
  const condition =
    value === null
      ? how === 'only'
        ? `not ${isThere}`
        : isThere
      : `${name} ${how === 'only' ? '=' : '!='} ${written}`;
  return `${text.trimEnd()}\n| filter ${condition}`;
}

function isoOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
