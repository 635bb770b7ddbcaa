import { type FunctionRow, row } from './row.ts';

/** Functions of time. A time is milliseconds since 1970; units and periods are resolved before the plan is made. */
export const DATE: readonly FunctionRow[] = [
  row('bin', ['period'], 'time', 'Time of the event, floored to a period'),
  row('datefloor', ['number', 'period'], 'time', 'A time floored to a period'),
  row('dateceil', ['number', 'period'], 'time', 'A time raised to a period; one that fits stays'),
  row('frommillis', ['number'], 'time', 'Milliseconds as a time'),
  row('tomillis', ['number'], 'number', 'A time as milliseconds'),
  row('now', [], 'number', 'Start of the query, in SECONDS since 1970'),
  row('parsedate', ['text', 'text', 'text'], 'number', 'Milliseconds of a text under a Java pattern', {
    least: 2,
  }),
  row('formatdate', ['number', 'text', 'text'], 'text', 'A time under a Java pattern', {
    least: 2,
    aliases: ['strftime'],
  }),
  row('querystarttime', [], 'number', 'First millisecond of the range asked'),
  row('queryendtime', [], 'number', 'Last millisecond of the range asked'),
  row('querytimerange', [], 'number', 'Length of the range asked in milliseconds'),
  row('seconds_time', ['number'], 'time', 'Unix seconds as a time', { internal: true }),
  row('time_floor', ['number', 'number'], 'time', 'Floored to a multiple of milliseconds', {
    internal: true,
  }),
  row('time_ceil', ['number', 'number'], 'time', 'Raised to a multiple of milliseconds', { internal: true }),
  row('time_floor_unit', ['number', 'text'], 'time', 'Floored to a calendar unit', { internal: true }),
  row('time_ceil_unit', ['number', 'text'], 'time', 'Raised to a calendar unit', { internal: true }),
];
