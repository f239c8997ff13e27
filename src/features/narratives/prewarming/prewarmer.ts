import { setMaxListeners } from 'node:events';
import { AppError, UnavailableError, type Clock } from '../../../core/index.js';
import { Pace } from './pace.js';
import { pause } from './pause.js';
import type { PrewarmCounts, PrewarmOutcome } from './prewarm-counts.js';

export interface PrewarmerOptions<T> {
  readonly clock: Clock;
  /** How many are made at once. */
  readonly concurrency: number;
  /** How many are begun a second at most, repetitions included. What is present takes no turn. */
  readonly perSecond: number;
  /** The same for items that are made by one making: of these, one is worked on, and the others share its fate. */
  readonly identityOf: (item: T) => string;
  readonly isPresent: (item: T) => Promise<boolean>;
  /** Tells whether it was made just now, or was there by then. Rejects where it could not be made. */
  readonly make: (item: T) => Promise<'created' | 'skipped'>;
  /** Of what an item failed with in the end: the others would fail with it too, so that none is begun any more. */
  readonly isOfAll: (error: unknown) => boolean;
  /** Called once for each item that is done with. */
  readonly tell: (counts: PrewarmCounts, item: T, outcome: PrewarmOutcome, error: unknown) => void;
  /** Aborted: nothing more is begun, and what is under way is ended well. */
  readonly signal: AbortSignal;
  /** Uniform in 0..1. Default `Math.random`. */
  readonly random?: () => number;
}

const maxRetries = 3;
const firstPauseMs = 1_000;
const longestPauseMs = 60_000;

/**
 * Makes what is not there yet: at most so many at once and so many a second. What fails is tried three times more, ever
 * later, and keeps the others from being made only where they would fail as well. It remembers nothing: what is present
 * is how it resumes.
 */
export class Prewarmer<T> {
  private counts: PrewarmCounts = { total: 0, processed: 0, skipped: 0, created: 0, failed: 0 };
  private readonly pace: Pace;
  private readonly givenUp = new AbortController();
  /** Aborted: nothing more is begun. */
  private readonly signal: AbortSignal;

  constructor(private readonly options: PrewarmerOptions<T>) {
    this.pace = new Pace(options.clock, options.perSecond);
    this.signal = AbortSignal.any([options.signal, this.givenUp.signal]);
    // One for each lane that waits.
    setMaxListeners(0, this.signal);
  }

  /** Settles when all are done with, or those that were under way when the signal came. */
  async run(items: readonly T[]): Promise<PrewarmCounts> {
    const groups = this.group(items);
    const waiting = groups.values();
    this.counts = { ...this.counts, total: items.length };
    const lanes = Array.from({ length: Math.min(this.options.concurrency, groups.length) }, async () => {
      for (const group of waiting) {
        if (this.signal.aborted) return;
        await this.settle(group);
      }
    });
    await Promise.all(lanes);
    return this.counts;
  }

  /** In the order of their first ones. */
  private group(items: readonly T[]): T[][] {
    const groups = new Map<string, T[]>();
    for (const item of items) {
      const identity = this.options.identityOf(item);
      const group = groups.get(identity);
      if (group === undefined) groups.set(identity, [item]);
      else group.push(item);
    }
    return [...groups.values()];
  }

  private async settle([item, ...same]: readonly T[]): Promise<void> {
    const ended = await this.work(item!);
    if (ended === null) return;
    const { outcome, error } = ended;
    this.count(item!, outcome, error);
    for (const other of same) this.count(other, outcome === 'failed' ? 'failed' : 'skipped', error);
  }

  /** `null`: it was never begun. */
  private async work(item: T): Promise<{ outcome: PrewarmOutcome; error: unknown } | null> {
    const { isPresent, make, isOfAll, clock } = this.options;
    for (let failures = 0, error: unknown = null; ;) {
      try {
        if (await isPresent(item)) return { outcome: 'skipped', error: null };
        if (!(await this.pace.turn(this.signal))) return failures === 0 ? null : { outcome: 'failed', error };
        return { outcome: await make(item), error: null };
      } catch (caught) {
        error = caught;
        failures += 1;
        const isWorthwhile = !(caught instanceof AppError) || caught.retryable;
        const mayGoOn = isWorthwhile && failures <= maxRetries;
        if (mayGoOn && (await pause(clock, this.pauseMs(failures, caught), this.signal))) continue;
        if (isOfAll(caught)) this.givenUp.abort();
        return { outcome: 'failed', error };
      }
    }
  }

  private pauseMs(failures: number, error: unknown): number {
    const { random = Math.random } = this.options;
    const usualMs = firstPauseMs * 2 ** (failures - 1) * (1 + random());
    const askedMs = error instanceof UnavailableError ? error.retryAfterMs : 0;
    return Math.min(longestPauseMs, Math.max(usualMs, askedMs));
  }

  private count(item: T, outcome: PrewarmOutcome, error: unknown): void {
    const { counts } = this;
    this.counts = { ...counts, processed: counts.processed + 1, [outcome]: counts[outcome] + 1 };
    this.options.tell(this.counts, item, outcome, error);
  }
}
