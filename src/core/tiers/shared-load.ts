import type { Entry } from '../cache/entry.js';
import type { StaleWhileRevalidateCache } from '../cache/stale-while-revalidate-cache.js';
import type { Clock } from '../clock.js';
import { LoadedElsewhereError } from '../errors/loaded-elsewhere.error.js';
import type { Report } from '../events.js';
import { inTime } from './in-time.js';
import { keepLease } from './keep-lease.js';
import type { Lease, Lock, LockKind, LockName, Wait } from './lock.js';
import type { Found, Mirrors } from './mirrors.js';
import type { Switches } from './switches.js';
import type { TierName } from './tier.js';

/** Between two looks without a wake-up: doubling, jittered by a half. */
const firstPauseMs = 100;
const lastPauseMs = 1_000;
/** Nobody waits longer than this for another process, unless the namespace says so. */
const defaultWaitMs = 5_000;
const shortestLeaseMs = 1_000;
const longestLeaseMs = 30_000;

export interface SharedLoadOptions<T> {
  readonly namespace: string;
  readonly clock: Clock;
  readonly report: Report;
  readonly random: () => number;
  readonly cache: StaleWhileRevalidateCache<T>;
  readonly mirrors: Mirrors<T>;
  readonly lock: Lock;
  readonly switches: Switches;
  /** How long a caller waits for another process's load (ms). Default 5 s. */
  readonly waitMs?: number;
  /** What another process began to load within so long (ms) is not loaded again where nobody waits. Default 0. */
  readonly refreshIntervalMs?: number;
}

export interface SharedRequest<T> {
  readonly key: string;
  readonly startedAt: number;
  /** When the time for all of it is over, and `signal` is aborted. */
  readonly endsAt: number;
  readonly signal: AbortSignal;
  /** Somebody waits for the value; asked again each time that it matters. */
  readonly isAwaited: () => boolean;
  /** What is held is fresh: no more than what was confirmed later takes the place of a load. */
  readonly ahead?: boolean;
  /** Loads from the origin and stores in memory. */
  readonly load: () => Promise<Entry<T>>;
}

/** `null` for a load that another process runs, or ran just now, and nobody here waits for. */
export type SharedOutcome<T> = { readonly entry: Entry<T>; readonly source: TierName | 'origin' } | null;

/**
 * One load of a key in all processes together, as far as the lock can be reached: who gets it loads, the others take
 * what it stores. Who got the lock looks into the shared tier before it loads: what was stored until the lock came free
 * is never loaded again. Where the lock cannot be reached, everybody loads.
 */
export class SharedLoad<T> {
  constructor(private readonly options: SharedLoadOptions<T>) {}

  /** @throws LoadedElsewhereError once the wait is over, and what the origin throws */
  async run(request: SharedRequest<T>): Promise<SharedOutcome<T>> {
    const { switches, clock, namespace, lock, mirrors, cache, waitMs = defaultWaitMs } = this.options;
    if (!switches.redis || !switches.stampedeProtection) return this.loadAlone(request);
    const { key, startedAt, endsAt, signal, ahead = false } = request;
    const held = ahead ? cache.entry(key) : undefined;
    const kind = request.isAwaited() ? 'lock' : 'refresh';
    const name: LockName = { kind, namespace, key };
    let wait: Wait | null = null;
    let before: Found<T> | null | undefined;
    try {
      for (let pauseMs = firstPauseMs; ;) {
        signal.throwIfAborted();
        const lease = await this.acquire(name);
        if (lease === undefined) return await this.loadAlone(request);
        const found = await mirrors.findShared(key);
        if (found !== null && this.isWorthMore(found, before, held)) {
          void lease?.release();
          return found;
        }
        if (lease !== null) {
          const isLeft = found !== null && !request.isAwaited() && this.isLoadedJustNow(found);
          if (!isLeft) return await this.loadUnder(lease, kind, request);
          void lease.release();
          return null;
        }
        if (before === undefined) before = found;
        if (wait === null) this.tell(kind, 'contended');
        if (!request.isAwaited()) return null;
        const leftMs = Math.min(startedAt + waitMs, endsAt) - clock.now();
        if (leftMs <= 0) throw new LoadedElsewhereError(namespace, clock.now() - startedAt);
        // It may have been released before anybody listened: then the second look tells.
        if (wait !== null) {
          // However the dice fall, there is another look before the time is over.
          const longestMs = Math.min(leftMs, Math.max(firstPauseMs / 2, leftMs / 2));
          await this.pause(wait.released, Math.min(longestMs, pauseMs * (0.5 + this.options.random())));
          pauseMs = Math.min(lastPauseMs, 2 * pauseMs);
          wait.cancel();
        }
        wait = lock.wait(name);
      }
    } finally {
      wait?.cancel();
    }
  }

  /** `null` while another process has it, `undefined` when nobody can tell. */
  private async acquire(name: LockName): Promise<Lease | null | undefined> {
    const { clock, report, lock, cache } = this.options;
    const { hardTimeoutMs } = cache.policy;
    const asked = lock.acquire(name, this.leaseMs());
    try {
      return await inTime(asked, { clock, report, tier: 'redis', operation: 'lock', hardTimeoutMs });
    } catch {
      // One that comes when nobody reckons with it any more is in the others' way.
      asked.then((lease) => lease?.release()).catch(() => undefined);
      return undefined;
    }
  }

  /** What another process has loaded is worth more than asking the origin; of what it had loaded before, the fresh is. */
  private isWorthMore(
    { entry, storedAt }: Found<T>,
    before: Found<T> | null | undefined,
    held: Entry<T> | undefined,
  ): boolean {
    const { cache } = this.options;
    if (held !== undefined && !cache.order.isLater(entry, held)) return false;
    const read = cache.describe(entry);
    // The hourly backstop asks the origin itself: what the counter alone has confirmed for so long will not do (CO-7).
    if (read === null || cache.isDueForReload(entry.key)) return false;
    if (!read.isStale) return true;
    if (read.band === 'expired') return false;
    // It was read ahead of the polls here: the next one tells, and until then it is stale.
    if (cache.judge.isAhead(entry)) return true;
    // Nothing but a clock, or that there is no history to prove it by, speaks against what was loaded meanwhile.
    const isNew = before !== undefined && before?.storedAt !== storedAt;
    return isNew && !cache.judge.isRefuted(entry);
  }

  /** However much has changed since: that is for the next refresh. */
  private isLoadedJustNow({ entry }: Found<T>): boolean {
    const { refreshIntervalMs = 0, clock } = this.options;
    return clock.now() - entry.confirmedAt < refreshIntervalMs;
  }

  private async loadAlone(request: SharedRequest<T>): Promise<SharedOutcome<T>> {
    const entry = await request.load();
    void this.options.mirrors.mirror(entry);
    return { entry, source: 'origin' };
  }

  private async loadUnder(
    lease: Lease,
    kind: LockKind,
    request: SharedRequest<T>,
  ): Promise<SharedOutcome<T>> {
    const { clock, mirrors } = this.options;
    this.tell(kind, 'acquired');
    const stopKeeping = keepLease(clock, lease, this.leaseMs());
    try {
      const entry = await request.load();
      // Whoever waits is woken when there is something to find.
      void mirrors.share(entry).then(() => this.release(lease));
      return { entry, source: 'origin' };
    } catch (error) {
      void this.release(lease);
      throw error;
    } finally {
      stopKeeping();
    }
  }

  private async release(lease: Lease): Promise<void> {
    await lease.release();
    this.options.report({ type: 'lock-released', namespace: this.options.namespace });
  }

  private leaseMs(): number {
    const { hardTimeoutMs } = this.options.cache.policy;
    return Math.min(longestLeaseMs, Math.max(shortestLeaseMs, hardTimeoutMs / 2));
  }

  private pause(released: Promise<void>, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.options.clock.after(ms, resolve);
      void released.then(() => {
        cancel();
        resolve();
      });
    });
  }

  private tell(kind: LockKind, result: 'acquired' | 'contended'): void {
    this.options.report({ type: 'lock', namespace: this.options.namespace, kind, result });
  }
}
