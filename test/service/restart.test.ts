import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateFlowLogsCommand,
  type CreateFlowLogsCommandInput,
  CreateTagsCommand,
  DeleteFlowLogsCommand,
  DescribeFlowLogsCommand,
} from '@aws-sdk/client-ec2';
import { expect, it } from 'vitest';
import { openJournalStore } from '../../src/service/index.ts';
import { startEndpoint } from '../support/ec2-endpoint.ts';

const CREATE: CreateFlowLogsCommandInput = {
  ResourceType: 'VPC',
  ResourceIds: ['vpc-1', 'vpc-2'],
  TrafficType: 'ALL',
  LogDestinationType: 's3',
  LogDestination: 'arn:aws:s3:::flow-bucket',
  ClientToken: 'once',
};

it('a client sees the same flow logs after a restart, and its token still answers', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'weir-restart-'));
  const start = async () => {
    const store = await openJournalStore(join(folder, 'journal'), { nowMs: Date.now });
    const endpoint = await startEndpoint({ store });
    return {
      ec2: endpoint.client(),
      service: endpoint.service,
      stop: async () => {
        await endpoint.stop();
        await store.close();
      },
    };
  };
  const first = await start();
  const { FlowLogIds: ids = [] } = await first.ec2.send(new CreateFlowLogsCommand(CREATE));
  await first.ec2.send(
    new CreateTagsCommand({ Resources: [ids[0] ?? ''], Tags: [{ Key: 'k', Value: 'ü' }] }),
  );
  await first.service.setDeliveryError(ids[0] ?? '', 'Rate limited');
  await first.ec2.send(new DeleteFlowLogsCommand({ FlowLogIds: [ids[1] ?? ''] }));
  const before = (await first.ec2.send(new DescribeFlowLogsCommand({}))).FlowLogs;
  await first.stop();

  const second = await start();
  const after = (await second.ec2.send(new DescribeFlowLogsCommand({}))).FlowLogs;
  expect(after).toEqual(before);
  expect(after).toMatchObject([
    { DeliverLogsErrorMessage: 'Rate limited', Tags: [{ Key: 'k', Value: 'ü' }] },
  ]);
  expect((await second.ec2.send(new CreateFlowLogsCommand(CREATE))).FlowLogIds).toEqual(ids);
  await second.stop();
  await rm(folder, { recursive: true, force: true });
});
