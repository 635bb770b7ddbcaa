import type { AddressBook } from './address-book.ts';
import type { Emitter } from './emitter.ts';
import type { Outside } from './outside.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

/** The moment that traffic is made for. */
export interface Tick {
  /** Number of the tick since the simulation began. */
  readonly index: number;
  /** Unix seconds at which it begins. */
  readonly startSeconds: number;
  readonly lengthSeconds: number;
}

/** What the parts of the traffic share. */
export interface TrafficContext {
  readonly world: World;
  readonly book: AddressBook;
  readonly outside: Outside;
  readonly emitter: Emitter;
  readonly random: Random;
  /** Scale of everything; 1 is a site with four new visitors a minute and application server at its peak. */
  readonly activity: number;
  readonly utcOffsetHours: number;
}
