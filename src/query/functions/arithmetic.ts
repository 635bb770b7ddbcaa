import { type FunctionRow, row } from './row.ts';

const binary = (name: string, meaning: string): FunctionRow =>
  row(name, ['number', 'number'], 'number', meaning, { internal: true });
const comparison = (name: string, meaning: string): FunctionRow =>
  row(name, ['any', 'any'], 'boolean', meaning, { internal: true });

/** The operators of expressions, and comparisons of two computed values. */
export const ARITHMETIC: readonly FunctionRow[] = [
  binary('add', 'Sum'),
  binary('subtract', 'Difference'),
  binary('multiply', 'Product'),
  binary('divide', 'Quotient, never rounded; missing when the divisor is 0'),
  binary('modulo', 'Remainder; missing when the divisor is 0'),
  binary('power', 'Power'),
  row('negate', ['number'], 'number', 'The number with its sign turned', { internal: true }),
  row('item_of', ['any', 'text'], 'boolean', 'True when a list or JSON array holds the text', {
    internal: true,
  }),
  comparison('eq', 'Equal; by number when both sides are numbers, else by text'),
  comparison('ne', 'Not equal'),
  comparison('lt', 'Less'),
  comparison('le', 'Less or equal'),
  comparison('gt', 'Greater'),
  comparison('ge', 'Greater or equal'),
];

/** Functions of numbers. */
export const NUMERIC: readonly FunctionRow[] = [
  row('abs', ['number'], 'number', 'Absolute value'),
  row('ceil', ['number'], 'number', 'Smallest whole number not below'),
  row('floor', ['number'], 'number', 'Largest whole number not above'),
  row('greatest', ['number'], 'number', 'Largest of the arguments, missing ones aside', { most: 100 }),
  row('least', ['number'], 'number', 'Smallest of the arguments, missing ones aside', { most: 100 }),
  row('log', ['number'], 'number', 'Natural logarithm; missing for numbers that have none'),
  row('sqrt', ['number'], 'number', 'Square root; missing for negative numbers'),
  row('round', ['number', 'number'], 'number', 'Nearest number with that many decimals, none unless given', {
    least: 1,
  }),
  row('haversine', ['number'], 'number', 'Kilometres between two places: lat1, lon1, lat2, lon2 in degrees', {
    least: 4,
    most: 4,
  }),
  row('tonumber', ['number'], 'number', 'Text as a number', { aliases: ['todouble'] }),
  row('toint', ['number'], 'number', 'Text as a whole number, cut towards zero', { aliases: ['tolong'] }),
];
