import type { ObjectInfo, ObjectStore } from '../../storage/index.ts';
import { hasWildcards, parseGlob } from './glob.ts';
import type { ListingTally } from './listing-counts.ts';
import { skipReason } from './skipped-names.ts';
import { mayHold, type SlotWindow } from './time-window.ts';

/** Unknown folders that are opened one by one in search of `AWSLogs`; the others are listed with all below them. */
const MAX_UNKNOWN_FOLDERS = 50;

/** The folder of one Region of one account: from here on keys sort by time. */
const REGION_FOLDER =
  /^(?<base>(?:.+\/)?AWSLogs\/(?<hive>aws-account-id=)?\d{12}\/(?:(?:aws-)?service=)?vpcflowlogs\/(?:aws-region=)?[a-z0-9-]+\/)(?<time>.*)$/;
const ACCOUNT_FOLDER = /^(?:.+\/)?AWSLogs\/(?:aws-account-id=)?\d{12}\/$/;
const SERVICE_FOLDER = /^(?:.+\/)?AWSLogs\/(?:aws-account-id=)?\d{12}\/(?:(?:aws-)?service=)?vpcflowlogs\/$/;

/**
 * The objects below a key prefix of a bucket, in the order of their keys.
 *
 * `prefix` is a key, a folder (with or without its slash), the beginning of a key, or a pattern. With a window, the
 * folders of AWS's own layouts (plain, Hive, hourly) outside of it are never listed: a Region's keys sort by time, so
 * its listing starts at the first wanted day and stops after the last. Everywhere else the slot in the file name
 * decides, and `tally.isPrunedByFolder` becomes false.
 * Cost: without a window one request per 1,000 keys; with one, additionally one per folder above the years.
 */
export async function* listS3(
  store: ObjectStore,
  prefix: string,
  window: SlotWindow | null,
  tally: ListingTally,
): AsyncGenerator<ObjectInfo> {
  const named = await rootsOf(store, prefix);
  // A key may have the signs of a pattern in it: the key itself comes first, as a file does on disk.
  if (hasWildcards(prefix) && named.length === 0) {
    const glob = parseGlob(prefix);
    yield* new S3Listing(store, window, tally, glob.matches).below(glob.base);
    return;
  }
  const listing = new S3Listing(store, window, tally);
  for (const root of named.length > 0 ? named : [prefix]) {
    if (typeof root === 'string') yield* listing.below(root);
    else yield root;
  }
}

/** What a prefix names: itself as an object, and itself as a folder; nothing when only keys begin with it. */
async function rootsOf(store: ObjectStore, prefix: string): Promise<readonly (string | ObjectInfo)[]> {
  if (prefix === '' || prefix.endsWith('/')) return hasWildcards(prefix) ? [] : [prefix];
  const roots: (string | ObjectInfo)[] = [];
  for await (const entry of store.list({ prefix, delimited: true })) {
    if (entry.kind === 'object' && entry.path === prefix) roots.push(entry);
    if (entry.kind === 'prefix' && entry.path === `${prefix}/`) roots.push(entry.path);
  }
  return roots;
}

class S3Listing {
  readonly #store: ObjectStore;
  readonly #window: SlotWindow | null;
  readonly #tally: ListingTally;
  /** Keys that are meant; others are not even counted. */
  readonly #isMeant: (path: string) => boolean;
  #unknownFolders = 0;

  constructor(
    store: ObjectStore,
    window: SlotWindow | null,
    tally: ListingTally,
    isMeant: (path: string) => boolean = () => true,
  ) {
    this.#store = store;
    this.#window = window;
    this.#tally = tally;
    this.#isMeant = isMeant;
  }

  async *below(prefix: string): AsyncGenerator<ObjectInfo> {
    const window = this.#window;
    if (window === null) {
      yield* this.#all(prefix);
      return;
    }
    const region = REGION_FOLDER.exec(prefix)?.groups;
    if (region !== undefined) {
      yield* this.#between(prefix, region['base'] ?? '', region['hive'] !== undefined, window);
      return;
    }
    const isKnown =
      /(?:^|\/)AWSLogs\/$/.test(prefix) || ACCOUNT_FOLDER.test(prefix) || SERVICE_FOLDER.test(prefix);
    const isFolder = prefix === '' || prefix.endsWith('/');
    if (!isKnown && (!isFolder || ++this.#unknownFolders > MAX_UNKNOWN_FOLDERS)) {
      this.#tally.isPrunedByFolder = false;
      yield* this.#all(prefix);
      return;
    }
    yield* this.#eachFolder(prefix);
  }

  /** One level: its objects, and what lies below its folders. Other services beside the flow logs are left alone. */
  async *#eachFolder(prefix: string): AsyncGenerator<ObjectInfo> {
    const isAccount = ACCOUNT_FOLDER.test(prefix);
    for await (const entry of this.#store.list({ prefix, delimited: true })) {
      if (entry.kind === 'object') {
        this.#tally.isPrunedByFolder = false;
        if (this.#isWanted(entry)) yield entry;
      } else if (isAccount && !SERVICE_FOLDER.test(entry.path)) {
        this.#tally.skip('other-service');
      } else {
        yield* this.below(entry.path);
      }
    }
  }

  /** The keys of one Region's folder that lie in the days of the window. */
  async *#between(
    prefix: string,
    base: string,
    isHive: boolean,
    window: SlotWindow,
  ): AsyncGenerator<ObjectInfo> {
    const first = base + dayFolder(window.firstSeconds, isHive);
    const last = base + dayFolder(window.lastSeconds, isHive);
    for await (const entry of this.#store.list({
      prefix,
      ...(first > prefix ? { startAfter: first } : {}),
    })) {
      if (entry.kind !== 'object') continue;
      if (entry.path > last && !entry.path.startsWith(last)) return;
      if (this.#isWanted(entry)) yield entry;
    }
  }

  async *#all(prefix: string): AsyncGenerator<ObjectInfo> {
    for await (const entry of this.#store.list({ prefix })) {
      if (entry.kind === 'object' && this.#isWanted(entry)) yield entry;
    }
  }

  #isWanted(info: ObjectInfo): boolean {
    if (!this.#isMeant(info.path)) return false;
    const segments = info.path.split('/');
    const name = segments.at(-1) ?? '';
    if (name === '') {
      this.#tally.skip('folder-marker');
      return false;
    }
    const reason = segments.map(skipReason).find((found) => found !== null) ?? null;
    if (reason !== null) this.#tally.skip(reason);
    else if (!mayHold(this.#window, name)) this.#tally.skip('outside-time');
    else return true;
    return false;
  }
}

/** `2026/01/31/` or `year=2026/month=01/day=31/`. The hour level, where there is one, is left to the file names. */
function dayFolder(seconds: number, isHive: boolean): string {
  const [year, month, day] = new Date(Math.min(seconds, MAX_SECONDS) * 1000)
    .toISOString()
    .slice(0, 10)
    .split('-');
  return isHive ? `year=${year}/month=${month}/day=${day}/` : `${year}/${month}/${day}/`;
}

/** The end of the year 9999: beyond it years have more digits and sort wrongly. */
const MAX_SECONDS = 253_402_300_799;
