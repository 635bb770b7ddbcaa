import type { AnswerTable } from '../../../src/api/index.ts';
import { post } from '../client.ts';
import type { ViewRange } from '../time-range.ts';

/** A language of the query view. */
export interface Language {
  readonly name: 'sql' | 'insights';
  readonly label: string;
  /** What a person should know before typing. */
  readonly note: string;
  readonly path: '/api/sql' | '/api/insights';
  readonly examples: readonly { readonly name: string; readonly text: string }[];
  body(text: string, range: ViewRange): unknown;
  ask(text: string, range: ViewRange, signal: AbortSignal): Promise<AnswerTable>;
  /** The same on the command line; null where there is no such command. */
  command(text: string): string | null;
}

const sqlBody = (text: string) => ({ sql: text, maxRows: 5000 });
const insightsBody = (text: string, range: ViewRange) => ({
  query: text,
  from: String(range.startSeconds),
  to: String(range.endSeconds),
});

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
    body: sqlBody,
    ask: (text, _range, signal) => post('/api/sql', sqlBody(text), signal),
    command: (text) => `weir sql ${shellQuoted(text)}`,
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
    ask: (text, range, signal) => post('/api/insights', insightsBody(text, range), signal),
    command: () => null,
  },
];

/** The language of a name in the address. */
export function languageOf(name: string | undefined): Language {
  const found = LANGUAGES.find((entry) => entry.name === name) ?? LANGUAGES[0];
  if (found === undefined) throw new RangeError('there is at least one language');
  return found;
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
