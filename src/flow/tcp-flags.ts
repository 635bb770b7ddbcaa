const FIN = 1;
const SYN = 2;
const RST = 4;
const ACK = 16;
const SYN_ACK = SYN | ACK;
/** FIN, SYN, RST, PSH, ACK, URG: what transit gateway records hold. */
const TRANSIT_BITS = 63;

/**
 * What one packet adds to `tcp-flags` of its record, by the flag byte on the wire. In VPC records ACK exists only
 * inside SYN-ACK, and PSH, URG, ECE and CWR never, so ordinary data adds nothing.
 * Source: flow log records, tcp-flags; flow-logs.md §1.5.
 */
export const VPC_FLAGS: Uint8Array = Uint8Array.from({ length: 256 }, (_, flags) =>
  (flags & SYN_ACK) === SYN_ACK ? SYN_ACK | (flags & (FIN | RST)) : flags & (FIN | SYN | RST),
);

/** The same for transit gateway records, which also know PSH and URG. Read the sum with `transitFlagsOf`. */
export const TRANSIT_FLAGS: Uint8Array = Uint8Array.from({ length: 256 }, (_, flags) => flags & TRANSIT_BITS);

/** `tcp-flags` of a transit gateway record: nothing but ACKs counts as no flags. Source: flow-logs.md §2.1 row 32. */
export function transitFlagsOf(sum: number): number {
  return sum === ACK ? 0 : sum;
}
