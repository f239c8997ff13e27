import type { Reader } from '../load/reader.js';

/** The point a pinned value has to have reached. */
export interface Target {
  readonly epoch: string;
  readonly version: number;
}

/** All that changed since a version: a load may build on a value that was read at `since` or later. */
export interface Changed {
  readonly since: number;
  readonly scopes: readonly string[];
}

/** A value that is loaded eagerly when its stream changes, so that its readers never wait (PROTOCOL CO-9). */
export interface Pinned {
  /** Something can be served. */
  readonly isLoaded: boolean;
  /** Loads unless what is held already covers `target`. Settles when that is done, has failed or has to wait. */
  follow(target: Target, changed?: Changed): Promise<void>;
  /** The stream's database answers again. */
  originRecovered(): void;
}

/** Pins one key of a reader. */
export class PinnedKey<T> implements Pinned {
  constructor(
    private readonly reader: Reader<T>,
    private readonly key: string,
  ) {}

  get isLoaded(): boolean {
    return this.reader.cache.has(this.key);
  }

  async follow(target: Target, changed?: Changed): Promise<void> {
    // A load that was already under way may have read from before the change: then one more is needed.
    for (let attempt = 0; attempt < 2 && !this.covers(target); attempt++) {
      if (this.reader.retryInMs(this.key) > 0) return;
      const canBuildOnHeld =
        changed !== undefined && this.covers({ epoch: target.epoch, version: changed.since });
      try {
        await this.reader.refresh(this.key, canBuildOnHeld ? changed.scopes : undefined);
      } catch {
        return; // Reported by the loader; the back-off says when the next turn tries again.
      }
    }
  }

  originRecovered(): void {
    this.reader.originRecovered();
  }

  private covers({ epoch, version }: Target): boolean {
    const asOf = this.reader.cache.entry(this.key)?.asOf;
    return asOf != null && asOf.epoch === epoch && asOf.version >= version;
  }
}
