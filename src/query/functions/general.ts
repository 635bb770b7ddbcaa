import { type FunctionRow, row } from './row.ts';

/** Functions of any value. */
export const GENERAL: readonly FunctionRow[] = [
  row('ispresent', ['any'], 'boolean', 'True when the field is there'),
  row('coalesce', ['any'], 'first', 'The first argument that is there', { most: 100 }),
  row(
    'case',
    ['condition', 'any'],
    'first',
    'Value after the first true condition, else the last argument if single',
    {
      least: 2,
      most: 21,
    },
  ),
  row('if', ['condition', 'any', 'any'], 'first', 'Second argument when the first is true, else the third'),
  row('isnumeric', ['text'], 'boolean', 'True for text that is a number'),
  row('messagesize', [], 'number', 'Bytes of the event'),
];

/** Functions of addresses: false for anything that is no address. */
export const ADDRESS: readonly FunctionRow[] = [
  row('isvalidip', ['text'], 'boolean', 'True for an IPv4 or IPv6 address'),
  row('isvalidipv4', ['text'], 'boolean', 'True for an IPv4 address'),
  row('isvalidipv6', ['text'], 'boolean', 'True for an IPv6 address'),
  row('isipinsubnet', ['text', 'block'], 'boolean', 'True for an address of the block, either version'),
  row('isipv4insubnet', ['text', 'block'], 'boolean', 'True for an IPv4 address of the block'),
  row('isipv6insubnet', ['text', 'block'], 'boolean', 'True for an IPv6 address of the block'),
  row('ipv4tonumber', ['text'], 'number', 'An IPv4 address as a number'),
  row('isprivateip', ['text'], 'boolean', 'True for RFC 1918 addresses'),
  row('ispublicip', ['text'], 'boolean', 'True for an address in no special-purpose block'),
  row(
    'isreservedip',
    ['text'],
    'boolean',
    'True for an address in a special-purpose block that is not RFC 1918',
  ),
];

/** Functions of JSON text. Maps and lists count as missing where a number, text or time is wanted. */
export const JSON_FUNCTIONS: readonly FunctionRow[] = [
  row('jsonparse', ['text'], 'map', 'JSON text as a map or list; missing when it is none'),
  row('jsonstringify', ['any'], 'text', 'A map, list or value as JSON text'),
  row('jsonarraysize', ['any'], 'number', 'Items of a JSON array'),
  row('jsonarraycontains', ['any', 'text'], 'boolean', 'True when a JSON array holds the value'),
  row('json_get', ['any', 'text'], 'text', 'Value at a path; objects as JSON text', { internal: true }),
];
