import { awsError, type Ec2Parameters, parseS3Arn } from '../../aws/index.ts';
import { formatDay, parseTimeSeconds } from '../../base/index.ts';
import { type FlowLog, isTransitGatewayType } from '../flow-log.ts';
import {
  type AthenaIntegration,
  formatIntegrationTemplate,
  integrationName,
  LOAD_FREQUENCIES,
} from '../integration/template.ts';
import { endDryRun, type Operation } from './operation.ts';

const MAX_INTEGRATIONS = 10;

/**
 * GetFlowLogsIntegrationTemplate. The template is the answer's `result`; storing it at
 * ConfigDeliveryS3DestinationArn, as the AWS console does, is left to the caller.
 */
export const integrationTemplateOperation: Operation = {
  action: 'GetFlowLogsIntegrationTemplate',
  isReadOnly: true,
  run: (service, call, parameters) => {
    const id = parameters.nonEmpty('FlowLogId');
    const configArn = parameters.nonEmpty('ConfigDeliveryS3DestinationArn');
    const raw = parameters.structure('IntegrateService').structures('AthenaIntegration').map(readIntegration);
    const isDryRun = parameters.boolean('DryRun') ?? false;
    parameters.assertAllRead();
    if (id === undefined) throw missing('FlowLogId');
    assertS3Arn('ConfigDeliveryS3DestinationArn', configArn);
    if (raw.length === 0) throw missing('IntegrateServices');
    if (raw.length > MAX_INTEGRATIONS) {
      throw awsError(
        'InvalidParameterValue',
        `too many AthenaIntegrations: ${raw.length}, at most ${MAX_INTEGRATIONS}`,
      );
    }
    const flowLog = service.flowLog(id);
    if (flowLog === undefined || flowLog.region !== call.region) {
      const text = `These flow log ids in the input list are not found: [TotalCount: 1] ${id}`;
      throw awsError('InvalidFlowLogId.NotFound', text);
    }
    assertSupported(flowLog);
    const integrations = raw.map((each) => checkIntegration(each, service.context.deps.nowMs()));
    assertDistinct(flowLog, integrations);
    endDryRun(isDryRun);
    return { result: formatIntegrationTemplate(flowLog, integrations) };
  },
};

interface RawIntegration {
  readonly resultArn: string | undefined;
  readonly frequency: string | undefined;
  readonly start: string | undefined;
  readonly end: string | undefined;
}

function readIntegration(parameters: Ec2Parameters): RawIntegration {
  return {
    resultArn: parameters.nonEmpty('IntegrationResultS3DestinationArn'),
    frequency: parameters.nonEmpty('PartitionLoadFrequency'),
    start: parameters.nonEmpty('PartitionStartDate'),
    end: parameters.nonEmpty('PartitionEndDate'),
  };
}

function assertSupported(flowLog: FlowLog): void {
  if (isTransitGatewayType(flowLog.resourceType)) {
    throw awsError(
      'InvalidParameter',
      'Integration templates are not supported for transit gateway flow logs.',
    );
  }
  if (flowLog.destinationType !== 's3') {
    throw awsError(
      'InvalidParameter',
      `Integration templates need a flow log to s3; ${flowLog.id} goes to ${flowLog.destinationType}.`,
    );
  }
}

function checkIntegration(raw: RawIntegration, nowMs: number): AthenaIntegration {
  assertS3Arn('IntegrationResultS3DestinationArn', raw.resultArn);
  if (raw.frequency === undefined) throw missing('PartitionLoadFrequency');
  const frequency = LOAD_FREQUENCIES.find((each) => each === raw.frequency);
  if (frequency === undefined) {
    throw awsError(
      'InvalidParameterValue',
      `Value (${raw.frequency}) for parameter PartitionLoadFrequency is invalid.`,
    );
  }
  const start = readTime('PartitionStartDate', raw.start);
  const end = readTime('PartitionEndDate', raw.end);
  if (frequency === 'none') {
    if (start === null) throw missing('PartitionStartDate');
    if (end === null) throw missing('PartitionEndDate');
    if (start > nowMs || end > nowMs) {
      const text =
        'PartitionStartDate and PartitionEndDate must be in the past if PartitionLoadFrequency is none.';
      throw awsError('InvalidParameterValue', text);
    }
  }
  if (start !== null && end !== null && start > end) {
    throw awsError('InvalidParameterValue', 'PartitionStartDate must not be later than PartitionEndDate.');
  }
  const dayOf = (ms: number | null): string | null => (ms === null ? null : formatDay(ms / 1000));
  return { resultArn: raw.resultArn, frequency, startDay: dayOf(start), endDay: dayOf(end) };
}

/** Two tables of one name cannot stand in one template. */
function assertDistinct(flowLog: FlowLog, integrations: readonly AthenaIntegration[]): void {
  const names = integrations.map((integration) => integrationName(flowLog, integration));
  if (new Set(names).size === names.length) return;
  throw awsError('InvalidParameterCombination', 'Two AthenaIntegrations have the same frequency and dates.');
}

/** Unix milliseconds; a time without a zone is UTC, as clients print it. */
function readTime(name: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const seconds = /^\d{4}-\d{2}-\d{2}/.test(text) ? parseTimeSeconds(text, 0) : null;
  if (seconds !== null) return seconds * 1000;
  throw awsError('InvalidParameterValue', `Value (${text}) for parameter ${name} is invalid.`);
}

function assertS3Arn(name: string, text: string | undefined): asserts text is string {
  if (text === undefined) throw missing(name);
  if (parseS3Arn(text) !== null) return;
  throw awsError(
    'InvalidParameterValue',
    `Value (${text}) for parameter ${name} is invalid. Expected an S3 ARN.`,
  );
}

function missing(name: string): Error {
  return awsError('MissingParameter', `The request must contain the parameter ${name}`);
}
