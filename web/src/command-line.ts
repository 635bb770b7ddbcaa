/** A question in parts, as the command line takes it. */
export interface FindQuestion {
  readonly where: string;
  readonly by: readonly string[];
  readonly measures: readonly string[];
  /** Slices of time; none when absent. */
  readonly everySeconds?: number;
  /** Groups that stand alone; the default of the command when absent. */
  readonly count?: number;
  /** Measured again so much earlier; not when absent. */
  readonly compareSeconds?: number;
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** The command that asks the same as the console: the same groups, slices and sums. Pure. */
export function findCommandLine(question: FindQuestion): string {
  const { where, by, measures, everySeconds, count, compareSeconds, startSeconds, endSeconds } = question;
  return [
    'weir find',
    quoted(where),
    ...(by.length === 0 ? [] : [`--by ${by.join(',')}`]),
    `--sum ${measures.join(',')}`,
    ...(everySeconds === undefined ? [] : [`--every ${everySeconds}s`]),
    ...(by.length === 0 || count === undefined ? [] : [`-n ${count}`]),
    ...(compareSeconds === undefined ? [] : [`--compare ${compareSeconds}s`]),
    `--since ${isoOf(startSeconds)}`,
    `--until ${isoOf(endSeconds)}`,
  ].join(' ');
}

/** The command that says what objects became; absent parts do not narrow. Pure. */
export function ledgerCommandLine(question: {
  readonly uri?: string | undefined;
  readonly status?: string | undefined;
}): string {
  const { uri = '', status = '' } = question;
  return [
    'weir ledger',
    ...(uri === '' ? [] : [`--uri ${quoted(uri)}`]),
    ...(status === '' ? [] : [`--status ${quoted(status)}`]),
  ].join(' ');
}

/** The command that says when interfaces were watched. Pure. */
export function coverageCommandLine(question: { readonly from: number; readonly to: number }): string {
  return `weir coverage --since ${isoOf(question.from)} --until ${isoOf(question.to)}`;
}

/** The command that lists the records of a filter and a range. Pure. */
export function recordsCommandLine(question: {
  readonly where: string;
  readonly from: number;
  readonly to: number;
}): string {
  const { where, from, to } = question;
  return `weir find ${quoted(where)} --since ${isoOf(from)} --until ${isoOf(to)}`;
}

/** A word of a shell command, whatever is in it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function isoOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
