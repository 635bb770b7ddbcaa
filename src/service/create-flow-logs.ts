import { createHash } from 'node:crypto';
import { awsError, formatArn, parseLogGroupArn, parseS3Arn } from '../aws/index.ts';
import { assertInvariant } from '../base/index.ts';
import { DEFAULT_FORMAT, formatLogFormat, TGW_DEFAULT_FORMAT } from '../record/index.ts';
import type { Call, ServiceContext } from './context.ts';
import {
  assertRules,
  type CreateFlowLogsInput,
  destinationTypeOf,
  MEANING_RULES,
  PARAMETER_RULES,
} from './create-rules.ts';
import {
  DESTINATION_TYPES,
  FILE_FORMATS,
  type FlowLog,
  isTransitGatewayType,
  RESOURCE_TYPES,
  TAG_FIELD_RESOURCES,
  TRAFFIC_TYPES,
} from './flow-log.ts';
import { type CreateReceipt, RECEIPT_LIFE_MS, type StoreChange, type UnsuccessfulItem } from './store.ts';
import { withTags } from './tags.ts';

/** What a create call achieved: both lists may hold something. */
export interface CreateFlowLogsResult {
  readonly flowLogIds: readonly string[];
  readonly unsuccessful: readonly UnsuccessfulItem[];
  readonly clientToken: string | undefined;
}

/** Most flow logs on one resource. Source: VPC quotas. */
const MAX_PER_RESOURCE = 250;

const DEFAULT_FORMAT_TEXT = formatLogFormat(DEFAULT_FORMAT);
const TGW_DEFAULT_FORMAT_TEXT = formatLogFormat(TGW_DEFAULT_FORMAT);

/**
 * Makes one flow log per resource id. A repeated client token with the same parameters gives the first answer again.
 *
 * A failure that hits every resource of the call is the call's error; when some succeed, the others are in
 * `unsuccessful`. A missing bucket is always in `unsuccessful`. Settles when the flow logs are durable.
 *
 * Errors: AWS errors of flow-logs.md §5.3 in its order.
 */
export async function createFlowLogs(
  context: ServiceContext,
  call: Call,
  input: CreateFlowLogsInput,
): Promise<CreateFlowLogsResult> {
  const first = check(context, call, input);
  if (first.kind === 'replay') return replay(first.receipt);
  const refusal = await probe(context, input);
  // Others may have created flow logs while the bucket was asked.
  const second = refusal === undefined ? first : check(context, call, input);
  if (second.kind === 'replay') return replay(second.receipt);

  const { failures } = second;
  const creationMs = context.deps.nowMs();
  const wanted = input.resourceIds.filter((_id, index) => !failures.has(index));
  const refused = refusal == null ? [] : wanted.map((resourceId) => ({ resourceId, ...refusal }));
  const flowLogs =
    refusal == null ? wanted.map((id) => newFlowLog(context, call, input, id, creationMs)) : [];
  const result: CreateFlowLogsResult = {
    flowLogIds: flowLogs.map((flowLog) => flowLog.id),
    unsuccessful: [...failures.values(), ...refused],
    clientToken: input.clientToken,
  };
  const changes: StoreChange[] = flowLogs.map((flowLog) => ({ kind: 'put', flowLog }));
  // An answer without a flow log is not worth remembering: trying again may succeed.
  if (input.clientToken !== undefined && flowLogs.length > 0) {
    const { flowLogIds, unsuccessful } = result;
    const fingerprint = fingerprintOf(call, input);
    const receipt = { clientToken: input.clientToken, fingerprint, creationMs, flowLogIds, unsuccessful };
    changes.push({ kind: 'receipt', receipt });
  }
  await context.deps.store.commit(changes);
  return result;
}

type Checked =
  | { readonly kind: 'replay'; readonly receipt: CreateReceipt }
  /** By position in the call, since one id may stand twice. */
  | { readonly kind: 'go'; readonly failures: ReadonlyMap<number, UnsuccessfulItem> };

function check(context: ServiceContext, call: Call, input: CreateFlowLogsInput): Checked {
  const { inventory, store, nowMs } = context.deps;
  assertRules(PARAMETER_RULES, input, inventory, call.region);
  const receipt = receiptOf(context, input.clientToken, nowMs());
  const isRepeat = receipt?.fingerprint === fingerprintOf(call, input);
  // A repeat would break V12 or V17 by what it created itself or what happened since, so it is answered before them.
  if (receipt !== undefined && isRepeat && !input.dryRun) return { kind: 'replay', receipt };
  assertRules(MEANING_RULES, input, inventory, call.region);
  const failures = failuresOf(input, call, store.state.flowLogs, context.config.accountId);
  const firstFailure = failures.values().next().value;
  if (firstFailure !== undefined && failures.size === input.resourceIds.length) {
    throw awsError(firstFailure.code, firstFailure.message);
  }
  if (receipt !== undefined && !isRepeat) {
    const text = `The client token ${receipt.clientToken} was used before with other parameters.`;
    throw awsError('IdempotentParameterMismatch', text);
  }
  if (input.dryRun) {
    throw awsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.');
  }
  return { kind: 'go', failures };
}

function receiptOf(
  context: ServiceContext,
  token: string | undefined,
  nowMs: number,
): CreateReceipt | undefined {
  const receipt = token === undefined ? undefined : context.deps.store.state.receipts.get(token);
  return receipt !== undefined && receipt.creationMs + RECEIPT_LIFE_MS > nowMs ? receipt : undefined;
}

function replay(receipt: CreateReceipt): CreateFlowLogsResult {
  const { flowLogIds, unsuccessful, clientToken } = receipt;
  return { flowLogIds, unsuccessful, clientToken };
}

interface Failure extends UnsuccessfulItem {
  readonly code: 'FlowLogAlreadyExists' | 'FlowLogsLimitExceeded';
}

/** V17 and V18, per resource. */
function failuresOf(
  input: CreateFlowLogsInput,
  call: Call,
  flowLogs: ReadonlyMap<string, FlowLog>,
  accountId: string,
): ReadonlyMap<number, Failure> {
  const asked = new Set(input.resourceIds);
  const existing = new Map<string, Set<string>>();
  const counts = new Map<string, number>();
  const note = (resourceId: string, destination: string): void => {
    counts.set(resourceId, (counts.get(resourceId) ?? 0) + 1);
    const known = existing.get(resourceId);
    if (known === undefined) existing.set(resourceId, new Set([destination]));
    else known.add(destination);
  };
  for (const flowLog of flowLogs.values()) {
    if (asked.has(flowLog.resourceId)) note(flowLog.resourceId, flowLog.logDestination);
  }
  const destination = logDestinationOf(input, call, accountId);
  const failures = new Map<number, Failure>();
  for (const [index, resourceId] of input.resourceIds.entries()) {
    if (existing.get(resourceId)?.has(destination) === true) {
      const message = 'Error. There is an existing Flow Log with the same configuration and log destination.';
      failures.set(index, { resourceId, code: 'FlowLogAlreadyExists', message });
    } else if ((counts.get(resourceId) ?? 0) >= MAX_PER_RESOURCE) {
      const message = `The maximum of ${MAX_PER_RESOURCE} flow logs for ${resourceId} has been reached.`;
      failures.set(index, { resourceId, code: 'FlowLogsLimitExceeded', message });
    } else {
      note(resourceId, destination);
    }
  }
  return failures;
}

/** Undefined when nothing was asked, null when the bucket is ready, else what `unsuccessful` says. */
async function probe(
  context: ServiceContext,
  input: CreateFlowLogsInput,
): Promise<Pick<UnsuccessfulItem, 'code' | 'message'> | null | undefined> {
  const bucket =
    input.logDestinationType === 's3' ? parseS3Arn(input.logDestination ?? '')?.bucket : undefined;
  const state = bucket === undefined ? undefined : await context.deps.probeBucket?.(bucket);
  switch (state) {
    case undefined:
      return undefined;
    case 'ready':
      return null;
    case 'missing':
      return { code: '400', message: `LogDestination: ${bucket} does not exist.` };
    case 'denied':
      return {
        code: 'LogDestinationPermissionIssue',
        message: `Access Denied for LogDestination: ${bucket}. Please check LogDestination permission`,
      };
  }
}

function newFlowLog(
  context: ServiceContext,
  call: Call,
  input: CreateFlowLogsInput,
  resourceId: string,
  creationMs: number,
): FlowLog {
  const { config, deps } = context;
  const resourceType = oneOf(RESOURCE_TYPES, input.resourceType);
  const destinationType = oneOf(DESTINATION_TYPES, destinationTypeOf(input));
  const isTransit = isTransitGatewayType(resourceType);
  const logDestination = logDestinationOf(input, call, config.accountId);
  return {
    id: `fl-${deps.randomHex(17)}`,
    accountId: config.accountId,
    region: call.region,
    creationMs,
    resourceType,
    resourceId,
    trafficType: isTransit ? null : oneOf(TRAFFIC_TYPES, input.trafficType),
    destinationType,
    logDestination,
    logGroupName: destinationType === 'cloud-watch-logs' ? parseLogGroupArn(logDestination) : null,
    deliverLogsPermissionArn: input.deliverLogsPermissionArn ?? null,
    deliverCrossAccountRole: input.deliverCrossAccountRole ?? null,
    logFormat: input.logFormat ?? (isTransit ? TGW_DEFAULT_FORMAT_TEXT : DEFAULT_FORMAT_TEXT),
    maxAggregationSeconds: isTransit || input.maxAggregationInterval === 60 ? 60 : 600,
    destinationOptions:
      destinationType === 's3'
        ? {
            fileFormat: oneOf(FILE_FORMATS, input.fileFormat ?? 'plain-text'),
            hiveCompatiblePartitions: input.hiveCompatiblePartitions ?? false,
            perHourPartition: input.perHourPartition ?? false,
          }
        : null,
    tagFields: input.tagFieldSpecifications.map(({ resourceType: type, tagKeys }) => ({
      resourceType: oneOf(TAG_FIELD_RESOURCES, type),
      tagKeys,
    })),
    tags: withTags(
      [],
      input.tagSpecifications.flatMap(({ tags }) => tags),
    ),
    deliveryError: null,
  };
}

/** The destination as it is kept and compared: a log group always by its ARN, without `:*`. */
function logDestinationOf(input: CreateFlowLogsInput, call: Call, accountId: string): string {
  if (input.logDestination !== undefined) {
    const isGroup = destinationTypeOf(input) === 'cloud-watch-logs';
    return isGroup ? input.logDestination.replace(/:\*$/, '') : input.logDestination;
  }
  const resource = `log-group:${input.logGroupName ?? ''}`;
  return formatArn({ partition: 'aws', service: 'logs', region: call.region, accountId, resource });
}

/** A value that the rules have proved to be one of these. */
function oneOf<const T extends string>(allowed: readonly T[], value: string | undefined): T {
  const found = allowed.find((each) => each === value);
  assertInvariant(found !== undefined, `${value ?? 'nothing'} passed the rules`);
  return found;
}

/** A digest of everything the call asks for; the dry run flag and the token itself do not count. */
function fingerprintOf(call: Call, input: CreateFlowLogsInput): string {
  const { clientToken: _token, dryRun: _dryRun, ...parameters } = input;
  return createHash('sha256')
    .update(JSON.stringify([call.region, parameters]))
    .digest('hex');
}
