import type { Reporter } from '../base/index.ts';
import type { SourceObject } from '../ingest/index.ts';
import type { LedgerEntry } from '../lake/index.ts';
import type { IngestReport } from './ingest-report.ts';

/** Sums up one run, and tells how far it is. Only what was committed counts. */
export class IngestTally {
  readonly #reporter: Reporter;
  readonly #problems: { uri: string; reason: string }[] = [];
  readonly #imperfect: { uri: string; status: string; reason: string }[] = [];
  readonly #unknownFields: Record<string, number> = {};
  readonly #counts = {
    objects: 0,
    objectsSkipped: 0,
    lines: 0,
    ok: 0,
    nodata: 0,
    skipdata: 0,
    malformed: 0,
    bytesRead: 0,
  };
  #expectedBytes = 0;
  #doneBytes = 0;

  constructor(reporter: Reporter) {
    this.#reporter = reporter;
  }

  /** Tells what is to come. */
  expect(objects: readonly SourceObject[]): void {
    this.#expectedBytes = objects.reduce((sum, object) => sum + object.sizeBytes, 0);
  }

  /** Objects that need no more looking at: read, copies, or known. */
  progress(objects: readonly SourceObject[]): void {
    for (const { sizeBytes } of objects) this.#doneBytes += sizeBytes;
    this.#reporter.progress({ phase: 'ingest', done: this.#doneBytes, total: this.#expectedBytes });
  }

  /** An object that the lake has already. */
  skip(): void {
    this.#counts.objectsSkipped++;
  }

  /** An object that could not be read. */
  problem({ uri }: SourceObject, reason: string): void {
    this.#problems.push({ uri, reason });
  }

  /** An entry that is in the ledger now. */
  count(entry: LedgerEntry): void {
    if (entry.status === 'duplicate') {
      this.skip();
      return;
    }
    this.#counts.objects++;
    for (const name of ['lines', 'ok', 'nodata', 'skipdata', 'malformed', 'bytesRead'] as const) {
      this.#counts[name] += entry[name];
    }
    if (entry.status !== 'ok') {
      this.#imperfect.push({ uri: entry.uri, status: entry.status, reason: entry.reason ?? '' });
    }
    for (const name of (entry.unknownFields ?? '').split(' ').filter((text) => text !== '')) {
      this.#unknownFields[name] = (this.#unknownFields[name] ?? 0) + 1;
    }
  }

  /** The sums so far; `seconds` is the caller's to fill. */
  report(): Omit<IngestReport, 'leftOut'> {
    return {
      result: { ...this.#counts, seconds: 0 },
      problems: this.#problems,
      imperfect: this.#imperfect,
      unknownFields: this.#unknownFields,
    };
  }
}
