import { formatIp } from '../base/index.ts';

/**
 * Every address of a simulation by number, its text ready as bytes with a space behind it, so that writing a line is
 * copying. Ids count up from 0 and are never reused. Cost: about 25 bytes an address.
 */
export class AddressBook {
  private bytes: Uint8Array = new Uint8Array(1 << 16);
  private used = 0;
  private starts: Uint32Array = new Uint32Array(1 << 12);
  /** 1 for IPv6, and 2 × the index in `services`. */
  private facts: Uint16Array = new Uint16Array(1 << 12);
  private readonly services: string[] = ['-'];
  /** How many addresses there are. */
  count = 0;

  /** Adds an address in canonical text; `service` is its name in AWS's published ranges, when it has one. */
  add(text: string, service = '-'): number {
    this.reserve(text.length + 1);
    for (let i = 0; i < text.length; i++) this.bytes[this.used++] = text.charCodeAt(i);
    this.bytes[this.used++] = 32;
    let serviceIndex = this.services.indexOf(service);
    if (serviceIndex < 0) serviceIndex = this.services.push(service) - 1;
    this.facts[this.count] = serviceIndex * 2 + (text.includes(':') ? 1 : 0);
    this.count++;
    this.starts[this.count] = this.used;
    return this.count - 1;
  }

  /** Adds an IPv4 address by its number. */
  addV4(value: number, service = '-'): number {
    const v = value >>> 0;
    return this.add(`${v >>> 24}.${(v >>> 16) & 255}.${(v >>> 8) & 255}.${v & 255}`, service);
  }

  /** Adds an IPv6 address by its number. */
  addV6(value: bigint, service = '-'): number {
    return this.add(formatIp({ version: 6, value }), service);
  }

  text(id: number): string {
    return Buffer.from(
      this.bytes.subarray(this.starts[id] as number, (this.starts[id + 1] as number) - 1),
    ).toString('latin1');
  }

  isV6(id: number): boolean {
    return ((this.facts[id] as number) & 1) === 1;
  }

  /** The name in AWS's ranges, `-` for none. */
  service(id: number): string {
    return this.services[(this.facts[id] as number) >> 1] as string;
  }

  /** Copies the address and a space to `target` at `at`; gives the place behind. */
  write(id: number, target: Uint8Array, at: number): number {
    const { bytes } = this;
    const end = this.starts[id + 1] as number;
    let place = at;
    for (let i = this.starts[id] as number; i < end; i++) target[place++] = bytes[i] as number;
    return place;
  }

  private reserve(more: number): void {
    if (this.used + more > this.bytes.length) {
      const bigger = new Uint8Array(this.bytes.length * 2);
      bigger.set(this.bytes);
      this.bytes = bigger;
    }
    if (this.count + 2 > this.starts.length) {
      const starts = new Uint32Array(this.starts.length * 2);
      starts.set(this.starts);
      this.starts = starts;
      const facts = new Uint16Array(starts.length);
      facts.set(this.facts);
      this.facts = facts;
    }
  }
}
