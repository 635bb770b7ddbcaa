import { awsError } from '../aws/index.ts';
import type { Call, FlowLogServiceConfig, FlowLogServiceDeps, ServiceContext } from './context.ts';
import { type CoveringFlowLog, flowLogsFor } from './covering.ts';
import { type CreateFlowLogsResult, createFlowLogs } from './create-flow-logs.ts';
import type { CreateFlowLogsInput } from './create-rules.ts';
import type { DeliveryError, FlowLog } from './flow-log.ts';
import type { FlowLogState } from './store.ts';

/** The flow logs of one account: what the EC2 handler, the console and the recorder share. */
export interface FlowLogService {
  readonly context: ServiceContext;
  /** All flow logs, by creation and then id. The same array until something changes. */
  flowLogs(): readonly FlowLog[];
  /** One flow log, or undefined. */
  flowLog(id: string): FlowLog | undefined;
  /** `flowLogsFor` over the inventory and the flow logs of now. */
  flowLogsFor(resourceId: string): readonly CoveringFlowLog[];
  /** See `createFlowLogs`. */
  createFlowLogs(call: Call, input: CreateFlowLogsInput): Promise<CreateFlowLogsResult>;
  /**
   * Ends flow logs; what they have delivered stays where it is. None is ended when one id is unknown.
   * Errors: `MissingParameter`, `InvalidParameterValue` above 1000 ids, `InvalidFlowLogId.NotFound`.
   */
  deleteFlowLogs(call: Call, ids: readonly string[], isDryRun: boolean): Promise<void>;
  /** Replaces the tags of flow logs; settles when that is durable. Unknown ids are passed over. */
  setTags(tags: ReadonlyMap<string, FlowLog['tags']>): Promise<void>;
  /**
   * What deliver/ found out about a flow log's destination: null for success. DescribeFlowLogs shows SUCCESS, or
   * FAILED and the text. Unknown ids are passed over, since the flow log may just have been deleted.
   */
  setDeliveryError(flowLogId: string, error: DeliveryError | null): Promise<void>;
}

const MAX_DELETE_IDS = 1000;

/** The service over a store and a network. It owns neither. */
export function createFlowLogService(config: FlowLogServiceConfig, deps: FlowLogServiceDeps): FlowLogService {
  const context: ServiceContext = { config, deps };
  const { store, inventory } = deps;
  const sorted = createSortedView(store.state);

  const putAll = (changed: readonly FlowLog[]): Promise<void> =>
    store.commit(changed.map((flowLog) => ({ kind: 'put', flowLog })));

  return {
    context,
    flowLogs: sorted,
    flowLog: (id) => store.state.flowLogs.get(id),
    flowLogsFor: (resourceId) => flowLogsFor(resourceId, inventory, sorted()),
    createFlowLogs: (call, input) => createFlowLogs(context, call, input),
    deleteFlowLogs: async (call, ids, isDryRun) => {
      assertDeletable(call, ids, store.state.flowLogs);
      if (isDryRun)
        throw awsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.');
      await store.commit(ids.map((flowLogId) => ({ kind: 'delete', flowLogId })));
    },
    setTags: (tags) =>
      putAll(
        [...tags].flatMap(([id, next]) => {
          const flowLog = store.state.flowLogs.get(id);
          return flowLog === undefined ? [] : [{ ...flowLog, tags: next }];
        }),
      ),
    setDeliveryError: async (flowLogId, deliveryError) => {
      const flowLog = store.state.flowLogs.get(flowLogId);
      if (flowLog === undefined || flowLog.deliveryError === deliveryError) return;
      await putAll([{ ...flowLog, deliveryError }]);
    },
  };
}

function assertDeletable(call: Call, ids: readonly string[], flowLogs: ReadonlyMap<string, FlowLog>): void {
  if (ids.length === 0)
    throw awsError('MissingParameter', 'The request must contain the parameter FlowLogId');
  if (ids.length > MAX_DELETE_IDS) {
    throw awsError(
      'InvalidParameterValue',
      `too many ids: ${ids.length} for parameter FlowLogId, at most ${MAX_DELETE_IDS}`,
    );
  }
  if (ids.every((id) => flowLogs.get(id)?.region === call.region)) return;
  const text = `These flow log ids in the input list are not found: [TotalCount: ${ids.length}] ${ids.join(' ')}`;
  throw awsError('InvalidFlowLogId.NotFound', text);
}

function byCreation(a: FlowLog, b: FlowLog): number {
  return a.creationMs - b.creationMs || (a.id < b.id ? -1 : 1);
}

/** A text whose order is that of `flowLogs()`: creation, then id. For page tokens. */
export function flowLogSortKey(flowLog: FlowLog): string {
  return `${String(flowLog.creationMs).padStart(15, '0')} ${flowLog.id}`;
}

/** A sorted array of the live flow logs that is rebuilt only after a change. */
function createSortedView(state: FlowLogState): () => readonly FlowLog[] {
  let seenRevision = -1;
  let view: readonly FlowLog[] = [];
  return () => {
    if (seenRevision === state.revision) return view;
    seenRevision = state.revision;
    // The map keeps the order of creation, so this sort finds next to nothing to do.
    view = [...state.flowLogs.values()].sort(byCreation);
    return view;
  };
}
