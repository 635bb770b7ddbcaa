import { WeirError } from '../base/index.ts';
import type { Field, RecordKind } from './field.ts';
import { FIELDS, fieldByName, fieldsOf } from './fields.ts';

/** AWS's default format of VPC flow logs: all version 2 fields. */
export const DEFAULT_FORMAT: readonly Field[] = fieldsOf('vpc').filter((entry) => entry.version === 2);

const TGW_ORDER =
  'version resource-type account-id tgw-id tgw-attachment-id tgw-src-vpc-account-id tgw-dst-vpc-account-id tgw-src-vpc-id ' +
  'tgw-dst-vpc-id tgw-src-subnet-id tgw-dst-subnet-id tgw-src-eni tgw-dst-eni tgw-src-az-id tgw-dst-az-id ' +
  'tgw-pair-attachment-id srcaddr dstaddr srcport dstport protocol packets bytes start end log-status type ' +
  'packets-lost-no-route packets-lost-blackhole packets-lost-mtu-exceeded packets-lost-ttl-expired tcp-flags region ' +
  'flow-direction pkt-src-aws-service pkt-dst-aws-service';

/** AWS's default format of transit gateway flow logs: all 36 fields. */
export const TGW_DEFAULT_FORMAT: readonly Field[] = TGW_ORDER.split(' ').map(knownField);

/** Every VPC field of versions 2 to 5 in AWS's table order: the usual "all fields" of custom formats. */
export const V5_FORMAT: readonly Field[] = fieldsOf('vpc').filter((entry) => entry.version <= 5);

/**
 * Reads a LogFormat string, `${version} ${account-id} …`: items separated by single spaces, any order and subset.
 * Throws `record.bad-format` (kind `config`) for an empty format, other text, unknown names, duplicates, and fields of
 * VPC and transit gateway records mixed so that no one record holds them all.
 */
export function parseLogFormat(text: string): readonly Field[] {
  const items = text === '' ? [] : text.split(' ');
  if (items.length === 0) throw badFormat(text, 'a format needs at least one field');
  const fields = items.map((item) => {
    const name = /^\$\{([^{}]+)\}$/.exec(item)?.[1];
    if (name === undefined) throw badFormat(text, `"${item}" is not of the form \${field}`);
    const entry = fieldByName(name);
    if (entry === undefined || entry.name !== name) throw badFormat(text, `there is no field "${name}"`);
    return entry;
  });
  const repeated = fields.find((entry, index) => fields.indexOf(entry) !== index);
  if (repeated !== undefined) throw badFormat(text, `\${${repeated.name}} stands twice`);
  if (kindsOf(fields).length === 0)
    throw badFormat(text, 'it mixes VPC-only and transit-gateway-only fields');
  return fields;
}

/** The LogFormat string of some fields. Inverse of `parseLogFormat`. */
export function formatLogFormat(fields: readonly Field[]): string {
  return fields.map((entry) => `\${${entry.name}}`).join(' ');
}

/**
 * The value of the `version` field in records of this format: the highest version among its fields, at least 2.
 * Source: flow log records, `version`.
 */
export function versionOf(fields: readonly Field[]): number {
  return fields.reduce((highest, entry) => Math.max(highest, entry.version), 2);
}

/** The record kinds that can hold all of these fields; both for a format of shared fields only. */
export function kindsOf(fields: readonly Field[]): readonly RecordKind[] {
  return (['vpc', 'tgw'] as const).filter((kind) => fields.every((entry) => entry.kinds.includes(kind)));
}

function knownField(name: string): Field {
  const entry = FIELDS.find((candidate) => candidate.name === name);
  if (entry === undefined) throw new WeirError('bug', 'record.no-such-field', `the catalogue lacks ${name}`);
  return entry;
}

function badFormat(format: string, reason: string): WeirError {
  return new WeirError('config', 'record.bad-format', `log format not understood: ${reason}`, {
    details: { format },
  });
}
