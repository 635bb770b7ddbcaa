import { describe, expect, it } from 'vitest';
import { admitsAction, EMPTY_INVENTORY, type FlowLog, flowLogsFor } from '../../src/service/index.ts';
import { fakeInterface, fakeInventory } from '../support/fake-inventory.ts';
import { fakeFlowLog } from '../support/flow-log-fixture.ts';

const made = (id: string, resourceType: FlowLog['resourceType'], resourceId: string): FlowLog =>
  fakeFlowLog(id, { resourceType, resourceId });

const FLOW_LOGS = [
  made('fl-vpc', 'VPC', 'vpc-1'),
  made('fl-subnet', 'Subnet', 'subnet-1'),
  made('fl-eni', 'NetworkInterface', 'eni-1'),
  made('fl-tgw', 'TransitGateway', 'tgw-1'),
  made('fl-attachment', 'TransitGatewayAttachment', 'tgw-attach-1'),
  made('fl-nat', 'RegionalNatGateway', 'nat-1'),
];
const found = (id: string, inventory = fakeInventory()): string[] =>
  flowLogsFor(id, inventory, FLOW_LOGS).map(({ flowLog, via }) => `${flowLog.id} via ${via}`);

describe('which flow logs record a resource', () => {
  it.each([
    ['eni-1', ['fl-eni via itself', 'fl-subnet via subnet', 'fl-vpc via vpc']],
    ['eni-2', ['fl-subnet via subnet', 'fl-vpc via vpc']],
    ['eni-3', []],
    ['tgw-attach-1', ['fl-attachment via itself', 'fl-tgw via transit gateway']],
    ['tgw-attach-2', ['fl-tgw via transit gateway']],
    ['nat-1', ['fl-nat via itself']],
    ['nat-2', []],
    ['vpc-1', []],
    ['eni-404', []],
  ])('%s', (id, expected) => expect(found(id)).toEqual(expected));

  it('an interface that appears later is covered from then on', () => {
    const inventory = fakeInventory();
    expect(found('eni-new', inventory)).toEqual([]);
    inventory.addInterface(fakeInterface('eni-new'));
    expect(found('eni-new', inventory)).toEqual(['fl-subnet via subnet', 'fl-vpc via vpc']);
  });

  it('an empty network has none', () => expect(flowLogsFor('eni-1', EMPTY_INVENTORY, FLOW_LOGS)).toEqual([]));

  it.each([
    ['ALL', 'ACCEPT', true],
    ['ALL', 'REJECT', true],
    ['ACCEPT', 'ACCEPT', true],
    ['ACCEPT', 'REJECT', false],
    ['REJECT', 'ACCEPT', false],
    ['REJECT', null, true],
    [null, 'ACCEPT', true],
  ] as const)('traffic type %s keeps a record with action %s: %s', (type, action, expected) => {
    expect(admitsAction(type, action)).toBe(expected);
  });
});
