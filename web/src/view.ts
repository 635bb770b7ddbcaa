import type { LakeState } from '../../src/api/index.ts';
import type { Address } from './address.ts';
import { joinFilters } from './filter.ts';
import type { Zone } from './format.ts';
import { rangeParameters, type ViewRange } from './time-range.ts';

/** What every view of the console is given. */
export interface ViewProps {
  readonly address: Address;
  readonly lake: LakeState;
  readonly range: ViewRange;
  readonly zone: Zone;
  /** The filter of the view itself, beside that of the address; empty for views about everything. */
  readonly base: string;
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

/** The filter in force: that of the view and that of the address. */
export function filterOf({ address, base }: Pick<ViewProps, 'address' | 'base'>): string {
  return joinFilters(base, address.parameters['where'] ?? '');
}

/** The parameters that say which records a view is about. */
export function scopeParameters(view: ViewProps): {
  readonly from: number;
  readonly to: number;
  readonly where: string;
} {
  return { ...rangeParameters(view.range), where: filterOf(view) };
}
