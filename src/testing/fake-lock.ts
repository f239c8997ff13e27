import type { Clock } from '../core/clock.js';
import type { Lease, Lock, LockName, Wait } from '../core/tiers/lock.js';

interface Held {
  readonly token: number;
  expiresAt: number;
}

const textOf = ({ kind, namespace, key }: LockName): string => JSON.stringify([kind, namespace, key]);

/** A lock in memory, which any number of processes may share. */
export class FakeLock implements Lock {
  /** Whether a release is heard by those who wait. */
  wakes = true;
  private readonly held = new Map<string, Held>();
  private readonly waiting = new Map<string, Set<() => void>>();
  private tokens = 0;

  constructor(private readonly clock: Clock) {}

  /** Leases that have not ended. */
  get leases(): number {
    return [...this.held.values()].filter(({ expiresAt }) => expiresAt > this.clock.now()).length;
  }

  /** Waits that were not cancelled. */
  get listeners(): number {
    return [...this.waiting.values()].reduce((sum, wakes) => sum + wakes.size, 0);
  }

  async acquire(name: LockName, ttlMs: number): Promise<Lease | null> {
    const text = textOf(name);
    const held = this.held.get(text);
    if (held !== undefined && held.expiresAt > this.clock.now()) return null;
    const mine: Held = { token: this.tokens++, expiresAt: this.clock.now() + ttlMs };
    this.held.set(text, mine);
    const isMine = () => this.held.get(text) === mine && mine.expiresAt > this.clock.now();
    return {
      renew: async (forMs) => {
        if (isMine()) mine.expiresAt = this.clock.now() + forMs;
        return isMine();
      },
      release: async () => {
        if (!isMine()) return;
        this.held.delete(text);
        if (this.wakes) for (const wake of this.waiting.get(text) ?? []) wake();
      },
    };
  }

  wait(name: LockName): Wait {
    const text = textOf(name);
    const waiting = this.waiting.get(text) ?? new Set();
    this.waiting.set(text, waiting);
    let wake!: () => void;
    const released = new Promise<void>((resolve) => {
      wake = resolve;
    });
    waiting.add(wake);
    return { released, cancel: () => void waiting.delete(wake) };
  }
}
