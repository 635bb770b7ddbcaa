import { type Field, fieldsOf, type Layout, layoutOfFields, TGW_DEFAULT_FORMAT } from '../../record/index.ts';
import type { LineGroup } from './column-evidence.ts';
import { alphabetical } from './known-layouts.ts';

/** Orders that a custom format without a header is expected to follow. */
const ORDERS: readonly (readonly Field[])[] = [
  fieldsOf('vpc'),
  alphabetical(fieldsOf('vpc')),
  TGW_DEFAULT_FORMAT,
  alphabetical(fieldsOf('tgw')),
];

/** Solutions beyond which values say too little. */
const MAX_SOLUTIONS = 200;
const MAX_STEPS = 50_000;

/** Share of a column's values that must suit a field. */
const MIN_SHARE = 0.9;

/** Every way to read the columns as some of the fields, in one of the usual orders. */
export interface Subsets {
  readonly layouts: readonly Layout[];
  /** False when there are too many ways to count. */
  readonly isComplete: boolean;
}

/** Finds the ordered subsets of fields that suit the columns. Cost: bounded by `MAX_STEPS` per order. */
export function orderedSubsets(group: LineGroup): Subsets {
  const layouts: Layout[] = [];
  let isComplete = true;
  for (const order of ORDERS) {
    if (order.length < group.width) continue;
    const search = new SubsetSearch(order, group, MAX_SOLUTIONS);
    search.run();
    layouts.push(...search.solutions.map(layoutOfFields));
    isComplete &&= search.isComplete;
  }
  return { layouts, isComplete };
}

class SubsetSearch {
  readonly solutions: (readonly Field[])[] = [];
  isComplete = true;
  readonly #order: readonly Field[];
  readonly #group: LineGroup;
  readonly #limit: number;
  readonly #chosen: Field[] = [];
  readonly #suits = new Map<number, boolean>();
  /** Dead ends: (position in the order, column) pairs from which no solution was found. */
  readonly #dead = new Set<number>();
  #steps = 0;

  constructor(order: readonly Field[], group: LineGroup, limit: number) {
    this.#order = order;
    this.#group = group;
    this.#limit = limit;
  }

  run(): void {
    this.#place(0, 0);
  }

  #place(column: number, from: number): boolean {
    if (column === this.#group.width) {
      this.solutions.push([...this.#chosen]);
      return true;
    }
    const key = column * 100 + from;
    if (this.#dead.has(key)) return false;
    let hasFound = false;
    const last = this.#order.length - (this.#group.width - column);
    for (let at = from; at <= last; at++) {
      if (++this.#steps > MAX_STEPS || this.solutions.length >= this.#limit) {
        this.isComplete = false;
        return true;
      }
      const field = this.#order[at];
      if (field === undefined || !this.#doesSuit(field, at, column)) continue;
      this.#chosen.push(field);
      hasFound = this.#place(column + 1, at + 1) || hasFound;
      this.#chosen.pop();
    }
    if (!hasFound) this.#dead.add(key);
    return hasFound;
  }

  #doesSuit(field: Field, at: number, column: number): boolean {
    const key = column * 100 + at;
    let does = this.#suits.get(key);
    if (does === undefined) {
      does = this.#group.shareOf(field, column) >= MIN_SHARE;
      this.#suits.set(key, does);
    }
    return does;
  }
}
