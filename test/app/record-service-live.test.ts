import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAwsEndpoint } from '../../src/app/aws-endpoint.ts';
import { type LiveRecordDeps, liveRecordDeps } from '../../src/app/record-live.ts';
import { startServiceLive } from '../../src/app/record-service-live.ts';
import { silentReporter } from '../../src/base/index.ts';
import { Network, parseNetwork } from '../../src/flow/index.ts';
import { readBack } from '../support/delivery.ts';
import { canMakeNetworks, createTestNetwork, type TestNetwork } from '../support/network-namespaces.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

const home = temporaryDirectory();

describe.skipIf(!canMakeNetworks())(
  'flow logs of a live network (needs root, ip, nft, tcpdump and ping)',
  () => {
    let hosts: TestNetwork;
    beforeAll(async () => {
      hosts = createTestNetwork();
      await hosts.client.run('ping', '-n', '-q', '-W', '2', '-c', '1', hosts.server.ipv4);
    });
    afterAll(() => hosts?.remove());

    it('made through the EC2 API, while packets pass, are delivered with verdicts and idle windows', async () => {
      const { client, server } = hosts;
      // The client has the address that a router of the larger block would have, whose traffic is not recorded.
      const block = `${server.ipv4}/32`;
      const network = new Network(
        parseNetwork(
          `
account: "123456789012"
region: us-east-1
vpcs: [{ id: vpc-1, cidrs: [${block}] }, { id: vpc-2, cidrs: [192.0.2.0/24] }]
subnets: [{ id: subnet-1, vpc: vpc-1, cidrs: [${block}] }, { id: subnet-2, vpc: vpc-2, cidrs: [192.0.2.0/24] }]
securityGroups:
  - { id: sg-1, vpc: vpc-1, inbound: [{ protocol: icmp, peers: [0.0.0.0/0] }] }
interfaces:
  - { id: eni-server, subnet: subnet-1, privateIps: [${server.ipv4}], securityGroups: [sg-1] }
  - { id: eni-idle, subnet: subnet-2, privateIps: [192.0.2.9] }
`,
          'network.yaml',
        ),
      );
      const buckets = mkdtempSync(join(home, 'buckets-'));
      const endpoint = await createAwsEndpoint(
        {
          stateDirectory: mkdtempSync(join(home, 'state-')),
          accountId: '123456789012',
          regions: ['us-east-1'],
          credentials: [],
          network,
          bucketDirectory: buckets,
        },
        silentReporter,
      );
      const real = liveRecordDeps();
      const deps: LiveRecordDeps = {
        ...real,
        startChild: (path, args, listener) => {
          const [program, rest] = server.command(path, args);
          return real.startChild(program, rest, listener);
        },
      };
      const live = await startServiceLive([server.device], endpoint, silentReporter, deps);
      const create = new URLSearchParams({
        Action: 'CreateFlowLogs',
        Version: '2016-11-15',
        ResourceType: 'VPC',
        'ResourceId.1': 'vpc-1',
        'ResourceId.2': 'vpc-2',
        TrafficType: 'ALL',
        MaxAggregationInterval: '60',
        LogDestinationType: 's3',
        LogDestination: 'arn:aws:s3:::live',
        ClientToken: randomUUID(),
      });
      const answer = await endpoint.handler(
        new Request('http://localhost/', { method: 'POST', body: create.toString() }),
      );
      expect([answer.status, (await answer.text()).match(/<item>fl-/g)?.length]).toEqual([200, 2]);

      await client.run('ping', '-n', '-q', '-i', '0.02', '-W', '2', '-c', '3', server.ipv4);
      await client.script(`
      const udp = require('dgram').createSocket('udp4');
      udp.bind(4001, () => udp.send(Buffer.alloc(32), 9999, '${server.ipv4}', () => udp.close()));`);
      // The tool hands packets over a moment after they pass.
      await new Promise((resolve) => setTimeout(resolve, 1500));
      await live.stop();
      expect(await endpoint.delivery?.drain(5000)).toBe(0);
      await endpoint.close();

      const records = (await readBack(join(buckets, 'live')))
        .flatMap((file) => file.lines)
        .map((line) => line.split(' '));
      const of = (id: string): string[] =>
        records
          .filter((record) => record[2] === id)
          .map((r) => [...r.slice(3, 10), ...r.slice(12)].join(' '));
      expect(of('eni-server').toSorted()).toEqual(
        [
          `${client.ipv4} ${server.ipv4} 0 0 1 3 252 ACCEPT OK`,
          `${client.ipv4} ${server.ipv4} 4001 9999 17 1 60 REJECT OK`,
          // The ping lets its answers out, not the "port unreachable" of a host that has no firewall of its own.
          `${server.ipv4} ${client.ipv4} 0 0 1 3 252 ACCEPT OK`,
          `${server.ipv4} ${client.ipv4} 0 0 1 1 88 REJECT OK`,
        ].toSorted(),
      );
      expect(of('eni-idle').every((line) => line === '- - - - - - - - NODATA')).toBe(true);
      expect(of('eni-idle').length).toBeGreaterThan(0);
    }, 30_000);
  },
);
