import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldsNamed, recordBytes } from '../support/flow-records.ts';
import { isExcluded, twinWindows } from '../support/flow-twin.ts';
import * as build from '../support/packet-builder.ts';
import { decodeBytes } from '../support/packet-facts.ts';

const FORMAT = fieldsNamed(
  'srcaddr dstaddr srcport dstport protocol type flow-direction packets bytes tcp-flags start end log-status',
);

const address4 = fc.constantFrom(
  '10.0.0.1',
  '10.0.0.2',
  '192.168.1.1',
  '203.0.113.9',
  '8.8.8.8',
  '169.254.169.254',
);
const address6 = fc.constantFrom('fc00::1', 'fd00:ec2::254', '2001:db8::1', '::ffff:10.0.0.1', 'fe80::1');
const port = fc.constantFrom(0, 67, 68, 443, 546, 547, 65_535);

/** Few addresses and ports, so that flows meet; times within half an hour. */
const frame = fc
  .record({
    is6: fc.boolean(),
    src4: address4,
    dst4: address4,
    src6: address6,
    dst6: address6,
    srcPort: port,
    dstPort: port,
    flags: fc.nat(255),
    payload: fc.nat(40),
    isTcp: fc.boolean(),
    seconds: fc.integer({ min: 1_700_000_000, max: 1_700_001_800 }),
  })
  .map((f) => {
    const payload = new Uint8Array(f.payload);
    const ports = { srcPort: f.srcPort, dstPort: f.dstPort, payload };
    const inner = f.isTcp ? build.tcp({ ...ports, flags: f.flags }) : build.udp(ports);
    const protocol = f.isTcp ? 6 : 17;
    const packet = f.is6
      ? build.ipv6({ src: f.src6, dst: f.dst6, nextHeader: protocol }, inner)
      : build.ipv4({ src: f.src4, dst: f.dst4, protocol }, inner);
    return { bytes: build.ethernet(packet), seconds: f.seconds };
  });
type Frame = { readonly bytes: Uint8Array; readonly seconds: number };

const inOrder = (frames: readonly Frame[]): Frame[] => frames.toSorted((a, b) => a.seconds - b.seconds);

/** What the twin expects, as lines of `FORMAT`; order does not matter. */
function expectedLines(capture: Uint8Array, intervalSeconds: number): string[] {
  const { packets } = decodeBytes(capture);
  return twinWindows(packets, intervalSeconds)
    .flatMap(({ start, end, flows }) =>
      flows.length === 0
        ? [`- - - - - - - - - - ${start} ${end} NODATA`]
        : flows.map(
            ({ key, packets: count, bytes, flags }) => `${key} ${count} ${bytes} ${flags} ${start} ${end} OK`,
          ),
    )
    .toSorted();
}

describe('recorder', () => {
  it('writes what the obvious twin writes, for windows of either length', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 60 }), fc.constantFrom(60, 600), (frames, intervalSeconds) => {
        const capture = build.pcap(inOrder(frames));
        const { packets } = decodeBytes(capture);
        // The times of a window with left-out packets only are its own bounds in the recorder, the twin's are theirs.
        fc.pre(packets.every((packet) => !isExcluded(packet)));
        const { lines } = recordBytes(capture, { format: FORMAT, recorder: { intervalSeconds } });
        expect(lines.toSorted()).toEqual(expectedLines(capture, intervalSeconds));
      }),
    );
  });

  it('conserves packets and bytes from the capture to the records', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 60 }), fc.integer({ min: 1, max: 8 }), (frames, maxFlows) => {
        const capture = build.pcap(frames);
        const { records, counts, summary } = recordBytes(capture, { format: FORMAT, recorder: { maxFlows } });
        const sum = (name: string): number =>
          records.reduce((total, record) => total + Number(record[name] ?? 0n), 0);
        const dropped = Object.values(counts.dropped).reduce((total, n) => total + n, 0);
        expect(counts.packets).toBe(summary.counted);
        expect(counts.counted + dropped).toBe(counts.packets);
        expect(sum('packets')).toBe(counts.counted);
        if (dropped === 0)
          expect(sum('bytes')).toBe(decodeBytes(capture).packets.reduce((total, p) => total + p.ipLength, 0));
        const isSkipped = records.some((record) => record['log_status'] === 'SKIPDATA');
        expect(isSkipped).toBe((counts.dropped['table-full'] ?? 0) > 0);
      }),
    );
  });

  it('does not care for the order of packets within a window', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 40 }), fc.infiniteStream(fc.nat()), (frames, order) => {
        const sameWindow = frames.map((each) => ({ ...each, seconds: 1_700_000_040 + (each.seconds % 60) }));
        const shuffled = sameWindow
          .map((each) => ({ each, rank: order.next().value as number }))
          .toSorted((a, b) => a.rank - b.rank)
          .map(({ each }) => each);
        const lines = (list: readonly Frame[]): string[] =>
          recordBytes(build.pcap(list), {
            format: FORMAT,
            recorder: { intervalSeconds: 600 },
          }).lines.toSorted();
        expect(lines(shuffled)).toEqual(lines(sameWindow));
      }),
    );
  });

  it('finds its rows again in a table that grows and in one that was cleared', () => {
    const flows = 5000;
    const frames = Array.from({ length: 3 * flows }, (_, i) => ({
      bytes: build.ethernet(
        build.ipv4(
          { src: `10.0.${(i % flows) >> 8}.${(i % flows) & 255}`, dst: '203.0.113.1', protocol: 17 },
          build.udp({ srcPort: i % flows, dstPort: 9 }),
        ),
      ),
      seconds: 1_700_000_040 + (i >= 2 * flows ? 60 : 0),
    }));
    const { records } = recordBytes(build.pcap(frames), { format: FORMAT });
    expect(records).toHaveLength(2 * flows);
    expect(records.slice(0, flows).every((record) => record['packets'] === 2n)).toBe(true);
    expect(records.slice(flows).every((record) => record['packets'] === 1n)).toBe(true);
  });
});
