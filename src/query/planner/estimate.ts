import type { TableName } from '../../record/index.ts';
import type { TimeRange } from '../plan/plan.ts';
import type { Inventory } from './choose.ts';

/**
 * The bytes of the files that a question over some tables and a time range opens; null when nobody knows the sizes.
 * More than is read, because columns and row groups that do not matter are left out.
 */
export function scannedBytes(
  tables: readonly TableName[],
  { startSeconds, endSeconds }: TimeRange,
  inventory: Inventory,
): number | null {
  let total = 0;
  for (const table of new Set(tables)) {
    const partitions = inventory[table]?.partitions;
    if (partitions === undefined) return null;
    for (const part of partitions) {
      const isBefore = startSeconds !== null && part.endSeconds !== null && part.endSeconds <= startSeconds;
      const isAfter = endSeconds !== null && part.startSeconds !== null && part.startSeconds >= endSeconds;
      if (!isBefore && !isAfter) total += part.sizeBytes;
    }
  }
  return total;
}
