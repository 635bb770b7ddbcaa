/** What a flow log can be made for. */
export const RESOURCE_TYPES = [
  'VPC',
  'Subnet',
  'NetworkInterface',
  'TransitGateway',
  'TransitGatewayAttachment',
  'RegionalNatGateway',
] as const;
/** One of `RESOURCE_TYPES`. */
export type FlowLogResourceType = (typeof RESOURCE_TYPES)[number];

/** Which verdicts a flow log records. */
export const TRAFFIC_TYPES = ['ACCEPT', 'REJECT', 'ALL'] as const;
/** One of `TRAFFIC_TYPES`. */
export type TrafficType = (typeof TRAFFIC_TYPES)[number];

/** Where records go. */
export const DESTINATION_TYPES = ['cloud-watch-logs', 's3', 'kinesis-data-firehose'] as const;
/** One of `DESTINATION_TYPES`. */
export type DestinationType = (typeof DESTINATION_TYPES)[number];

/** File formats on S3. */
export const FILE_FORMATS = ['plain-text', 'parquet'] as const;
/** One of `FILE_FORMATS`. */
export type FileFormat = (typeof FILE_FORMATS)[number];

/** Whose tags a tag field of version 11 shows. */
export const TAG_FIELD_RESOURCES = ['instance', 'network-interface', 'auto-scaling-group'] as const;
/** One of `TAG_FIELD_RESOURCES`. */
export type TagFieldResource = (typeof TAG_FIELD_RESOURCES)[number];

/** A key and a value; the value may be empty, the key may not. */
export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** How objects on S3 are written. */
export interface DestinationOptions {
  readonly fileFormat: FileFormat;
  readonly hiveCompatiblePartitions: boolean;
  readonly perHourPartition: boolean;
}

/** Which tags the tag fields show: the first key is `*-tag`, the second `*-tag-2`. */
export interface TagFieldSpecification {
  readonly resourceType: TagFieldResource;
  readonly tagKeys: readonly string[];
}

/** Why delivery fails, in AWS's words. Source: troubleshoot VPC Flow Logs. */
export type DeliveryError = 'Access error' | 'Rate limited' | 'Unknown error';

/**
 * One flow log as it was created. **Shape**: one per resource id of a create call. Only `tags` and `deliveryError`
 * ever change; everything else is fixed for life, as on AWS.
 */
export interface FlowLog {
  /** `fl-` and 17 hex digits. */
  readonly id: string;
  readonly accountId: string;
  readonly region: string;
  /** Unix milliseconds. */
  readonly creationMs: number;
  readonly resourceType: FlowLogResourceType;
  readonly resourceId: string;
  /** Null for transit gateway types, which record everything. */
  readonly trafficType: TrafficType | null;
  readonly destinationType: DestinationType;
  /** ARN of the log group (without `:*`), bucket and folder, or delivery stream. */
  readonly logDestination: string;
  /** Set for CloudWatch Logs only. */
  readonly logGroupName: string | null;
  readonly deliverLogsPermissionArn: string | null;
  readonly deliverCrossAccountRole: string | null;
  /** Always written out; the default format in full when none was given. */
  readonly logFormat: string;
  readonly maxAggregationSeconds: 60 | 600;
  /** Set for S3 only. */
  readonly destinationOptions: DestinationOptions | null;
  readonly tagFields: readonly TagFieldSpecification[];
  /** Sorted by key. */
  readonly tags: readonly Tag[];
  /** What deliver/ last reported; null while delivery works. */
  readonly deliveryError: DeliveryError | null;
}

/** True for the two types whose records are transit gateway records. */
export function isTransitGatewayType(type: FlowLogResourceType): boolean {
  return type === 'TransitGateway' || type === 'TransitGatewayAttachment';
}
