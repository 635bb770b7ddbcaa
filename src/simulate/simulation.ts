import { AddressBook } from './address-book.ts';
import { type SimulateConfig, wantedLines } from './config.ts';
import { Emitter } from './emitter.ts';
import type { Window } from './line-writer.ts';
import { ObjectSink, type TextObject } from './object-sink.ts';
import { Outside } from './outside.ts';
import { deriveRandom, hashNumber, hashText } from './random.ts';
import { Rows } from './rows.ts';
import { type ScenarioFacts, type ScenarioLabel, ScenarioRun } from './scenarios/run.ts';
import { Traffic } from './traffic.ts';
import type { Tick, TrafficContext } from './traffic-context.ts';
import { type Truth, TruthKeeper } from './truth.ts';
import { createWorld, type Point, type World } from './world.ts';

/** Chance, of 2^32, below which a busy window lost records, per unit of `skipShare`. */
const CHANCES = 4_294_967_296;

/** A window needs so many rows before records get lost at random. */
const BUSY_ROWS = 10;

/** Ticks looked at to find the activity that gives a wanted number of lines. */
const PROBE_TICKS = 36;

/** Plays a config: ticks of traffic, sorted into windows, written as lines into objects. */
export class Simulation {
  readonly config: SimulateConfig;
  readonly world: World;
  readonly book: AddressBook;
  private readonly keeper: TruthKeeper;
  private readonly facts: ScenarioFacts[] = [];
  private readonly labelTable: ScenarioLabel[] = [];

  constructor(config: SimulateConfig) {
    this.config = config;
    this.book = new AddressBook();
    this.world = createWorld(config.seed, config.fleet, config.accounts, this.book);
    this.keeper = new TruthKeeper(this.book);
  }

  /** Makes all objects in order, uncompressed. One simulation can be played once. */
  *play(): Generator<TextObject, void> {
    const { config, world, book, keeper } = this;
    const wanted = wantedLines(config.size) ?? Number.POSITIVE_INFINITY;
    const context = this.trafficContext(activityOf(config));
    const traffic = new Traffic(context);
    const runs = this.scenarioRuns(context);
    const sink = new ObjectSink(config, world, book);
    const windows = new WindowWriter(config, world, sink, keeper, wanted);
    for (let index = 0; this.goesOn(index, windows.linesLeft); index++) {
      const tick = tickAt(config, index);
      context.emitter.rows.clear();
      traffic.fill(tick);
      for (const run of runs) run.fill(tick);
      windows.writeTick(tick, context.emitter.rows);
      yield* sink.take(tick.startSeconds + tick.lengthSeconds);
    }
    yield* sink.finish();
  }

  /** The exact sums of what was played so far. */
  truth(): Truth {
    return this.keeper.summary();
  }

  /** Who played what: one entry for each scenario of the config. Complete before the first object. */
  scenarios(): readonly ScenarioFacts[] {
    return this.facts;
  }

  /** What label n of a line means: entry n - 1. Complete before the first object. */
  labels(): readonly ScenarioLabel[] {
    return this.labelTable;
  }

  private scenarioRuns(context: TrafficContext): readonly ScenarioRun[] {
    return this.config.scenarios.map((choice, index) => {
      const run = new ScenarioRun(context, this.config, choice, index, this.labelTable);
      this.facts.push(run.facts);
      return run;
    });
  }

  private goesOn(index: number, linesLeft: number): boolean {
    const { config } = this;
    if (config.size.kind !== 'duration') return linesLeft > 0;
    return index * config.windowSeconds < config.spanSeconds;
  }

  private trafficContext(activity: number): TrafficContext {
    return createTrafficContext(this.config, this.world, this.book, activity, 'traffic');
  }
}

/** Sorts the rows of a tick by point, gives each point its window and its status lines, and writes them. */
class WindowWriter {
  private readonly config: SimulateConfig;
  private readonly points: readonly Point[];
  private readonly sink: ObjectSink;
  private readonly keeper: TruthKeeper;
  private readonly seedHash: number;
  private readonly firstRow: Int32Array;
  private order: Int32Array = new Int32Array(0);
  linesLeft: number;

  constructor(config: SimulateConfig, world: World, sink: ObjectSink, keeper: TruthKeeper, lines: number) {
    this.config = config;
    const kind = config.recordKind === 'vpc' ? 'interface' : 'attachment';
    this.points = world.points.filter((point) => point.kind === kind);
    this.sink = sink;
    this.keeper = keeper;
    this.linesLeft = lines;
    this.seedHash = hashText(config.seed);
    this.firstRow = new Int32Array(world.points.length + 1);
  }

  writeTick(tick: Tick, rows: Rows): void {
    this.sort(rows);
    for (const point of this.points) {
      if (this.linesLeft <= 0) return;
      this.writeWindow(tick, rows, point);
    }
  }

  private writeWindow(tick: Tick, rows: Rows, point: Point): void {
    const first = this.firstRow[point.index] as number;
    const last = this.firstRow[point.index + 1] as number;
    const window = this.windowOf(tick, point, last > first);
    this.sink.enterWindow(window);
    this.keeper.enterWindow(window);
    if (last === first) {
      this.writeStatus('NODATA');
      return;
    }
    this.shuffle(first, last, this.dice(tick, point, 4));
    const lost = this.lossOf(tick, point, last - first);
    for (let i = first; i < last && this.linesLeft > 0; i++) {
      const index = this.order[i] as number;
      if (lost > 0 && rows.label[index] === 0 && hashNumber(index) % 4096 < lost) continue;
      this.sink.row(rows, index);
      this.keeper.row(rows, index);
      this.linesLeft--;
    }
    if (lost > 0 && this.linesLeft > 0) this.writeStatus('SKIPDATA');
  }

  private writeStatus(status: 'NODATA' | 'SKIPDATA'): void {
    this.sink.status(status);
    this.keeper.status(status);
    this.linesLeft--;
  }

  /** Which part of a window's rows is lost, of 4096: what is beyond the capacity, or about a third by misfortune. */
  private lossOf(tick: Tick, point: Point, count: number): number {
    const { interfaceCapacity, skipShare } = this.config;
    if (count > interfaceCapacity) return Math.ceil(4096 * (1 - interfaceCapacity / count));
    if (count < BUSY_ROWS) return 0;
    return this.dice(tick, point, 3) < skipShare * CHANCES ? 1365 : 0;
  }

  /**
   * The point's capture window: it begins within the tick by the point's own phase and ends before the next one begins,
   * so windows of a point never touch and last less than `windowSeconds`.
   */
  private windowOf(tick: Tick, point: Point, isBusy: boolean): Window {
    const length = tick.lengthSeconds;
    const opens = tick.startSeconds + Math.floor((point.phase * length) / 60);
    const late = isBusy ? this.dice(tick, point, 1) % Math.floor(length / 6) : 0;
    const room = length - 1 - late;
    const shortest = Math.floor(length / 4);
    const span = isBusy ? shortest + (this.dice(tick, point, 2) % (room - shortest + 1)) : room;
    return { point, startSeconds: opens + late, endSeconds: opens + late + span };
  }

  /** AWS writes the flows of a window in no order: requests and replies seldom stand next to each other. */
  private shuffle(first: number, last: number, dice: number): void {
    const { order } = this;
    let state = dice | 1;
    for (let i = last - 1; i > first; i--) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
      const other = first + ((state >>> 8) % (i - first + 1));
      const kept = order[i] as number;
      order[i] = order[other] as number;
      order[other] = kept;
    }
  }

  private dice(tick: Tick, point: Point, use: number): number {
    return hashNumber(this.seedHash + tick.startSeconds * 8 + point.index * 2_654_435_761 + use);
  }

  /** Counting sort: `order` from `firstRow[p]` holds the rows of point p in the order they were made. */
  private sort(rows: Rows): void {
    const { firstRow } = this;
    if (this.order.length < rows.length) this.order = new Int32Array(rows.length * 2);
    firstRow.fill(0);
    for (let i = 0; i < rows.length; i++) {
      const place = (rows.point[i] as number) + 1;
      firstRow[place] = (firstRow[place] as number) + 1;
    }
    for (let p = 1; p < firstRow.length; p++) {
      firstRow[p] = (firstRow[p] as number) + (firstRow[p - 1] as number);
    }
    const next = firstRow.slice();
    for (let i = 0; i < rows.length; i++) {
      const point = rows.point[i] as number;
      this.order[next[point] as number] = i;
      next[point] = (next[point] as number) + 1;
    }
  }
}

function tickAt(config: SimulateConfig, index: number): Tick {
  return {
    index,
    startSeconds: config.startSeconds + index * config.windowSeconds,
    lengthSeconds: config.windowSeconds,
  };
}

function createTrafficContext(
  config: SimulateConfig,
  world: World,
  book: AddressBook,
  activity: number,
  name: string,
): TrafficContext {
  return {
    world,
    book,
    outside: new Outside(config.seed, config, book),
    emitter: new Emitter(world, book, new Rows()),
    random: deriveRandom(config.seed, `${name} from ${config.startSeconds}`),
    activity,
    utcOffsetHours: config.utcOffsetHours,
  };
}

/** The activity that fills the time span with the wanted number of lines, found by trying some ticks. */
function activityOf(config: SimulateConfig): number {
  const wanted = wantedLines(config.size);
  if (wanted === null) return config.size.kind === 'duration' ? config.size.activity : 1;
  const ticks = Math.ceil(config.spanSeconds / config.windowSeconds);
  let activity = 1;
  for (let round = 0; round < 3; round++) {
    activity = Math.max(0.001, (activity * wanted) / (ticks * linesPerTick(config, activity, ticks)));
  }
  return activity;
}

function linesPerTick(config: SimulateConfig, activity: number, ticks: number): number {
  const book = new AddressBook();
  const world = createWorld(config.seed, config.fleet, config.accounts, book);
  const context = createTrafficContext(config, world, book, activity, 'probe');
  const traffic = new Traffic(context);
  const { rows } = context.emitter;
  const kind = config.recordKind === 'vpc' ? 'interface' : 'attachment';
  const seen = new Set<number>();
  const tried = Math.min(PROBE_TICKS, ticks);
  let lines = 0;
  for (let i = 0; i < tried; i++) {
    rows.clear();
    seen.clear();
    traffic.fill(tickAt(config, Math.floor((i * ticks) / tried)));
    for (let r = 0; r < rows.length; r++) {
      if (world.points[rows.point[r] as number]?.kind !== kind) continue;
      seen.add(rows.point[r] as number);
      lines++;
    }
    lines += world.points.filter((point) => point.kind === kind && !seen.has(point.index)).length;
  }
  return lines / tried;
}
