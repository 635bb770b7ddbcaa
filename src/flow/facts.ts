import type { FlowRow } from './flow-row-view.ts';

/**
 * What is known beside the packets: the metadata fields of a record, and how addresses of the recorded interface are
 * written. A capture without a model knows nothing (`NO_FACTS`); the network model knows most of it.
 */
export interface RecordFacts {
  /**
   * The text of a field that is the same in every record of a vantage (`interface-id`, `vpc-id`, tags, …), not yet
   * percent-encoded; null when it is not known.
   */
  vantageText(fieldName: string, vantage: number): string | null;
  /** Whether `rowText` may give anything for this field; the others cost nothing per record. */
  isRowField(fieldName: string): boolean;
  /** The text of a field that differs from record to record, such as `traffic-path`; null when it is not known. */
  rowText(fieldName: string, row: FlowRow): string | null;
  /**
   * The address written for the interface's own side of a packet (source when it leaves, destination when it arrives)
   * in place of the packet's; null keeps the packet's. See flow-logs.md §1.8.
   */
  ownAddress(row: FlowRow): string | null;
  /** Whether `ownAddress` may replace anything at this vantage. */
  replacesAddresses(vantage: number): boolean;
}

/** Nothing but the packets themselves. */
export const NO_FACTS: RecordFacts = {
  vantageText: () => null,
  isRowField: () => false,
  rowText: () => null,
  ownAddress: () => null,
  replacesAddresses: () => false,
};
