import { sqlIdentifier } from '../../base/index.ts';
import { type TableName, tableOf } from '../../record/index.ts';

/** A view under a name that SQL from AWS's documentation uses. */
export interface AthenaView {
  readonly name: string;
  readonly over: TableName;
  readonly comment: string;
}

/**
 * The table names of AWS's Athena samples. Both have `date` (DATE) and `day` (text `2026/01/31`), which AWS's own
 * tables get from their partitions, so its samples run as they stand.
 */
export const ATHENA_VIEWS: readonly AthenaView[] = [
  { name: 'vpc_flow_logs', over: 'flows', comment: "The table name of AWS's Athena guide" },
  {
    name: 'test_table_vpclogs',
    over: 'flows',
    comment: "The table name of AWS's Athena samples with partition projection",
  },
];

/** Records as AWS's tables show them: our columns, with `day` as text and `date` beside it. */
export function athenaViewSql(view: AthenaView): string {
  const day = sqlIdentifier(tableOf(view.over).partition);
  return `SELECT * REPLACE (strftime(${day}, '%Y/%m/%d') AS ${day}), ${day} AS "date" FROM ${sqlIdentifier(view.over)}`;
}
