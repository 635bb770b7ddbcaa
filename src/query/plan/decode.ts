import { WeirError } from '../../base/index.ts';
import type { Plan } from './plan.ts';

/** What a value of plan data must look like. */
type Shape =
  | 'text'
  | 'number'
  | 'boolean'
  | 'scalar'
  | { readonly list: Shape }
  | { readonly record: Shape }
  | { readonly maybe: Shape }
  | { readonly words: readonly string[] }
  | { readonly fields: Readonly<Record<string, Shape>>; readonly optional?: readonly string[] }
  | { readonly name: string };

const KINDS: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, Shape>>>>>> = {
  expression: {
    column: { name: 'text' },
    literal: { value: { maybe: 'scalar' } },
    call: { name: 'text', args: { list: { name: 'expression' } } },
    and: { terms: { list: { name: 'expression' } } },
    or: { terms: { list: { name: 'expression' } } },
    not: { term: { name: 'expression' } },
    test: { value: { name: 'expression' }, test: { name: 'test' } },
    within: { value: { name: 'expression' }, inner: 'number' },
    either: { pair: { words: ['ip', 'port', 'pkt_ip', 'aws_service'] }, test: { name: 'test' } },
  },
  test: {
    compare: { operator: { words: ['=', '!=', '<', '<=', '>', '>='] }, value: 'scalar' },
    between: { low: 'scalar', high: 'scalar' },
    in: { tests: { list: { name: 'test' } } },
    cidr: { block: 'text' },
    glob: { pattern: 'text' },
    contains: { text: 'text' },
    regex: { pattern: 'text', ignoreCase: 'boolean' },
    bits: { all: 'number', none: 'number', any: 'number' },
    missing: {},
  },
  step: {
    where: { condition: { name: 'expression' } },
    extend: { columns: { list: { name: 'named' } } },
    group: {
      keys: { list: { name: 'named' } },
      measures: { list: { name: 'measure' } },
      after: { list: { name: 'named' } },
    },
    sort: { keys: { list: { name: 'sortKey' } } },
    limit: { count: 'number' },
    dedup: { keys: { list: { name: 'expression' } }, order: { list: { name: 'sortKey' } } },
    unnest: { list: { name: 'expression' }, name: 'text' },
    lookup: {
      table: { fields: { name: 'text', header: { list: 'text' }, rows: { list: { list: 'text' } } } },
      keys: { list: { fields: { column: 'text', value: { name: 'expression' } } } },
      outputs: { list: { fields: { column: 'text', name: 'text' } } },
      cidr: 'boolean',
    },
    fill: { time: 'text', stepMs: 'number', keys: { list: 'text' }, values: { record: 'number' } },
    window: {
      columns: {
        list: {
          fields: {
            name: 'text',
            function: { words: ['sum', 'lag', 'filldown', 'total', 'percentile'] },
            value: { name: 'expression' },
            parameter: 'number',
          },
        },
      },
    },
    join: {
      way: { words: ['inner', 'left'] },
      inner: 'number',
      keys: { list: { fields: { value: { name: 'expression' }, column: 'text' } } },
      columns: { list: { name: 'innerColumn' } },
    },
    append: { inner: 'number', columns: { list: { name: 'innerColumn' } }, most: 'number' },
    compare: { inner: 'number', keys: { list: 'text' }, values: { list: { name: 'innerColumn' } } },
    session: {
      keys: { list: { name: 'expression' } },
      time: { name: 'expression' },
      gapMs: 'number',
      name: 'text',
    },
    estimate: {},
    totals: { columns: { list: { name: 'named' } }, sums: { list: 'text' } },
    project: { columns: { list: { name: 'named' } } },
  },
};

const AGGREGATES =
  'count count_distinct sum avg min max percentile stddev variance list_distinct earliest latest sorts_first sorts_last histogram'.split(
    ' ',
  );

const NAMED: Readonly<Record<string, Shape>> = {
  named: { fields: { name: 'text', value: { name: 'expression' } } },
  measure: {
    fields: {
      name: 'text',
      aggregate: { words: AGGREGATES },
      value: { maybe: { name: 'expression' } },
      parameter: 'number',
      where: { name: 'expression' },
    },
    optional: ['parameter', 'where'],
  },
  innerColumn: { fields: { column: 'text', name: 'text' } },
  sortKey: { fields: { value: { name: 'expression' }, descending: 'boolean', natural: 'boolean' } },
  plan: {
    fields: {
      source: { words: ['flows', 'tgw_flows'] },
      time: { fields: { startSeconds: { maybe: 'number' }, endSeconds: { maybe: 'number' } } },
      statuses: { words: ['ok', 'any'] },
      filter: { name: 'expression' },
      columns: { list: 'text' },
      dimensions: { list: { name: 'named' } },
      bucket: { maybe: { fields: { name: 'text', seconds: 'number' } } },
      measures: { list: { name: 'measure' } },
      order: { list: { fields: { name: 'text', descending: 'boolean' } } },
      limit: { maybe: { fields: { count: 'number', other: 'boolean' } } },
      compareShiftSeconds: { maybe: 'number' },
      bidirectional: 'boolean',
      steps: { list: { name: 'step' } },
      inner: { list: { name: 'plan' } },
    },
    optional: ['inner'],
  },
};

/**
 * The plan in parsed JSON, checked to the last node, so that a plan from outside is as good as one of ours.
 * Throws `query.bad-plan` (kind `query`, details `{ path }`) at the first value of another shape.
 */
export function decodePlan(value: unknown): Plan {
  checkShape(value, { name: 'plan' }, 'plan', 0);
  return value as Plan;
}

function checkShape(value: unknown, shape: Shape, path: string, depth: number): void {
  if (depth > 200) throw badPlan(path, 'nests too deep');
  if (typeof shape === 'string') {
    if (!isScalar(value, shape)) throw badPlan(path, `is no ${shape}`);
    return;
  }
  if ('name' in shape) return checkNamed(value, shape.name, path, depth);
  if ('maybe' in shape) {
    if (value !== null) checkShape(value, shape.maybe, path, depth + 1);
  } else if ('words' in shape) {
    if (!shape.words.includes(String(value))) throw badPlan(path, `is none of ${shape.words.join(', ')}`);
  } else if ('list' in shape) {
    if (!Array.isArray(value)) throw badPlan(path, 'is no list');
    for (const [index, item] of value.entries()) checkShape(item, shape.list, `${path}[${index}]`, depth + 1);
  } else if ('record' in shape) {
    for (const [key, item] of Object.entries(objectAt(value, path)))
      checkShape(item, shape.record, `${path}.${key}`, depth + 1);
  } else checkFields(objectAt(value, path), shape.fields, shape.optional ?? [], path, depth);
}

function checkNamed(value: unknown, name: string, path: string, depth: number): void {
  const kinds = KINDS[name];
  if (kinds === undefined) {
    const shape = NAMED[name];
    if (shape !== undefined) checkShape(value, shape, path, depth + 1);
    return;
  }
  const object = objectAt(value, path);
  const kind = String(object['kind']);
  const fields = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (fields === undefined) throw badPlan(`${path}.kind`, `is none of ${Object.keys(kinds).join(', ')}`);
  checkFields(object, { kind: 'text', ...fields }, [], path, depth);
}

function checkFields(
  object: Readonly<Record<string, unknown>>,
  fields: Readonly<Record<string, Shape>>,
  optional: readonly string[],
  path: string,
  depth: number,
): void {
  for (const [key, shape] of Object.entries(fields)) {
    if (object[key] === undefined && optional.includes(key)) continue;
    checkShape(object[key], shape, `${path}.${key}`, depth + 1);
  }
}

function objectAt(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badPlan(path, 'is no object');
  return value as Readonly<Record<string, unknown>>;
}

function isScalar(value: unknown, shape: 'text' | 'number' | 'boolean' | 'scalar'): boolean {
  switch (shape) {
    case 'text':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'scalar':
      return ['string', 'number', 'boolean'].includes(typeof value);
  }
}

function badPlan(path: string, reason: string): WeirError {
  return new WeirError('query', 'query.bad-plan', `the plan is not understood: ${path} ${reason}`, {
    details: { path },
  });
}
