import { unreachable } from '../base/index.ts';
import type { AwsClientOptions } from './aws-client.ts';
import { createFirehoseCarrier } from './firehose.ts';
import { createLogGroupCarrier } from './log-group.ts';
import { createObjectsCarrier, type ObjectsDeps } from './objects.ts';
import type { Carrier } from './shipment.ts';
import type { DeliveryTarget } from './target.ts';

/** What the carriers are given. */
export interface CarrierDeps extends Omit<ObjectsDeps, 'workDirectory'> {
  /** For CloudWatch Logs and Firehose. */
  readonly aws: AwsClientOptions;
  readonly wait: (milliseconds: number) => Promise<void>;
}

/** The carrier of a target, by the kind of its destination. Touches nothing until records are sent. */
export function createCarrier(target: DeliveryTarget, workDirectory: string, deps: CarrierDeps): Carrier {
  const { destination } = target;
  switch (destination.kind) {
    case 'objects':
      return createObjectsCarrier(target, destination, { ...deps, workDirectory });
    case 'log-group':
      return createLogGroupCarrier(destination, deps.aws);
    case 'firehose':
      return createFirehoseCarrier(destination, { ...deps.aws, wait: deps.wait });
    default:
      return unreachable(destination);
  }
}
