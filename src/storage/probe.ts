import { randomUUID } from 'node:crypto';
import type { ObjectStore } from './object-store.ts';
import { storageError } from './storage-errors.ts';

const RACERS = 8;

/**
 * Finds out whether a store keeps the promise of `putIfAbsent`, by creating a probe object twice and then another one by
 * several calls at once. Some S3 services ignore the condition and overwrite; a commit log on them would lose data.
 *
 * Errors: `storage.no-conditional-writes` when it does not. Cost: about a dozen small requests; the probes are removed.
 */
export async function probeConditionalWrites(store: ObjectStore): Promise<void> {
  const probe = `_weir_probe-${randomUUID()}`;
  const twice = `${probe}-twice`;
  const raced = `${probe}-raced`;
  try {
    const first = await store.putIfAbsent(twice, Buffer.from('first'));
    const second = await store.putIfAbsent(twice, Buffer.from('second'));
    const kept = Buffer.from(await store.read(twice)).toString();
    if (!first || second || kept !== 'first') {
      throw storageError('storage.no-conditional-writes', store.uri);
    }
    const wins = await Promise.all(
      Array.from({ length: RACERS }, (_, racer) => store.putIfAbsent(raced, Buffer.from(`racer ${racer}`))),
    );
    const winner = wins.indexOf(true);
    const stored = Buffer.from(await store.read(raced)).toString();
    if (wins.filter(Boolean).length !== 1 || stored !== `racer ${winner}`) {
      throw storageError('storage.no-conditional-writes', store.uri);
    }
  } finally {
    await Promise.all([store.remove(twice), store.remove(raced)].map((removal) => removal.catch(() => {})));
  }
}
