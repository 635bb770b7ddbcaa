import type { Measure } from '../plan/measure.ts';
import type { SqlWriter } from './dialect.ts';
import { conditionSql, expressionSql } from './expression.ts';
import { naturalKey } from './order.ts';
import { isNumeric, type Scope, type TypedSql } from './types.ts';
import { textOf } from './value-test.ts';

/** The SQL of a measure over rows. Sums of whole numbers stay whole. */
export function measureSql(measure: Measure, writer: SqlWriter, scope: Scope): TypedSql {
  const filter =
    measure.where === undefined ? '' : ` FILTER (WHERE ${conditionSql(measure.where, writer, scope)})`;
  const value = measure.value === null ? null : expressionSql(measure.value, writer, scope);
  if (value === null) return { sql: `count(*)${filter}`, type: 'number', isWhole: true };
  if (value.type === 'none')
    return measure.aggregate.startsWith('count')
      ? { sql: '0', type: 'number' }
      : { sql: 'NULL', type: 'none' };
  const number = numberOf(value, writer);
  const numeric = (sql: string): TypedSql => ({ sql: `${sql}${filter}`, type: 'number' });
  switch (measure.aggregate) {
    case 'count':
      return { ...numeric(`count(${value.sql})`), isWhole: true };
    case 'count_distinct':
      return numeric(`count(DISTINCT ${value.sql})`);
    case 'sum': {
      if (value.isWhole !== true) return numeric(writer.fact('aggregate.sum', number));
      const sum = `sum(${value.sql})${filter}`;
      return { sql: writer.fact('aggregate.whole', sum), type: 'number', isWhole: true };
    }
    case 'avg':
      return numeric(`avg(${number})`);
    case 'min':
    case 'max':
      return { sql: `${measure.aggregate}(${value.sql})${filter}`, type: value.type };
    case 'percentile':
      return numeric(writer.fact('aggregate.percentile', number, writer.bind(measure.parameter ?? 50)));
    case 'histogram': {
      const ranges = String(measure.parameter ?? 10);
      return { sql: writer.fact('aggregate.histogram', number, ranges), type: 'map' };
    }
    case 'stddev':
      return numeric(`stddev_pop(${number})`);
    case 'variance':
      return numeric(`var_pop(${number})`);
    case 'list_distinct':
      return { sql: writer.fact('aggregate.list-distinct', value.sql), type: 'list' };
    case 'earliest':
    case 'latest': {
      const time = scope.column('event_time')?.sql ?? scope.column('@timestamp')?.sql ?? 'NULL';
      const fact = measure.aggregate === 'earliest' ? 'aggregate.first-by' : 'aggregate.last-by';
      return { sql: `${writer.fact(fact, value.sql, time)}${filter}`, type: value.type };
    }
    case 'sorts_first':
    case 'sorts_last': {
      const fact = measure.aggregate === 'sorts_first' ? 'aggregate.first-by' : 'aggregate.last-by';
      return { sql: writer.fact(fact, value.sql, naturalKey(value, writer)), type: value.type };
    }
  }
}

/** A value as a number: text by what it says, a condition as 1 or 0; missing where it is none. */
export function numberOf(value: TypedSql, writer: SqlWriter): string {
  if (isNumeric(value.type) || value.type === 'none') return value.sql;
  if (value.type === 'boolean') return `CASE WHEN ${value.sql} THEN 1 ELSE 0 END`;
  return writer.fact('cast.number', textOf(writer, value));
}
