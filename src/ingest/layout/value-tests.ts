import { canonicalIp } from '../../base/index.ts';
import type { Field } from '../../record/index.ts';

/** How well a value suits a field: not at all, like many others would, or in a form that few other fields share. */
export type Fit = 'no' | 'weak' | 'strong';

type Test = (token: string) => Fit;

const byPattern =
  (strong: RegExp | null, weak: RegExp | null = null): Test =>
  (token) =>
    strong?.test(token) === true ? 'strong' : weak?.test(token) === true ? 'weak' : 'no';

const numberUpTo =
  (max: number, min = 0): Test =>
  (token) =>
    /^\d{1,5}$/.test(token) && Number(token) >= min && Number(token) <= max ? 'weak' : 'no';

const address: Test = (token) => (canonicalIp(token) === null ? 'no' : 'strong');

/** Seconds or milliseconds; strong between 2010 and 2100. Fixtures with cut digits exist, hence the weak form. */
const time: Test = (token) => {
  if (!/^\d{9,13}$/.test(token) || token.length === 11) return 'no';
  const seconds = token.length >= 12 ? Number(token) / 1000 : Number(token);
  return seconds > 1_262_304_000 && seconds < 4_102_444_800 ? 'strong' : 'weak';
};

/** Text without the shape of any other field's values: names of clusters and services, container ids, tags. */
const name: Test = (token) =>
  /[A-Za-z]/.test(token) &&
  !/^(?:arn:|eni-|vpc-|subnet-|tgw-|ACCEPT$|REJECT$|OK$|NODATA$|SKIPDATA$)/.test(token)
    ? 'weak'
    : 'no';

const id = (prefix: string): Test => byPattern(new RegExp(`^${prefix}-[0-9A-Za-z]+$`));
const arn = (kind: string): Test => byPattern(new RegExp(`^arn:aws[a-z-]*:ecs:[^:]*:[^:]*:${kind}/`));

const SERVICES =
  /^(?:AMAZON|API_GATEWAY|CLOUDFRONT|CLOUD9|CODEBUILD|DYNAMODB|EBS|EC2|GLOBALACCELERATOR|ROUTE53|S3|AMAZON_[A-Z]+|CHIME_[A-Z]+|EC2_INSTANCE_CONNECT|ROUTE53_[A-Z_]+|CLOUDFRONT_[A-Z_]+|WORKSPACES_GATEWAYS|KINESIS_VIDEO_STREAMS)$/;
const INTERFACE_TYPES =
  /^(?:nat_gateway|network_load_balancer|regional_nat_gateway|transit_gateway|vpc_endpoint)$/;
const NO_STATUS_WORD = /^(?!(?:ACCEPT|REJECT|OK|NODATA|SKIPDATA)$)[A-Z][A-Z0-9_]+$/;

const account = byPattern(/^\d{11,12}$/, /^(?:unknown|\d{10}|[\dXx*]{11,12})$/);
const port = numberUpTo(65_535);
const count = byPattern(null, /^\d{1,19}$/);
const zone = byPattern(/^[a-z]{2,6}\d[a-z0-9-]*-az\d{1,2}$/);
const service = byPattern(SERVICES, NO_STATUS_WORD);
const interfaceType = byPattern(INTERFACE_TYPES, /^[a-z]+(?:_[a-z]+)+$/);

/** The test of each field whose values have a form of their own; the others hold free text. */
const TESTS: Readonly<Record<string, Test>> = {
  version: numberUpTo(19, 2),
  'account-id': account,
  'interface-id': id('eni'),
  srcport: port,
  dstport: port,
  protocol: numberUpTo(255),
  packets: count,
  bytes: count,
  start: time,
  end: time,
  action: byPattern(/^(?:ACCEPT|REJECT)$/),
  'log-status': byPattern(/^(?:OK|NODATA|SKIPDATA)$/),
  'vpc-id': id('vpc'),
  'subnet-id': id('subnet'),
  'instance-id': id('i'),
  'tcp-flags': numberUpTo(255),
  type: byPattern(/^(?:IPv4|IPv6|EFA)$/),
  region: byPattern(/^[a-z]{2,4}(?:-[a-z]+)+-\d{1,2}$/),
  'az-id': zone,
  'sublocation-type': byPattern(/^(?:wavelength|outpost|localzone)$/),
  'pkt-src-aws-service': service,
  'pkt-dst-aws-service': service,
  'flow-direction': byPattern(/^(?:ingress|egress)$/),
  'traffic-path': numberUpTo(8, 1),
  'ecs-cluster-arn': arn('cluster'),
  'ecs-container-instance-arn': arn('container-instance'),
  'ecs-task-definition-arn': arn('task-definition'),
  'ecs-task-arn': arn('task'),
  'reject-reason': byPattern(/^(?:BPA|EC)$/, /^(?!(?:ACCEPT|REJECT|OK|NODATA|SKIPDATA|EFA)$)[A-Z][A-Za-z]+$/),
  'resource-id': byPattern(/^nat-[0-9A-Za-z]+$/),
  'encryption-status': numberUpTo(3),
  'interface-type': interfaceType,
  'next-hop-interface-id': id('eni'),
  'next-hop-subnet-id': id('subnet'),
  'next-hop-az-id': zone,
  'next-hop-vpc-id': id('vpc'),
  'next-hop-interface-type': interfaceType,
  'resource-type': byPattern(/^TransitGateway(?:Attachment)?$/),
  'tgw-id': byPattern(/^tgw-(?!attach)[0-9A-Za-z]+$/),
  'tgw-attachment-id': byPattern(/^tgw-attach-[0-9A-Za-z]+$/),
  'tgw-pair-attachment-id': byPattern(/^tgw-attach-[0-9A-Za-z]+$/),
  'tgw-src-vpc-account-id': account,
  'tgw-dst-vpc-account-id': account,
  'tgw-src-vpc-id': id('vpc'),
  'tgw-dst-vpc-id': id('vpc'),
  'tgw-src-subnet-id': id('subnet'),
  'tgw-dst-subnet-id': id('subnet'),
  'tgw-src-eni': id('eni'),
  'tgw-dst-eni': id('eni'),
  'tgw-src-az-id': zone,
  'tgw-dst-az-id': zone,
  'packets-lost-no-route': count,
  'packets-lost-blackhole': count,
  'packets-lost-mtu-exceeded': count,
  'packets-lost-ttl-expired': count,
};

/** Fields that every record has, NODATA records too. */
const NEVER_NULL: ReadonlySet<string> = new Set(['version', 'start', 'end', 'log-status']);

/** Whether a value can stand in a field. `-` can in most and says nothing: weak. */
export function fitOf(field: Field, token: string): Fit {
  if (token === '-') return NEVER_NULL.has(field.name) ? 'no' : 'weak';
  const test = field.shape === 'address' ? address : (TESTS[field.name] ?? name);
  return test(token);
}

/** What a value looks like, in words for people; null for plain numbers and other text. */
export function kindOfValue(token: string): string | null {
  if (address(token) === 'strong') return 'address';
  if (time(token) === 'strong') return 'time';
  if (/^(?:ACCEPT|REJECT)$/.test(token)) return 'action';
  if (/^(?:OK|NODATA|SKIPDATA)$/.test(token)) return 'log status';
  if (/^(?:ingress|egress)$/.test(token)) return 'direction';
  if (/^IPv[46]$/.test(token)) return 'type';
  const prefix = /^(eni|vpc|subnet|i|tgw|tgw-attach|nat)-[0-9A-Za-z]+$/.exec(token)?.[1];
  if (prefix !== undefined) return `${prefix}- id`;
  return account(token) === 'strong' ? 'account' : null;
}
