import { call, column, type Expression, literal } from '../../plan/expression.ts';
import type { AggregateName, Measure } from '../../plan/measure.ts';
import { ParseStop, problem } from '../../problem.ts';
import { AGGREGATES } from '../aggregates.ts';
import type { AggregateCall } from '../call-parser.ts';
import { parsePeriod } from '../period.ts';

const MOST_RANGES = 1000;

/**
 * An aggregate of stats as measures of a plan: `add` takes each and gives the column that will hold it. Stops the parse
 * at arguments that it does not take.
 */
export function lowerAggregate(
  name: string,
  written: AggregateCall,
  add: (measure: Omit<Measure, 'name'>) => Expression,
): Expression {
  const aggregate = AGGREGATES.get(name) ?? 'count';
  const [value = null] = written.args;
  if (written.isStar && aggregate !== 'count') throw badKind(name, written, 'a field');
  switch (aggregate) {
    case 'topk':
      throw badKind(name, written, 'to stand alone in stats, without by,');
    case 'count':
      assertCount(name, written, 0, 1, 'one argument');
      return add({ aggregate, value });
    case 'count_over_time':
    case 'sum_over_time':
      assertCount(name, written, 1, 1, 'one argument');
      return add({ aggregate: aggregate === 'sum_over_time' ? 'sum' : 'count', value });
    case 'percentile':
      assertCount(name, written, 2, 2, 'a field and a percentage');
      return add({
        aggregate,
        value,
        parameter: numberFrom(name, written, 0, 100, 'a percentage from 0 to 100'),
      });
    case 'histogram': {
      assertCount(name, written, 2, 2, 'a field and a number of ranges');
      const wanted = `a whole number of ranges from 1 to ${MOST_RANGES}`;
      return add({
        aggregate,
        value,
        parameter: Math.round(numberFrom(name, written, 1, MOST_RANGES, wanted)),
      });
    }
    case 'rate':
      return rate(name, written, add);
    default:
      assertCount(name, written, 1, 1, 'one argument');
      return add({ aggregate, value });
  }
}

/** The change from the first event to the last, over the time between them, times the period; missing without such time. */
function rate(
  name: string,
  written: AggregateCall,
  add: (measure: Omit<Measure, 'name'>) => Expression,
): Expression {
  assertCount(name, written, 2, 2, 'a field and a period');
  const [value = null, period] = written.args;
  const parsed = period?.kind === 'literal' ? parsePeriod(String(period.value)) : null;
  if (parsed?.kind !== 'fixed') throw badKind(name, written, 'a period such as 5m');
  const of = (aggregate: AggregateName, of: Expression | null): Expression => add({ aggregate, value: of });
  const time = column('event_time');
  const change = call('subtract', [
    call('tonumber', [of('latest', value)]),
    call('tonumber', [of('earliest', value)]),
  ]);
  const span = call('subtract', [of('max', time), of('min', time)]);
  return call('multiply', [call('divide', [change, span]), literal(parsed.ms)]);
}

function assertCount(
  name: string,
  written: AggregateCall,
  least: number,
  most: number,
  wanted: string,
): void {
  const found = written.args.length;
  if (found < least || found > most)
    throw new ParseStop(problem('query.argument-count', written, { name, wanted, found }));
}

function numberFrom(
  name: string,
  { args, ...span }: AggregateCall,
  low: number,
  high: number,
  wanted: string,
): number {
  const [, parameter] = args;
  const value = parameter?.kind === 'literal' ? Number(parameter.value) : Number.NaN;
  if (value >= low && value <= high) return value;
  throw badKind(name, { ...span, args }, wanted);
}

function badKind(name: string, written: AggregateCall, wanted: string): ParseStop {
  return new ParseStop(problem('query.argument-kind', written, { name, wanted }));
}
