import type { PacketView } from '../../packet/index.ts';
import { isDropPrefix } from '../kernel-verdict.ts';
import type { RuleBook } from './deciding-rule.ts';
import type { Network } from './network.ts';
import type { CaptureSpec } from './schema.ts';

/** What a capture holds: the places whose packets may be in it. */
export interface Binding {
  /** Indexes of interfaces; null means any of the model. */
  readonly interfaces: readonly number[] | null;
  /** Index of a regional NAT gateway; null when it is not about one. */
  readonly regionalNat: number | null;
  /** Indexes of transit gateway attachments; null means any of the model. */
  readonly attachments: readonly number[] | null;
  /** The kernel's verdict: 0 accepted, else the number of its rule; null when the model judges. */
  readonly verdict: number | null;
}

interface Entry {
  readonly spec: CaptureSpec;
  readonly binding: Binding;
}

const ANY: Binding = { interfaces: null, regionalNat: null, attachments: null, verdict: null };

/**
 * Says which entry of `captures` a packet belongs to. Without entries, or when none fits, any interface of the model may
 * be meant; with entries that are about other files, devices or prefixes only, too.
 */
export class CaptureBindings {
  readonly #entries: readonly Entry[];
  readonly #book: RuleBook;
  /** The entries of each interface of the capture, looked up once. */
  readonly #ofInterface: (readonly Entry[] | undefined)[] = [];
  readonly #names: (string | null)[] = [];
  readonly #kernel = new Map<string, Binding>();

  /** @param file base name of the capture file, or the name of the live device */
  constructor(network: Network, file: string, book: RuleBook) {
    this.#book = book;
    this.#entries = (network.spec.captures ?? [])
      .filter((spec) => spec.file === undefined || fits(spec.file, file))
      .map((spec) => ({ spec, binding: bindingOf(spec, network, book) }));
  }

  /** Tells the name of a capture interface. */
  nameInterface(index: number, name: string | null): void {
    this.#names[index] = name;
    this.#ofInterface[index] = undefined;
  }

  /** What a packet is about. Cost: a look at the few entries of its capture interface. */
  of(packet: PacketView): Binding {
    const entries = this.#ofInterface[packet.interfaceIndex] ?? this.#entriesOf(packet.interfaceIndex);
    for (let i = 0; i < entries.length; i++) {
      const { spec, binding } = entries[i] as Entry;
      const { deviceIndex, prefix } = spec;
      if (deviceIndex !== undefined && packet.inDevice !== deviceIndex && packet.outDevice !== deviceIndex)
        continue;
      if (prefix === undefined) return packet.nflogPrefix === null ? binding : this.#judged(binding, packet);
      if (packet.nflogPrefix?.startsWith(prefix) === true) return binding;
    }
    return packet.nflogPrefix === null ? ANY : this.#judged(ANY, packet);
  }

  /** Whether the capture tells of an interface at all, even when it holds nothing of it. */
  watchesInterface(index: number): boolean {
    return this.#watches(({ interfaces, regionalNat }) => regionalNat === null && holds(interfaces, index));
  }

  watchesRegionalNat(index: number): boolean {
    return this.#entries.some(({ binding }) => binding.regionalNat === index);
  }

  watchesAttachment(index: number): boolean {
    return this.#watches(({ attachments }) => holds(attachments, index));
  }

  /** What a loss on a capture interface may have been about. */
  ofInterface(index: number): readonly Binding[] {
    const entries = this.#ofInterface[index] ?? this.#entriesOf(index);
    return entries.length === 0 ? [ANY] : entries.map(({ binding }) => binding);
  }

  #watches(isIt: (binding: Binding) => boolean): boolean {
    return this.#entries.length === 0 || this.#entries.some(({ binding }) => isIt(binding));
  }

  #entriesOf(index: number): readonly Entry[] {
    const name = this.#names[index] ?? null;
    const entries = this.#entries.filter(
      ({ spec }) => spec.device === undefined || (name !== null && fits(spec.device, name)),
    );
    this.#ofInterface[index] = entries;
    return entries;
  }

  /** A rule that logs has decided already: its prefix says how, unless an entry said it better. */
  #judged(binding: Binding, packet: PacketView): Binding {
    const prefix = packet.nflogPrefix ?? '';
    const key = `${binding.interfaces?.join() ?? '*'} ${prefix}`;
    let judged = this.#kernel.get(key);
    if (judged === undefined) {
      judged = { ...binding, verdict: isDropPrefix(prefix) ? kernelRule(prefix, this.#book) : 0 };
      this.#kernel.set(key, judged);
    }
    return judged;
  }
}

function bindingOf(spec: CaptureSpec, network: Network, book: RuleBook): Binding {
  const nat = network.regionalNats.findIndex(({ id }) => id === spec.natGateway);
  const isOnlyAttachments = spec.interfaces === undefined && spec.attachments !== undefined;
  const verdict =
    spec.action === undefined ? null : spec.action === 'REJECT' ? kernelRule(spec.prefix ?? '', book) : 0;
  const interfaces = spec.interfaces?.flatMap((id) => network.interfaceById(id) ?? []);
  const attachmentIds =
    spec.attachments ?? interfaces?.flatMap((one) => one.spec.transitGatewayAttachment ?? []) ?? null;
  return {
    interfaces: interfaces?.map(({ index }) => index) ?? (isOnlyAttachments ? [] : null),
    regionalNat: nat < 0 ? null : nat,
    attachments: attachmentIds?.map((id) => network.attachments.findIndex((one) => one.id === id)) ?? null,
    verdict,
  };
}

function holds(indexes: readonly number[] | null, index: number): boolean {
  return indexes === null || indexes.includes(index);
}

function kernelRule(prefix: string, book: RuleBook): number {
  return book.numberOf({
    kind: 'kernel',
    direction: null,
    resources: [],
    rule: prefix,
    text: `the kernel's rule that logs "${prefix}" dropped it`,
  });
}

/** Whether a text is what a pattern with `*` describes. */
function fits(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}
