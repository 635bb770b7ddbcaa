/** What a parameter of a report takes; the text is checked before it is bound. */
export type ParameterType = 'address' | 'text' | 'port';

export interface ReportParameter {
  /** Written `:name` in the SQL. */
  readonly name: string;
  readonly type: ParameterType;
  readonly meaning: string;
  readonly example: string;
}

export interface ReportColumn {
  readonly name: string;
  /** `bytes`, `packets`, `records`, `percent` …; null for names and codes. */
  readonly unit: string | null;
  readonly meaning: string;
}

/**
 * A question with a name. SQL is text over two relations: `t`, the records with log_status OK in the time range, and
 * `all_t`, which holds NODATA and SKIPDATA too. `:limit` and the parameters are bound, never pasted.
 */
export interface Report {
  /** The name AWS gives it in the Athena integration, or ours. */
  readonly name: string;
  /** What people type. */
  readonly alias: string;
  readonly origin: 'aws' | 'weir';
  readonly purpose: string;
  /** The record table behind `t`. */
  readonly table: 'flows' | 'tgw_flows';
  /** Fields, in AWS's spelling, without which the report is empty. */
  readonly needs: readonly string[];
  readonly parameters: readonly ReportParameter[];
  readonly columns: readonly ReportColumn[];
  /** Rows unless the caller says otherwise. */
  readonly limit: number;
  readonly sql: string;
}

/** One column of a report. */
export function column(name: string, unit: string | null, meaning: string): ReportColumn {
  return { name, unit, meaning };
}
