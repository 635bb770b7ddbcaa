import { awsError, type Ec2Parameters, type XmlNode } from '../../aws/index.ts';
import type { Call } from '../context.ts';
import type { FlowLogService } from '../flow-log-service.ts';

/** One action of the EC2 API. */
export interface Operation {
  readonly action: string;
  /** Changing actions are refused to read-only credentials. */
  readonly isReadOnly: boolean;
  /**
   * Reads the parameters, does the work and gives the members of the answer. It must read every parameter it knows
   * and call `assertAllRead` before it changes anything.
   */
  readonly run: (
    service: FlowLogService,
    call: Call,
    parameters: Ec2Parameters,
  ) => Promise<XmlNode> | XmlNode;
  /** Writes the answer; absent for the EC2 form. */
  readonly formatResponse?: (action: string, requestId: string, members: XmlNode) => string;
}

/** Ends a dry run, when it is one: everything else was fine. */
export function endDryRun(isDryRun: boolean): void {
  if (isDryRun) throw awsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.');
}
