import type { FlowLog } from '../../src/service/index.ts';

/** A flow log of vpc-1 to S3 in the default format, changed as asked. */
export function fakeFlowLog(id: string, change: Partial<FlowLog> = {}): FlowLog {
  return {
    id,
    accountId: '123456789012',
    region: 'us-east-1',
    creationMs: 1_700_000_000_000,
    resourceType: 'VPC',
    resourceId: 'vpc-1',
    trafficType: 'ALL',
    destinationType: 's3',
    logDestination: 'arn:aws:s3:::flow-bucket/custom/',
    logGroupName: null,
    deliverLogsPermissionArn: null,
    deliverCrossAccountRole: null,
    logFormat: '${version} ${srcaddr} ${dstaddr} ${protocol} ${bytes} ${start} ${end} ${action}',
    maxAggregationSeconds: 600,
    destinationOptions: {
      fileFormat: 'plain-text',
      hiveCompatiblePartitions: false,
      perHourPartition: false,
    },
    tagFields: [],
    tags: [],
    deliveryError: null,
    ...change,
  };
}
