import type { FlowLog } from './flow-log.ts';

/** A resource of a create call that got no flow log, and why. */
export interface UnsuccessfulItem {
  readonly resourceId: string;
  readonly code: string;
  readonly message: string;
}

/** What a create call answered, kept so that the same client token gets the same answer again. */
export interface CreateReceipt {
  readonly clientToken: string;
  /** Digest of the call's parameters. */
  readonly fingerprint: string;
  /** Unix milliseconds of the first call. */
  readonly creationMs: number;
  readonly flowLogIds: readonly string[];
  readonly unsuccessful: readonly UnsuccessfulItem[];
}

/** One change of the state. A `put` replaces the whole flow log, so replaying a change twice does no harm. */
export type StoreChange =
  | { readonly kind: 'put'; readonly flowLog: FlowLog }
  | { readonly kind: 'delete'; readonly flowLogId: string }
  | { readonly kind: 'receipt'; readonly receipt: CreateReceipt };

/** Everything the service remembers. Flow logs by id, receipts by client token. */
export interface FlowLogState {
  readonly flowLogs: ReadonlyMap<string, FlowLog>;
  readonly receipts: ReadonlyMap<string, CreateReceipt>;
  /** Grows with every change, so that views know when to rebuild. */
  readonly revision: number;
}

/**
 * Where the state lives. `state` shows a commit from the moment of the call; the promise settles when the changes are
 * durable. The changes of one commit are kept or lost together. When a commit rejects, `state` is again what is
 * durable.
 */
export interface FlowLogStore {
  readonly state: FlowLogState;
  commit(changes: readonly StoreChange[]): Promise<void>;
  /** Waits for commits under way and lets go of everything. */
  close(): Promise<void>;
}

/** How long a receipt answers for its token: AWS promises nothing below 24 hours. */
export const RECEIPT_LIFE_MS = 24 * 60 * 60 * 1000;

/** A `FlowLogState` as its store holds it. */
export interface MutableState {
  readonly flowLogs: Map<string, FlowLog>;
  readonly receipts: Map<string, CreateReceipt>;
  revision: number;
}

/** A state with nothing in it. */
export function emptyState(): MutableState {
  return { flowLogs: new Map(), receipts: new Map(), revision: 0 };
}

/** Makes one change in place. */
export function applyChange(state: MutableState, change: StoreChange): void {
  state.revision++;
  switch (change.kind) {
    case 'put':
      state.flowLogs.set(change.flowLog.id, change.flowLog);
      return;
    case 'delete':
      state.flowLogs.delete(change.flowLogId);
      return;
    case 'receipt':
      state.receipts.set(change.receipt.clientToken, change.receipt);
  }
}

/** A store that forgets everything with the process: for trials without a state folder. */
export function createMemoryStore(): FlowLogStore {
  const state = emptyState();
  return {
    state,
    commit: async (changes) => {
      for (const change of changes) applyChange(state, change);
    },
    close: async () => {},
  };
}
