import { recordScope } from '../../compile/scan.ts';
import { call, column, type Expression, literal, test } from '../../plan/expression.ts';
import type { NamedExpression } from '../../plan/step.ts';
import { ParseStop } from '../../problem.ts';
import type { Query } from '../query.ts';
import { enterGroups } from './groups.ts';

const COUNT = '@sampleCount';
const SHAPE = '#shape';
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

function groupPatterns(query: Query, text: Expression): void {
  if (text.kind === 'call' && text.name === 'line') groupRecords(query, text.args);
  else
    query.push({
      kind: 'group',
      // Shapes are cheap to make of every event; only the few that are left are numbered.
      keys: [{ name: SHAPE, value: call('pattern_shape', [text]) }],
      measures: [{ name: COUNT, aggregate: 'count', value: text }],
      after: [],
    });
  query.push({ kind: 'where', condition: call('ispresent', [column(SHAPE)]) });
}

/**
 * Groups whole records by what their shape depends on before any shape is made: numbers and addresses are there or not,
 * and there are few other values. The shapes of those few groups then become one row each.
 */
function groupRecords(query: Query, fields: readonly Expression[]): void {
  const parts = fields.map(partOf);
  query.push({
    kind: 'group',
    keys: parts.map(({ key }, i) => ({ name: `#part${i}`, value: key })),
    measures: [{ name: '#events', aggregate: 'count', value: null }],
    after: [],
  });
  query.push({
    kind: 'group',
    keys: [
      {
        name: SHAPE,
        value: call(
          'line',
          parts.map(({ shapeOf }, i) => shapeOf(column(`#part${i}`))),
        ),
      },
    ],
    measures: [{ name: COUNT, aggregate: 'sum', value: column('#events') }],
    after: [],
  });
}

/** What to group a field of a record by, and its shape given that. */
function partOf(field: Expression): {
  readonly key: Expression;
  readonly shapeOf: (key: Expression) => Expression;
} {
  const value = field.kind === 'call' && field.name === 'coalesce' ? (field.args[0] ?? field) : field;
  const known = value.kind === 'column' ? knownShape(value.name) : null;
  return known === null
    ? { key: field, shapeOf: (key) => call('pattern_shape', [key]) }
    : {
        key: test(value, { kind: 'missing' }),
        shapeOf: (key) => call('if', [key, literal('-'), literal(known)]),
      };
}

function knownShape(name: string): string | null {
  const type = recordScope('flows').column(name)?.type;
  if (type === 'number') return '<Number>';
  return name.endsWith('addr') ? '<IP>' : null;
}

function numbered(): NamedExpression {
  return { name: PATTERN, value: call('pattern_number', [column(SHAPE)]) };
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
