import type { Logger } from 'pino';
import type { Clock } from '../../../core/index.js';
import { isWorthAnotherTry } from './is-worth-another-try.js';
import type { LeaseRepository } from './lease.repository.js';
import type { LessonPolicy } from '../lessons.policy.js';
import type { KeptStep, Lease, LessonEnd, ToldEvent } from '../ordering/kept-lesson.js';
import type { StopSignal } from './stop-signal.js';

type Entry = { readonly step: KeptStep } | { readonly told: ToldEvent };

interface JournalOptions {
  readonly lease: Lease;
  readonly store: Pick<LeaseRepository, 'save' | 'end'>;
  readonly stop: StopSignal;
  readonly policy: Pick<LessonPolicy, 'saveAgainMs' | 'longestSaveAgainMs'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Entries in one statement, at most. */
const batchSize = 20;

/**
 * What a run has to write, in order. While the database is away it waits here, in memory, and is written as soon as
 * that can be; a lease that was lost ends it.
 */
export class LessonJournal {
  private pending: Entry[] = [];
  private writing: Promise<void> | null = null;
  private isAway = false;
  private isClosed = false;
  private settle: (() => void)[] = [];
  private fault: unknown = null;

  constructor(private readonly options: JournalOptions) {}

  tell(told: ToldEvent): void {
    this.add({ told });
  }

  /**
   * Settles when the step is written; or at once while the database is away.
   * @throws LeaseLostError, or what the database refuses for good
   */
  async keep(step: KeptStep): Promise<void> {
    this.add({ step });
    await this.writtenOrAway();
    if (this.fault !== null) throw this.fault;
    if (this.options.stop.isLost) throw this.options.stop.reason;
  }

  /** Settles when everything is written, the lease is lost or the journal is closed. */
  async flush(): Promise<void> {
    await this.writing;
  }

  /** Writes everything, and then how the lesson ended; as long as that takes, until the journal is closed. */
  async end(end: LessonEnd): Promise<boolean> {
    await this.writing;
    let isEnded = false;
    await this.untilDone(async () => {
      isEnded = await this.options.store.end(this.options.lease, end);
      if (!isEnded) this.options.stop.lose();
    });
    return isEnded;
  }

  /** The database refused something for good. */
  get isRefused(): boolean {
    return this.fault !== null;
  }

  /** Tries nothing again any more. */
  close(): void {
    this.isClosed = true;
  }

  private add(entry: Entry): void {
    if (this.options.stop.isLost || this.isClosed) return;
    this.pending.push(entry);
    this.writing ??= this.write().finally(() => {
      this.writing = null;
      this.answer();
    });
  }

  private async write(): Promise<void> {
    // What is told in the same moment goes with it.
    await Promise.resolve();
    while (this.pending.length > 0 && !this.options.stop.isLost && this.fault === null && !this.isClosed) {
      const batch = this.pending.slice(0, batchSize);
      await this.untilDone(() => this.save(batch));
    }
  }

  private async save(batch: readonly Entry[]): Promise<void> {
    const steps = batch.flatMap((entry) => ('step' in entry ? [entry.step] : []));
    const events = batch.flatMap((entry) => ('told' in entry ? [entry.told] : []));
    const isHeld = await this.options.store.save(this.options.lease, steps, events);
    if (isHeld) this.pending.splice(0, batch.length);
    else this.options.stop.lose();
  }

  private async untilDone(work: () => Promise<void>): Promise<void> {
    const { policy, clock, stop, lease, logger } = this.options;
    for (let waitMs = policy.saveAgainMs; !this.isClosed && !stop.isLost; waitMs *= 2) {
      try {
        await work();
        if (this.isAway) logger.info({ lesson: lease.id }, 'what the lesson had to write is written');
        this.isAway = false;
        return;
      } catch (error) {
        if (!isWorthAnotherTry(error)) return this.giveUp(error);
        if (!this.isAway)
          logger.warn(
            { lesson: lease.id, error: (error as Error).message },
            'the lesson goes on without the database',
          );
        this.isAway = true;
        this.answer();
        const nextMs = Math.min(waitMs, policy.longestSaveAgainMs);
        await new Promise<void>((resolve) => void clock.after(nextMs, resolve));
      }
    }
  }

  private giveUp(error: unknown): void {
    this.fault = error;
    this.pending = [];
    const { lease, logger } = this.options;
    logger.error({ lesson: lease.id, err: error }, 'the database refuses what the lesson has to write');
  }

  private writtenOrAway(): Promise<void> {
    if (this.isAway || this.writing === null) return Promise.resolve();
    return new Promise((resolve) => this.settle.push(resolve));
  }

  private answer(): void {
    for (const settle of this.settle.splice(0)) settle();
  }
}
