import { formatIp, parseIp, type SqlParameter, WeirError } from '../../base/index.ts';
import type { ResultFrame } from '../../engine/index.ts';
import { fieldByName } from '../../record/index.ts';
import type { AnalyzeDeps } from '../deps.ts';
import { ALL_TIME, COUNTED, recordCondition, type TimeRange } from '../time-range.ts';
import { AWS_REPORTS } from './aws-reports.ts';
import type { Report, ReportParameter } from './report.ts';
import { WEIR_REPORTS } from './weir-reports.ts';

/** Every named report, AWS's first. */
export const REPORTS: readonly Report[] = [...AWS_REPORTS, ...WEIR_REPORTS];

export interface ReportQuestion {
  /** Name or alias, in any case. */
  readonly name: string;
  readonly range?: TimeRange;
  /** Values by parameter name. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Rows; the report's own limit when absent. */
  readonly limit?: number;
}

export interface ReportAnswer {
  readonly report: Report;
  readonly frame: ResultFrame;
  readonly sql: string;
  /** What to know about the answer: a field that the records lack. */
  readonly notes: readonly string[];
}

/**
 * Runs a report. Errors: `analyze.unknown-report` with the nearest, `analyze.missing-parameter`,
 * `analyze.bad-parameter`; those of the engine. Cost: one pass over the records of the range, and a second one over
 * the needed fields when the answer is empty, to say whether they were there at all.
 */
export async function runReport(deps: AnalyzeDeps, question: ReportQuestion): Promise<ReportAnswer> {
  const report = reportOf(question.name);
  const { sql, parameters } = compileReport(report, question);
  const limit = question.limit ?? report.limit;
  const frame = await deps.session.query(sql, { ...deps.limits, parameters, maxRows: limit });
  const isEmpty = frame.rows.length === 0 || frame.rows.every((row) => row.every((value) => value === 0));
  const notes = isEmpty ? await missingNeeds(deps, report, question.range ?? ALL_TIME) : [];
  return { report, frame, sql, notes };
}

/** The report of a name or alias. Errors: `analyze.unknown-report`. */
export function reportOf(name: string): Report {
  const wanted = name.toLowerCase();
  const found = REPORTS.find(
    (report) =>
      report.alias === wanted ||
      report.name.toLowerCase() === wanted ||
      report.name.toLowerCase() === `vpcflowlogs${wanted}`,
  );
  if (found !== undefined) return found;
  const near = REPORTS.filter((report) => report.alias.includes(wanted) || wanted.includes(report.alias)).map(
    ({ alias }) => alias,
  );
  const hint = near.length > 0 ? `did you mean ${near.join(', ')}?` : 'weir report --help lists them';
  throw new WeirError('query', 'analyze.unknown-report', `there is no report "${name}"; ${hint}`, {
    details: { name, known: REPORTS.map(({ alias }) => alias) },
  });
}

/** SQL of a report with its parameters as `$1`, `$2`, … */
export function compileReport(
  report: Report,
  question: Omit<ReportQuestion, 'name'>,
): { readonly sql: string; readonly parameters: readonly SqlParameter[] } {
  const given = question.parameters ?? {};
  const unknown = Object.keys(given).filter(
    (name) => !report.parameters.some((parameter) => parameter.name === name),
  );
  if (unknown.length > 0) throw badParameter(report, `takes no ${unknown.join(', ')}`);
  const values = new Map<string, SqlParameter>(
    report.parameters.map((parameter) => [
      parameter.name,
      parameterValue(report, parameter, given[parameter.name]),
    ]),
  );
  // One row more than asked for, so that the answer can say whether there were more.
  values.set('limit', (question.limit ?? report.limit) + 1);
  const parameters: SqlParameter[] = [];
  const body = report.sql.replace(/:([a-z]+)\b/g, (_, name: string) => {
    parameters.push(values.get(name) ?? null);
    return `$${parameters.length}`;
  });
  const condition = recordCondition(question.range ?? ALL_TIME);
  // Not materialized: a report that reads `t` twice has two filters, and each must reach the files on its own.
  const relations = [
    `all_t AS NOT MATERIALIZED (SELECT * FROM ${report.table} WHERE ${condition})`,
    `t AS NOT MATERIALIZED (SELECT * FROM all_t WHERE ${COUNTED})`,
  ];
  const sql = body.startsWith('WITH ')
    ? `WITH ${relations.join(', ')}, ${body.slice(5)}`
    : `WITH ${relations.join(', ')} ${body}`;
  return { sql, parameters };
}

function parameterValue(report: Report, parameter: ReportParameter, text: string | undefined): SqlParameter {
  if (text === undefined) {
    throw new WeirError(
      'query',
      'analyze.missing-parameter',
      `the report ${report.alias} needs ${parameter.name}=${parameter.example}`,
      { details: { report: report.alias, parameter: parameter.name } },
    );
  }
  switch (parameter.type) {
    case 'address': {
      const address = parseIp(text);
      if (address === null)
        throw badParameter(report, `needs an address as ${parameter.name}, not "${text}"`);
      return formatIp(address);
    }
    case 'port': {
      if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
        throw badParameter(report, `needs a port as ${parameter.name}, not "${text}"`);
      }
      return Number(text);
    }
    case 'text':
      return text;
  }
}

function badParameter(report: Report, what: string): WeirError {
  return new WeirError('query', 'analyze.bad-parameter', `the report ${report.alias} ${what}`, {
    details: { report: report.alias },
  });
}

async function missingNeeds(deps: AnalyzeDeps, report: Report, range: TimeRange): Promise<readonly string[]> {
  const columns = report.needs.map((name) => `count("${fieldByName(name)?.sql ?? name}")`);
  const sql = `SELECT count(*), ${columns.join(', ')} FROM ${report.table} WHERE ${COUNTED} AND ${recordCondition(range)}`;
  const [row = []] = (await deps.session.query(sql, deps.limits)).rows;
  if (row[0] === 0) return ['there are no records with traffic in this time range'];
  return report.needs
    .filter((_, index) => row[index + 1] === 0)
    .map((name) => `no record has ${name}: the format of these flow logs leaves it out`);
}
