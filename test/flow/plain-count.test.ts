import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { rawPackets } from '../support/capture-twin.ts';
import { fieldsNamed, recordBytes } from '../support/flow-records.ts';
import { droppedTotal } from '../support/packet-facts.ts';
import { hasSharedData, sharedData } from '../support/shared-data.ts';

const CAPTURE = /\.(pcap|pcapng|cap)(\.gz)?$/;
const FORMAT = fieldsNamed('srcaddr packets bytes start end log-status');
/** Generous for a loaded machine. */
const SECONDS_PER_CAPTURE = 10;

const captures = hasSharedData
  ? ['pcap', 'attack-pcap'].flatMap((folder) =>
      readdirSync(sharedData(folder), { recursive: true })
        .map((name) => join(folder, String(name)))
        .filter((name) => CAPTURE.test(name)),
    )
  : [];

function bytesOf(name: string): Uint8Array {
  const bytes = readFileSync(sharedData(name));
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
}

describe.skipIf(!hasSharedData)('totals of every shared capture (needs ../shared/data)', () => {
  it('finds the captures', () => {
    expect(captures.length).toBeGreaterThan(400);
  });

  it.each(captures)('%s', (name) => {
    const capture = bytesOf(name);
    const started = performance.now();
    const { records, counts, summary } = recordBytes(capture, {
      format: FORMAT,
      recorder: { maxFlows: 200_000 },
    });
    expect((performance.now() - started) / 1000).toBeLessThan(SECONDS_PER_CAPTURE);
    const leftOut = Object.values(counts.dropped).reduce((sum, count) => sum + count, 0);
    const recorded = records.reduce((sum, record) => sum + Number(record['packets'] ?? 0n), 0);
    expect(recorded).toBe(counts.counted);
    expect(recorded + leftOut + droppedTotal(summary)).toBe([...rawPackets(capture)].length);
    for (const record of records)
      expect(record['end'] as bigint).toBeGreaterThanOrEqual(record['start'] as bigint);
  });
});
