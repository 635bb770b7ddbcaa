import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as build from '../support/packet-builder.ts';
import { decodeBytes, decodeFrames, droppedTotal } from '../support/packet-facts.ts';

const frame = build.ethernet(
  build.ipv4({ src: '10.0.0.1', dst: '10.0.0.2', protocol: 17 }, build.udp({ srcPort: 53, dstPort: 1053 })),
);
const frames = [
  { bytes: frame, seconds: 1_700_000_000, nanos: 123_456_789 },
  { bytes: frame, seconds: 4_294_967_295, nanos: 999_999_999 },
];

describe('pcap files', () => {
  it.each([
    { little: true, isNano: false, nanos: [123_456_000, 999_999_000] },
    { little: false, isNano: false, nanos: [123_456_000, 999_999_000] },
    { little: true, isNano: true, nanos: [123_456_789, 999_999_999] },
    { little: false, isNano: true, nanos: [123_456_789, 999_999_999] },
  ])('little endian $little, nanoseconds $isNano', ({ nanos, ...fields }) => {
    const { packets, summary } = decodeFrames(frames, { ...fields, snapLength: 96 });
    expect(packets.map((packet) => packet.seconds)).toEqual([1_700_000_000, 4_294_967_295]);
    expect(packets.map((packet) => packet.nanos)).toEqual(nanos);
    expect(summary).toMatchObject({
      format: 'pcap',
      packets: 2,
      counted: 2,
      end: { kind: 'complete' },
      interfaces: [{ index: 0, section: 0, name: null, linkType: 1, snapLength: 96, lost: null }],
    });
  });

  it('reads the old patched records with eight more bytes', () => {
    const bytes = build.concat(
      build.u32(0xa1b2cd34),
      build.pcap([], { little: false }).subarray(4),
      [build.u32(1_700_000_000), build.u32(5), build.u32(frame.length), build.u32(frame.length)].flat(),
      new Uint8Array(8),
      frame,
    );
    expect(decodeBytes(bytes).packets).toMatchObject([{ seconds: 1_700_000_000, nanos: 5000, srcPort: 53 }]);
  });

  it('ignores the frame-checksum bits beside the link type', () => {
    expect(decodeFrames(frames, { linkType: 0x3000_0001 }).summary).toMatchObject({
      counted: 2,
      interfaces: [{ linkType: 1 }],
    });
  });

  it('carries a fraction of a second or more over', () => {
    const { packets } = decodeFrames([{ bytes: frame, seconds: 10, nanos: 2_500_000_000 }]);
    expect(packets).toMatchObject([{ seconds: 12, nanos: 500_000_000 }]);
  });

  it('takes a wire length below the captured one as the captured one', () => {
    const { packets } = decodeFrames([{ bytes: frame, wireLength: 0 }]);
    expect(packets).toMatchObject([{ wireLength: frame.length, ipLength: 28 }]);
  });

  it('an empty capture is complete', () => {
    expect(decodeFrames([]).summary).toMatchObject({
      packets: 0,
      end: { kind: 'complete' },
      interfaces: [{ linkType: 1 }],
    });
  });

  it('a tail cut anywhere is truncated, and every packet before it is there', () => {
    const whole = build.pcap(frames);
    const starts = [24, 24 + 16 + frame.length, whole.length];
    for (let length = 4; length < whole.length; length++) {
      const { summary } = decodeBytes(whole.subarray(0, length));
      const packets = Math.max(0, starts.filter((start) => start <= length).length - 1);
      expect(summary.packets, `${length} bytes`).toBe(packets);
      const offsetBytes = length < 24 ? 0 : (starts[packets] ?? 0);
      const wanted = starts.includes(length) ? { kind: 'complete' } : { kind: 'truncated', offsetBytes };
      expect(summary.end, `${length} bytes`).toMatchObject(wanted);
    }
  });

  it('stops at an impossible record and says where', () => {
    const whole = build.pcap(frames);
    const second = 24 + 16 + frame.length;
    whole.set(build.u32(262_145, true), second + 8);
    expect(decodeBytes(whole).summary).toMatchObject({
      packets: 1,
      end: { kind: 'corrupt', offsetBytes: second, message: expect.stringContaining('262145') },
    });
  });

  it.each([
    { name: 'nothing', bytes: [] },
    { name: 'three bytes', bytes: [0xd4, 0xc3, 0xb2] },
    { name: 'text', bytes: [...Buffer.from('GET / HTTP/1.1\r\n\r\n')] },
    { name: 'a Zip file', bytes: [0x50, 0x4b, 3, 4, 0, 0, 0, 0] },
  ])('$name is not a capture', ({ bytes }) => {
    const { summary } = decodeBytes(Uint8Array.from(bytes));
    expect(summary).toMatchObject({ format: null, packets: 0, interfaces: [], bytes: bytes.length });
    expect(summary.end).toMatchObject({
      kind: 'not-a-capture',
      offsetBytes: 0,
      message: expect.stringMatching(/capture|pcap/),
    });
  });

  it('is the same in pieces of any size', () => {
    const whole = build.pcap([...frames, { bytes: new Uint8Array(9000) }, ...frames], { little: false });
    const wanted = decodeBytes(whole);
    for (const size of [1, 2, 3, 7, 16, 41, 58, 4096, 9001])
      expect(decodeBytes(whole, size), `${size}`).toEqual(wanted);
  });

  it('any change of any bytes never throws, hangs or loses count', () => {
    const whole = build.pcap([...frames, ...frames]);
    const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 6 }),
        fc.nat(whole.length),
        fc.integer({ min: 1, max: 300 }),
        (changes, length, size) => {
          const bytes = whole.slice(0, length);
          for (const [at, value] of changes) if (at < length) bytes[at] = value;
          const { summary, packets } = decodeBytes(bytes, size);
          expect(summary.counted + droppedTotal(summary)).toBe(summary.packets);
          expect(packets.length).toBe(summary.counted);
          expect(summary.bytes).toBe(length);
          expect(summary).toEqual(decodeBytes(bytes).summary);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
