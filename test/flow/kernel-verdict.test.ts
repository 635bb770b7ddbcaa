import { describe, expect, it } from 'vitest';
import { ACCEPTED, EGRESS, INGRESS, NO_DIRECTION, placeOf, REJECTED } from '../../src/flow/flow-row.ts';
import { PlainObserver } from '../../src/flow/index.ts';
import { isDropPrefix } from '../../src/flow/kernel-verdict.ts';
import { PacketView } from '../../src/packet/index.ts';

describe('isDropPrefix', () => {
  it.each([
    ['weir REJECT ', true],
    ['weir ACCEPT ', false],
    ['[UFW BLOCK] ', true],
    ['iptables denied: ', true],
    ['IN-drop', true],
    ['', false],
  ])('%j is %s', (prefix, isDrop) => expect(isDropPrefix(prefix)).toBe(isDrop));

  it('remembers a bounded number of prefixes, and judges the others as well', () => {
    for (let i = 0; i < 3000; i++)
      expect(isDropPrefix(`${i} ${i % 2 === 0 ? 'drop' : 'pass'}`)).toBe(i % 2 === 0);
  });
});

describe('PlainObserver on what the firewall logged', () => {
  // Of 203.0.113.9 and 10.0.0.5 the latter is private and the lower one: by address the packet goes out.
  it.each([
    ['no log of the firewall', { nflogGroup: -1, nflogPrefix: null }, EGRESS, ACCEPTED],
    ['no prefix, forwarded', { inDevice: 2, outDevice: 3 }, EGRESS, ACCEPTED],
    ['dropped on input', { direction: 1, inDevice: 2, nflogPrefix: 'weir REJECT ' }, INGRESS, REJECTED],
    ['dropped on output', { direction: 2, outDevice: 2, nflogPrefix: 'weir REJECT ' }, EGRESS, REJECTED],
    ['accepted on input', { direction: 1, inDevice: 2, nflogPrefix: 'weir ACCEPT ' }, INGRESS, ACCEPTED],
    ['before routing', { inDevice: 2, nflogPrefix: 'drop' }, INGRESS, REJECTED],
    ['after routing', { outDevice: 2, nflogPrefix: 'drop' }, EGRESS, REJECTED],
  ] as const)('%s', (_name, fields, direction, outcome) => {
    const observer = new PlainObserver();
    const addresses = { src3: 0x0a000005, dst3: 0xcb007109 | 0, protocol: 17 };
    const packet = Object.assign(new PacketView(), addresses, { nflogGroup: 7 }, fields);
    expect(observer.observe(packet)).toBe(1);
    expect(observer.place).toBe(placeOf(0, direction, outcome));
  });

  it('knows no direction of what is forwarded between public addresses', () => {
    const observer = new PlainObserver();
    const addresses = { src3: 0x08080808, dst3: 0xcb007109 | 0, protocol: 17 };
    const fields = { nflogGroup: 7, inDevice: 1, outDevice: 2, nflogPrefix: 'drop' };
    observer.observe(Object.assign(new PacketView(), addresses, fields));
    expect(observer.place).toBe(placeOf(0, NO_DIRECTION, REJECTED));
  });
});
