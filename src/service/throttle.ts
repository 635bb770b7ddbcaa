/** How many requests one access key may make. */
export interface ThrottleConfig {
  readonly requestsPerSecond: number;
  /** Requests that may come at once after a pause. */
  readonly burst: number;
}

/** Tells whether one more request of this key may pass now. */
export type Throttle = (accessKeyId: string) => boolean;

/** A token bucket per access key, as the EC2 API has. Unsigned requests share the key ''. Cost: constant. */
export function createThrottle(config: ThrottleConfig, nowMs: () => number): Throttle {
  const buckets = new Map<string, { tokens: number; atMs: number }>();
  const refill = (bucket: { tokens: number; atMs: number }, now: number): void => {
    const earned = ((now - bucket.atMs) / 1000) * config.requestsPerSecond;
    bucket.tokens = Math.min(config.burst, bucket.tokens + Math.max(0, earned));
    bucket.atMs = now;
  };
  return (accessKeyId) => {
    const now = nowMs();
    let bucket = buckets.get(accessKeyId);
    if (bucket === undefined) {
      bucket = { tokens: config.burst, atMs: now };
      buckets.set(accessKeyId, bucket);
    }
    refill(bucket, now);
    if (bucket.tokens < 1) return false;
    bucket.tokens--;
    return true;
  };
}
