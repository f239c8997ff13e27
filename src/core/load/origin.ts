import type { Entry } from '../cache/entry.js';
import type { SetFacts } from '../cache/cache-options.js';

/**
 * The facts a load may state of its value. `confirmedAt` is for values that are older than their load, such as what a
 * source observed a while ago; it is never later than the load's start, which stands where nothing is said.
 */
export type LoadedFacts = Omit<SetFacts, 'message'>;

/** What a load found: a value, or the authoritative word that there is none. */
export type Loaded<T> = LoadedFacts &
  ({ readonly value: T } | { readonly absent: true; readonly message?: string });

export interface LoadRequest<T> {
  /** Aborted at the hard timeout: the origin must close what it abandons. */
  readonly signal: AbortSignal;
  /** When that will be, on the clock's timeline. */
  readonly endsAt: number;
  /** What is held now, so that a load may build on it. */
  readonly held: Entry<T> | undefined;
  /**
   * The scopes known to have changed since `held`, where they are known. A hint: by the time of the load more may
   * have changed, so a load that builds on `held` has to prove, in its own read, that nothing else did.
   */
  readonly changedScopes?: readonly string[];
}

/** Port: where values come from. Rejects when it cannot tell; never answers with a guess or a part. */
export interface Origin<T> {
  load(key: string, request: LoadRequest<T>): Promise<Loaded<T>>;
}
