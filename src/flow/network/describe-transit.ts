import { type Json, list, some, tagsOf, text } from './describe-json.ts';
import type { NetworkInput } from './schema.ts';

/** The answers that a transit gateway is put together from. */
export interface TransitAnswers {
  readonly attachments: readonly Json[];
  /** VPC attachments, used when the general list is missing. */
  readonly vpcAttachments: readonly Json[];
  readonly routeTables: readonly Json[];
  /** Routes, each with the id of the table that is its `owner`. */
  readonly routes: readonly Json[];
  readonly interfaces: readonly Json[];
  /** Ids of the VPCs that are described; those of other accounts are not. */
  readonly vpcs: ReadonlySet<string>;
}

/** A transit gateway with its attachments and route tables. */
export function transitGatewayOf(
  gateway: Json,
  answers: TransitAnswers,
): NonNullable<NetworkInput['transitGateways']>[number] {
  const id = text(gateway, 'TransitGatewayId');
  const mine = (one: Json): boolean => one['TransitGatewayId'] === id;
  const named = answers.attachments.filter(mine);
  const attachments = named.length > 0 ? named : answers.vpcAttachments.filter(mine);
  return {
    id,
    ...some('description', gateway['Description']),
    attachments: attachments.map((one) => {
      const attachment = text(one, 'TransitGatewayAttachmentId');
      const type = typeof one['ResourceType'] === 'string' ? one['ResourceType'] : 'vpc';
      const resource = one['ResourceId'] ?? one['VpcId'];
      const isOwnVpc = type === 'vpc' && answers.vpcs.has(String(resource));
      const marker = new RegExp(`\\b${attachment}\\b`);
      return {
        id: attachment,
        type: type as 'vpc',
        ...(isOwnVpc ? some('vpc', resource) : some('resource', resource)),
        interfaces: answers.interfaces
          .filter(({ Description }) => marker.test(String(Description)))
          .map((each) => text(each, 'NetworkInterfaceId')),
        ...some('routeTable', (one['Association'] as Json | undefined)?.['TransitGatewayRouteTableId']),
        tags: tagsOf(one),
      };
    }),
    routeTables: answers.routeTables.filter(mine).map((table) => ({
      id: text(table, 'TransitGatewayRouteTableId'),
      routes: answers.routes
        .filter((route) => route['owner'] === table['TransitGatewayRouteTableId'])
        .map((route) => ({
          to: text(route, 'DestinationCidrBlock'),
          ...(route['State'] === 'blackhole'
            ? { blackhole: true }
            : some('via', list(route, 'TransitGatewayAttachments')[0]?.['TransitGatewayAttachmentId'])),
        })),
    })),
    tags: tagsOf(gateway),
    ...some('account', gateway['OwnerId']),
  };
}
