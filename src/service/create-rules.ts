import { type AwsErrorCode, awsError, parseFirehoseArn, parseLogGroupArn, parseS3Arn } from '../aws/index.ts';
import { isWeirError } from '../base/index.ts';
import { type Field, kindsOf, parseLogFormat } from '../record/index.ts';
import {
  DESTINATION_TYPES,
  FILE_FORMATS,
  isTransitGatewayType,
  RESOURCE_TYPES,
  TAG_FIELD_RESOURCES,
  type Tag,
  type TagFieldResource,
  TRAFFIC_TYPES,
} from './flow-log.ts';
import { findResource, type NatGatewayResource, type ResourceInventory } from './inventory.ts';
import { RESOURCE_TYPE_FACTS } from './resource-types.ts';
import { assertTags } from './tags.ts';

/** A CreateFlowLogs call as it came in: nothing is checked or filled in yet. Undefined is absent or empty. */
export interface CreateFlowLogsInput {
  readonly resourceIds: readonly string[];
  readonly resourceType: string | undefined;
  readonly trafficType: string | undefined;
  readonly logDestinationType: string | undefined;
  readonly logDestination: string | undefined;
  readonly logGroupName: string | undefined;
  readonly deliverLogsPermissionArn: string | undefined;
  readonly deliverCrossAccountRole: string | undefined;
  /** Undefined when absent; an empty format is an error. */
  readonly logFormat: string | undefined;
  readonly maxAggregationInterval: number | undefined;
  readonly fileFormat: string | undefined;
  readonly hiveCompatiblePartitions: boolean | undefined;
  readonly perHourPartition: boolean | undefined;
  readonly tagSpecifications: readonly {
    readonly resourceType: string | undefined;
    readonly tags: readonly Tag[];
  }[];
  readonly tagFieldSpecifications: readonly {
    readonly resourceType: string | undefined;
    readonly tagKeys: readonly string[];
  }[];
  readonly clientToken: string | undefined;
  readonly dryRun: boolean;
}

/** One rule of the call: what it says when the call breaks it, null otherwise. */
export interface CreateRule {
  /** The number of flow-logs.md §5.3, or a name of ours. */
  readonly id: string;
  readonly check: (
    input: CreateFlowLogsInput,
    inventory: ResourceInventory,
    region: string,
  ) => Violation | null;
}

/** The AWS error of a broken rule. */
export interface Violation {
  readonly code: AwsErrorCode;
  readonly message: string;
}

const LOG_GROUP_NAME = /^[.\-_/#A-Za-z0-9]{1,512}$/;
const MAX_TAG_FIELD_ITEMS = 3;
const MAX_TAG_FIELD_KEYS = 2;

/**
 * The rules on the call's own parameters, in the order they are checked; the first broken one is the answer.
 * Source: flow-logs.md §5.3, V1–V11.
 */
export const PARAMETER_RULES: readonly CreateRule[] = [
  {
    id: 'V1',
    check: ({ resourceIds }) => (resourceIds.some((id) => id !== '') ? null : missing('resourceIdSet')),
  },
  {
    id: 'V6',
    check: ({ logGroupName, logDestination }) =>
      logGroupName !== undefined && logDestination !== undefined
        ? invalid('Please only provide LogGroupName or only provide LogDestination.')
        : null,
  },
  {
    id: 'V2',
    check: ({ logGroupName, logDestination }) =>
      logGroupName === undefined && logDestination === undefined
        ? invalid("LogDestination can't be empty if LogGroupName is not provided.")
        : null,
  },
  {
    id: 'V3',
    check: ({ logDestinationType, logGroupName }) =>
      logGroupName !== undefined &&
      (logDestinationType === 's3' || logDestinationType === 'kinesis-data-firehose')
        ? invalid('LogDestination type must be cloud-watch-logs if LogGroupName is provided.')
        : null,
  },
  {
    id: 'V4',
    check: (input) =>
      destinationTypeOf(input) === 'cloud-watch-logs' && input.deliverLogsPermissionArn === undefined
        ? invalid("DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs.")
        : null,
  },
  {
    id: 'V5',
    check: ({ maxAggregationInterval, resourceType }) => {
      if (maxAggregationInterval === undefined || maxAggregationInterval === 60) return null;
      const isTransit = resourceType === 'TransitGateway' || resourceType === 'TransitGatewayAttachment';
      if (maxAggregationInterval === 600 && !isTransit) return null;
      return invalid('Invalid Flow Log Max Aggregation Interval');
    },
  },
  {
    id: 'resource type',
    check: ({ resourceType }) => (resourceType === undefined ? missing('ResourceType') : null),
  },
  {
    id: 'V7',
    check: (input) =>
      outside('ResourceType', input.resourceType, RESOURCE_TYPES) ??
      outside('TrafficType', input.trafficType, TRAFFIC_TYPES) ??
      outside('LogDestinationType', input.logDestinationType, DESTINATION_TYPES) ??
      outside('FileFormat', input.fileFormat, FILE_FORMATS),
  },
  {
    id: 'V8',
    check: (input) => (!isTransit(input) && input.trafficType === undefined ? missing('TrafficType') : null),
  },
  {
    id: 'V9',
    check: (input) =>
      isTransit(input) && input.trafficType !== undefined
        ? invalid(`TrafficType is not supported for ${input.resourceType}`)
        : null,
  },
  {
    id: 'V10',
    check: (input) => {
      const { maxIds } = RESOURCE_TYPE_FACTS[resourceTypeOf(input)];
      const count = input.resourceIds.length;
      if (count <= maxIds) return null;
      return invalidValue(
        `too many ids: ${count} for parameter resourceId, at most ${maxIds} for ${input.resourceType}`,
      );
    },
  },
  {
    id: 'V11',
    check: (input) => {
      const { idPattern } = RESOURCE_TYPE_FACTS[resourceTypeOf(input)];
      const odd = input.resourceIds.find((id) => !idPattern.test(id));
      return odd === undefined ? null : invalidValue(`Value (${odd}) for parameter resourceId is invalid.`);
    },
  },
];

/**
 * The rules that look beyond the call's own shape, in order: resources, format, tag fields, destination, tags.
 * Source: flow-logs.md §5.3, V12–V16; the last two are ours.
 */
export const MEANING_RULES: readonly CreateRule[] = [
  {
    id: 'V12',
    check: (input, inventory, region) => {
      const facts = RESOURCE_TYPE_FACTS[resourceTypeOf(input)];
      const list = facts.list(inventory);
      const gone = input.resourceIds.find((id) => {
        const resource = findResource(list, id);
        if (resource === undefined || resource.region !== region) return true;
        return input.resourceType === 'RegionalNatGateway' && !(resource as NatGatewayResource).isRegional;
      });
      return gone === undefined ? null : { code: facts.notFoundCode, message: facts.notFoundMessage(gone) };
    },
  },
  {
    id: 'V13',
    check: (input) => {
      const fields = fieldsOfInput(input);
      if (typeof fields === 'string') return invalid(`Unknown fields provided: ${fields}`);
      const kind = isTransit(input) ? 'tgw' : 'vpc';
      if (kindsOf(fields).includes(kind)) return null;
      const odd = fields.find((field) => !field.kinds.includes(kind))?.name;
      return invalid(`Unknown fields provided: ${odd} is not available for ${input.resourceType}`);
    },
  },
  { id: 'V14', check: checkTagFields },
  {
    id: 'V15',
    check: (input) => {
      const hasOptions =
        input.fileFormat !== undefined ||
        input.hiveCompatiblePartitions !== undefined ||
        input.perHourPartition !== undefined;
      return hasOptions && destinationTypeOf(input) !== 's3'
        ? invalid('DestinationOptions is only supported if LogDestinationType is s3.')
        : null;
    },
  },
  {
    id: 'V16',
    check: ({ logDestination, logDestinationType }) => {
      const prefix = logDestinationType === 's3' ? (parseS3Arn(logDestination ?? '')?.prefix ?? '') : '';
      return prefix.split('/').includes('AWSLogs')
        ? invalid(
            'LogDestination must not contain the folder AWSLogs: it is reserved and added by the service.',
          )
        : null;
    },
  },
  {
    id: 'destination ARN',
    check: (input) => {
      const { logDestination: text, logGroupName } = input;
      if (logGroupName !== undefined && !LOG_GROUP_NAME.test(logGroupName)) {
        return invalid(
          `LogGroupName ${logGroupName} is not a log group name: 1 to 512 of A-Z a-z 0-9 _ - / . #`,
        );
      }
      if (text === undefined || isDestinationArn(destinationTypeOf(input), text)) return null;
      return invalid(`LogDestination ${text} is not the ARN of a ${destinationTypeOf(input)} destination.`);
    },
  },
  {
    id: 'tags',
    check: ({ tagSpecifications }) => {
      const odd = tagSpecifications.find(({ resourceType }) => resourceType !== 'vpc-flow-log');
      if (odd !== undefined) {
        return invalidValue(
          `'${odd.resourceType ?? ''}' is not a valid taggable resource type for this operation.`,
        );
      }
      assertTags(tagSpecifications.flatMap(({ tags }) => tags));
      return null;
    },
  },
];

/** Throws the AWS error of the first broken rule. */
export function assertRules(
  rules: readonly CreateRule[],
  input: CreateFlowLogsInput,
  inventory: ResourceInventory,
  region: string,
): void {
  for (const rule of rules) {
    const violation = rule.check(input, inventory, region);
    if (violation !== null) throw awsError(violation.code, violation.message, { rule: rule.id });
  }
}

/** The destination type, with its default. */
export function destinationTypeOf(input: CreateFlowLogsInput): string {
  return input.logDestinationType ?? 'cloud-watch-logs';
}

const TAG_FIELD_NAMES: Readonly<Record<TagFieldResource, readonly [string, string]>> = {
  instance: ['instance-tag', 'instance-tag-2'],
  'network-interface': ['interface-tag', 'interface-tag-2'],
  'auto-scaling-group': ['asg-tag', 'asg-tag-2'],
};

/** Every tag field of the format needs its key, and every key its field. */
function checkTagFields(input: CreateFlowLogsInput): Violation | null {
  const items = input.tagFieldSpecifications;
  if (items.length > MAX_TAG_FIELD_ITEMS)
    return invalid(`At most ${MAX_TAG_FIELD_ITEMS} TagFieldSpecifications are allowed.`);
  const provided = new Set<string>();
  const seen = new Set<string>();
  for (const { resourceType, tagKeys } of items) {
    const type = TAG_FIELD_RESOURCES.find((each) => each === resourceType);
    if (type === undefined)
      return outside('TagFieldSpecification.ResourceType', resourceType ?? '', TAG_FIELD_RESOURCES);
    if (seen.has(type)) return invalid(`TagFieldSpecification for ${type} is given twice.`);
    seen.add(type);
    if (tagKeys.length < 1 || tagKeys.length > MAX_TAG_FIELD_KEYS) {
      return invalid(`TagFieldSpecification for ${type} needs 1 or ${MAX_TAG_FIELD_KEYS} tag keys.`);
    }
    const odd = tagKeys.find((key) => key === '' || key.length > 128);
    if (odd !== undefined)
      return invalid(`TagFieldSpecification for ${type}: a tag key has 1 to 128 characters.`);
    for (const index of tagKeys.keys()) provided.add(TAG_FIELD_NAMES[type][index] ?? '');
  }
  const fields = fieldsOfInput(input);
  const known = new Set(Object.values(TAG_FIELD_NAMES).flat());
  const used =
    typeof fields === 'string' ? [] : fields.map((field) => field.name).filter((name) => known.has(name));
  const unspecified = used.find((name) => !provided.has(name));
  if (unspecified !== undefined)
    return invalid(`The field ${unspecified} needs a tag key in TagFieldSpecification.`);
  const unused = [...provided].find((name) => !used.includes(name));
  return unused === undefined
    ? null
    : invalid(`TagFieldSpecification gives a key for ${unused}, which LogFormat lacks.`);
}

function isDestinationArn(type: string, text: string): boolean {
  if (type === 's3') return parseS3Arn(text) !== null;
  return (type === 'cloud-watch-logs' ? parseLogGroupArn(text) : parseFirehoseArn(text)) !== null;
}

/** The fields of the given LogFormat, none when it is the default; a text says what is wrong with it. */
function fieldsOfInput(input: CreateFlowLogsInput): readonly Field[] | string {
  if (input.logFormat === undefined) return [];
  try {
    return parseLogFormat(input.logFormat);
  } catch (error) {
    if (isWeirError(error) && error.kind !== 'bug') return error.message;
    throw error;
  }
}

/** Only for rules after V7, which proved it. */
function resourceTypeOf(input: CreateFlowLogsInput): (typeof RESOURCE_TYPES)[number] {
  return RESOURCE_TYPES.find((type) => type === input.resourceType) ?? 'VPC';
}

function isTransit(input: CreateFlowLogsInput): boolean {
  return isTransitGatewayType(resourceTypeOf(input));
}

function outside(name: string, value: string | undefined, allowed: readonly string[]): Violation | null {
  if (value === undefined || allowed.includes(value)) return null;
  return invalidValue(`Value (${value}) for parameter ${name} is invalid.`);
}

function missing(name: string): Violation {
  return { code: 'MissingParameter', message: `The request must contain the parameter ${name}` };
}

function invalid(message: string): Violation {
  return { code: 'InvalidParameter', message };
}

function invalidValue(message: string): Violation {
  return { code: 'InvalidParameterValue', message };
}
