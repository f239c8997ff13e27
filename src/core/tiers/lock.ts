/** `lock` guards the load that callers wait for, `refresh` the one behind a stale answer. */
export type LockKind = 'lock' | 'refresh';

export interface LockName {
  readonly kind: LockKind;
  readonly namespace: string;
  readonly key: string;
}

/** The holder's side of a lock: only the token that took it can renew or release it. */
export interface Lease {
  /** False when it was lost meanwhile. */
  renew(ttlMs: number): Promise<boolean>;
  /** Releases it and wakes those who wait. Never rejects: a lock that cannot be released lapses. */
  release(): Promise<void>;
}

/** A wait for somebody else's lock. */
export interface Wait {
  /** Settles when the lock was released, as far as that was heard; a wake-up may be lost. Never rejects. */
  readonly released: Promise<void>;
  cancel(): void;
}

/**
 * Port: one load per cluster. A lock is for efficiency and never for correctness: it may be lost, doubled or
 * unreachable.
 */
export interface Lock {
  /** `null` while somebody else holds it. Rejects with a `TierUnavailableError` when nobody can tell. */
  acquire(name: LockName, ttlMs: number): Promise<Lease | null>;
  /** Listens for the release of a lock; begins to at once. */
  wait(name: LockName): Wait;
}
