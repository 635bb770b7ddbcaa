import { WeirError } from '../../base/index.ts';
import { Emitter } from '../emitter.ts';
import { deriveRandom } from '../random.ts';
import type { Rows } from '../rows.ts';
import type { Tick, TrafficContext } from '../traffic-context.ts';
import type { Act, Stage } from './scenario.ts';
import { scenarioByName } from './table.ts';

/** A scenario to play on top of the background. */
export interface ScenarioChoice {
  /** Name in the scenario table. */
  readonly name: string;
  readonly ipVersion: 4 | 6;
  /** Seconds after the simulation's start. */
  readonly startsAfterSeconds: number;
}

/** Who played what and when. */
export interface ScenarioFacts {
  readonly scenario: string;
  readonly ipVersion: 4 | 6;
  /** Unix seconds; a scenario ends with the simulated time at the latest. Its last records may lie two windows later. */
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** The parts and the addresses that play them; several addresses for parts like `client`. */
  readonly cast: Readonly<Record<string, readonly string[]>>;
}

/** What a label on a line says. */
export interface ScenarioLabel {
  readonly scenario: string;
  readonly ipVersion: 4 | 6;
  /** Place of the run in the config's list, so that one scenario can play twice. */
  readonly run: number;
  readonly role: string;
}

/** One scenario being played: its acts by time, each labelled. */
export class ScenarioRun {
  readonly facts: ScenarioFacts;
  private readonly rows: Rows;
  private readonly acts: readonly Act[];
  private readonly labelOf = new Map<string, number>();
  private next = 0;

  /** Writes the script at once. Adds its labels to `labels`. */
  constructor(
    context: TrafficContext,
    config: {
      readonly seed: string;
      readonly startSeconds: number;
      readonly spanSeconds: number;
      readonly windowSeconds: number;
    },
    choice: ScenarioChoice,
    index: number,
    labels: ScenarioLabel[],
  ) {
    const { name, ipVersion } = choice;
    const scenario = scenarioByName(name);
    if (scenario === undefined)
      throw new WeirError('bug', 'simulate.no-scenario', `there is no scenario ${name}`);
    const cast: Record<string, string[]> = {};
    const stage = createStage(context, config, choice, index, cast);
    this.rows = context.emitter.rows;
    for (const role of Object.keys(scenario.roles)) {
      this.labelOf.set(role, labels.push({ scenario: name, ipVersion, run: index, role }));
    }
    this.acts = scenario.script(stage).toSorted((a, b) => a.atSeconds - b.atSeconds);
    const startSeconds = config.startSeconds + choice.startsAfterSeconds;
    this.facts = {
      scenario: name,
      ipVersion,
      startSeconds,
      endSeconds: Math.min(startSeconds + scenario.durationSeconds, config.startSeconds + config.spanSeconds),
      cast,
    };
  }

  /** Appends the rows of the acts that fall into a tick. */
  fill(tick: Tick): void {
    const until = tick.startSeconds + tick.lengthSeconds - this.facts.startSeconds;
    for (;;) {
      const act = this.acts[this.next];
      if (act === undefined || act.atSeconds >= until) break;
      this.rows.currentLabel = this.labelOf.get(act.role) ?? 0;
      act.run();
      this.next++;
    }
    this.rows.currentLabel = 0;
  }
}

function createStage(
  context: TrafficContext,
  config: { readonly seed: string; readonly windowSeconds: number },
  choice: ScenarioChoice,
  index: number,
  cast: Record<string, string[]>,
): Stage {
  const { world, book, outside, emitter } = context;
  const v6 = choice.ipVersion === 6;
  const random = deriveRandom(config.seed, `scenario ${index} ${choice.name} ${choice.ipVersion}`);
  // Runs take turns in the documentation range, so that no two share an address.
  let strangers = index * 16;
  return {
    world,
    book,
    outside,
    emitter: new Emitter(world, book, emitter.rows),
    random,
    v6,
    windowSeconds: config.windowSeconds,
    stranger: () => {
      const host = 7 + (strangers++ % 240);
      return v6 ? book.addV6((0x2001_0db8_0bad_0000n << 64n) | BigInt(host)) : book.addV4(0xcb00_7100 + host);
    },
    cast: (part, address) => {
      cast[part] = [...(cast[part] ?? []), book.text(address)];
    },
  };
}
