import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { recordBytes } from '../support/flow-records.ts';
import { hasSharedData, sharedData } from '../support/shared-data.ts';
import { differences, recordTotals, zeekTotals } from '../support/zeek-log.ts';

const FOLDER = 'pcap/zeek-pairs';

/** Why Zeek and flow logs rightly differ. */
const DHCP = 'flow logs leave DHCP out';
const GRE = 'Zeek logs no connection for a GRE packet itself, only for what is inside';

interface Explained {
  readonly capture: string;
  readonly why: string;
  /** Every direction that differs, with both counts: nothing else may. */
  readonly differences: readonly string[];
}

/** All captures of which a direction differs, each looked at packet by packet. The other captures are equal in full. */
const EXPLAINED: readonly Explained[] = [
  {
    capture: 'communityid__sctp.pcap',
    why: 'Zeek gives SCTP no ports; the counts are the same',
    differences: [
      '192.168.170.8:0 > 192.168.170.56:0 132: 37 packets 33256 bytes, we none',
      '192.168.170.56:0 > 192.168.170.8:0 132: 37 packets 33524 bytes, we none',
      '192.168.170.8:7 > 192.168.170.56:7 132: none, we 37 packets 33256 bytes',
      '192.168.170.56:7 > 192.168.170.8:7 132: none, we 37 packets 33524 bytes',
    ],
  },
  {
    capture: 'dhcp__dhcp.pcap',
    why: DHCP,
    differences: [
      '0.0.0.0:68 > 255.255.255.255:67 17: 6 packets 1728 bytes, we none',
      '128.2.6.152:67 > 128.2.6.97:68 17: 1 packets 395 bytes, we none',
      '128.2.6.152:67 > 128.2.6.189:68 17: 1 packets 395 bytes, we none',
      '128.2.6.152:67 > 255.255.255.255:68 17: 1 packets 328 bytes, we none',
    ],
  },
  {
    capture: 'erspanIII.pcap',
    why: GRE,
    differences: ['10.0.0.1:0 > 10.0.0.2:0 47: none, we 2 packets 276 bytes'],
  },
  {
    capture: 'globus-url-copy.pcap',
    why: 'Zeek stops counting a GridFTP data connection once it has recognised it (13 of its 18 packets)',
    differences: [
      '192.168.57.103:35391 > 192.168.57.101:55968 6: 7 packets 2481 bytes, we 9 packets 2611 bytes',
      '192.168.57.101:55968 > 192.168.57.103:35391 6: 6 packets 3516 bytes, we 9 packets 3689 bytes',
    ],
  },
  {
    capture: 'ldap__missing_ldap_logs.pcapng',
    why: 'one packet of each of three connections has IP length 0 (segmentation offload): Zeek adds 0, we add what was on the wire',
    differences: [
      '10.199.2.121:59327 > 10.199.2.111:389 6: 12 packets 2595 bytes, we 12 packets 4443 bytes',
      '10.199.2.121:59355 > 10.199.2.111:389 6: 6 packets 990 bytes, we 6 packets 2870 bytes',
      '10.199.2.121:59356 > 10.199.2.111:389 6: 4 packets 463 bytes, we 4 packets 2343 bytes',
    ],
  },
  {
    capture: 'ntp__misordered-ntp.pcap',
    why: 'the answer comes before its request; Zeek turns the connection round and counts both packets for one side',
    differences: [
      '192.168.1.95:123 > 17.253.4.253:123 17: 2 packets 152 bytes, we 1 packets 76 bytes',
      '17.253.4.253:123 > 192.168.1.95:123 17: none, we 1 packets 76 bytes',
    ],
  },
  {
    capture: 'pppoe.pcap',
    why: `${DHCP} (DHCPv6)`,
    differences: [
      'fe80::c801:eff:fe88:8:547 > fe80::ce05:eff:fe88:0:546 17: 2 packets 288 bytes, we none',
      'fe80::ce05:eff:fe88:0:546 > ff02::1:2:547 17: 2 packets 210 bytes, we none',
    ],
  },
  {
    capture: 'tunnels__Teredo.pcap',
    why: DHCP,
    differences: ['0.0.0.0:68 > 255.255.255.255:67 17: 1 packets 328 bytes, we none'],
  },
  {
    capture: 'tunnels__gre-aruba-amsdu.pcap',
    why: GRE,
    differences: ['10.226.22.9:0 > 10.102.16.187:0 47: none, we 1 packets 451 bytes'],
  },
  {
    capture: 'tunnels__gre-within-gre.pcap',
    why: GRE,
    differences: [
      '72.205.54.70:0 > 86.106.164.150:0 47: none, we 314 packets 46496 bytes',
      '86.106.164.150:0 > 72.205.54.70:0 47: none, we 314 packets 46376 bytes',
    ],
  },
  {
    capture: 'tunnels__gtp__gtp2_different_udp_port.pcap',
    why: 'Zeek puts fragments together before it counts: 42 datagrams in two packets each, 42 IP headers of 20 bytes less',
    differences: [
      '207.233.125.40:2152 > 167.55.105.244:2152 17: 49 packets 67160 bytes, we 91 packets 68000 bytes',
    ],
  },
  {
    capture: 'tunnels__vxlan-encapsulated-igmp-v2.pcap',
    why: 'the UDP checksums are wrong (history C), and Zeek does not count such packets',
    differences: [
      '172.30.0.1:48036 > 172.30.0.2:4789 17: none, we 1 packets 82 bytes',
      '172.30.0.1:45303 > 172.30.0.2:4789 17: none, we 1 packets 82 bytes',
      '172.30.0.1:36030 > 172.30.0.2:4789 17: none, we 1 packets 82 bytes',
    ],
  },
  {
    capture: 'vntag_vlan_sandwich_clean.pcap',
    why: 'the capture cut the TCP header in its options: Zeek does not count the packet, flow logs need no options',
    differences: ['10.10.10.1:443 > 10.10.10.2:56960 6: none, we 1 packets 60 bytes'],
  },
];

const captures = hasSharedData
  ? readdirSync(sharedData(FOLDER)).filter((name) => !name.endsWith('.conn.log'))
  : [];

describe.skipIf(!hasSharedData)(
  'packets and IP bytes per direction equal Zeek’s (needs ../shared/data)',
  () => {
    it('has captures to compare, and explains only some of them', () => {
      expect(captures.length).toBe(43);
      expect(EXPLAINED.every(({ capture }) => captures.includes(capture))).toBe(true);
      expect(EXPLAINED.length).toBeLessThan(captures.length / 3);
    });

    it.each(captures)('%s', (capture) => {
      const log = readFileSync(sharedData(`${FOLDER}/${capture}.conn.log`), 'utf8');
      const { records } = recordBytes(readFileSync(sharedData(`${FOLDER}/${capture}`)));
      const explained = EXPLAINED.find((each) => each.capture === capture);
      const found = differences(zeekTotals(log), recordTotals(records));
      expect(found.toSorted(), explained?.why).toEqual((explained?.differences ?? []).toSorted());
    });
  },
);
