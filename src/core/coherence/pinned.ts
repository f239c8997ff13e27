import type { Clock } from '../clock.js';
import type { Reader } from '../load/reader.js';
import type { Point } from './point.js';
import { reloadAfterMs } from './reload-after.js';

/** The share of that time by which processes that started together come apart. */
const reloadSpread = 0.1;

/** All that changed since a version: a load may build on a value that was read at `since` or later. */
export interface Changed {
  readonly since: number;
  readonly scopes: readonly string[];
}

/** Where the stream is; `changeId` where it is known which change made that version. */
export interface Target extends Point {
  readonly changeId?: string;
}

/** What has to know how the stream fares that its values belong to. */
export interface Dependent {
  /** The stream's database answers again, or something changed in it. */
  originRecovered(): void;
  /** Another history begins: everything is loaded anew, by everybody. */
  lineageChanged(): void;
}

/** A value that is loaded eagerly when its stream changes, so that its readers never wait (PROTOCOL CO-9). */
export interface Pinned extends Dependent {
  /** Something can be served. */
  readonly isLoaded: boolean;
  /** Loads unless what is held already covers `target`. Settles when that is done, has failed or has to wait. */
  follow(target: Target, changed?: Changed): Promise<void>;
}

/** Pins one key of a reader. */
export class PinnedKey<T> implements Pinned {
  /** Since when what is held was loaded whole, by which it is known when to look again (CO-7). */
  private wholeSince: number | null = null;
  private readonly reloadAfterMs: number;

  /** @param random uniform in 0..1 */
  constructor(
    private readonly reader: Reader<T>,
    private readonly key: string,
    private readonly clock: Clock,
    random: () => number = Math.random,
  ) {
    this.reloadAfterMs = reloadAfterMs * (1 - reloadSpread * random());
  }

  get isLoaded(): boolean {
    return this.reader.cache.has(this.key);
  }

  async follow(target: Target, changed?: Changed): Promise<void> {
    if (this.reader.cache.freeze.entry(this.key) !== undefined) return;
    if (this.covers(target)) return this.reloadIfDue();
    // A load that was already under way may have read from before the change: then one more is needed.
    for (let attempt = 0; attempt < 2 && !this.covers(target); attempt++) {
      if (this.reader.retryInMs(this.key) > 0) return;
      const canBuildOnHeld =
        changed !== undefined && this.covers({ epoch: target.epoch, version: changed.since });
      try {
        if (canBuildOnHeld) await this.reader.refresh(this.key, changed.scopes);
        else await this.loadWhole();
      } catch {
        return; // Reported by the loader; the back-off says when the next turn tries again.
      }
    }
  }

  originRecovered(): void {
    this.reader.originRecovered();
  }

  lineageChanged(): void {
    this.reader.lineageChanged();
  }

  private async loadWhole(): Promise<void> {
    const { confirmedAt } = await this.reader.refresh(this.key);
    this.wholeSince = confirmedAt;
  }

  /** Nobody waits for this: what is held is proven. */
  private reloadIfDue(): void {
    // What an earlier process stored has used up part of its hour.
    this.wholeSince ??= this.reader.cache.entry(this.key)?.confirmedAt ?? this.clock.now();
    if (this.clock.now() - this.wholeSince < this.reloadAfterMs) return;
    if (this.reader.retryInMs(this.key) === 0) this.loadWhole().catch(() => undefined);
  }

  private covers({ epoch, version, changeId }: Target): boolean {
    const held = this.reader.cache.entry(this.key);
    if (held?.asOf == null || held.revokedAt !== null || held.asOf.epoch !== epoch) return false;
    // Of the same number and another change, it was read from a history that was lost before any poll saw it (CO-10).
    if (held.asOf.version === version) return changeId === undefined || held.asOf.changeId === changeId;
    return held.asOf.version > version;
  }
}
