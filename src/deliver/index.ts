export type { AwsClientOptions } from './aws-client.ts';
export type { CarrierDeps } from './carrier.ts';
export { createCarrier } from './carrier.ts';
export type { DelivererConfig, DelivererDeps, DeliveryCounts } from './deliverer.ts';
export { Deliverer, defaultDelivererConfig, openDeliverer } from './deliverer.ts';
export type { RetryConfig } from './lane.ts';
export type { RecordBlock } from './record-block.ts';
export { countLines } from './record-block.ts';
export type { Carrier, RejectReason, Shipment, ShipmentCounts } from './shipment.ts';
export type { SpoolConfig } from './spool.ts';
export type { AddOutcome } from './spool-queue.ts';
export type {
  DeliveryProblem,
  DeliveryTarget,
  Destination,
  FirehoseDestination,
  LogGroupDestination,
  ObjectsDestination,
  ParquetWriter,
} from './target.ts';
