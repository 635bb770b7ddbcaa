import type { LakeState } from '../../../src/api/index.ts';
import { formatAge, formatQuantity, formatTimestamp, type Zone } from '../format.ts';

/** The state of the lake in one line: how much is in it and how fresh it is. */
export function LakeStatus({ lake, zone }: { readonly lake: LakeState; readonly zone: Zone }) {
  if (lake.lastSeconds === null) return <p className="lake-status">Empty lake</p>;
  const age = lake.nowSeconds - lake.lastSeconds;
  const records = formatQuantity(Number(lake.ok) + Number(lake.nodata) + Number(lake.skipdata), 'count');
  const isBad = Number(lake.malformed) > 0;
  return (
    <p className="lake-status" title={`Latest record ${formatTimestamp(lake.lastSeconds, zone)}`}>
      <span title={`${records.exact} records in ${String(lake.objects)} objects`}>
        {records.short} records
      </span>
      {isBad ? (
        <span className="is-bad" title="Lines that are no records; weir ledger --malformed shows them">
          {formatQuantity(lake.malformed, 'count').short} malformed
        </span>
      ) : null}
      <span>last {formatAge(age)}</span>
    </p>
  );
}
