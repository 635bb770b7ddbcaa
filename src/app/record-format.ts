import { WeirError } from '../base/index.ts';
import {
  DEFAULT_FORMAT,
  type Field,
  fieldByName,
  fieldsOf,
  kindsOf,
  parseLogFormat,
  TGW_DEFAULT_FORMAT,
  V5_FORMAT,
} from '../record/index.ts';

const NAMED: Readonly<Record<string, readonly Field[]>> = {
  v2: DEFAULT_FORMAT,
  default: DEFAULT_FORMAT,
  v5: V5_FORMAT,
  all: fieldsOf('vpc'),
  tgw: TGW_DEFAULT_FORMAT,
};

/**
 * The fields a person means: a name (`v2`, `v5`, `all`, `tgw`), a LogFormat string (`${version} ${srcaddr}`), or field
 * names with spaces or commas between. Throws `record.bad-format` (kind `config`) as `parseLogFormat` does.
 */
export function recordFormatOf(text: string): readonly Field[] {
  const named = NAMED[text.trim()];
  if (named !== undefined) return named;
  if (text.includes('${')) return parseLogFormat(text.trim());
  const names = text.split(/[\s,]+/).filter((name) => name !== '');
  const fields = names.map((name) => fieldByName(name) ?? unknownField(text, name));
  const repeated = fields.find((field, index) => fields.indexOf(field) !== index);
  if (repeated !== undefined) throw badFormat(text, `${repeated.name} stands twice`);
  if (fields.length === 0) throw badFormat(text, 'a format needs at least one field');
  if (kindsOf(fields).length === 0)
    throw badFormat(text, 'it mixes VPC-only and transit-gateway-only fields');
  return fields;
}

function unknownField(format: string, name: string): never {
  throw badFormat(
    format,
    `there is no field "${name}"; weir fields lists them, and v2, v5, all, tgw are sets`,
  );
}

function badFormat(format: string, reason: string): WeirError {
  return new WeirError('config', 'record.bad-format', `log format not understood: ${reason}`, {
    details: { format },
  });
}
