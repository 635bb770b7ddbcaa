import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_FORMAT,
  FIELDS,
  type Field,
  type FieldValue,
  type FlowRecord,
  fieldsOf,
  formatHeader,
  formatLine,
  type Layout,
  layoutOf,
  layoutOfFields,
  parseHeader,
  parseLine,
} from '../../src/record/index.ts';

const layout = layoutOfFields(DEFAULT_FORMAT);
const LINE =
  '2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK';

const replaced = (index: number, token: string): string => LINE.split(' ').with(index, token).join(' ');

describe('parseLine', () => {
  it.each([
    ['an accepted record', LINE, 'ok'],
    ['NODATA', '2 123456789010 eni-1 - - - - - - - 1431280876 1431280934 - NODATA', 'nodata'],
    ['SKIPDATA', '2 123456789010 eni-1 - - - - - - - 1431280876 1431280934 - SKIPDATA', 'skipdata'],
    ['a status of the future', replaced(13, 'PARTIAL'), 'ok'],
    ['a double space', LINE.replace(' 22 ', '  22 '), 'ok'],
    ['a carriage return', `${LINE}\r`, 'ok'],
    ['a byte order mark', `\uFEFF${LINE}`, 'ok'],
  ])('reads %s', (_, line, status) =>
    expect(parseLine(layout, line)).toMatchObject({ kind: 'record', status }),
  );

  it.each([
    [replaced(5, '65536'), 'number-out-of-range', 'srcport'],
    [replaced(7, '2147483648'), 'number-out-of-range', 'protocol'],
    [replaced(9, '9223372036854775808'), 'number-out-of-range', 'bytes'],
    [replaced(9, '1e3'), 'bad-number', 'bytes'],
    [replaced(9, '1.5'), 'bad-number', 'bytes'],
    [replaced(9, '-5'), 'bad-number', 'bytes'],
    [replaced(9, '0x10'), 'bad-number', 'bytes'],
    [replaced(10, '99999999999999'), 'bad-time', 'start'],
    [`${LINE} extra`, 'field-count', undefined],
    ['Phony unsupported log format.', 'field-count', undefined],
  ])('"%s" is malformed: %s', (line, code, field) => {
    const parsed = parseLine(layout, line);
    expect(parsed).toMatchObject({ kind: 'malformed', problem: { code } });
    if (parsed.kind === 'malformed') expect(parsed.problem.field).toBe(field);
  });

  it('divides milliseconds', () => {
    expect(parseLine(layout, replaced(10, '1512564058999'))).toMatchObject({
      record: { start: 1512564058n },
    });
  });

  it('keeps 64-bit counters exact', () => {
    expect(parseLine(layout, replaced(9, '9007199254740993'))).toMatchObject({
      record: { bytes: 9007199254740993n },
    });
  });

  it('makes addresses canonical and keeps text that is none', () => {
    expect(parseLine(layout, replaced(3, '2001:DB8:0:0::1'))).toMatchObject({
      record: { srcaddr: '2001:db8::1' },
    });
    expect(parseLine(layout, replaced(3, '10.0.0.256'))).toMatchObject({ record: { srcaddr: '10.0.0.256' } });
  });

  it('percent-decodes tag fields and nothing else', () => {
    const tags = layoutOf(['instance-tag', 'asg-tag', 'vpc-id']) as Layout;
    expect(parseLine(tags, 'payments%20api %zz a%20b')).toMatchObject({
      record: { instance_tag: 'payments api', asg_tag: '%zz', vpc_id: 'a%20b' },
    });
  });

  it('knows blank lines and headers from records', () => {
    expect(parseLine(layout, '  \r').kind).toBe('blank');
    expect(parseLine(layout, 'version srcaddr shiny_field')).toMatchObject({ kind: 'header' });
    expect(parseLine(layout, 'version 5 is out').kind).toBe('malformed');
  });

  it('never throws on any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.constantFrom(layout, layoutOfFields(fieldsOf('vpc'))),
        (text, any) => {
          expect(['record', 'header', 'blank', 'malformed']).toContain(parseLine(any, text).kind);
        },
      ),
    );
  });
});

describe('headers', () => {
  it('takes hyphens and underscores, keeps unknown names as text', () => {
    const header = parseHeader(['version', 'account_id', 'pkt-srcaddr', 'Brand-New']);
    expect(header?.columns.map(({ name, field }) => [name, field?.name])).toEqual([
      ['version', 'version'],
      ['account_id', 'account-id'],
      ['pkt_srcaddr', 'pkt-srcaddr'],
      ['brand_new', undefined],
    ]);
  });

  it.each([
    ['a record', LINE.split(' ')],
    ['mostly unknown words', ['version', 'of', 'the', 'document']],
    ['a repeated name', ['version', 'start', 'start']],
    ['an unknown first word', ['hello', 'version', 'start', 'end']],
  ])('is not %s', (_, tokens) => expect(parseHeader(tokens)).toBeNull());

  it('tells transit gateway records by their fields', () => {
    expect(layoutOf(['version', 'tgw-id', 'bytes'])?.kind).toBe('tgw');
    expect(layoutOf(['version', 'bytes'])?.kind).toBe('vpc');
    expect(layoutOf(['tgw-id', 'interface-id'])?.kind).toBe('vpc');
    expect(layoutOf(['nothing', 'known'])).toBeNull();
  });

  it('keeps names apart from the columns that the lake has of its own', () => {
    const names = [
      'bytes',
      'day',
      'object-id',
      'Direction',
      'start_time',
      'hour',
      'packets-lost-no-route',
      'action',
    ];
    expect(layoutOf(names)?.columns.map(({ name, field }) => `${name} ${field?.name}`)).toEqual([
      'bytes bytes',
      'source_day undefined',
      'source_object_id undefined',
      'source_direction undefined',
      'source_start_time undefined',
      'hour undefined',
      'packets_lost_no_route undefined',
      'action action',
    ]);
  });
});

describe('formatLine', () => {
  const anyValue = (field: Field): fc.Arbitrary<FieldValue> => {
    switch (field.shape) {
      case 'port':
        return fc.integer({ min: 0, max: 65_535 });
      case 'byte':
        return fc.integer({ min: 0, max: 255 });
      case 'integer':
        return fc.integer({ min: 0, max: 2_147_483_647 });
      case 'count':
        return fc.bigInt({ min: 0n, max: (1n << 63n) - 1n });
      case 'time':
        return fc.bigInt({ min: 0n, max: 2_147_483_647n });
      case 'address':
        return fc.constantFrom('10.1.2.3', '2001:db8::1', '::ffff:1.2.3.4');
      case 'percent-encoded':
        return fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => text !== '-');
      case 'text':
        return fc.stringMatching(/^[A-Za-z0-9:/.][A-Za-z0-9:/._-]{0,20}$/);
    }
  };
  const anyRecord = (fields: readonly Field[]): fc.Arbitrary<FlowRecord> =>
    fc.record(
      Object.fromEntries(fields.map((field) => [field.sql, fc.option(anyValue(field), { freq: 5 })])),
    );

  it.each(['vpc', 'tgw'] as const)('writes %s records that parse to themselves', (kind) => {
    const fields = fieldsOf(kind);
    fc.assert(
      fc.property(anyRecord(fields), (record) => {
        const parsed = parseLine(layoutOfFields(fields), formatLine(layoutOfFields(fields), record));
        expect(parsed).toMatchObject({ kind: 'record', record });
      }),
    );
  });

  it('refuses a space outside the tag fields', () => {
    expect(() => formatLine(layoutOf(['vpc-id']) as Layout, { vpc_id: 'a b' })).toThrow(
      /cannot stand in a flow log line/,
    );
  });

  it('heads a file with the names of its fields', () => {
    expect(formatHeader(layoutOfFields(FIELDS.slice(0, 3)))).toBe('version account-id interface-id');
  });
});
