/** The head of a little-endian pcap with raw IP packets. */
export const PCAP_HEAD = words(0xa1b2c3d4, 0x00040002, 0, 0, 128, 101);

/** One UDP packet of 28 bytes from 10.0.0.1:7 to 10.0.0.2:9, as a record of such a pcap. */
export function packetAt(seconds: number): Uint8Array {
  const ip = Buffer.from('4500001c00000000401100000a0000010a0000020007000900080000', 'hex');
  return Buffer.concat([words(seconds, 0, ip.length, ip.length), ip]);
}

function words(...values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value, index * 4);
  return bytes;
}
