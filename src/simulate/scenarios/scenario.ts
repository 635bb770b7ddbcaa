import type { AddressBook } from '../address-book.ts';
import type { Emitter } from '../emitter.ts';
import type { Outside } from '../outside.ts';
import type { Random } from '../random.ts';
import type { World } from '../world.ts';

/** Something that happens in a scenario at one moment, and the role its records have. */
export interface Act {
  /** Seconds after the scenario's start. */
  readonly atSeconds: number;
  /** A key of the scenario's `roles`; every row that `run` makes is labelled with it. */
  readonly role: string;
  readonly run: () => void;
}

/** What a scenario plays with. */
export interface Stage {
  readonly world: World;
  readonly book: AddressBook;
  readonly outside: Outside;
  /** Its own emitter on the shared rows, so that the background stays as it is without the scenario. */
  readonly emitter: Emitter;
  readonly random: Random;
  readonly v6: boolean;
  readonly windowSeconds: number;
  /** An outside address that nobody else uses, of the documentation ranges: 203.0.113.0/24 or 2001:db8:bad::/64. */
  stranger(): number;
  /** Notes who plays a part, for the truth: an address as text. */
  cast(part: string, address: number): void;
}

/** One scenario, described. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly kind: 'attack' | 'fault';
  /** What happens and what it looks like in flow logs. */
  readonly summary: string;
  /** MITRE ATT&CK technique ids; empty for faults. */
  readonly techniques: readonly string[];
  /** The flow logs that show it. */
  readonly seenIn: readonly ('vpc' | 'tgw')[];
  readonly ipVersions: readonly (4 | 6)[];
  readonly durationSeconds: number;
  /** Role of a record to its meaning. */
  readonly roles: Readonly<Record<string, string>>;
  /** The acts, in any order. Called once per run. */
  readonly script: (stage: Stage) => readonly Act[];
}

/** Moments from 0 to `seconds`, `every` apart, each shifted by up to `jitter` (share of `every`) to both sides. */
export function moments(random: Random, seconds: number, every: number, jitter: number): readonly number[] {
  return Array.from({ length: Math.max(1, Math.floor(seconds / every)) }, (_, i) => {
    const shift = jitter * every * (2 * random.unit() - 1);
    return Math.min(seconds - 1, Math.max(0, (i + 0.5) * every + shift));
  });
}

/** The windows of one long connection and the flags of each: SYN in the first, FIN in the last. */
export function connectionWindows(
  stage: Stage,
  fromSeconds: number,
  seconds: number,
): readonly { readonly atSeconds: number; readonly requestFlags: number; readonly replyFlags: number }[] {
  const count = Math.max(1, Math.round(seconds / stage.windowSeconds));
  return Array.from({ length: count }, (_, i) => {
    const fin = i === count - 1 ? 1 : 0;
    return {
      atSeconds: fromSeconds + i * stage.windowSeconds,
      requestFlags: (i === 0 ? 2 : 0) | fin,
      replyFlags: (i === 0 ? 18 : 0) | fin,
    };
  });
}
