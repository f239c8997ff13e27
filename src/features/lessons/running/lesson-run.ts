import type { Logger } from 'pino';
import { settlesWithin, type Clock } from '../../../core/index.js';
import { ConfigUnavailableError } from '../../model-config/index.js';
import type { LessonEvent } from '../lesson/lesson-event.js';
import { PromptTooStaleError, PromptUnavailableError } from '../../prompts/index.js';
import { describeFailure } from './describe-failure.js';
import { DurableSteps } from './durable-steps.js';
import { LeaseKeeper } from './lease-keeper.js';
import type { LeaseRepository } from './lease.repository.js';
import { LessonAbandonedError } from './lesson-abandoned.error.js';
import { LessonCancelledError } from './lesson-cancelled.error.js';
import { LessonJournal } from './lesson-journal.js';
import { lessonJobId } from '../ordering/lesson-job-id.js';
import type { LessonWriter } from '../lesson/lesson-writer.js';
import type { ClaimedLesson, LessonEnd } from '../ordering/kept-lesson.js';
import type { LessonPolicy } from '../lessons.policy.js';
import { StopSignal } from './stop-signal.js';
import { ToldBefore } from './told-before.js';

export interface LessonRunOptions {
  readonly store: LeaseRepository;
  readonly writer: LessonWriter;
  readonly policy: LessonPolicy;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** One run of a lesson: from the claim to its end, or until it is left to somebody else. */
export class LessonRun {
  private readonly stop: StopSignal;
  private readonly journal: LessonJournal;
  private leave: () => void = () => undefined;
  private readonly left: Promise<void>;
  private told = 0;

  constructor(
    private readonly lesson: ClaimedLesson,
    private readonly options: LessonRunOptions,
  ) {
    const { store, policy, clock, logger } = options;
    const { lease } = lesson;
    this.stop = new StopSignal(lease.id);
    this.left = new Promise((resolve) => (this.leave = resolve));
    this.journal = new LessonJournal({ lease, store, stop: this.stop, policy, clock, logger });
  }

  /** How the lesson ended; `null`: it has not, or another run has it. Never throws. */
  async go(): Promise<LessonEnd | null> {
    const { store, policy, clock } = this.options;
    const keeper = new LeaseKeeper(this.lesson.lease, store, this.stop, policy, clock);
    if (this.lesson.isCancelRequested) this.stop.cancel();
    keeper.start();
    try {
      const end = await Promise.race([this.write(), this.left.then(() => null)]);
      return end === null ? null : await this.endAs(end);
    } finally {
      keeper.stop();
    }
  }

  /**
   * Begins no step any more, gives those under way their time, and leaves the lesson to another process.
   * @param done settles with the run
   */
  async suspend(done: Promise<unknown>): Promise<void> {
    const { policy, clock, store, logger } = this.options;
    const { lease } = this.lesson;
    this.stop.suspend();
    if (!(await settlesWithin(clock, policy.graceMs, done))) {
      this.stop.abort();
      await settlesWithin(clock, policy.giveBackWithinMs, done);
    }
    await settlesWithin(clock, policy.giveBackWithinMs, this.journal.flush());
    this.journal.close();
    this.leave();
    if (this.stop.isLost) return;
    const back = store.giveBack(lease).then(
      (isBack) => isBack && logger.info({ lesson: lease.id }, 'the lesson is left to another process'),
      (error: unknown) =>
        logger.warn(
          { lesson: lease.id, error: (error as Error).message },
          'the lesson could not be given back: its lease has to lapse',
        ),
    );
    await settlesWithin(clock, policy.giveBackWithinMs, back);
  }

  /** `null`: there is no end that this run could tell. */
  private async write(): Promise<LessonEnd | null> {
    const { lease, spec, limits, steps, events } = this.lesson;
    const before = new ToldBefore(events);
    const tell = (event: LessonEvent) => {
      if (!before.take(event)) this.journal.tell({ n: this.told++, event });
    };
    try {
      this.stop.check();
      if (lease.run > this.options.policy.maxRuns) throw new LessonAbandonedError(lease.run - 1);
      const result = await this.options.writer.write({
        id: lease.id,
        jobId: lessonJobId(lease.id),
        spec,
        limits,
        steps: new DurableSteps(steps, this.journal, this.stop),
        signal: this.stop.signal,
        tell,
      });
      return { status: 'done', result };
    } catch (error) {
      if (this.stop.reason instanceof LessonCancelledError) return { status: 'cancelled' };
      if (this.stop.reason !== null) return null;
      const { policy, logger } = this.options;
      // An outage is no end: whoever goes on when the lease has lapsed may read it.
      if (isOutage(error) && lease.run < policy.maxRuns) {
        logger.warn({ lesson: lease.id, error: error.message }, 'the lesson is left until its lease lapses');
        return null;
      }
      logger.warn({ lesson: lease.id, err: error }, 'a lesson failed');
      return { status: 'failed', error: describeFailure(error) };
    }
  }

  private async endAs(end: LessonEnd): Promise<LessonEnd | null> {
    if (await Promise.race([this.journal.end(end), this.left.then(() => false)])) return end;
    if (!this.journal.isRefused || end.status === 'failed') return null;
    return this.endAs({ status: 'failed', error: describeFailure(null) });
  }
}

/** What a lesson is asked with cannot be read for now. */
const isOutage = (error: unknown): error is Error =>
  [ConfigUnavailableError, PromptUnavailableError, PromptTooStaleError].some((kind) => error instanceof kind);
