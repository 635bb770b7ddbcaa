import type { LakeState } from '../../../src/api/index.ts';
import { formatAge, formatQuantity, formatTimestamp, type Zone } from '../format.ts';

/** The state of the lake in one line: how much is in it and how fresh it is. */
export function LakeStatus({ lake, zone }: { readonly lake: LakeState; readonly zone: Zone }) {
  if (lake.lastSeconds === null) return <p className="lake-status">Empty lake</p>;
  const age = lake.nowSeconds - lake.lastSeconds;
  const count = Number(lake.ok) + Number(lake.nodata) + Number(lake.skipdata);
  const records = formatQuantity(count, 'count');
  const isBad = Number(lake.malformed) > 0;
  return (
    <p className="lake-status" title={`Latest record ${formatTimestamp(lake.lastSeconds, zone)}`}>
      <span title={`${records.exact} records in ${String(lake.objects)} objects`}>
        {records.short} {count === 1 ? 'record' : 'records'}
      </span>
      {isBad ? (
        <span className="is-bad" title="Lines that are no records; weir ledger --malformed shows them">
          {formatQuantity(lake.malformed, 'count').short} malformed
        </span>
      ) : null}
      <span title="Records ingested in the last minute, per second">
        {formatQuantity(lake.recordsPerSecond, 'count').short}/s
      </span>
      <LastHour coverage={lake.coverage} />
      <span>last {formatAge(age)}</span>
    </p>
  );
}

/** How much of the last hour was seen. */
function LastHour({ coverage }: Pick<LakeState, 'coverage'>) {
  if (coverage === null) return null;
  const { covered, idle, skipped, unknown } = coverage;
  const all = covered + idle + skipped + unknown;
  if (all === 0) return null;
  const seen = Math.floor((100 * (covered + idle)) / all);
  return (
    <span title="Interface-minutes of the last hour of records that were seen; the rest is unknown or was skipped">
      {seen} % seen
    </span>
  );
}
