import { type AwsErrorCode, awsError, formatArn, type XmlNode } from '../../aws/index.ts';
import type { ServiceContext } from '../context.ts';
import { compileFilters, type FilterFields, readFilters } from '../filters.ts';
import type { Resource } from '../inventory.ts';
import { pageOf, readPageRequest } from '../paging.ts';
import { RESOURCE_TYPE_FACTS } from '../resource-types.ts';
import { endDryRun, type Operation } from './operation.ts';
import {
  attachmentFilters,
  formatAttachment,
  formatInterface,
  formatNatGateway,
  formatSubnet,
  formatVpc,
  interfaceFilters,
  natGatewayFilters,
  subnetFilters,
  vpcFilters,
} from './resource-formats.ts';

/** What one describe call of the network's resources differs in. */
interface DescribeSpec<R extends Resource> {
  readonly action: string;
  /** Form name of the id list, and the element of the answer. */
  readonly idsParameter: string;
  readonly setName: string;
  readonly list: (context: ServiceContext) => readonly R[];
  readonly notFoundCode: AwsErrorCode;
  readonly notFoundMessage: (id: string) => string;
  readonly filters: FilterFields<R>;
  readonly format: (resource: R) => XmlNode;
  /** Parameters that are accepted and change nothing here. */
  readonly ignored?: readonly string[];
}

const { VPC, Subnet, NetworkInterface, TransitGateway, TransitGatewayAttachment, RegionalNatGateway } =
  RESOURCE_TYPE_FACTS;

/** The describe calls by which a client finds what a flow log can be made for. */
export const RESOURCE_OPERATIONS: readonly Operation[] = [
  describe({
    ...VPC,
    action: 'DescribeVpcs',
    idsParameter: 'VpcId',
    setName: 'vpcSet',
    list: ({ deps }) => deps.inventory.vpcs(),
    filters: vpcFilters,
    format: formatVpc,
  }),
  describe({
    ...Subnet,
    action: 'DescribeSubnets',
    idsParameter: 'SubnetId',
    setName: 'subnetSet',
    list: ({ deps }) => deps.inventory.subnets(),
    filters: subnetFilters,
    format: formatSubnet,
  }),
  describe({
    ...NetworkInterface,
    action: 'DescribeNetworkInterfaces',
    idsParameter: 'NetworkInterfaceId',
    setName: 'networkInterfaceSet',
    list: ({ deps }) => deps.inventory.networkInterfaces(),
    filters: interfaceFilters,
    format: formatInterface,
    ignored: ['IncludeManagedResources'],
  }),
  describe({
    ...TransitGateway,
    action: 'DescribeTransitGateways',
    idsParameter: 'TransitGatewayIds',
    setName: 'transitGatewaySet',
    list: ({ deps }) => deps.inventory.transitGateways(),
    filters: {
      'transit-gateway-id': (gateway) => [gateway.id],
      'owner-id': (gateway) => [gateway.ownerId],
      state: () => ['available'],
    },
    format: (gateway) => ({
      transitGatewayId: gateway.id,
      transitGatewayArn: ec2Arn(gateway, 'transit-gateway'),
      state: 'available',
      ownerId: gateway.ownerId,
      description: gateway.description,
      tagSet: gateway.tags.map(({ key, value }) => ({ key, value })),
    }),
  }),
  describe({
    ...TransitGatewayAttachment,
    action: 'DescribeTransitGatewayAttachments',
    idsParameter: 'TransitGatewayAttachmentIds',
    setName: 'transitGatewayAttachments',
    list: ({ deps }) => deps.inventory.transitGatewayAttachments(),
    filters: attachmentFilters,
    format: formatAttachment,
  }),
  describe({
    ...RegionalNatGateway,
    action: 'DescribeNatGateways',
    notFoundMessage: (id: string) => `The NAT gateway '${id}' does not exist`,
    idsParameter: 'NatGatewayId',
    setName: 'natGatewaySet',
    list: ({ deps }) => deps.inventory.natGateways(),
    filters: natGatewayFilters,
    format: formatNatGateway,
  }),
];

function describe<R extends Resource>(spec: DescribeSpec<R>): Operation {
  return {
    action: spec.action,
    isReadOnly: true,
    run: (service, call, parameters) => {
      const ids = parameters.texts(spec.idsParameter);
      const filters = readFilters(parameters);
      const page = readPageRequest(parameters, ids, filters);
      const isDryRun = parameters.boolean('DryRun') ?? false;
      for (const name of spec.ignored ?? []) parameters.text(name);
      parameters.assertAllRead();
      const passes = compileFilters(filters, spec.filters);
      const all = spec.list(service.context).filter((resource) => resource.region === call.region);
      const present = new Set(all.map((resource) => resource.id));
      const missing = ids.find((id) => !present.has(id));
      if (missing !== undefined) throw awsError(spec.notFoundCode, spec.notFoundMessage(missing));
      endDryRun(isDryRun);
      const wanted = ids.length === 0 ? present : new Set(ids);
      const found = all
        .filter((resource) => wanted.has(resource.id) && passes(resource))
        .sort((a, b) => (a.id < b.id ? -1 : 1));
      const { items, nextToken } = pageOf(found, (resource) => resource.id, page);
      return { [spec.setName]: items.map(spec.format), nextToken };
    },
  };
}

function ec2Arn(resource: Resource, type: string): string {
  return formatArn({
    partition: 'aws',
    service: 'ec2',
    region: resource.region,
    accountId: resource.ownerId,
    resource: `${type}/${resource.id}`,
  });
}
