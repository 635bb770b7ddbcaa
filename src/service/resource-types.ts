import type { AwsErrorCode } from '../aws/index.ts';
import type { FlowLogResourceType } from './flow-log.ts';
import type { Resource, ResourceInventory } from './inventory.ts';

/** What CreateFlowLogs must know of one resource type. */
export interface ResourceTypeFacts {
  /** How ids of the type look. */
  readonly idPattern: RegExp;
  /** Most ids in one call. */
  readonly maxIds: number;
  /** The resources a flow log can be made for. */
  readonly list: (inventory: ResourceInventory) => readonly Resource[];
  readonly notFoundCode: AwsErrorCode;
  readonly notFoundMessage: (id: string) => string;
}

/** One row per resource type. Source: flow-logs.md §5.3 (V10–V12). */
export const RESOURCE_TYPE_FACTS: Readonly<Record<FlowLogResourceType, ResourceTypeFacts>> = {
  VPC: {
    idPattern: /^vpc-[0-9A-Za-z-]+$/,
    maxIds: 300,
    list: (inventory) => inventory.vpcs(),
    notFoundCode: 'InvalidVpcID.NotFound',
    notFoundMessage: (id) => `VpcID ${id} does not exist.`,
  },
  Subnet: {
    idPattern: /^subnet-[0-9A-Za-z-]+$/,
    maxIds: 300,
    list: (inventory) => inventory.subnets(),
    notFoundCode: 'InvalidSubnetID.NotFound',
    notFoundMessage: (id) => `The subnet ID '${id}' does not exist`,
  },
  NetworkInterface: {
    idPattern: /^eni-[0-9A-Za-z-]+$/,
    maxIds: 300,
    list: (inventory) => inventory.networkInterfaces(),
    notFoundCode: 'InvalidNetworkInterfaceID.NotFound',
    notFoundMessage: (id) => `The networkInterface ID '${id}' does not exist`,
  },
  TransitGateway: {
    idPattern: /^tgw-(?!attach-)[0-9A-Za-z-]+$/,
    maxIds: 25,
    list: (inventory) => inventory.transitGateways(),
    notFoundCode: 'InvalidTransitGatewayID.NotFound',
    notFoundMessage: (id) => `Transit Gateway ${id} was deleted or does not exist.`,
  },
  TransitGatewayAttachment: {
    idPattern: /^tgw-attach-[0-9A-Za-z-]+$/,
    maxIds: 25,
    list: (inventory) => inventory.transitGatewayAttachments(),
    notFoundCode: 'InvalidTransitGatewayAttachmentID.NotFound',
    notFoundMessage: (id) => `Transit Gateway Attachment ${id} was deleted or does not exist.`,
  },
  RegionalNatGateway: {
    idPattern: /^nat-[0-9A-Za-z-]+$/,
    maxIds: 300,
    list: (inventory) => inventory.natGateways(),
    notFoundCode: 'InvalidNatGatewayID.NotFound',
    notFoundMessage: (id) => `The regional NAT gateway '${id}' does not exist`,
  },
};
