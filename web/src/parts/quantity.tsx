import type { Integer } from '../../../src/api/index.ts';
import { formatQuantity, type Quantity as Kind } from '../format.ts';

/** A number with its unit; the exact value is its tooltip and what assistive technology reads. */
export function Quantity({ value, kind }: { readonly value: Integer; readonly kind: Kind }) {
  const { short, exact } = formatQuantity(value, kind);
  return (
    <data className="number" value={String(value)} title={exact}>
      {short}
    </data>
  );
}
