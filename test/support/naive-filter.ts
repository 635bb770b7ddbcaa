import { cidrOf, parseIp, rangeContains } from '../../src/base/index.ts';
import { type Expression, PAIRS, type Scalar, type ValueTest } from '../../src/query/index.ts';
import type { TestFlow } from './query-lake.ts';

/** Whether a record meets a condition: the slow obvious twin of the SQL, on values in memory. */
export function meets(flow: TestFlow, condition: Expression): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.terms.every((term) => meets(flow, term));
    case 'or':
      return condition.terms.some((term) => meets(flow, term));
    case 'not':
      return !meets(flow, condition.term);
    case 'test':
      if (condition.value.kind !== 'column') throw new Error('only columns are judged');
      return passes(valueOf(flow, condition.value.name), condition.test);
    case 'either':
      return PAIRS[condition.pair].columns.some((name) => passes(valueOf(flow, name), condition.test));
    case 'within':
    case 'column':
    case 'literal':
    case 'call':
      throw new Error('no condition');
  }
}

function valueOf(flow: TestFlow, name: string): Scalar | null {
  const number = (key: string): number | null => (flow[key] == null ? null : Number(flow[key]));
  const bytes = number('bytes');
  const packets = number('packets');
  const duration = Number(flow['end']) - Number(flow['start']);
  if (name === 'duration') return duration;
  if (name === 'bps') return bytes === null ? null : (bytes * 8) / Math.max(duration, 1);
  if (name === 'pps') return packets === null ? null : packets / Math.max(duration, 1);
  if (name === 'bpp') return bytes === null || packets === null || packets === 0 ? null : bytes / packets;
  return flow[name] ?? null;
}

function passes(value: Scalar | null, test: ValueTest): boolean {
  if (test.kind === 'missing') return value === null;
  if (value === null) return false;
  switch (test.kind) {
    case 'compare':
      return compares(value, test.operator, test.value);
    case 'between':
      return value >= test.low && value <= test.high;
    case 'in':
      return test.tests.some((inner) => passes(value, inner));
    case 'cidr': {
      const address = parseIp(String(value));
      return address !== null && rangeContains(cidrOf(test.block), address);
    }
    case 'glob': {
      const pattern = test.pattern
        .replace(/[.+^${}()|[\]\\]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('?', '.');
      return new RegExp(`^${pattern}$`, 'su').test(String(value));
    }
    case 'contains':
      return String(value).includes(test.text);
    case 'regex':
      return new RegExp(test.pattern, test.ignoreCase ? 'i' : '').test(String(value));
    case 'bits': {
      const bits = Number(value);
      const any = test.any === 0 || (bits & test.any) !== 0;
      return any && (bits & test.all) === test.all && (bits & test.none) === 0;
    }
  }
}

function compares(value: Scalar, operator: string, wanted: Scalar): boolean {
  switch (operator) {
    case '=':
      return value === wanted;
    case '!=':
      return value !== wanted;
    case '<':
      return value < wanted;
    case '<=':
      return value <= wanted;
    case '>':
      return value > wanted;
    default:
      return value >= wanted;
  }
}
