import type { Quantity } from '../format.ts';

/** A measure of the explorer: what the API is asked, and how its numbers are read. */
export interface ExploreMeasure {
  /** Its name in the address. */
  readonly name: string;
  readonly label: string;
  /** The measure of the API that it is made of. */
  readonly asked: string;
  readonly quantity: Quantity;
  /** Groups and slices add up; what does not is never stacked, and has no total. */
  readonly isSum: boolean;
  /** A slice without records counts as zero; for means and maxima of records it has no value. */
  readonly isZeroWithout: boolean;
  /** The records that it counts, in the filter language; empty for all. */
  readonly only: string;
  /** Divided by the seconds of the slice, times this. */
  readonly perSecond?: number;
}

const sum = (name: string, label: string, quantity: Quantity = 'count', only = ''): ExploreMeasure => ({
  only,
  name,
  label,
  asked: name,
  quantity,
  isSum: true,
  isZeroWithout: true,
});
const distinct = (name: string, label: string): ExploreMeasure => ({
  ...sum(name, label),
  isSum: false,
});
const ofRecords = (name: string, label: string): ExploreMeasure => ({
  ...sum(name, label, 'bytes'),
  isSum: false,
  isZeroWithout: false,
});

/** Measures that can be chosen, in the order they are offered. */
export const EXPLORE_MEASURES: readonly ExploreMeasure[] = [
  sum('bytes', 'Bytes', 'bytes'),
  {
    ...sum('bits_per_second', 'Bits per second', 'bits per second'),
    asked: 'bytes',
    perSecond: 8,
  },
  sum('packets', 'Packets'),
  {
    ...sum('packets_per_second', 'Packets per second', 'packets per second'),
    asked: 'packets',
    perSecond: 1,
  },
  sum('flows', 'Records'),
  sum('accepts', 'Accepted records', 'count', 'action = ACCEPT'),
  sum('rejects', 'Rejected records', 'count', 'action = REJECT'),
  sum('accepted_bytes', 'Accepted bytes', 'bytes', 'action = ACCEPT'),
  sum('rejected_bytes', 'Rejected bytes', 'bytes', 'action = REJECT'),
  distinct('sources', 'Distinct sources'),
  distinct('destinations', 'Distinct destinations'),
  distinct('ports', 'Distinct destination ports'),
  distinct('interfaces', 'Distinct interfaces'),
  ofRecords('avg_bytes', 'Mean bytes of a record'),
  ofRecords('p95_bytes', 'p95 of bytes of a record'),
  ofRecords('max_bytes', 'Bytes of the largest record'),
];

const BYTES: ExploreMeasure = sum('bytes', 'Bytes', 'bytes');

/** The measure of a name; bytes for unknown ones. */
export function exploreMeasure(name: string | undefined): ExploreMeasure {
  return EXPLORE_MEASURES.find((entry) => entry.name === name) ?? BYTES;
}

/** A number of the API in the unit of the measure. */
export function measured(value: number, measure: ExploreMeasure, seconds: number): number {
  return measure.perSecond === undefined ? value : (value * measure.perSecond) / seconds;
}
