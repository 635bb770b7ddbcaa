import { describe, expect, it } from 'vitest';
import { parseGivenFormat } from '../../../src/ingest/index.ts';
import { DEFAULT_FORMAT, layoutKey, layoutOfFields, TGW_DEFAULT_FORMAT } from '../../../src/record/index.ts';

describe('parseGivenFormat', () => {
  it.each([
    // biome-ignore lint/suspicious/noTemplateCurlyInString: AWS's own notation
    ['${srcaddr} ${dst-port} ${dstport}', 'vpc:srcaddr,dst_port,dstport'],
    ['srcaddr dstaddr', 'vpc:srcaddr,dstaddr'],
    ['srcaddr,dstaddr', 'vpc:srcaddr,dstaddr'],
    [' srcaddr , dstaddr\n', 'vpc:srcaddr,dstaddr'],
    ['log_status pkt_srcaddr', 'vpc:log_status,pkt_srcaddr'],
    ['version tgw-id srcaddr', 'tgw:version,tgw_id,srcaddr'],
    ['default', layoutKey(layoutOfFields(DEFAULT_FORMAT))],
    ['tgw-default', layoutKey(layoutOfFields(TGW_DEFAULT_FORMAT))],
  ])('%s', (text, expected) => {
    expect(layoutKey(parseGivenFormat(text))).toBe(expected);
  });

  it.each([
    ['', 'names no field'],
    ['srcaddr srcaddr', '"srcaddr" stands twice'],
    ['foo bar', 'not one of its names'],
    ['srcaddr %%', '"%%" is no field name'],
  ])('refuses "%s"', (text, problem) => {
    expect(() => parseGivenFormat(text)).toThrow(
      expect.objectContaining({ code: 'ingest.bad-format', message: expect.stringContaining(problem) }),
    );
  });
});
