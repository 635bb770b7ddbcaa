import type { Completion } from '@codemirror/autocomplete';
import { PostgreSQL, SQLDialect, type SQLNamespace, sql } from '@codemirror/lang-sql';
import type { Extension } from '@codemirror/state';
import { TABLES } from '../../../src/record/index.ts';
import { type AskValues, completeValues } from './value-completion.ts';

/** Words of DuckDB that PostgreSQL has not. */
const MORE_WORDS =
  ' exclude replace qualify asof positional semi anti pivot unpivot summarize describe sample columns struct map';
const FUNCTIONS =
  'abs approx_count_distinct approx_quantile arg_max arg_min avg coalesce concat contains count date_add date_diff date_trunc epoch first floor from_unixtime greatest ip_in_cidr ip_key ip_version_of last least len lower max median min mode nullif quantile_cont regexp_extract regexp_matches replace round split_part stddev strftime substr sum time_bucket to_timestamp to_unixtime trim upper';

/** What views of records have beside the columns of their tables. */
const TIMES = [
  { name: 'start_time', type: 'TIMESTAMPTZ', comment: 'start as a timestamp' },
  { name: 'end_time', type: 'TIMESTAMPTZ', comment: 'end as a timestamp, inclusive' },
];

/** Columns that SQL also knows as words are columns here. */
const COLUMNS = new Set(TABLES.flatMap((table) => table.columns.map((column) => column.name)));

const dialect = SQLDialect.define({
  ...PostgreSQL.spec,
  keywords: ((PostgreSQL.spec.keywords ?? '') + MORE_WORDS)
    .split(' ')
    .filter((word) => word === 'end' || !COLUMNS.has(word))
    .join(' '),
  builtin: `${PostgreSQL.spec.builtin ?? ''} ${FUNCTIONS}`,
});

/** SQL as the lake reads it: its tables and columns with their meanings, and values of the lake. */
export function sqlLanguage(ask: AskValues): Extension {
  const support = sql({ dialect, schema: tables(), defaultTable: 'flows', upperCaseKeywords: true });
  return [
    support,
    support.language.data.of({
      autocomplete: (context: Parameters<typeof completeValues>[0]) => completeValues(context, ask, "'"),
    }),
  ];
}

function tables(): SQLNamespace {
  return Object.fromEntries(
    TABLES.map((table) => [
      table.name,
      {
        self: { label: table.name, type: 'class', detail: 'table', info: table.comment },
        children: [...table.columns, ...(isOfRecords(table) ? TIMES : [])].map(
          ({ name, type, comment }): Completion => ({
            label: name,
            type: 'property',
            detail: type.toLowerCase(),
            info: comment,
          }),
        ),
      },
    ]),
  );
}

function isOfRecords({ columns }: (typeof TABLES)[number]): boolean {
  return ['start', 'end'].every((name) => columns.some((column) => column.name === name));
}
