/** Milliseconds, or `null` for no limit. */
export type Limit = number | null;

/**
 * How one namespace's values age, in the words of RFC 5861 plus two deadlines. All durations are milliseconds.
 * Both stale windows are counted from the end of `maxAgeMs`.
 */
export interface Policy {
  /** Fresh this long after the origin last confirmed it. */
  maxAgeMs: number;
  /** After that: served at once, while one refresh runs behind it. */
  staleWhileRevalidateMs: Limit;
  /** After that: served only if the origin fails or is too slow. */
  staleIfErrorMs: Limit;
  /** How long a caller waits for the origin while a stale copy exists; 0 never waits. */
  softTimeoutMs: number;
  /** The deadline of one load. */
  hardTimeoutMs: number;
  /** How long an authoritative "does not exist" is remembered. */
  negativeMaxAgeMs: number;
  /** 0..1: spreads `maxAgeMs` by a hash of the key, so that keys do not expire together. */
  jitter: number;
  /** How long a value known to be superseded may still be served. */
  invalidatedMaxStaleMs: Limit;
}

/** A policy with every limit a number, worked out once when a namespace is registered. */
export interface ResolvedPolicy {
  readonly maxAgeMs: number;
  /** Length of the revalidate window. */
  readonly revalidateMs: number;
  /** Length of both stale windows together: max(staleWhileRevalidate, staleIfError). */
  readonly staleMs: number;
  readonly softTimeoutMs: number;
  readonly hardTimeoutMs: number;
  readonly negativeMaxAgeMs: number;
  readonly jitter: number;
  readonly invalidatedMaxStaleMs: number;
}

const unlimited = (limit: Limit): number => limit ?? Number.POSITIVE_INFINITY;

/** Throws a RangeError naming the field and its limit when a policy cannot be meant. */
export function resolvePolicy(policy: Policy): ResolvedPolicy {
  for (const [field, value] of Object.entries(policy) as [string, Limit][]) {
    if (value !== null && !(value >= 0 && Number.isFinite(value))) {
      throw new RangeError(`${field} must be a number of at least 0, got ${value}`);
    }
  }
  if (policy.jitter > 1) throw new RangeError(`jitter must be at most 1, got ${policy.jitter}`);
  if (policy.softTimeoutMs >= policy.hardTimeoutMs) {
    throw new RangeError(
      `softTimeoutMs (${policy.softTimeoutMs}) must be below hardTimeoutMs (${policy.hardTimeoutMs})`,
    );
  }
  const revalidateMs = unlimited(policy.staleWhileRevalidateMs);
  return Object.freeze({
    maxAgeMs: policy.maxAgeMs,
    revalidateMs,
    staleMs: Math.max(revalidateMs, unlimited(policy.staleIfErrorMs)),
    softTimeoutMs: policy.softTimeoutMs,
    hardTimeoutMs: policy.hardTimeoutMs,
    negativeMaxAgeMs: policy.negativeMaxAgeMs,
    jitter: policy.jitter,
    invalidatedMaxStaleMs: unlimited(policy.invalidatedMaxStaleMs),
  });
}
