/** Protocols that a person would rather read by name; the number stays beside it. */
const PROTOCOLS: Readonly<Record<number, string>> = {
  1: 'ICMP',
  6: 'TCP',
  17: 'UDP',
  41: 'IPv6',
  47: 'GRE',
  50: 'ESP',
  58: 'ICMPv6',
  132: 'SCTP',
};

/** A code as a person reads it on a terminal: `6 TCP`. Everything else as it is. */
export function decoded(field: string, value: unknown): unknown {
  if (field !== 'protocol' || typeof value !== 'number') return value;
  const name = PROTOCOLS[value];
  return name === undefined ? value : `${value} ${name}`;
}
