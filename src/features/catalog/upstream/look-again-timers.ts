import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { CancelTimer, Clock, Reader } from '../../../core/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import { refreshIntervalMs } from '../catalog.policy.js';
import type { CatalogView } from '../views/catalog-view.js';

/** Of what has no timer its maxAge ends all the same: it is loaded once it is read. */
const mostTimers = 10_000;
/** A refresh may not begin at its moment: another process runs one, or ran one just now. */
const attempts = 5;

/** Reads views again at their moment, whether or not anybody asks for them: one timer a key, for its next moment. */
@Injectable()
export class LookAgainTimers implements BeforeApplicationShutdown {
  private readonly timers = new Map<string, CancelTimer>();
  private reader: Reader<CatalogView> | null = null;
  private isOver = false;

  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  /** What reads them: it has to be made before this knows it. */
  use(reader: Reader<CatalogView>): void {
    this.reader = reader;
  }

  get size(): number {
    return this.timers.size;
  }

  /** At this moment (ms of the clock) instead of any that was told before. */
  at(key: string, moment: number): void {
    this.set(key, moment, attempts);
  }

  beforeApplicationShutdown(): void {
    this.isOver = true;
    for (const cancel of this.timers.values()) cancel();
    this.timers.clear();
  }

  private set(key: string, moment: number, left: number): void {
    if (this.isOver) return;
    this.timers.get(key)?.();
    this.timers.delete(key);
    if (this.timers.size >= mostTimers) return;
    const cancel = this.clock.after(Math.ceil(moment - this.clock.now()), () => {
      this.timers.delete(key);
      // The system's timers may fire a little early: what is read before its moment would have to be read once more.
      if (this.clock.now() < moment) this.set(key, moment, left);
      else this.look(key, left);
    });
    this.timers.set(key, cancel);
  }

  private look(key: string, left: number): void {
    const { reader, clock } = this;
    if (reader === null || !reader.cache.has(key)) return;
    // An absence that is over is described as nothing.
    if (reader.describe(key)?.isStale === false) return;
    reader.refreshAhead(key);
    const restMs = Math.max(refreshIntervalMs, reader.retryInMs(key));
    if (left > 1) this.set(key, clock.now() + restMs, left - 1);
  }
}
