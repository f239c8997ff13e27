import {
  TierUnavailableError,
  type GetOptions,
  type HeldEntry,
  type Lease,
  type Lock,
  type LockName,
  type SetOptions,
  type SetOutcome,
  type StoredEntry,
  type Tier,
  type TierUsage,
  type Wait,
} from '../../../src/core/index.js';
import type { ProcessClock } from './process-clock.js';

/** As the adapters of tiers: rejects what takes too long. */
const tierDeadlineMs = 100;
/** Into Redis, then into the disk, before anything is loaded. */
export const lookMs = 2 * tierDeadlineMs;

/** An answer reaches a process while it runs, and by its deadline. */
class Deadlines {
  constructor(
    private readonly clock: ProcessClock,
    private readonly name: string,
  ) {}

  async limit<R>(call: Promise<R>): Promise<R> {
    let cancel!: () => void;
    const deadline = new Promise<never>((_, reject) => {
      const fail = () => reject(new TierUnavailableError(this.name, 'deadline'));
      cancel = this.clock.after(tierDeadlineMs, fail);
    });
    try {
      return await Promise.race([call, deadline]);
    } finally {
      cancel();
      if (!this.clock.isRunning) await new Promise<void>((resume) => this.clock.after(0, resume));
    }
  }
}

/** A tier as one process reaches it. */
export class DeadlineTier implements Tier {
  readonly name;
  private readonly deadlines: Deadlines;

  constructor(
    private readonly inner: Tier,
    clock: ProcessClock,
  ) {
    this.name = inner.name;
    this.deadlines = new Deadlines(clock, inner.name);
  }

  get(namespace: string, key: string, options?: GetOptions): Promise<HeldEntry | null> {
    return this.deadlines.limit(this.inner.get(namespace, key, options));
  }

  set(namespace: string, key: string, entry: StoredEntry, options: SetOptions): Promise<SetOutcome> {
    return this.deadlines.limit(this.inner.set(namespace, key, entry, options));
  }

  delete(namespace: string, key: string): Promise<boolean> {
    return this.deadlines.limit(this.inner.delete(namespace, key));
  }

  deletePrefix(namespace: string, prefix: string): Promise<number> {
    return this.deadlines.limit(this.inner.deletePrefix(namespace, prefix));
  }

  usage(namespace: string): Promise<TierUsage> {
    return this.deadlines.limit(this.inner.usage(namespace));
  }
}

/** A lock as one process reaches it. */
export class DeadlineLock implements Lock {
  private readonly deadlines: Deadlines;

  constructor(
    private readonly inner: Lock,
    clock: ProcessClock,
  ) {
    this.deadlines = new Deadlines(clock, 'lock');
  }

  acquire(name: LockName, ttlMs: number): Promise<Lease | null> {
    return this.deadlines.limit(this.inner.acquire(name, ttlMs));
  }

  wait(name: LockName): Wait {
    return this.inner.wait(name);
  }
}
