import { recordScope } from '../../compile/scan.ts';
import { call, column, type Expression, literal, test } from '../../plan/expression.ts';
import type { NamedExpression } from '../../plan/step.ts';
import { ParseStop } from '../../problem.ts';
import type { Query } from '../query.ts';
import { enterGroups } from './groups.ts';

const COUNT = '@sampleCount';
const PATTERN = '@pattern';
const SEVERITY = '@severityLabel';

/**
 * `pattern f`: one row per shape of a text, the most frequent first. Words without digits are the shape; addresses,
 * numbers, times and identifiers become `<IP-n>`, `<Number-n>`, `<Timestamp-n>`, `<UUID-n>` and `<Token-n>`, n counting
 * them from the left. The same text has the same pattern in every query, which clusters that are learnt do not promise.
 */
export function parsePattern(query: Query): void {
  const named = query.readNamed();
  const { value } = named;
  query.environment.assertPlain(value, 'pattern', named);
  groupPatterns(query, value);
  const ratio = call('divide', [column(COUNT), column('#total')]);
  query.push({
    kind: 'window',
    columns: [{ name: '#total', function: 'total', value: column(COUNT), parameter: 0 }],
  });
  query.push({ kind: 'extend', columns: [numbered(), severity(), { name: '@ratio', value: ratio }] });
  enterGroups(query, [{ name: PATTERN, value: column(PATTERN) }], [PATTERN, '@ratio', COUNT, SEVERITY]);
  query.isPattern = true;
  query.additive = new Set([COUNT]);
  sortPatterns(query, COUNT);
}

/** Makes patterns of the messages where rows are events, so that `diff` has something to compare. */
export function ensurePatterns(query: Query): void {
  if (query.isPattern || query.environment.afterStats) return;
  const message = query.environment.resolve('@message', query.lexer.peek(), (found) => {
    throw new ParseStop(found);
  });
  groupPatterns(query, message);
  query.push({ kind: 'extend', columns: [numbered(), severity()] });
  enterGroups(query, [{ name: PATTERN, value: column(PATTERN) }], [PATTERN, COUNT, SEVERITY]);
  query.isPattern = true;
  query.additive = new Set([COUNT]);
}

/** Shows what a comparison makes of patterns: how many more or fewer there are, and a word for it. */
export function describePatterns(query: Query, previous: string): void {
  const now = column(COUNT);
  const before = column(previous);
  const difference = call('subtract', [now, before]);
  const word = call('case', [
    call('eq', [before, literal(0)]),
    literal('new'),
    call('eq', [now, literal(0)]),
    literal('gone'),
    call('gt', [now, before]),
    literal('more'),
    call('lt', [now, before]),
    literal('fewer'),
    literal('same'),
  ]);
  query.push({
    kind: 'extend',
    columns: [
      severity(),
      { name: '@diffEventCount', value: difference },
      { name: '@differenceDescription', value: word },
      { name: '#size', value: call('abs', [difference]) },
    ],
  });
  enterGroups(
    query,
    [{ name: PATTERN, value: column(PATTERN) }],
    [PATTERN, COUNT, '@diffEventCount', '@differenceDescription', SEVERITY],
  );
  sortPatterns(query, '#size');
}

function groupPatterns(query: Query, text: NamedExpression['value']): void {
  query.push({
    kind: 'group',
    // Shapes are cheap to make of every event; only the few that are left are numbered.
    keys: [{ name: '#shape', value: shapeOf(text) }],
    measures: [{ name: COUNT, aggregate: 'count', value: text }],
    after: [],
  });
  query.push({
    kind: 'where',
    condition: call('ispresent', [column('#shape')]),
  });
}

/**
 * The shape of a text. That of a whole record is made of those of its fields, most of which are known without a look
 * at their values.
 */
function shapeOf(text: Expression): Expression {
  if (text.kind !== 'call') return call('pattern_shape', [text]);
  if (text.name === 'line') return call('line', text.args.map(shapeOf));
  const [value, fallback] = text.args;
  if (text.name !== 'coalesce' || value?.kind !== 'column' || fallback?.kind !== 'literal')
    return call('pattern_shape', [text]);
  const known = knownShape(value.name);
  if (known === null) return call('coalesce', [call('pattern_shape', [value]), fallback]);
  return call('if', [test(value, { kind: 'missing' }), fallback, literal(known)]);
}

function knownShape(name: string): string | null {
  const type = recordScope('flows').column(name)?.type;
  if (type === 'number') return '<Number>';
  return name.endsWith('addr') ? '<IP>' : null;
}

function numbered(): NamedExpression {
  return { name: PATTERN, value: call('pattern_number', [column('#shape')]) };
}

function severity(): NamedExpression {
  return { name: SEVERITY, value: call('pattern_severity', [column(PATTERN)]) };
}

function sortPatterns(query: Query, by: string): void {
  const keys = [
    { value: column(by), descending: true, natural: true },
    { value: column(PATTERN), descending: false, natural: false },
  ];
  query.push({ kind: 'sort', keys });
  query.lastSort = keys;
}
