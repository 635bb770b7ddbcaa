/**
 * How one live flow lies in memory: sixteen 32-bit words, one cache line. Address words are as in `PacketView`, IPv4
 * mapped. Nothing else in the project knows these numbers; `rows.ts` gives the values by name.
 */
export const ROW_WORDS = 16;

export const SRC = 0;
export const DST = 4;
/** Source port in the upper half, destination port in the lower. */
export const PORTS = 8;
/** Protocol, IP version, direction, outcome and vantage: see `keyOf`. */
export const KEY = 9;
/** Words 10 and 11 are one 64-bit float: bytes, exact up to 2^53. */
export const BYTES_FLOAT = 5;
/** Unsigned: a flow of a window of 600 s would need 7 million packets per second to overflow. */
export const PACKETS = 12;
/** Flags in the lower 8 bits, the number of the deciding rule above them. */
export const FLAGS_AND_RULE = 13;
export const HASH = 14;
/** Row number + 1 of the next flow of the same vantage; 0 ends the chain. */
export const NEXT = 15;

/** Which way a packet crosses the point it is recorded at; the order of the numbers is that of `FLOW_DIRECTIONS`. */
export type FlowDirection = 0 | 1 | 2;
export const NO_DIRECTION: FlowDirection = 0;
export const INGRESS: FlowDirection = 1;
export const EGRESS: FlowDirection = 2;

/**
 * What became of a packet at its vantage. At an interface: accepted or rejected. At a transit gateway attachment:
 * carried (0) or lost for one of four reasons.
 */
export type Outcome = 0 | 1 | 2 | 3 | 4;
export const ACCEPTED: Outcome = 0;
export const REJECTED: Outcome = 1;
export const LOST_NO_ROUTE: Outcome = 1;
export const LOST_BLACKHOLE: Outcome = 2;
export const LOST_MTU: Outcome = 3;
export const LOST_TTL: Outcome = 4;

const VERSION_6 = 1 << 8;
const DIRECTION_SHIFT = 9;
const OUTCOME_SHIFT = 11;
const VANTAGE_SHIFT = 14;

/** How many vantages the key has room for. */
export const MAX_VANTAGES = 1 << 18;

/** The part of the key word that an observer decides: vantage, direction and outcome. Protocol and version come from the packet. */
export function placeOf(vantage: number, direction: FlowDirection, outcome: Outcome): number {
  return (vantage << VANTAGE_SHIFT) | (outcome << OUTCOME_SHIFT) | (direction << DIRECTION_SHIFT);
}

/** The whole key word. */
export function keyOf(place: number, ipVersion: 4 | 6, protocol: number): number {
  return place | (ipVersion === 6 ? VERSION_6 : 0) | protocol;
}

/** The vantage of a place or of a whole key word. */
export function vantageOfPlace(key: number): number {
  return key >>> VANTAGE_SHIFT;
}

export function directionOfKey(key: number): FlowDirection {
  return ((key >>> DIRECTION_SHIFT) & 3) as FlowDirection;
}

export function outcomeOfKey(key: number): Outcome {
  return ((key >>> OUTCOME_SHIFT) & 7) as Outcome;
}

/** The same key with another outcome. */
export function withOutcome(key: number, outcome: Outcome): number {
  return (key & ~(7 << OUTCOME_SHIFT)) | (outcome << OUTCOME_SHIFT);
}

export function isIpv6Key(key: number): boolean {
  return (key & VERSION_6) !== 0;
}

export function protocolOfKey(key: number): number {
  return key & 255;
}
