import type { ResourceInventory } from './inventory.ts';
import type { FlowLogStore } from './store.ts';

/** Who asks, for which Region. */
export interface Call {
  /** The Region of the request's signature, one of `config.regions`. */
  readonly region: string;
  /** The access key that signed; empty for an unsigned request. */
  readonly accessKeyId: string;
}

/** What a probe finds out about a destination before a flow log is made for it. */
export type DestinationState = 'ready' | 'missing' | 'denied';

/** Settings of the service. */
export interface FlowLogServiceConfig {
  /** Owner of the flow logs: 12 digits. */
  readonly accountId: string;
  /** Regions this endpoint serves; the first one answers unsigned requests. */
  readonly regions: readonly string[];
}

/** What the service is given. */
export interface FlowLogServiceDeps {
  readonly store: FlowLogStore;
  readonly inventory: ResourceInventory;
  readonly nowMs: () => number;
  /** `length` random lower-case hex digits. */
  readonly randomHex: (length: number) => string;
  /**
   * Asks whether a bucket can be written to. Called for S3 destinations, once per create call; without it every
   * bucket is taken to be ready and deliver/ reports what it finds.
   */
  readonly probeBucket?: (bucket: string) => Promise<DestinationState>;
}

/** What the operations work on. */
export interface ServiceContext {
  readonly config: FlowLogServiceConfig;
  readonly deps: FlowLogServiceDeps;
}

/** Settings for one account in one Region, for trials. */
export const defaultFlowLogServiceConfig: FlowLogServiceConfig = {
  accountId: '000000000000',
  regions: ['us-east-1'],
};
