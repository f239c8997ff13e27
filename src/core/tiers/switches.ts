/** What of a namespace is on. Each may be switched while it serves, and holds from the next read or load on. */
export interface Switches {
  /** Off: the namespace neither reads Redis nor writes to it, and asks it for no lock. */
  redis: boolean;
  /** Off: a value past its maxAge is loaded before it is answered, and served stale only where that fails. */
  staleWhileRevalidate: boolean;
  /** Off: loads of a key are one at a time in each process, not in all of them together. */
  stampedeProtection: boolean;
  /** Off: an authoritative "does not exist" is answered and not kept. */
  negativeResults: boolean;
}

export const everythingOn = (): Switches => ({
  redis: true,
  staleWhileRevalidate: true,
  stampedeProtection: true,
  negativeResults: true,
});
