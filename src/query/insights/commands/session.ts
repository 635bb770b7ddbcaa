import { call, column, type Expression, literal, not } from '../../plan/expression.ts';
import type { NamedExpression, WindowColumn } from '../../plan/step.ts';
import { ParseStop, type Problem, problem } from '../../problem.ts';
import type { Token } from '../lexer.ts';
import { parsePeriod } from '../period.ts';
import type { Query } from '../query.ts';
import { addShown } from './columns.ts';

const DEFAULT_GAP_MS = 30 * 60_000;
const DEFAULT_FACTOR = 2.5;

/** `sessionize f, … [maxspan 30m] [as name]`: events of equal keys no further apart than that have one session number. */
export function parseSessionize(query: Query): void {
  const { start, end } = query.lexer.peek();
  const keys = query.readList(() => query.expressions.parse());
  let gapMs = DEFAULT_GAP_MS;
  if (query.takeWord('maxspan')) {
    const token = query.lexer.next();
    const period = token.kind === 'period' ? parsePeriod(token.text) : null;
    if (period?.kind !== 'fixed') throw query.unexpected(token, 'a period such as 30m');
    gapMs = period.ms;
  }
  const name = query.takeWord('as') ? query.readName('a name').text : 'session_id';
  const time = query.environment.resolve('@timestamp', { start, end }, stop);
  query.push({ kind: 'session', keys, time, gapMs, name });
  addShown(query, name);
}

/**
 * `outlier [action=transform|remove] [param=2.5] [uselower=false] [mark=false] f …`: a value further above the third
 * quartile than `param` times the distance of the quartiles is cut to that bound, or its row removed; with `uselower`
 * the same below the first quartile. `mark` adds `f_outlier`, true where the value was outside.
 */
export function parseOutlier(query: Query): void {
  const options = { removes: false, factor: DEFAULT_FACTOR, usesLower: false, marks: false };
  for (;;) {
    const action = query.takeOption('action');
    const param = query.takeOption('param');
    const lower = query.takeOption('uselower');
    const mark = query.takeOption('mark');
    if (action === null && param === null && lower === null && mark === null) break;
    if (action !== null) options.removes = wordOf(action, ['transform', 'remove'], 'action') === 'remove';
    if (param !== null) options.factor = factorOf(param);
    if (lower !== null) options.usesLower = wordOf(lower, ['true', 'false'], 'uselower') === 'true';
    if (mark !== null) options.marks = wordOf(mark, ['true', 'false'], 'mark') === 'true';
  }
  const fields = readFields(query);
  const windows = fields.flatMap(({ value }, i): WindowColumn[] =>
    [25, 75].map((parameter) => ({
      name: `#q${parameter}_${i}`,
      function: 'percentile',
      value: call('tonumber', [value]),
      parameter,
    })),
  );
  query.push({ kind: 'window', columns: windows });
  const isOutside: Expression[] = [];
  const columns = fields.flatMap(({ name, value }, i): NamedExpression[] => {
    const [low, high] = [column(`#q25_${i}`), column(`#q75_${i}`)];
    const reach = call('multiply', [literal(options.factor), call('subtract', [high, low])]);
    const number = call('tonumber', [value]);
    const above = call('add', [high, reach]);
    const below = call('subtract', [low, reach]);
    const outside = options.usesLower
      ? { kind: 'or' as const, terms: [call('gt', [number, above]), call('lt', [number, below])] }
      : call('gt', [number, above]);
    isOutside.push(column(`#outside_${i}`));
    const capped = call('case', [
      call('gt', [number, above]),
      above,
      ...(options.usesLower ? [call('lt', [number, below]), below] : []),
      number,
    ]);
    return [
      { name: `#outside_${i}`, value: outside },
      ...(options.removes ? [] : [{ name, value: capped }]),
      ...(options.marks ? [{ name: `${name}_outlier`, value: column(`#outside_${i}`) }] : []),
    ];
  });
  query.push({ kind: 'extend', columns });
  if (options.removes) query.push({ kind: 'where', condition: not({ kind: 'or', terms: isOutside }) });
  for (const { name } of fields) if (!options.removes) replaceShown(query, name);
  if (options.marks) for (const { name } of fields) addShown(query, `${name}_outlier`);
}

function readFields(query: Query): readonly { readonly name: string; readonly value: Expression }[] {
  const fields: { name: string; value: Expression }[] = [];
  while (fields.length === 0 || !query.atEnd()) {
    const token = query.readName('a numeric field');
    fields.push({ name: token.text, value: query.environment.resolve(token.text, token, stop) });
    query.takeSymbol(',');
  }
  return fields;
}

/** The computed column takes the place of the field, where one is shown. */
function replaceShown(query: Query, name: string): void {
  query.environment.add(name);
  const entry = { name, value: column(name) };
  const place = query.shown.findIndex((shown) => shown.name === name);
  if (place >= 0) query.shown[place] = entry;
  else addShown(query, name);
}

function wordOf(token: Token, words: readonly string[], name: string): string {
  const word = token.text.toLowerCase();
  if (words.includes(word)) return word;
  throw new ParseStop(problem('query.argument-kind', token, { name, wanted: words.join(' or ') }));
}

function factorOf(token: Token): number {
  const factor = token.kind === 'number' ? Number(token.text) : Number.NaN;
  if (factor >= 0) return factor;
  throw new ParseStop(
    problem('query.argument-kind', token, { name: 'param', wanted: 'a number such as 2.5' }),
  );
}

function stop(found: Problem): never {
  throw new ParseStop(found);
}
