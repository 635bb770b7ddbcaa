import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DropReason, LINK_TYPES, type PacketSnapshot } from '../../src/packet/index.ts';
import { type ArbitraryFrame, anyFrame, soundFrame } from '../support/packet-arbitrary.ts';
import { concat, pcapng } from '../support/packet-builder.ts';
import { decodeBytes, droppedTotal } from '../support/packet-facts.ts';
import { PacketTwin, type TwinPacket } from '../support/packet-twin.ts';

const TIMEOUT_SECONDS = 30;

interface Captured extends ArbitraryFrame {
  readonly seconds: number;
  readonly extraWire: number;
}

const captureOf = (frame: fc.Arbitrary<ArbitraryFrame>): fc.Arbitrary<Captured[]> =>
  fc.array(
    fc
      .tuple(frame, fc.nat(70), fc.oneof(fc.constant(0), fc.nat(2000)))
      .map(([one, seconds, extraWire]) => ({ ...one, seconds: 1_700_000_000 + seconds, extraWire })),
    { maxLength: 12 },
  );

/** One interface per frame, so that link types mix; fragments are matched within one, so equal link types share it. */
function captureBytes(frames: readonly Captured[], little: boolean): Uint8Array {
  const make = pcapng(little);
  const links = linkTypesOf(frames);
  return concat(
    make.section(),
    ...links.map((linkType) => make.interfaceBlock({ linkType })),
    ...frames.map(({ linkType, bytes, seconds, extraWire }) =>
      make.packet({
        interfaceId: links.indexOf(linkType),
        time: BigInt(seconds) * 1_000_000n,
        bytes,
        wireLength: bytes.length + extraWire,
      }),
    ),
  );
}

const linkTypesOf = (frames: readonly Captured[]): number[] => [
  ...new Set(frames.map((frame) => frame.linkType)),
];

function judge(frames: readonly Captured[], little: boolean): void {
  const twin = new PacketTwin(TIMEOUT_SECONDS);
  const links = linkTypesOf(frames);
  const wanted = frames.map(({ bytes, extraWire, linkType, seconds }) =>
    twin.decode(bytes, bytes.length + extraWire, linkType, !little, seconds, links.indexOf(linkType)),
  );
  const { packets, summary } = decodeBytes(captureBytes(frames, little), undefined, {
    fragmentTimeoutSeconds: TIMEOUT_SECONDS,
  });
  const wantedPackets = wanted.filter((one) => typeof one !== 'string');
  expect(packets.map(factsOf)).toEqual(wantedPackets);
  expect(summary.dropped).toEqual(countOf(wanted.filter((one) => typeof one === 'string')));
  expect(summary.packets).toBe(frames.length);
  expect(summary.counted + droppedTotal(summary)).toBe(frames.length);
  expect(summary.evictedFragments).toBe(0);
}

function factsOf(packet: PacketSnapshot): TwinPacket {
  const { seconds: _s, nanos: _n, interfaceIndex: _i, ipVersion: _v, wireLength: _w, ...facts } = packet;
  return facts;
}

function countOf(reasons: readonly DropReason[]): Partial<Record<DropReason, number>> {
  const counts: Partial<Record<DropReason, number>> = {};
  for (const reason of reasons) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}

describe('the decoder against its slow twin', () => {
  it('agrees on sound packets of every link type', () => {
    fc.assert(fc.property(captureOf(soundFrame), fc.boolean(), judge), { numRuns: 1500 });
  });

  it('agrees on cut, changed and senseless bytes', () => {
    fc.assert(fc.property(captureOf(anyFrame), fc.boolean(), judge), { numRuns: 2500 });
  });

  it('has a generator for every link type that is decoded', () => {
    const seen = new Set(fc.sample(soundFrame, { numRuns: 3000, seed: 1 }).map((frame) => frame.linkType));
    expect(Object.values(LINK_TYPES).filter((linkType) => !seen.has(linkType))).toEqual([]);
  });
});
