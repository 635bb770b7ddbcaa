export type {
  Call,
  DestinationState,
  FlowLogServiceConfig,
  FlowLogServiceDeps,
  ServiceContext,
} from './context.ts';
export { defaultFlowLogServiceConfig } from './context.ts';
export type { CoveringFlowLog } from './covering.ts';
export { admitsAction, flowLogsFor } from './covering.ts';
export type { CreateFlowLogsResult } from './create-flow-logs.ts';
export type { CreateFlowLogsInput } from './create-rules.ts';
export type {
  DeliveryError,
  DestinationOptions,
  DestinationType,
  FileFormat,
  FlowLog,
  FlowLogResourceType,
  Tag,
  TagFieldResource,
  TagFieldSpecification,
  TrafficType,
} from './flow-log.ts';
export type { FlowLogService } from './flow-log-service.ts';
export { createFlowLogService } from './flow-log-service.ts';
export type { Ec2HandlerConfig, Ec2HandlerDeps, ServiceCredential } from './handler.ts';
export { createEc2Handler, defaultEc2HandlerConfig } from './handler.ts';
export type {
  NatGatewayResource,
  NetworkInterfaceResource,
  Resource,
  ResourceInventory,
  SubnetResource,
  TransitGatewayAttachmentResource,
  TransitGatewayResource,
  VpcResource,
} from './inventory.ts';
export { EMPTY_INVENTORY } from './inventory.ts';
export type { JournalDeps } from './journal-store.ts';
export { openJournalStore } from './journal-store.ts';
export type { CreateReceipt, FlowLogState, FlowLogStore, StoreChange, UnsuccessfulItem } from './store.ts';
export { createMemoryStore } from './store.ts';
export type { ThrottleConfig } from './throttle.ts';
