import type { Span } from '../../problem.ts';
import type { Query } from '../query.ts';
import { parseDisplay, parseFields, parseParse, parseUnmask, parseUnnest } from './columns.ts';
import { parseCidrLookup, parseLookup } from './lookup.ts';
import { parseDedup, parseFilterCommand, parseFilterIndex, parseLimit, parseSort } from './rows.ts';
import { parseAccum, parseAddTotals, parseAutoregress, parseFilldown, parseFillMissing } from './series.ts';
import { parseSource } from './source.ts';
import { parseCountFrequent, parseStats } from './stats.ts';

/** One command: how it is written, what it does, and the reader of what follows its name. */
export interface CommandRow {
  readonly names: readonly string[];
  readonly syntax: string;
  readonly meaning: string;
  readonly parse: (query: Query, command: Span) => void;
}

/** The commands that run, the usual ones first. */
export const COMMANDS: readonly CommandRow[] = [
  {
    names: ['fields'],
    syntax: 'fields e [as a], …',
    meaning: 'Adds columns and shows them',
    parse: parseFields,
  },
  {
    names: ['display'],
    syntax: 'display e [as a], …',
    meaning: 'Shows these columns; the last display counts',
    parse: parseDisplay,
  },
  {
    names: ['filter', 'where'],
    syntax: 'filter condition',
    meaning: 'Keeps events that meet the condition',
    parse: parseFilterCommand,
  },
  {
    names: ['filterindex'],
    syntax: 'filterIndex f = v',
    meaning: 'The same as filter here',
    parse: parseFilterIndex,
  },
  {
    names: ['stats'],
    syntax: 'stats aggregate [as a], … [by e [as a], …]',
    meaning: 'One row per group',
    parse: parseStats,
  },
  {
    names: ['sort'],
    syntax: 'sort [by] e [asc|desc], …',
    meaning: 'Orders; ascending, numbers come after text',
    parse: parseSort,
  },
  {
    names: ['limit', 'head'],
    syntax: 'limit n',
    meaning: 'At most n rows; 10,000 unless given',
    parse: parseLimit,
  },
  {
    names: ['dedup'],
    syntax: 'dedup f, …',
    meaning: 'The first row of each tuple; rows with a missing key stay',
    parse: parseDedup,
  },
  {
    names: ['parse'],
    syntax: 'parse [f] "glob *" as a | parse [f] /(?<a>…)/',
    meaning: 'Cuts fields out of text',
    parse: parseParse,
  },
  { names: ['unnest'], syntax: 'unnest f into g', meaning: 'One row per item of a list', parse: parseUnnest },
  {
    names: ['expand'],
    syntax: 'expand f',
    meaning: 'One event per item of a JSON array',
    parse: parseUnnest,
  },
  {
    names: ['lookup'],
    syntax: 'lookup T col as f OUTPUT out',
    meaning: 'Adds columns of a table by equal keys',
    parse: parseLookup,
  },
  {
    names: ['cidrlookup'],
    syntax: 'cidrlookup T f as col OUTPUT out',
    meaning: 'Adds columns by the longest block that holds the address',
    parse: parseCidrLookup,
  },
  {
    names: ['fillmissing'],
    syntax: 'fillmissing [with v for f, …]',
    meaning: 'Adds the empty buckets after stats by bin()',
    parse: parseFillMissing,
  },
  {
    names: ['countfrequent', 'count_frequent'],
    syntax: 'countFrequent f, …',
    meaning: 'Rows per tuple, most frequent first; exact here',
    parse: parseCountFrequent,
  },
  { names: ['accum'], syntax: 'accum f [as a]', meaning: 'Running sum', parse: parseAccum },
  {
    names: ['autoregress'],
    syntax: 'autoregress f [as a] [p=1-3]',
    meaning: 'Values of rows before',
    parse: parseAutoregress,
  },
  {
    names: ['filldown'],
    syntax: 'filldown [f …]',
    meaning: 'A missing value becomes that of the row before',
    parse: parseFilldown,
  },
  {
    names: ['addtotals'],
    syntax: 'addtotals [fieldname=Total] [f, …]',
    meaning: 'A column with the sum of each row',
    parse: parseAddTotals,
  },
  { names: ['unmask'], syntax: 'unmask f', meaning: 'Nothing is masked here', parse: parseUnmask },
  {
    names: ['source'],
    syntax: 'SOURCE logGroups(…) | dataSource([…])',
    meaning: 'Checked; means every flow log of the lake',
    parse: parseSource,
  },
];

/** Commands that exist in some edition and are refused, each with the reason. */
export const REFUSED_COMMANDS: ReadonlyMap<string, string> = new Map([
  ['pattern', 'flow log lines have one shape, so patterns say nothing; group by the fields instead'],
  ['anomaly', 'it works on the output of pattern; see the detections'],
  ['diff', 'it compares patterns; compare numbers with a comparison period'],
  ['logcompare', 'compare numbers with a comparison period'],
  ['join', 'rows of one flow log are not joined to another here; use lookup, or SQL'],
  ['subquery', 'run the inner query and list its values'],
  ['appendcols', 'rows are not joined by position; use SQL'],
  ['estimate', 'nothing is charged by bytes scanned; --explain names the table'],
  ['outlier', 'its output is not documented; see the detections'],
  ['relevantfields', 'its scores are not documented'],
  ['sessionize', 'records are windows, not events; see the conversations'],
  ['tail', 'it was withdrawn; sort the other way and use limit'],
]);

/** The command of a name in lower case. */
export function commandByName(name: string): CommandRow | undefined {
  return COMMANDS.find((row) => row.names.includes(name));
}
