import { callerIdentityOperation } from './caller-identity.ts';
import { createFlowLogsOperation, deleteFlowLogsOperation, describeFlowLogsOperation } from './flow-logs.ts';
import { integrationTemplateOperation } from './integration-template.ts';
import type { Operation } from './operation.ts';
import { describeAvailabilityZonesOperation, describeRegionsOperation } from './places.ts';
import { RESOURCE_OPERATIONS } from './resources.ts';
import { createTagsOperation, deleteTagsOperation, describeTagsOperation } from './tags.ts';

/** Every action of the endpoint, by name. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  [
    createFlowLogsOperation,
    describeFlowLogsOperation,
    deleteFlowLogsOperation,
    integrationTemplateOperation,
    createTagsOperation,
    deleteTagsOperation,
    describeTagsOperation,
    ...RESOURCE_OPERATIONS,
    describeRegionsOperation,
    describeAvailabilityZonesOperation,
    callerIdentityOperation,
  ].map((operation) => [operation.action, operation]),
);
