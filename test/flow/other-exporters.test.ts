import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { arkimeTotals, ipfixprobeTotals, ndpiTotals, packetsOnly } from '../support/expected-flows.ts';
import { recordBytes } from '../support/flow-records.ts';
import { hasSharedData, sharedData } from '../support/shared-data.ts';
import { differences, type FlowTotals, recordTotals } from '../support/zeek-log.ts';

const INSIDE = 'the tool counts what is inside a tunnel, flow logs the outer packet';
const FRAGMENTS = 'the tool leaves later fragments out, flow logs count them with the ports of the first';
const DHCP = 'flow logs leave DHCP out';

interface Case {
  readonly capture: string;
  readonly expected: () => FlowTotals;
}

const namesIn = (folder: string): readonly string[] => (hasSharedData ? readdirSync(sharedData(folder)) : []);

const ARKIME: readonly Case[] = namesIn('pcap/arkime-pairs')
  .filter((name) => name.endsWith('.pcap'))
  .map((name) => ({
    capture: name,
    expected: () =>
      arkimeTotals(
        gunzipSync(
          readFileSync(sharedData(`pcap/arkime-pairs/${name.replace(/pcap$/, 'test.gz')}`)),
        ).toString(),
      ),
  }));

const NDPI: readonly Case[] = namesIn('pcap/ndpi')
  .filter((name) => /\.(pcap|pcapng|cap)$/.test(name))
  .map((name) => ({
    capture: name,
    expected: () => ndpiTotals(readFileSync(sharedData(`pcap/ndpi/result/${name}.out`), 'utf8')),
  }));

/** Captures of which some direction differs, and why; all others must be equal in full. */
const EXPLAINED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'arkime-pairs': {
    '80211http.pcap': '802.11 is a link type we do not decode; its packets are dropped by name',
    'gre-erspan-vxlan.pcap': INSIDE,
    'gtp-iphone.pcap': INSIDE,
    'igmp.pcap': 'Arkime makes one session of what hosts and routers of all groups send',
    'ipv6-gtp6.pcap': INSIDE,
    'pim.pcap': 'Arkime makes one session of what both routers send',
    'single-packets.pcap':
      'Arkime takes the end of a lone packet with the lower port as the one that was asked',
    'wireshark-dhcp.pcap': DHCP,
  },
  ndpi: {
    '4in4tunnel.pcap': INSIDE,
    '6in4tunnel.pcap': INSIDE,
    'capwap_data.pcapng': INSIDE,
    'dns_fragmented.pcap': FRAGMENTS,
    'dnscrypt-v1-and-resolver-pings.pcap': FRAGMENTS,
    'false_positives.pcapng': INSIDE,
    'gre.pcapng': INSIDE,
    'ip_fragmented_garbage.pcap': `${FRAGMENTS}; here the ports are garbage, and nDPI makes one flow of all`,
    'reasm_segv_anon.pcapng': INSIDE,
    'sctp.cap': 'nDPI gives SCTP no ports',
    'stun.pcap': 'nDPI shortens an IPv6 address the wrong way',
    'syslog.pcap': INSIDE,
    'tls_change_cipher.pcap': INSIDE,
    'vxlan.pcap': INSIDE,
  },
};

function found(folder: string, { capture, expected }: Case): readonly string[] {
  const { records } = recordBytes(readFileSync(sharedData(`pcap/${folder}/${capture}`)));
  return differences(packetsOnly(expected()), packetsOnly(recordTotals(records)));
}

function compare(folder: string, each: Case): void {
  const differing = found(folder, each);
  const why = EXPLAINED[folder]?.[each.capture];
  if (why === undefined) expect(differing).toEqual([]);
  else expect(differing, `explained as: ${why}`).not.toEqual([]);
}

describe.skipIf(!hasSharedData)(
  'packets per direction equal what others counted (needs ../shared/data)',
  () => {
    it('has captures to compare', () => {
      expect(ARKIME.length).toBeGreaterThan(100);
      expect(NDPI.length).toBeGreaterThan(120);
    });

    it.each(ARKIME)('Arkime: $capture', (each) => compare('arkime-pairs', each));

    it.each(NDPI)('nDPI: $capture', (each) => compare('ndpi', each));

    it('ipfixprobe: packets and IP bytes, all but DHCP', () => {
      const { records } = recordBytes(readFileSync(sharedData('pcap/ipfixprobe/mixed.pcap')));
      const expected = ipfixprobeTotals(
        readFileSync(sharedData('pcap/ipfixprobe/outputs/basic.csv'), 'utf8'),
      );
      expect(expected.size).toBe(38);
      expect(differences(expected, recordTotals(records)).toSorted()).toEqual([
        '0.0.0.0:68 > 255.255.255.255:67 17: 20 packets 6560 bytes, we none',
        '10.5.5.1:67 > 10.5.5.26:68 17: 11 packets 3608 bytes, we none',
        '10.5.5.26:68 > 10.5.5.1:67 17: 2 packets 656 bytes, we none',
        'fe80::a2f3:c1ff:fe16:5aca:546 > ff02::1:2:547 17: 7 packets 1064 bytes, we none',
      ]);
    });
  },
);
