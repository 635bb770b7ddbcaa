import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';

/** Why a request is turned away before anything looks at what it asks. */
export type Refusal =
  | { readonly kind: 'host'; readonly host: string }
  | { readonly kind: 'origin'; readonly origin: string };

/** What the guards look at in a request. Header values, null when absent. */
export interface RequestFacts {
  readonly host: string | null;
  readonly origin: string | null;
  /** `Sec-Fetch-Site`, which browsers send and pages cannot set. */
  readonly fetchSite: string | null;
}

/**
 * Turns away what a page from elsewhere could make a browser send here.
 *
 * A name that its owner points at 127.0.0.1 (DNS rebinding) shows in Host, so Host must be an address, localhost, or a
 * name of the config; a form or script of another site shows in Origin or Sec-Fetch-Site, so these must be ours.
 */
export function refusalOf(facts: RequestFacts, allowedHosts: readonly string[]): Refusal | null {
  const name = hostName(facts.host ?? '');
  if (name === null || !isAllowedName(name, allowedHosts)) return { kind: 'host', host: facts.host ?? '' };
  if (facts.origin !== null && !isOwnOrigin(facts.origin, facts.host ?? '')) {
    return { kind: 'origin', origin: facts.origin };
  }
  if (facts.fetchSite === 'cross-site' || facts.fetchSite === 'same-site') {
    return { kind: 'origin', origin: facts.fetchSite };
  }
  return null;
}

/** The value of an `Authorization: Bearer` header; null for anything else. */
export function bearerToken(header: string | null): string | null {
  return /^Bearer ([\x21-\x7e]+)$/i.exec(header ?? '')?.[1] ?? null;
}

/** Compares in a time that depends on neither text: both are hashed first, so lengths do not show either. */
export function isSameSecret(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** Counts failed attempts per caller. */
export interface AttemptLimiter {
  /** Seconds that the caller has to wait; 0 when it may try. */
  waitSeconds(caller: string): number;
  /** Notes a failure. */
  fail(caller: string): void;
}

const MAX_CALLERS = 10_000;

/**
 * At most `attempts` failures per caller and `windowSeconds`. Callers beyond the first 10,000 of a window share one
 * count, so that memory stays bounded whatever addresses an attacker has.
 */
export function createAttemptLimiter(
  config: { readonly attempts: number; readonly windowSeconds: number },
  now: () => number,
): AttemptLimiter {
  const failures = new Map<string, { count: number; endsSeconds: number }>();
  const keyOf = (caller: string): string =>
    failures.has(caller) || failures.size < MAX_CALLERS ? caller : 'everybody else';
  const dropOld = (): void => {
    for (const [caller, entry] of failures) if (entry.endsSeconds <= now()) failures.delete(caller);
  };
  return {
    waitSeconds: (caller) => {
      const entry = failures.get(keyOf(caller));
      if (entry === undefined || entry.count < config.attempts) return 0;
      return Math.max(0, Math.ceil(entry.endsSeconds - now()));
    },
    fail: (caller) => {
      dropOld();
      const key = keyOf(caller);
      const entry = failures.get(key) ?? { count: 0, endsSeconds: now() + config.windowSeconds };
      failures.set(key, { ...entry, count: entry.count + 1 });
    },
  };
}

/** The name or address in a Host header, without its port; null when it is malformed. */
function hostName(host: string): string | null {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]+))(?::\d{1,5})?$/.exec(host);
  return match === null ? null : (match[1] ?? match[2] ?? '').toLowerCase();
}

function isAllowedName(name: string, allowedHosts: readonly string[]): boolean {
  if (isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost')) return true;
  return allowedHosts.some((allowed) => allowed.toLowerCase() === name);
}

function isOwnOrigin(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}
