import { type FunctionRow, row } from './row.ts';

/** Functions of text. Those that answer yes or no give 1 or 0, as documented. */
export const TEXT: readonly FunctionRow[] = [
  row('isempty', ['text'], 'number', '1 when missing or without characters, else 0'),
  row('isblank', ['text'], 'number', '1 when missing, empty or white space only, else 0'),
  row('concat', ['text'], 'text', 'The arguments one after the other', { most: 100 }),
  row('trim', ['text', 'text'], 'text', 'Without white space, or without a set of characters, at both ends', {
    least: 1,
  }),
  row('ltrim', ['text', 'text'], 'text', 'The same at the left end only', { least: 1 }),
  row('rtrim', ['text', 'text'], 'text', 'The same at the right end only', { least: 1 }),
  row('strlen', ['text'], 'number', 'Length in characters (code points)'),
  row('toupper', ['text'], 'text', 'In upper case'),
  row('tolower', ['text'], 'text', 'In lower case'),
  row(
    'substr',
    ['text', 'number', 'number'],
    'text',
    'From an index, counted from 0, for a length or to the end',
    {
      least: 2,
    },
  ),
  row('replace', ['text', 'text', 'text'], 'text', 'Every occurrence replaced'),
  row('strcontains', ['text', 'text', 'condition'], 'number', '1 when the text holds the other, else 0', {
    least: 2,
  }),
  row(
    'regexreplace',
    ['text', 'regex', 'text'],
    'text',
    'Every match replaced; $1 stands for the first group',
  ),
  row('startswith', ['text', 'text'], 'boolean', 'Begins with'),
  row('endswith', ['text', 'text'], 'boolean', 'Ends with'),
  row('split', ['text', 'text'], 'list', 'The parts between a separator, as a list'),
  row('urlencode', ['text'], 'text', 'Percent-encoded'),
  row('urldecode', ['text'], 'text', 'Percent-decoded'),
  row('base64encode', ['text'], 'text', 'Base64 of the UTF-8 bytes'),
  row('base64decode', ['text'], 'text', 'Text of base64'),
  row('hextoascii', ['text'], 'text', 'Text of hexadecimal bytes'),
  row('hextodec', ['text'], 'number', 'Number of hexadecimal digits, with or without 0x'),
  row('dectohex', ['number'], 'text', 'Hexadecimal digits in lower case after 0x'),
  row('md5', ['text'], 'text', 'MD5 as hexadecimal digits'),
  row('sha256', ['text'], 'text', 'SHA-256 as hexadecimal digits'),
  row('pattern_shape', ['text'], 'text', 'The text with its varying parts as <Type>', { internal: true }),
  row('pattern_number', ['text'], 'text', 'A shape with its varying parts counted, <Type-n>', {
    internal: true,
  }),
  row('pattern_severity', ['text'], 'text', 'Error, Warning, Info or Debug by the words of a text', {
    internal: true,
  }),
  row('line', ['text'], 'text', 'The arguments with spaces between', { most: 200, internal: true }),
  row('regex_group', ['text', 'text'], 'text', 'The group of the first match; missing without a match', {
    internal: true,
  }),
];
