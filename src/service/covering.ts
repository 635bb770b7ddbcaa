import type { FlowLog, TrafficType } from './flow-log.ts';
import { findResource, type ResourceInventory } from './inventory.ts';

/** A flow log that records an interface, attachment or regional NAT gateway, and through which resource. */
export interface CoveringFlowLog {
  readonly flowLog: FlowLog;
  /** What the flow log was made for, seen from the asked resource. */
  readonly via: 'itself' | 'subnet' | 'vpc' | 'transit gateway';
}

/**
 * The flow logs that record one network interface (`eni-…`), transit gateway attachment (`tgw-attach-…`) or regional
 * NAT gateway (`nat-…`): its own, its subnet's, its VPC's, its transit gateway's. It is asked anew each time, so a
 * flow log made for a VPC covers interfaces that appear later. Several may cover one interface; each is delivered on
 * its own. Order: the closest first, then by creation. Empty for a resource the inventory does not know.
 *
 * Cost: constant per call; the first call over a new `flowLogs` array walks it once.
 */
export function flowLogsFor(
  resourceId: string,
  inventory: ResourceInventory,
  flowLogs: readonly FlowLog[],
): readonly CoveringFlowLog[] {
  const byResource = indexOf(flowLogs);
  return placesOf(resourceId, inventory).flatMap(({ id, via, type }) =>
    (byResource.get(id) ?? [])
      .filter((flowLog) => flowLog.resourceType === type)
      .map((flowLog) => ({ flowLog, via })),
  );
}

/** True when a flow log of this traffic type keeps a record with this verdict; null is a record without one. */
export function admitsAction(trafficType: TrafficType | null, action: 'ACCEPT' | 'REJECT' | null): boolean {
  return action === null || trafficType === null || trafficType === 'ALL' || trafficType === action;
}

interface Place {
  readonly id: string;
  readonly via: CoveringFlowLog['via'];
  readonly type: FlowLog['resourceType'];
}

function placesOf(resourceId: string, inventory: ResourceInventory): readonly Place[] {
  const networkInterface = findResource(inventory.networkInterfaces(), resourceId);
  if (networkInterface !== undefined) {
    return [
      { id: resourceId, via: 'itself', type: 'NetworkInterface' },
      { id: networkInterface.subnetId, via: 'subnet', type: 'Subnet' },
      { id: networkInterface.vpcId, via: 'vpc', type: 'VPC' },
    ];
  }
  const attachment = findResource(inventory.transitGatewayAttachments(), resourceId);
  if (attachment !== undefined) {
    return [
      { id: resourceId, via: 'itself', type: 'TransitGatewayAttachment' },
      { id: attachment.transitGatewayId, via: 'transit gateway', type: 'TransitGateway' },
    ];
  }
  const isNatGateway = findResource(inventory.natGateways(), resourceId)?.isRegional === true;
  return isNatGateway ? [{ id: resourceId, via: 'itself', type: 'RegionalNatGateway' }] : [];
}

const indexes = new WeakMap<readonly FlowLog[], ReadonlyMap<string, readonly FlowLog[]>>();

function indexOf(flowLogs: readonly FlowLog[]): ReadonlyMap<string, readonly FlowLog[]> {
  const known = indexes.get(flowLogs);
  if (known !== undefined) return known;
  const index = new Map<string, FlowLog[]>();
  for (const flowLog of flowLogs) {
    const sameResource = index.get(flowLog.resourceId);
    if (sameResource === undefined) index.set(flowLog.resourceId, [flowLog]);
    else sameResource.push(flowLog);
  }
  indexes.set(flowLogs, index);
  return index;
}
