import { awsError, type Ec2Parameters, formatEc2Time, type XmlNode } from '../../aws/index.ts';
import type { CreateFlowLogsInput } from '../create-rules.ts';
import { compileFilters, type FilterFields, readFilters } from '../filters.ts';
import type { FlowLog } from '../flow-log.ts';
import { flowLogSortKey } from '../flow-log-service.ts';
import { pageOf, readPageRequest } from '../paging.ts';
import { readTags } from '../tags.ts';
import { endDryRun, type Operation } from './operation.ts';

const MAX_DESCRIBE_IDS = 1000;

/** CreateFlowLogs. Parameters: flow-logs.md §5.1. */
export const createFlowLogsOperation: Operation = {
  action: 'CreateFlowLogs',
  isReadOnly: false,
  run: async (service, call, parameters) => {
    const input = readCreateInput(parameters);
    parameters.assertAllRead();
    const result = await service.createFlowLogs(call, input);
    return {
      clientToken: result.clientToken,
      flowLogIdSet: result.flowLogIds,
      unsuccessful: result.unsuccessful.map(({ resourceId, code, message }) => ({
        error: { code, message },
        resourceId,
      })),
    };
  },
};

/** DescribeFlowLogs. Unknown ids are left out, as moto and AWS do. */
export const describeFlowLogsOperation: Operation = {
  action: 'DescribeFlowLogs',
  isReadOnly: true,
  run: (service, call, parameters) => {
    const ids = parameters.texts('FlowLogId');
    const filters = readFilters(parameters);
    const page = readPageRequest(parameters, ids, filters);
    const isDryRun = parameters.boolean('DryRun') ?? false;
    parameters.assertAllRead();
    if (ids.length > MAX_DESCRIBE_IDS) {
      const text = `too many ids: ${ids.length} for parameter FlowLogId, at most ${MAX_DESCRIBE_IDS}`;
      throw awsError('InvalidParameterValue', text);
    }
    const passes = compileFilters(filters, FILTER_FIELDS);
    endDryRun(isDryRun);
    const wanted = ids.length === 0 ? null : new Set(ids);
    const found = service
      .flowLogs()
      .filter(
        (each) => each.region === call.region && (wanted === null || wanted.has(each.id)) && passes(each),
      );
    const { items, nextToken } = pageOf(found, flowLogSortKey, page);
    return { flowLogSet: items.map(formatFlowLog), nextToken };
  },
};

/** DeleteFlowLogs. All of the ids or none. */
export const deleteFlowLogsOperation: Operation = {
  action: 'DeleteFlowLogs',
  isReadOnly: false,
  run: async (service, call, parameters) => {
    const ids = parameters.texts('FlowLogId');
    const isDryRun = parameters.boolean('DryRun') ?? false;
    parameters.assertAllRead();
    await service.deleteFlowLogs(call, ids, isDryRun);
    return { unsuccessful: [] };
  },
};

const FILTER_FIELDS: FilterFields<FlowLog> = {
  'deliver-log-status': (flowLog) => [statusOf(flowLog)],
  'log-destination-type': (flowLog) => [flowLog.destinationType],
  'flow-log-id': (flowLog) => [flowLog.id],
  'log-group-name': (flowLog) => (flowLog.logGroupName === null ? [] : [flowLog.logGroupName]),
  'resource-id': (flowLog) => [flowLog.resourceId],
  'traffic-type': (flowLog) => (flowLog.trafficType === null ? [] : [flowLog.trafficType]),
};

function statusOf(flowLog: FlowLog): 'SUCCESS' | 'FAILED' {
  return flowLog.deliveryError === null ? 'SUCCESS' : 'FAILED';
}

function formatFlowLog(flowLog: FlowLog): XmlNode {
  return {
    creationTime: formatEc2Time(flowLog.creationMs),
    deliverLogsErrorMessage: flowLog.deliveryError ?? undefined,
    deliverLogsPermissionArn: flowLog.deliverLogsPermissionArn ?? undefined,
    deliverCrossAccountRole: flowLog.deliverCrossAccountRole ?? undefined,
    deliverLogsStatus: statusOf(flowLog),
    flowLogId: flowLog.id,
    flowLogStatus: 'ACTIVE',
    logGroupName: flowLog.logGroupName ?? undefined,
    resourceId: flowLog.resourceId,
    trafficType: flowLog.trafficType ?? undefined,
    logDestinationType: flowLog.destinationType,
    logDestination: flowLog.logDestination,
    logFormat: flowLog.logFormat,
    tagSet: formatTags(flowLog.tags),
    maxAggregationInterval: flowLog.maxAggregationSeconds,
    destinationOptions:
      flowLog.destinationOptions === null
        ? undefined
        : {
            fileFormat: flowLog.destinationOptions.fileFormat,
            hiveCompatiblePartitions: flowLog.destinationOptions.hiveCompatiblePartitions,
            perHourPartition: flowLog.destinationOptions.perHourPartition,
          },
    tagFieldSpecificationSet:
      flowLog.tagFields.length === 0
        ? undefined
        : flowLog.tagFields.map(({ resourceType, tagKeys }) => ({ resourceType, tagKeySet: tagKeys })),
  };
}

/** Tags as `item` elements. */
export function formatTags(tags: FlowLog['tags']): readonly XmlNode[] {
  return tags.map(({ key, value }) => ({ key, value }));
}

function readCreateInput(parameters: Ec2Parameters): CreateFlowLogsInput {
  const options = parameters.structure('DestinationOptions');
  return {
    resourceIds: parameters.texts('ResourceId'),
    resourceType: parameters.nonEmpty('ResourceType'),
    trafficType: parameters.nonEmpty('TrafficType'),
    logDestinationType: parameters.nonEmpty('LogDestinationType'),
    logDestination: parameters.nonEmpty('LogDestination'),
    logGroupName: parameters.nonEmpty('LogGroupName'),
    deliverLogsPermissionArn: parameters.nonEmpty('DeliverLogsPermissionArn'),
    deliverCrossAccountRole: parameters.nonEmpty('DeliverCrossAccountRole'),
    // An empty format is an error of its own, so it is kept.
    logFormat: parameters.text('LogFormat'),
    maxAggregationInterval: parameters.integer('MaxAggregationInterval'),
    fileFormat: options.nonEmpty('FileFormat'),
    hiveCompatiblePartitions: options.boolean('HiveCompatiblePartitions'),
    perHourPartition: options.boolean('PerHourPartition'),
    tagSpecifications: parameters
      .structures('TagSpecification')
      .map((each) => ({ resourceType: each.nonEmpty('ResourceType'), tags: readTags(each) })),
    tagFieldSpecifications: parameters
      .structures('TagFieldSpecification')
      .map((each) => ({ resourceType: each.nonEmpty('ResourceType'), tagKeys: each.texts('TagKey') })),
    clientToken: parameters.nonEmpty('ClientToken'),
    dryRun: parameters.boolean('DryRun') ?? false,
  };
}
