import type { Span } from '../../problem.ts';
import type { Query } from '../query.ts';
import { parseDisplay, parseFields, parseParse, parseUnmask, parseUnnest } from './columns.ts';
import { parseDiff, parseLogCompare } from './compare.ts';
import { parseAppendCols, parseJoin } from './join.ts';
import { parseCidrLookup, parseLookup } from './lookup.ts';
import { parsePattern } from './pattern.ts';
import {
  parseDedup,
  parseEstimate,
  parseFilterCommand,
  parseFilterIndex,
  parseHead,
  parseLimit,
  parseSort,
  parseTail,
} from './rows.ts';
import { parseAccum, parseAddTotals, parseAutoregress, parseFilldown, parseFillMissing } from './series.ts';
import { parseOutlier, parseSessionize } from './session.ts';
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
    names: ['limit'],
    syntax: 'limit n | limit any [n]',
    meaning: 'At most n rows; 10,000 unless given',
    parse: parseLimit,
  },
  { names: ['head'], syntax: 'head n', meaning: 'Deprecated; the same as limit', parse: parseHead },
  {
    names: ['tail'],
    syntax: 'tail n',
    meaning: 'Deprecated; the last n rows of the sort before it',
    parse: parseTail,
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
    syntax: 'addtotals [fieldname=Total] [row=true] [col=false] [f, …]',
    meaning: 'A column with the sum of each row, and with col=true a last row with the sums of columns',
    parse: parseAddTotals,
  },
  { names: ['unmask'], syntax: 'unmask f', meaning: 'Nothing is masked here', parse: parseUnmask },
  {
    names: ['source'],
    syntax: "SOURCE logGroups(…) | dataSource([…]) | 'group' [start=-1d] [end=now]",
    meaning: 'Checked, and means every flow log of the lake; start and end set the time range',
    parse: parseSource,
  },
  {
    names: ['join'],
    syntax: "join type=inner left=a right=b where a.k = b.k [and …] (SOURCE 'group' | …)",
    meaning: 'Rows beside those of another query with equal keys; type=left keeps those without',
    parse: parseJoin,
  },
  {
    names: ['appendcols'],
    syntax: 'appendcols [override=false] [max=10000] (query)',
    meaning: 'The columns of another query beside these, row by row',
    parse: parseAppendCols,
  },
  {
    names: ['pattern'],
    syntax: 'pattern f',
    meaning: 'Texts by their shape: `@pattern`, `@ratio`, `@sampleCount`, `@severityLabel`',
    parse: parsePattern,
  },
  {
    names: ['diff'],
    syntax: 'diff [previousDay | previousWeek | previousMonth]',
    meaning:
      'Beside the period before: groups get `previous_x` and `diff_x`, events are compared by their patterns',
    parse: parseDiff,
  },
  {
    names: ['logcompare'],
    syntax: 'logcompare timeshift 7d',
    meaning: 'The same against the range that much earlier',
    parse: parseLogCompare,
  },
  {
    names: ['estimate'],
    syntax: 'estimate',
    meaning: 'The bytes of the files that the query would open, as `estimatedBytes`; nothing is run',
    parse: parseEstimate,
  },
  {
    names: ['outlier'],
    syntax: 'outlier [action=transform | remove] [param=2.5] [uselower=false] [mark=false] f …',
    meaning: 'Cuts or removes values far outside the quartiles; mark adds `f_outlier`',
    parse: parseOutlier,
  },
  {
    names: ['sessionize'],
    syntax: 'sessionize f, … [maxspan 30m] [as session_id]',
    meaning: 'Numbers runs of events with equal keys and no longer gap than that',
    parse: parseSessionize,
  },
];

/** Commands that exist in some edition and are refused, each with the reason. */
export const REFUSED_COMMANDS: ReadonlyMap<string, string> = new Map([
  [
    'anomaly',
    'what it adds to the rows of pattern is not documented; compare with an earlier period by "diff", or use outlier',
  ],
  [
    'relevantfields',
    'how its scores are computed is not documented; compare shares by "stats count(*) by field" under both conditions',
  ],
  ['subquery', 'a list from another query is written "filter f in (SOURCE … | fields f)"'],
]);

/** The command of a name in lower case. */
export function commandByName(name: string): CommandRow | undefined {
  return COMMANDS.find((row) => row.names.includes(name));
}
