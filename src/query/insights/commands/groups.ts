import { column, type Expression } from '../../plan/expression.ts';
import type { Dimension } from '../../plan/measure.ts';
import type { Query } from '../query.ts';

/** From here on the rows are groups, which have these columns and no others. */
export function enterGroups(query: Query, keys: readonly Dimension[], names: readonly string[]): void {
  query.environment.enterStats(names);
  query.groupKeys = keys.map((key) => key.name);
  query.timeKeys = keys.filter(({ value }) => isTime(value)).map((key) => key.name);
  query.additive = new Set();
  query.bucket = null;
  query.lastSort = [];
  query.isPattern = false;
  query.shown = names.map((name) => ({ name, value: column(name) }));
  query.added = [];
  query.joined = () => [];
  query.display = null;
  query.hasFields = true;
  query.showsGroups = true;
}

/** True for a time of the event, floored or not. */
export function isTime(value: Expression): boolean {
  if (value.kind === 'column') return value.name === 'event_time';
  return value.kind === 'call' && (value.name.startsWith('time_') || value.name === 'frommillis');
}
