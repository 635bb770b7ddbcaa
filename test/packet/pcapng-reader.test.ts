import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CaptureLoss } from '../../src/packet/index.ts';
import * as build from '../support/packet-builder.ts';
import { decodeBytes, droppedTotal } from '../support/packet-facts.ts';

const udp = build.udp({ srcPort: 53, dstPort: 1053 });
const packet = build.ipv4({ src: '10.0.0.1', dst: '10.0.0.2', protocol: 17 }, udp);
const frame = build.ethernet(packet);
const le = build.pcapng(true);
const be = build.pcapng(false);
const START = 1_700_000_000n;
const ETHERNET = { linkType: 1 };
const one = { interfaceId: 0, time: START * 1_000_000n, bytes: frame };

describe('pcapng files', () => {
  it.each([
    { name: 'little endian', make: le },
    { name: 'big endian', make: be },
  ])('$name', ({ make }) => {
    const bytes = build.concat(
      make.section(),
      make.interfaceBlock({ linkType: 1, name: 'eth0', snapLength: 96 }),
      make.interfaceBlock({ linkType: 101, name: 'tun0' }),
      make.packet({ interfaceId: 1, time: START * 1_000_000n + 7n, bytes: packet }),
      make.packet({ ...one, time: START * 1_000_000n + 999_999n, wireLength: 1400, flags: 2 }),
      make.packet({ ...one, flags: 1 }),
    );
    const { packets, summary } = decodeBytes(bytes);
    expect(packets).toMatchObject([
      { seconds: 1_700_000_000, nanos: 7000, interfaceIndex: 1, ipLength: 28, srcPort: 53, direction: 0 },
      { seconds: 1_700_000_000, nanos: 999_999_000, interfaceIndex: 0, wireLength: 1400, direction: 2 },
      { interfaceIndex: 0, direction: 1 },
    ]);
    expect(summary).toMatchObject({
      format: 'pcapng',
      packets: 3,
      counted: 3,
      lost: 0,
      interfaces: [
        { index: 0, section: 0, name: 'eth0', linkType: 1, snapLength: 96, lost: null },
        { index: 1, section: 0, name: 'tun0', linkType: 101, snapLength: 0, lost: null },
      ],
      end: { kind: 'complete' },
    });
  });

  it('sections of either byte order follow each other; interface numbers begin again, indexes go on', () => {
    const bytes = build.concat(
      le.section(),
      le.interfaceBlock(ETHERNET),
      le.packet(one),
      be.section(),
      be.interfaceBlock({ linkType: 101 }),
      be.packet({ ...one, bytes: packet }),
      le.section(),
      le.packet(one),
    );
    const { packets, summary } = decodeBytes(bytes);
    expect(packets.map((each) => each.interfaceIndex)).toEqual([0, 1]);
    expect(summary.interfaces).toMatchObject([{ section: 0 }, { section: 1 }]);
    expect(summary.dropped).toEqual({ 'interface-unknown': 1 });
  });

  it.each([
    { tsresol: 0, time: START, nanos: 0 },
    { tsresol: 3, time: START * 1000n + 5n, nanos: 5_000_000 },
    { tsresol: 6, time: START * 10n ** 6n + 5n, nanos: 5000 },
    { tsresol: 9, time: START * 10n ** 9n + 999_999_999n, nanos: 999_999_999 },
    { tsresol: 10, time: START * 10n ** 10n + 59n, nanos: 5 },
    { tsresol: 0x80, time: START, nanos: 0 },
    { tsresol: 0x80 | 10, time: START * 1024n + 512n, nanos: 500_000_000 },
    { tsresol: 0x80 | 30, time: START * 2n ** 30n + 2n ** 29n + 1n, nanos: 500_000_000 },
  ])('time resolution $tsresol', ({ tsresol, time, nanos }) => {
    const bytes = build.concat(
      le.section(),
      le.interfaceBlock({ ...ETHERNET, tsresol }),
      le.packet({ ...one, time }),
    );
    expect(decodeBytes(bytes).packets).toMatchObject([{ seconds: Number(START), nanos }]);
  });

  it('times are exact for every decimal resolution and every 64-bit count', () => {
    const word = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    fc.assert(
      fc.property(
        fc.nat(12),
        word,
        fc.bigInt({ min: -(2n ** 31n), max: 2n ** 31n }),
        (tsresol, time, tsoffset) => {
          const header = build.concat(le.section(), le.interfaceBlock({ ...ETHERNET, tsresol, tsoffset }));
          const [read] = decodeBytes(build.concat(header, le.packet({ ...one, time }))).packets;
          const units = 10n ** BigInt(tsresol);
          expect(read?.seconds).toBe(Number(time / units) + Number(tsoffset));
          expect(read?.nanos).toBe(Number(((time % units) * 10n ** 9n) / units));
        },
      ),
    );
  });

  it('time offsets move the clock either way', () => {
    for (const tsoffset of [3600n, -3600n]) {
      const bytes = build.concat(le.section(), le.interfaceBlock({ ...ETHERNET, tsoffset }), le.packet(one));
      expect(decodeBytes(bytes).packets).toMatchObject([{ seconds: Number(START + tsoffset) }]);
    }
  });

  it('simple packets take the time before them, the snap length, and the first interface', () => {
    const long = build.concat(frame, new Uint8Array(62));
    const bytes = build.concat(
      le.section(),
      le.interfaceBlock({ ...ETHERNET, snapLength: 60 }),
      le.interfaceBlock({ linkType: 147 }),
      le.simplePacket(frame),
      le.packet(one),
      le.simplePacket(long.subarray(0, 60), 104),
      le.simplePacket(frame),
    );
    const { packets, summary } = decodeBytes(bytes);
    expect(packets).toMatchObject([
      { seconds: Number(START) },
      { seconds: Number(START), wireLength: 104, interfaceIndex: 0 },
      { wireLength: 42 },
    ]);
    expect(summary).toMatchObject({
      packets: 4,
      dropped: { 'no-timestamp': 1 },
      firstDropped: { 'no-timestamp': 1 },
    });
  });

  it('obsolete packet blocks are packets too, with a drop count of their own', () => {
    const old = { interfaceId: 0, time: START * 1_000_000n, bytes: frame };
    const bytes = build.concat(
      le.section(),
      le.interfaceBlock(ETHERNET),
      le.obsoletePacket({ ...old, drops: 3 }),
      le.obsoletePacket({ ...old, drops: 0xffff }),
    );
    expect(decodeBytes(bytes).summary).toMatchObject({ counted: 2, lost: 3, interfaces: [{ lost: 3 }] });
  });

  it('steps over blocks nobody knows, whatever their size and however they arrive', () => {
    const custom = le.block(0xbad, new Uint8Array(100_000));
    const bytes = build.concat(
      le.section(),
      custom,
      le.interfaceBlock(ETHERNET),
      le.block(4, new Uint8Array(8)),
      le.packet(one),
      le.block(0x4000_0bad, new Uint8Array(4)),
      le.packet(one),
      custom,
    );
    for (const size of [bytes.length, 1, 11, 4096, 65_536]) {
      expect(decodeBytes(bytes, size).summary).toMatchObject({
        packets: 2,
        counted: 2,
        end: { kind: 'complete' },
      });
    }
    const cut = decodeBytes(bytes.subarray(0, bytes.length - 1), 4096).summary;
    expect(cut.end).toMatchObject({ kind: 'truncated', offsetBytes: bytes.length - custom.length });
  });

  it('tells of losses as they are stated, and counts what two places state only once', () => {
    const losses: CaptureLoss[] = [];
    const time = START * 1_000_000n;
    const bytes = build.concat(
      le.section(),
      le.interfaceBlock(ETHERNET),
      le.interfaceBlock(ETHERNET),
      le.packet(one),
      le.packet({ ...one, dropCount: 4n }),
      le.statistics({ interfaceId: 0, time, ifDrop: 3n, osDrop: 2n }),
      le.statistics({ interfaceId: 1, time: time + 1_500_000n, osDrop: 10n }),
      le.statistics({ interfaceId: 1, time, osDrop: 10n }),
      le.statistics({ interfaceId: 9, time, osDrop: 10n }),
      le.packet({ ...one, dropCount: 2n }),
    );
    const { summary } = decodeBytes(bytes, undefined, { onLoss: (loss) => losses.push(loss) });
    expect(summary).toMatchObject({ lost: 16, interfaces: [{ lost: 6 }, { lost: 10 }] });
    expect(losses).toEqual([
      { interfaceIndex: 0, lost: 4, seconds: 1_700_000_000, nanos: 0 },
      { interfaceIndex: 0, lost: 1, seconds: 1_700_000_000, nanos: 0 },
      { interfaceIndex: 1, lost: 10, seconds: 1_700_000_001, nanos: 500_000_000 },
      { interfaceIndex: 0, lost: 1, seconds: 1_700_000_000, nanos: 0 },
    ]);
  });

  it('an option that runs past its block is not read', () => {
    const fixed = [0, Number(START), 0, frame.length, frame.length].flatMap((word) => build.u32(word, true));
    const flags = [...build.u16(2, true), ...build.u16(8, true), ...build.u32(2, true)];
    const body = build.concat(fixed, frame, new Uint8Array((4 - (frame.length & 3)) & 3), flags);
    const bytes = build.concat(le.section(), le.interfaceBlock(ETHERNET), le.block(6, body));
    expect(decodeBytes(bytes).packets).toMatchObject([{ direction: 0, srcPort: 53 }]);
  });

  it('a packet block that holds less than it says is dropped, and the next one is read', () => {
    const liar = le.packet(one);
    liar.set(build.u32(1000, true), 20);
    const bytes = build.concat(
      le.section(),
      le.interfaceBlock(ETHERNET),
      liar,
      le.packet(one),
      le.block(6, new Uint8Array(4)),
    );
    expect(decodeBytes(bytes).summary).toMatchObject({
      packets: 3,
      counted: 1,
      dropped: { 'record-malformed': 2 },
    });
  });

  it.each([
    {
      name: 'a length that is no multiple of 4',
      spoil: (b: Uint8Array) => b.set(build.u32(33, true), 4),
      says: '33 bytes',
    },
    {
      name: 'a length below a block',
      spoil: (b: Uint8Array) => b.set(build.u32(8, true), 4),
      says: '8 bytes',
    },
    {
      name: 'a length beyond reason',
      spoil: (b: Uint8Array) => b.set(build.u32(0x4000_0000, true), 4),
      says: '1073741824',
    },
    { name: 'two lengths that differ', spoil: (b: Uint8Array) => b.set([1], b.length - 1), says: 'differ' },
  ])('$name ends the reading, and says where', ({ spoil, says }) => {
    const head = build.concat(le.section(), le.interfaceBlock(ETHERNET), le.packet(one));
    const bad = le.packet(one);
    spoil(bad);
    const end = { kind: 'corrupt', offsetBytes: head.length, message: expect.stringContaining(says) };
    const { summary } = decodeBytes(build.concat(head, bad, le.packet(one)));
    expect(summary).toMatchObject({ packets: 1, counted: 1, end });
  });

  it.each([
    { name: 'another byte-order magic', at: 8, value: [1, 2, 3, 4], says: '0x1020304' },
    { name: 'another major version', at: 12, value: [2, 0], says: 'version 2' },
  ])('$name is refused', ({ at, value, says }) => {
    const section = le.section();
    section.set(value, at);
    const end = { kind: 'corrupt', offsetBytes: 0, message: expect.stringContaining(says) };
    expect(decodeBytes(build.concat(section, le.packet(one))).summary).toMatchObject({ packets: 0, end });
  });

  it('any change of any bytes never throws, hangs or loses count, in pieces of any size', () => {
    const whole = build.concat(
      le.section(),
      le.interfaceBlock({ ...ETHERNET, name: 'a', tsresol: 9 }),
      le.packet({ ...one, flags: 1 }),
      le.simplePacket(frame),
      le.statistics({ interfaceId: 0, time: 1n, ifDrop: 1n }),
      le.block(77, new Uint8Array(40)),
      be.section(),
      be.interfaceBlock(ETHERNET),
      be.packet(one),
      be.obsoletePacket({ ...one, drops: 1 }),
      be.packet(one),
    );
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
          expect(summary).toEqual(decodeBytes(bytes).summary);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
