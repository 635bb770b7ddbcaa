import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ec2Parameters, formatEc2Error, formatEc2Response, formatXml } from '../../src/aws/index.ts';

const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'no error';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('ec2Query parameters', () => {
  it('reads scalars, lists and structures', () => {
    const form =
      'Action=X&Version=2016-11-15&A=1&B=true&L.2=b&L.1=a&L.10=c&S.1.Key=k&S.1.Value=&S.2.Key=+x%20y%2B&D.E.F=z&Empty=';
    const parameters = Ec2Parameters.parse(form);
    expect(parameters.integer('A')).toBe(1);
    expect(parameters.boolean('B')).toBe(true);
    expect(parameters.boolean('C')).toBeUndefined();
    expect(parameters.texts('L')).toEqual(['a', 'b', 'c']);
    const structures = parameters.structures('S');
    expect(structures.map((each) => [each.text('Key'), each.text('Value')])).toEqual([
      ['k', ''],
      [' x y+', undefined],
    ]);
    expect(parameters.structure('D').structure('E').text('F')).toBe('z');
    expect(parameters.text('Empty')).toBe('');
    expect(parameters.nonEmpty('Empty')).toBeUndefined();
    expect(() => parameters.assertAllRead()).not.toThrow();
  });

  it('takes the list spellings of lenient servers', () => {
    expect(Ec2Parameters.parse('L.member.2=b&L.member.1=a').texts('L')).toEqual(['a', 'b']);
    expect(Ec2Parameters.parse('L.Item.1=a').texts('L')).toEqual(['a']);
  });

  it.each<[string, string, string]>([
    ['nobody reads it', 'Action=X&Colour=red', 'aws.UnknownParameter'],
    ['repeated', 'A=1&A=2', 'aws.MalformedQueryString'],
    ['broken escape', 'A=%zz', 'aws.MalformedQueryString'],
  ])('refuses a key that is %s', (_name, form, code) => {
    expect(codeOf(() => Ec2Parameters.parse(form).assertAllRead())).toBe(code);
  });

  it('refuses values of another type', () => {
    const parameters = Ec2Parameters.parse('A=ten&B=yes');
    expect(codeOf(() => parameters.integer('A'))).toBe('aws.InvalidParameterValue');
    expect(codeOf(() => parameters.boolean('B'))).toBe('aws.InvalidParameterValue');
  });

  it('has a limit', () => {
    const form = Array.from({ length: 11 }, (_, i) => `A.${i}=x`).join('&');
    expect(codeOf(() => Ec2Parameters.parse(form, 10))).toBe('aws.MalformedQueryString');
  });

  it('any text either parses or is malformed', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const code = codeOf(() => Ec2Parameters.parse(text).texts('A'));
        expect(['no error', 'aws.MalformedQueryString']).toContain(code);
      }),
    );
  });

  it('values survive both encodings of a form', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        const strict = encodeURIComponent(value);
        expect(Ec2Parameters.parse(`A=${strict}`).text('A')).toBe(value);
        expect(Ec2Parameters.parse(`A=${strict.replaceAll('%20', '+')}`).text('A')).toBe(value);
      }),
    );
  });
});

describe('ec2Query answers', () => {
  it('success: request id first, lists of items, absent members left out', () => {
    expect(
      formatEc2Response('CreateFlowLogs', 'r-1', {
        clientToken: undefined,
        flowLogIdSet: ['fl-1', 'fl-2'],
        unsuccessful: [],
        nested: { on: false, items: [{ a: 1 }] },
      }),
    ).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<CreateFlowLogsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r-1</requestId>' +
        '<flowLogIdSet><item>fl-1</item><item>fl-2</item></flowLogIdSet><unsuccessful/><nested><on>false</on><items><item><a>1</a></item></items></nested></CreateFlowLogsResponse>',
    );
  });

  it('error: RequestID in capitals', () => {
    expect(formatEc2Error('InvalidAction', 'no <that>', 'r-2')).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>InvalidAction</Code><Message>no &lt;that&gt;</Message></Error></Errors><RequestID>r-2</RequestID></Response>',
    );
  });

  it('text that XML cannot carry is replaced, never written', () => {
    expect(formatXml('a', 'b\u0000\u001f\ud800\r\n\t"&')).toBe(
      '<a>b\ufffd\ufffd\ufffd&#xD;\n\t&quot;&amp;</a>',
    );
    expect(formatXml('a', '\u{1f600}')).toBe('<a>\u{1f600}</a>');
  });
});
