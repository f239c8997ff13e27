import type { Dependent } from '../../../src/core/coherence/pinned.js';
import type { Clock, LoadRequest, Loaded, Origin } from '../../../src/core/index.js';
import { lookMs } from './tier-ports.js';

const mostLoadsBehind = 10;
const pollMs = 1_500;

interface Failing {
  failures: number;
  /** On the process's own timeline. */
  readonly at: number;
  /** It was told since that the origin is back. */
  recovered: boolean;
}

interface Running {
  readonly key: string;
  readonly isBehind: boolean;
}

/** Stands between a loader and its origin: one load of a key at a time, few behind, and a failing origin left alone (P5). */
export class LoadWatch implements Origin<string>, Dependent {
  /** Keys that somebody waits for whatever is held: how many do. */
  private readonly awaited = new Map<string, number>();
  /** When the last of them went. */
  private readonly awaitedAt = new Map<string, number>();
  private readonly running = new Map<string, Running>();
  private readonly failing = new Map<string, Failing>();
  /** By key, until when the process itself said that it leaves it alone. */
  private readonly leftAlone = new Map<string, number>();

  constructor(
    private readonly inner: Origin<string>,
    private readonly clock: Clock,
    private readonly fault: (what: string) => void,
    private readonly onLoaded: (loaded: Loaded<string>) => void,
  ) {}

  async load(key: string, request: LoadRequest<string>): Promise<Loaded<string>> {
    this.start(key, request);
    const me = this.running.get(key);
    const over = (failed: boolean) => {
      if (this.running.get(key) !== me) return;
      this.running.delete(key);
      if (failed) this.failed(key);
      else this.failing.delete(key);
    };
    request.signal.addEventListener('abort', () => over(true), { once: true });
    try {
      const loaded = await this.inner.load(key, request);
      this.onLoaded(loaded);
      over(false);
      return loaded;
    } catch (error) {
      over(true);
      throw error;
    }
  }

  /** Somebody waits until the returned function is called. */
  await(key: string): () => void {
    this.awaited.set(key, (this.awaited.get(key) ?? 0) + 1);
    return () => {
      this.awaited.set(key, this.awaited.get(key)! - 1);
      this.awaitedAt.set(key, this.clock.now());
    };
  }

  originRecovered(): void {
    for (const each of this.failing.values()) Object.assign(each, { recovered: true, failures: 0 });
    this.leftAlone.clear();
  }

  /** The process tells that a load has failed, be it for want of a lock. */
  told(key: string, retryInMs: number): void {
    this.leftAlone.set(key, this.clock.now() + retryInMs);
  }

  /** Another process had the value. */
  found(key: string): void {
    this.failing.delete(key);
  }

  lineageChanged(): void {}

  /** For how long at most it may go on leaving this key alone, and until a poll that follows has been answered. */
  waitsFor(key: string): number {
    const failing = this.failing.get(key);
    const leftAlone = Math.max(0, (this.leftAlone.get(key) ?? 0) + pollMs - this.clock.now());
    if (failing === undefined || failing.recovered) return leftAlone;
    return Math.max(leftAlone, failing.at + longestWait(failing.failures) + pollMs - this.clock.now());
  }

  private start(key: string, { held }: LoadRequest<string>): void {
    if (this.running.has(key)) this.fault(`two loads of ${key} at once`);
    const isBehind = held !== undefined && !held.absent && !this.isAwaited(key);
    this.running.set(key, { key, isBehind });
    const behind = [...this.running.values()].filter((each) => each.isBehind).length;
    if (behind > mostLoadsBehind) this.fault(`${behind} loads behind`);
    const failing = this.failing.get(key);
    if (failing === undefined || failing.recovered) return;
    const gap = this.clock.now() - failing.at;
    const least = (longestWait(failing.failures) * 2) / 3;
    if (gap < least - 1) this.fault(`load of ${key} ${gap} ms after its failure ${failing.failures}`);
  }

  /** What a caller began, who has gone with what was held meanwhile, first looks into the tiers. */
  private isAwaited(key: string): boolean {
    const sinceMs = this.clock.now() - (this.awaitedAt.get(key) ?? Number.NEGATIVE_INFINITY);
    return (this.awaited.get(key) ?? 0) > 0 || (sinceMs >= 0 && sinceMs <= lookMs);
  }

  private failed(key: string): void {
    const failures = (this.failing.get(key)?.failures ?? 0) + 1;
    this.failing.set(key, { failures, at: this.clock.now(), recovered: false });
  }
}

const longestWait = (failures: number): number => Math.min(30_000, 75 * 2 ** (failures - 1));
