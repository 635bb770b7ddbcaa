import { join } from 'node:path';
import { parseArn, parseFirehoseArn, parseLogGroupArn, parseS3Arn } from '../aws/index.ts';
import { assertInvariant } from '../base/index.ts';
import type { DeliveryTarget, Destination } from '../deliver/index.ts';
import type { FlowLog, TrafficType } from '../service/index.ts';

/** What follows the interface in a stream's name. Source: flow-logs.md §4.2. */
const STREAM_SUFFIXES: Readonly<Record<TrafficType, string>> = {
  ALL: '-all',
  ACCEPT: '-accept',
  REJECT: '-reject',
};

/**
 * Where the records of a flow log go. `bucketDirectory`: buckets are folders below it, for networks without S3; null is
 * S3 itself.
 */
export function deliveryTargetOf(flowLog: FlowLog, bucketDirectory: string | null): DeliveryTarget {
  const { id, accountId, region, logFormat } = flowLog;
  return {
    flowLogId: id,
    accountId,
    region,
    logFormat,
    destination: destinationOf(flowLog, bucketDirectory),
  };
}

function destinationOf(flowLog: FlowLog, bucketDirectory: string | null): Destination {
  const { logDestination, destinationOptions, destinationType, resourceType } = flowLog;
  const isTransit = resourceType === 'TransitGateway' || resourceType === 'TransitGatewayAttachment';
  switch (destinationType) {
    case 's3': {
      const place = checked(parseS3Arn(logDestination), flowLog);
      return {
        kind: 'objects',
        root: bucketDirectory === null ? `s3://${place.bucket}` : join(bucketDirectory, place.bucket),
        prefix: place.prefix,
        fileFormat: destinationOptions?.fileFormat ?? 'plain-text',
        hive: destinationOptions?.hiveCompatiblePartitions ?? false,
        perHour: destinationOptions?.perHourPartition ?? false,
        serviceName: isTransit ? 'service' : 'aws-service',
      };
    }
    case 'cloud-watch-logs':
      return {
        kind: 'log-group',
        group: flowLog.logGroupName ?? checked(parseLogGroupArn(logDestination), flowLog),
        region: regionOf(flowLog),
        streamSuffix: flowLog.trafficType === null ? '' : STREAM_SUFFIXES[flowLog.trafficType],
      };
    case 'kinesis-data-firehose':
      return {
        kind: 'firehose',
        stream: checked(parseFirehoseArn(logDestination), flowLog),
        region: regionOf(flowLog),
      };
  }
}

function regionOf(flowLog: FlowLog): string {
  return parseArn(flowLog.logDestination)?.region || flowLog.region;
}

/** The service checked the ARN when the flow log was made. */
function checked<T>(part: T | null, flowLog: FlowLog): T {
  assertInvariant(part !== null, `${flowLog.logDestination} names a destination`);
  return part;
}
