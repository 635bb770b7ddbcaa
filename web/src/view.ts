import type { LakeState } from '../../src/api/index.ts';
import type { Address } from './address.ts';
import type { Zone } from './format.ts';
import { rangeParameters, type ViewRange } from './time-range.ts';

/** What every view of the console is given. */
export interface ViewProps {
  readonly address: Address;
  readonly lake: LakeState;
  readonly range: ViewRange;
  readonly zone: Zone;
}

/** What volume is measured in; the value of `measure` in the address. */
export type VolumeMeasure = 'bytes' | 'packets' | 'flows';

/** The measure of an address. */
export function measureOf(address: Address): VolumeMeasure {
  const { measure } = address.parameters;
  return measure === 'packets' || measure === 'flows' ? measure : 'bytes';
}

/** The names of measures, for people. */
export const MEASURE_NAMES: Readonly<Record<VolumeMeasure | 'rejects', string>> = {
  bytes: 'Bytes',
  packets: 'Packets',
  flows: 'Records',
  rejects: 'Rejected records',
};

/** The parameters that say which records a view is about. */
export function scopeParameters(
  range: ViewRange,
  address: Address,
): { readonly from: number; readonly to: number; readonly where: string | undefined } {
  return { ...rangeParameters(range), where: address.parameters['where'] };
}
