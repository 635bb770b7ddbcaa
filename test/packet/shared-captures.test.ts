import { spawnSync } from 'node:child_process';
import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type CaptureSummary,
  type DropReason,
  type PacketSnapshot,
  readCapture,
  snapshotOf,
} from '../../src/packet/index.ts';
import { rawPackets } from '../support/capture-twin.ts';
import { droppedTotal } from '../support/packet-facts.ts';
import { PacketTwin, type TwinPacket } from '../support/packet-twin.ts';
import { hasSharedData, sharedData } from '../support/shared-data.ts';

const CAPTURE = /\.(pcap|pcapng|cap)(\.gz)?$/;
/** Generous for a loaded machine; every capture but the 139k one takes a few milliseconds. */
const SECONDS_PER_CAPTURE = 10;

const captures = hasSharedData
  ? ['pcap', 'attack-pcap'].flatMap((folder) =>
      readdirSync(sharedData(folder), { recursive: true })
        .map((name) => join(folder, String(name)))
        .filter((name) => CAPTURE.test(name)),
    )
  : [];
const hasCapinfos = spawnSync('capinfos', ['--version']).status === 0;

async function read(
  name: string,
): Promise<{ packets: PacketSnapshot[]; summary: CaptureSummary; seconds: number }> {
  const packets: PacketSnapshot[] = [];
  const started = performance.now();
  const summary = await readCapture(createReadStream(sharedData(name)), (packet) =>
    packets.push(snapshotOf(packet)),
  );
  return { packets, summary, seconds: (performance.now() - started) / 1000 };
}

describe.skipIf(!hasSharedData)('every capture of the shared data (needs ../shared/data)', () => {
  it('finds the captures', () => {
    expect(captures.length).toBeGreaterThan(400);
  });

  it.each(captures)('%s', async (name) => {
    const { packets, summary, seconds } = await read(name);
    expect(summary.end).toEqual({ kind: 'complete' });
    expect(seconds).toBeLessThan(SECONDS_PER_CAPTURE);
    expect(summary.counted + droppedTotal(summary)).toBe(summary.packets);

    const raw = rawPackets(readFileSync(sharedData(name)));
    expect(summary.packets).toBe(raw.length);
    const twin = new PacketTwin(30);
    const judged = raw.map((one) =>
      one.seconds === null
        ? ('no-timestamp' satisfies DropReason)
        : twin.decode(
            one.data,
            one.wireLength,
            one.linkType,
            one.isBigEndian,
            one.seconds,
            one.interfaceIndex,
          ),
    );
    const wanted = judged.filter((one) => typeof one !== 'string');
    expect(packets.length).toBe(wanted.length);
    const at = packets.findIndex((packet, index) => !isSame(packet, wanted[index]));
    expect(at < 0 ? null : packets[at]).toEqual(at < 0 ? null : wanted[at]);
    for (const [reason, count] of Object.entries(summary.dropped)) {
      expect(judged.filter((one) => one === reason).length, reason).toBe(count);
    }
  });

  it.skipIf(!hasCapinfos)('packet counts equal those of capinfos (needs wireshark-common)', async () => {
    const files = captures.map(sharedData);
    const { stdout } = spawnSync('capinfos', ['-M', '-c', '-T', '-r', ...files], {
      encoding: 'utf8',
      maxBuffer: 1e8,
    });
    const counts = new Map(
      stdout
        .trim()
        .split('\n')
        .map((line) => [line.split('\t')[0], Number(line.split('\t')[1])]),
    );
    expect(counts.size).toBe(files.length);
    for (const name of captures)
      expect((await read(name)).summary.packets, name).toBe(counts.get(sharedData(name)));
  });
});

describe.skipIf(!hasSharedData)('pcapng conformance files (needs ../shared/data)', () => {
  const described = captures.filter((name) => name.includes('pcapng-conformance'));

  it.each(described)('%s holds the blocks its description lists', async (name) => {
    const text = readFileSync(sharedData(name.replace(/pcapng$/, 'txt')), 'utf8');
    const count = (block: string): number =>
      Number(new RegExp(`^\\s+${block}: (\\d+)`, 'm').exec(text)?.[1] ?? 0);
    const { summary } = await read(name);
    expect(summary.packets).toBe(count('EPB') + count('SPB') + count('PB'));
    expect(summary.interfaces.length).toBe(count('IDB'));
  });

  it('are all there', () => {
    expect(described.length).toBe(24);
  });
});

function isSame(packet: PacketSnapshot, wanted: TwinPacket | undefined): boolean {
  if (wanted === undefined) return false;
  return Object.entries(wanted).every(([field, value]) => packet[field as keyof TwinPacket] === value);
}
