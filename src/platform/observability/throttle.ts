import type { Clock } from '../../core/index.js';

/** Keys beyond this many forget the oldest first: what callers choose must not fill the memory. */
const maxKeys = 10_000;

/** Lets one message through per key and interval, and counts what it holds back. */
export class Throttle {
  private readonly seen = new Map<string, { at: number; suppressed: number }>();

  constructor(
    private readonly clock: Clock,
    private readonly intervalMs: number,
  ) {}

  /** `null`: hold it back. Else how many were held back since the last one. */
  pass(key: string): number | null {
    const now = this.clock.now();
    const last = this.seen.get(key);
    if (last !== undefined && now - last.at < this.intervalMs) {
      last.suppressed++;
      return null;
    }
    this.seen.delete(key);
    this.seen.set(key, { at: now, suppressed: 0 });
    if (this.seen.size > maxKeys) this.seen.delete(this.seen.keys().next().value!);
    return last?.suppressed ?? 0;
  }

  /** The next message of this key passes. */
  forget(key: string): void {
    this.seen.delete(key);
  }

  /** The next message of every key that begins so passes. */
  forgetAll(prefix: string): void {
    for (const key of this.seen.keys()) if (key.startsWith(prefix)) this.seen.delete(key);
  }
}
