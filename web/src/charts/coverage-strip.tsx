import type { Coverage } from '../../../src/api/index.ts';
import { formatShare } from '../format.ts';
import { type AxisCursor, PLOT_LEFT, PLOT_RIGHT, sliceCount, type TimeAxis } from './time-axis.ts';

const HEIGHT = 16;
const STATES = ['covered', 'idle', 'skipped', 'unknown'] as const;

/** One row of slices under the charts: how much of the interface-minutes was seen, idle, lost or unknown. */
export function CoverageStrip(props: {
  readonly axis: TimeAxis;
  readonly coverage: Coverage | null;
  readonly cursor: AxisCursor;
  /** Edges of the charts it lies under, in pixels. */
  readonly left?: number;
  readonly right?: number;
}) {
  const { axis, coverage, cursor, left = PLOT_LEFT, right = PLOT_RIGHT } = props;
  const count = sliceCount(axis);
  const total = coverage === null ? 0 : STATES.reduce((sum, state) => sum + coverage.minutes[state], 0);
  const label =
    coverage === null
      ? 'Coverage is loading'
      : `Coverage of ${coverage.interfaces} interfaces: ${STATES.map((state) => `${formatShare(coverage.minutes[state], total)} ${state}`).join(', ')}`;
  return (
    <div className="coverage-strip" style={{ paddingLeft: left, paddingRight: right }}>
      <span className="strip-label">coverage</span>
      <svg
        viewBox={`0 0 ${count} ${HEIGHT}`}
        preserveAspectRatio="none"
        height={HEIGHT}
        role="img"
        aria-label={label}
      >
        <rect className="is-unknown" width={count} height={HEIGHT} />
        {coverage?.points.map((point) => {
          const index = Math.round((point.startSeconds - axis.startSeconds) / axis.bucketSeconds);
          if (index < 0 || index >= count) return null;
          const whole = point.covered + point.idle + point.skipped + point.unknown;
          if (whole === 0) return null;
          let top = 0;
          return STATES.map((state) => {
            const part = (HEIGHT * point[state]) / whole;
            const y = top;
            top += part;
            // What was lost is seen however little it is.
            const height = state === 'skipped' && part > 0 ? Math.max(part, 3) : part;
            return part === 0 || state === 'unknown' ? null : (
              <rect
                key={`${index} ${state}`}
                className={`is-${state}`}
                x={index}
                y={Math.min(y, HEIGHT - height)}
                width={1.02}
                height={height}
              />
            );
          });
        })}
        {cursor.at === null ? null : (
          <rect className="strip-cursor" x={cursor.at} width={1} height={HEIGHT} />
        )}
      </svg>
    </div>
  );
}
