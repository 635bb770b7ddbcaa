import { encodeTag, type Field, versionOf } from '../record/index.ts';
import type { Attachment, EcsTask, Interface, Point, World } from './world.ts';

/** The fields that a NODATA or SKIPDATA line keeps; all others are `-` (flow-logs.md §1.6). */
const STATUS_FIELDS: ReadonlySet<string> = new Set([
  'version',
  'resource-type',
  'account-id',
  'interface-id',
  'tgw-id',
  'tgw-attachment-id',
  'start',
  'end',
  'log-status',
  'vpc-id',
  'subnet-id',
  'instance-id',
  'region',
  'az-id',
]);

export function isStatusField(name: string): boolean {
  return STATUS_FIELDS.has(name);
}

/**
 * The text of a field whose value is the same in all records of a point, `-` included. Null for the fields that differ
 * from row to row, and for `start`, `end` and `log-status`, which belong to the window.
 */
export function pointText(field: Field, format: readonly Field[], point: Point, world: World): string | null {
  const { name } = field;
  if (name === 'version') return String(versionOf(format));
  if (name === 'region') return world.region;
  if (point.kind === 'attachment') return attachmentText(name, point, world);
  if (name.startsWith('ecs-')) return point.ecs === null ? '-' : ecsText(name, point.ecs, point, world);
  return interfaceText(name, point);
}

/** What `next-hop-*` and `tgw-src-*`, `tgw-dst-*` say of the interface at the other end. Null for other fields. */
export function hopText(name: string, eni: Interface): string | null {
  switch (name) {
    case 'next-hop-interface-id':
    case 'tgw-src-eni':
    case 'tgw-dst-eni':
      return eni.interfaceId;
    case 'next-hop-subnet-id':
    case 'tgw-src-subnet-id':
    case 'tgw-dst-subnet-id':
      return eni.subnetId;
    case 'next-hop-az-id':
    case 'tgw-src-az-id':
    case 'tgw-dst-az-id':
      return eni.zoneId;
    case 'next-hop-vpc-id':
    case 'tgw-src-vpc-id':
    case 'tgw-dst-vpc-id':
      return eni.vpc.vpcId;
    case 'tgw-src-vpc-account-id':
    case 'tgw-dst-vpc-account-id':
      return eni.vpc.accountId;
    case 'next-hop-interface-type':
      return eni.interfaceType ?? '-';
    default:
      return null;
  }
}

function interfaceText(name: string, eni: Interface): string | null {
  switch (name) {
    case 'account-id':
      return eni.vpc.accountId;
    case 'interface-id':
      return eni.interfaceId;
    case 'vpc-id':
      return eni.vpc.vpcId;
    case 'subnet-id':
      return eni.subnetId;
    case 'instance-id':
      return eni.instanceId ?? '-';
    case 'az-id':
      return eni.zoneId;
    case 'instance-tag':
      return eni.nameTag === null ? '-' : encodeTag(eni.nameTag);
    case 'instance-tag-2':
      return eni.nameTag === null ? '-' : encodeTag(eni.tierTag);
    case 'interface-tag':
      return encodeTag(eni.tierTag);
    case 'asg-tag':
      return eni.groupTag === null ? '-' : encodeTag(eni.groupTag);
    case 'interface-type':
      return eni.interfaceType ?? '-';
    case 'interface-tag-2':
    case 'asg-tag-2':
    case 'sublocation-type':
    case 'sublocation-id':
    case 'resource-id':
      return '-';
    default:
      return null;
  }
}

function attachmentText(name: string, attachment: Attachment, world: World): string | null {
  switch (name) {
    case 'account-id':
      return world.tgwAccountId;
    case 'resource-type':
      return 'TransitGateway';
    case 'tgw-id':
      return attachment.tgwId;
    case 'tgw-attachment-id':
      return attachment.attachmentId;
    case 'tgw-pair-attachment-id':
      return world.attachments.find((other) => other !== attachment)?.attachmentId ?? '-';
    default:
      return null;
  }
}

function ecsText(name: string, task: EcsTask, eni: Interface, world: World): string {
  const arn = `arn:aws:ecs:${world.region}:${eni.vpc.accountId}`;
  switch (name) {
    case 'ecs-cluster-arn':
      return `${arn}:cluster/${task.cluster}`;
    case 'ecs-cluster-name':
      return task.cluster;
    case 'ecs-container-id':
      return task.containerId;
    case 'ecs-service-name':
      return task.service;
    case 'ecs-task-definition-arn':
      return `${arn}:task-definition/${task.service}:${task.revision}`;
    case 'ecs-task-arn':
      return `${arn}:task/${task.cluster}/${task.taskId}`;
    case 'ecs-task-id':
      return task.taskId;
    default:
      // Container instances belong to the EC2 launch type; these tasks run on Fargate, with one container each.
      return '-';
  }
}
