import { describe, expect, it } from 'vitest';
import {
  DEFAULT_FORMAT,
  FIELDS,
  fieldByName,
  fieldsOf,
  formatLogFormat,
  kindsOf,
  parseLogFormat,
  TABLES,
  TGW_DEFAULT_FORMAT,
  V5_FORMAT,
  versionOf,
} from '../../src/record/index.ts';

describe('the field catalogue', () => {
  it('has 54 VPC and 36 transit gateway fields, by version as AWS lists them', () => {
    const perVersion = (kind: 'vpc' | 'tgw'): Record<number, number> =>
      fieldsOf(kind).reduce<Record<number, number>>(
        (n, f) => ({ ...n, [f.version]: (n[f.version] ?? 0) + 1 }),
        {},
      );
    expect(perVersion('vpc')).toEqual({ 2: 14, 3: 7, 4: 4, 5: 4, 7: 10, 8: 1, 9: 1, 10: 1, 11: 12 });
    expect(fieldsOf('vpc')).toHaveLength(54);
    expect(fieldsOf('tgw')).toHaveLength(36);
    expect(fieldsOf('tgw').filter((f) => f.version === 6)).toHaveLength(18);
  });

  it('spells each field three ways and finds it by each', () => {
    expect(fieldByName('pkt-srcaddr')).toMatchObject({ sql: 'pkt_srcaddr', camel: 'pktSrcAddr' });
    for (const field of FIELDS) {
      for (const name of [field.name, field.sql, field.camel]) expect(fieldByName(name)).toBe(field);
    }
    expect(fieldByName('no-such-field')).toBeUndefined();
  });

  it('says of every field what it means, when it is null and gives an example', () => {
    for (const field of FIELDS) {
      expect(field.meaning, field.name).not.toBe('');
      expect(field.nullWhen, field.name).not.toBe('');
      expect(field.example, field.name).not.toBe('');
    }
  });

  it.each([
    [
      'int32',
      ['version', 'srcport', 'dstport', 'protocol', 'tcp-flags', 'traffic-path', 'encryption-status'],
    ],
    [
      'int64',
      [
        'packets',
        'bytes',
        'start',
        'end',
        'packets-lost-no-route',
        'packets-lost-blackhole',
        'packets-lost-mtu-exceeded',
        'packets-lost-ttl-expired',
      ],
    ],
  ] as const)('has the %s fields of AWS Parquet files', (type, names) => {
    expect(FIELDS.filter((field) => field.type === type).map((field) => field.name)).toEqual(names);
  });
});

describe('log formats', () => {
  it('prints the default format as AWS does and reads it back', () => {
    const text =
      '${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}';
    expect(formatLogFormat(DEFAULT_FORMAT)).toBe(text);
    expect(parseLogFormat(text)).toEqual(DEFAULT_FORMAT);
    expect(TGW_DEFAULT_FORMAT).toHaveLength(36);
    expect(V5_FORMAT).toHaveLength(29);
  });

  it.each([
    ['${srcaddr} ${bytes}', 2],
    ['${srcaddr} ${tcp-flags}', 3],
    ['${traffic-path} ${srcaddr}', 5],
    ['${next-hop-vpc-id}', 11],
    ['${tgw-id} ${bytes}', 6],
  ])('version of %s is %i', (format, version) => expect(versionOf(parseLogFormat(format))).toBe(version));

  it.each([
    ['', /at least one field/],
    ['${bytes} ${nope}', /no field "nope"/],
    ['${bytes} ${bytes}', /stands twice/],
    ['bytes', /not of the form/],
    ['${bytes}  ${start}', /not of the form/],
    ['${account_id}', /no field "account_id"/],
    ['${tgw-id} ${interface-id}', /mixes/],
  ])('refuses "%s"', (format, reason) => expect(() => parseLogFormat(format)).toThrow(reason));

  it('knows which records hold a format', () => {
    expect(kindsOf(parseLogFormat('${srcaddr} ${bytes}'))).toEqual(['vpc', 'tgw']);
    expect(kindsOf(DEFAULT_FORMAT)).toEqual(['vpc']);
    expect(kindsOf(TGW_DEFAULT_FORMAT)).toEqual(['tgw']);
  });
});

describe('lake tables', () => {
  it.each(TABLES.map((table) => [table.name, table] as const))(
    '%s: partition first, every column once and commented',
    (_, table) => {
      expect(table.columns[0]).toMatchObject({ name: table.partition, type: 'DATE' });
      const names = table.columns.map((column) => column.name);
      expect(new Set(names).size).toBe(names.length);
      for (const column of table.columns) expect(column.comment).not.toBe('');
    },
  );
});
