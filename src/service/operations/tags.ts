import { awsError } from '../../aws/index.ts';
import type { Call } from '../context.ts';
import { compileFilters, type FilterFields, readFilters } from '../filters.ts';
import type { Tag } from '../flow-log.ts';
import type { FlowLogService } from '../flow-log-service.ts';
import type { ResourceInventory } from '../inventory.ts';
import { pageOf, readPageRequest } from '../paging.ts';
import { assertTags, readTags, withoutTags, withTags } from '../tags.ts';
import { endDryRun, type Operation } from './operation.ts';

const MAX_TAGGED_RESOURCES = 1000;

/** CreateTags on flow logs: sets or replaces. Tags of the network's resources belong to the network model. */
export const createTagsOperation: Operation = {
  action: 'CreateTags',
  isReadOnly: false,
  run: async (service, call, parameters) => {
    const ids = parameters.texts('ResourceId');
    const tags = readTags(parameters);
    const isDryRun = parameters.boolean('DryRun') ?? false;
    parameters.assertAllRead();
    if (tags.length === 0) throw awsError('MissingParameter', 'The request must contain the parameter Tag');
    assertTags(tags);
    const next = new Map(taggable(service, call, ids).map(({ id, tags: old }) => [id, withTags(old, tags)]));
    endDryRun(isDryRun);
    await service.setTags(next);
    return { return: true };
  },
};

/** DeleteTags on flow logs: by key, by key and value, or all of them when none is named. */
export const deleteTagsOperation: Operation = {
  action: 'DeleteTags',
  isReadOnly: false,
  run: async (service, call, parameters) => {
    const ids = parameters.texts('ResourceId');
    const removals = parameters
      .structures('Tag')
      .map((each) => ({ key: each.text('Key') ?? '', value: each.text('Value') }));
    const isDryRun = parameters.boolean('DryRun') ?? false;
    parameters.assertAllRead();
    const next = new Map(
      taggable(service, call, ids).map(({ id, tags }) => [id, withoutTags(tags, removals)]),
    );
    endDryRun(isDryRun);
    await service.setTags(next);
    return { return: true };
  },
};

/** DescribeTags over flow logs and the network's resources. */
export const describeTagsOperation: Operation = {
  action: 'DescribeTags',
  isReadOnly: true,
  run: (service, call, parameters) => {
    const filters = readFilters(parameters);
    const page = readPageRequest(parameters, [], filters);
    const isDryRun = parameters.boolean('DryRun') ?? false;
    parameters.assertAllRead();
    const passes = compileFilters(filters, FILTER_FIELDS);
    endDryRun(isDryRun);
    const found = allTags(service, call).filter(passes);
    const { items, nextToken } = pageOf(found, sortKey, page);
    return {
      nextToken,
      tagSet: items.map(({ resourceId, resourceType, key, value }) => ({
        resourceId,
        resourceType,
        key,
        value,
      })),
    };
  },
};

interface TagRow extends Tag {
  readonly resourceId: string;
  readonly resourceType: string;
  /** The row's own tag, so that `tag:KEY` filters it. */
  readonly tags: readonly Tag[];
}

const FILTER_FIELDS: FilterFields<TagRow> = {
  key: (row) => [row.key],
  value: (row) => [row.value],
  'resource-id': (row) => [row.resourceId],
  'resource-type': (row) => [row.resourceType],
};

const RESOURCE_LISTS: readonly (readonly [string, keyof ResourceInventory])[] = [
  ['vpc', 'vpcs'],
  ['subnet', 'subnets'],
  ['network-interface', 'networkInterfaces'],
  ['transit-gateway', 'transitGateways'],
  ['transit-gateway-attachment', 'transitGatewayAttachments'],
  ['natgateway', 'natGateways'],
];

function sortKey(row: TagRow): string {
  return `${row.resourceId}\n${row.key}`;
}

function allTags(service: FlowLogService, call: Call): readonly TagRow[] {
  const { inventory } = service.context.deps;
  const rows = (resourceType: string, resourceId: string, tags: readonly Tag[]): readonly TagRow[] =>
    tags.map((tag) => ({ ...tag, resourceId, resourceType, tags: [tag] }));
  const ofFlowLogs = service
    .flowLogs()
    .filter((flowLog) => flowLog.region === call.region)
    .flatMap((flowLog) => rows('vpc-flow-log', flowLog.id, flowLog.tags));
  const ofResources = RESOURCE_LISTS.flatMap(([resourceType, list]) =>
    inventory[list]()
      .filter((resource) => resource.region === call.region)
      .flatMap((resource) => rows(resourceType, resource.id, resource.tags)),
  );
  return [...ofFlowLogs, ...ofResources].sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

/** The flow logs of these ids; nothing else can be tagged here. */
function taggable(
  service: FlowLogService,
  call: Call,
  ids: readonly string[],
): readonly { id: string; tags: readonly Tag[] }[] {
  if (ids.length === 0)
    throw awsError('MissingParameter', 'The request must contain the parameter resourceIdSet');
  if (ids.length > MAX_TAGGED_RESOURCES) {
    throw awsError(
      'InvalidParameterValue',
      `too many ids: ${ids.length} for parameter ResourceId, at most ${MAX_TAGGED_RESOURCES}`,
    );
  }
  return ids.map((id) => {
    const flowLog = service.flowLog(id);
    if (flowLog !== undefined && flowLog.region === call.region) return flowLog;
    throw notTaggable(service, id);
  });
}

function notTaggable(service: FlowLogService, id: string): Error {
  if (id.startsWith('fl-'))
    return awsError('InvalidFlowLogId.NotFound', `The flow log ID '${id}' does not exist`);
  const { inventory } = service.context.deps;
  const isKnown = RESOURCE_LISTS.some(([, list]) => inventory[list]().some((resource) => resource.id === id));
  if (!isKnown) return awsError('InvalidID', `The ID '${id}' is not valid`);
  return awsError(
    'OperationNotPermitted',
    `The tags of ${id} come from the network model; change them there.`,
  );
}
