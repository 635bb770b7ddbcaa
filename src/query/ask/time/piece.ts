import type { TimeRange } from '../../plan/plan.ts';
import type { Day, Unit } from './calendar.ts';
import type { Zone } from './zone.ts';

/**
 * What words say of the time, before all of it is known.
 * - `range`: from a moment to a moment. `day` is set when it is one whole day, so that a time of day may narrow it;
 *   `unit` says whose turn it is, for comparisons ("last week"); `isRolling` that it ends now.
 * - `clock`: times of day, of a day that is said elsewhere or is the latest.
 * - `unclear`: no range follows from it, for the reason given.
 */
export type TimePiece = { readonly length: number; readonly zone?: Zone } & (
  | {
      readonly kind: 'range';
      readonly range: TimeRange;
      readonly day?: Day;
      readonly unit?: Unit;
      readonly periodSeconds: number | null;
    }
  | {
      readonly kind: 'clock';
      readonly from: number | null;
      readonly to: number | null;
      /** True when it is said of a day that must be named, such as business hours. */
      readonly needsDay: boolean;
    }
  | { readonly kind: 'unclear'; readonly reason: string }
);

/** A range of time that a question asks for. */
export interface AskedTime {
  readonly range: TimeRange;
  readonly unit: Unit | null;
  /** Seconds of one such period, for comparisons; null when it has none. */
  readonly periodSeconds: number | null;
}
