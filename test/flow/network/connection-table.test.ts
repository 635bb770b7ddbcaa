import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConnectionTable } from '../../../src/flow/network/connection-table.ts';
import { PacketView } from '../../../src/packet/index.ts';

const TIMES = {
  tcpSeconds: 50,
  tcpOpeningSeconds: 20,
  tcpClosedSeconds: 5,
  udpSeconds: 30,
  udpOneWaySeconds: 10,
  otherSeconds: 7,
};

interface Step {
  readonly host: number;
  readonly isForward: boolean;
  readonly protocol: number;
  readonly vantage: number;
  readonly flags: number;
  readonly wait: number;
  /** What the rules would say of a first packet. */
  readonly isAllowed: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  host: fc.integer({ min: 1, max: 3 }),
  isForward: fc.boolean(),
  protocol: fc.constantFrom(1, 6, 6, 17),
  vantage: fc.nat(1),
  flags: fc.constantFrom(2, 18, 16, 17, 4),
  wait: fc.constantFrom(0, 0, 1, 4, 6, 9, 11, 25, 40, 60),
  isAllowed: fc.boolean(),
});

function packetOf({ host, isForward, protocol, flags }: Step, seconds: number): PacketView {
  const packet = new PacketView();
  packet.seconds = seconds;
  packet.protocol = protocol;
  packet.src2 = packet.dst2 = 0xffff;
  const [near, far] = [0x0a00_0001, host];
  packet.src3 = isForward ? near : far;
  packet.dst3 = isForward ? far : near;
  if (protocol !== 1) {
    packet.srcPort = isForward ? 1000 : 80;
    packet.dstPort = isForward ? 80 : 1000;
  }
  if (protocol === 6) packet.tcpFlags = flags;
  return packet;
}

interface TwinConnection {
  seen: number;
  fromNear: boolean;
  fromFar: boolean;
  finNear: boolean;
  finFar: boolean;
  reset: boolean;
}

/** The same rules with a map and names. */
class Twin {
  readonly #connections = new Map<string, TwinConnection>();

  pass(each: Step, now: number): string {
    const found = this.#connections.get(keyOf(each));
    if (found === undefined) return 'unknown';
    const isClosed = found.reset || (found.finNear && found.finFar);
    if (now - found.seen > timeoutOf(each.protocol, found, isClosed)) return isClosed ? 'closed' : 'unknown';
    const isOpening = each.protocol === 6 && (each.flags & 2) > 0 && (each.flags & 16) === 0;
    if (isClosed && isOpening) return 'unknown';
    note(found, each);
    if (!isClosed) found.seen = now;
    return 'open';
  }

  open(each: Step, now: number): void {
    const fresh = { seen: now, fromNear: false, fromFar: false, finNear: false, finFar: false, reset: false };
    note(fresh, each);
    this.#connections.set(keyOf(each), fresh);
  }
}

function timeoutOf(protocol: number, found: TwinConnection, isClosed: boolean): number {
  const isBothWays = found.fromNear && found.fromFar;
  if (protocol === 6) {
    if (isClosed) return TIMES.tcpClosedSeconds;
    return isBothWays ? TIMES.tcpSeconds : TIMES.tcpOpeningSeconds;
  }
  if (protocol === 17) return isBothWays ? TIMES.udpSeconds : TIMES.udpOneWaySeconds;
  return TIMES.otherSeconds;
}

function note(connection: TwinConnection, { isForward, protocol, flags }: Step): void {
  if (isForward) connection.fromNear = true;
  else connection.fromFar = true;
  if (protocol !== 6) return;
  if ((flags & 1) > 0 && isForward) connection.finNear = true;
  if ((flags & 1) > 0 && !isForward) connection.finFar = true;
  if ((flags & 4) > 0) connection.reset = true;
}

const keyOf = ({ host, protocol, vantage }: Step): string => `${host} ${protocol} ${vantage}`;

describe('ConnectionTable', () => {
  it('answers as the obvious twin does', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const table = new ConnectionTable({ ...TIMES, maxConnections: 100, seed: 7 });
        const twin = new Twin();
        let now = 1000;
        for (const each of steps) {
          now += each.wait;
          const packet = packetOf(each, now);
          const status = table.pass(packet, each.vantage);
          expect(status).toBe(twin.pass(each, now));
          if (status === 'open' || !each.isAllowed) continue;
          table.open(packet, each.vantage);
          twin.open(each, now);
        }
      }),
    );
  });

  it.each([
    [1, 8, 0],
    [1, 13, 14],
    [58, 128, 129],
  ])(
    'protocol %d: a question of type %d lets its answer pass, and no question back',
    (protocol, question, answer) => {
      const table = new ConnectionTable(TIMES);
      const at = (isForward: boolean, icmpType: number): PacketView => {
        const each = { host: 9, isForward, protocol: 1, vantage: 0, flags: 0, wait: 0, isAllowed: true };
        return Object.assign(packetOf(each, 1000), { protocol, icmpType });
      };
      table.open(at(true, question), 0);
      expect(table.pass(at(true, question), 0)).toBe('open');
      expect(table.pass(at(false, answer), 0)).toBe('open');
      for (const [isForward, type] of [
        [false, question],
        [true, answer],
        [false, protocol === 1 ? 3 : 1],
      ] as const)
        expect(table.pass(at(isForward, type), 0)).toBe('unknown');
    },
  );

  it('never holds more than it may, and forgets expired connections before others', () => {
    const table = new ConnectionTable({ ...TIMES, maxConnections: 64 });
    const at = (host: number, seconds: number): PacketView =>
      packetOf(
        { host, isForward: true, protocol: 17, vantage: 0, flags: 0, wait: 0, isAllowed: true },
        seconds,
      );
    for (let host = 0; host < 40; host++) table.open(at(host, 0), 0);
    for (let host = 100; host < 124; host++) table.open(at(host, 20), 0);
    expect(table.count).toBe(64);
    table.open(at(200, 21), 0);
    expect({ count: table.count, evicted: table.evicted }).toEqual({ count: 25, evicted: 0 });
    expect(table.pass(at(100, 22), 0)).toBe('open');
    expect(table.pass(at(1, 22), 0)).toBe('unknown');
    for (let host = 300; host < 400; host++) table.open(at(host, 23), 0);
    expect(table.count).toBeLessThanOrEqual(64);
    expect(table.evicted).toBeGreaterThan(0);
    expect(table.pass(at(399, 23), 0)).toBe('open');
  });
});
