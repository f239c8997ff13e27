import { Inject, Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Clock, Report } from '../../../core/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import { SETTINGS, type Settings } from '../../../platform/config/index.js';
import { JobQueue } from '../../../platform/jobs/index.js';
import { LOGGER, REPORT } from '../../../platform/observability/index.js';
import { LeaseRepository } from './lease.repository.js';
import { LessonPins } from '../ordering/lesson-pins.service.js';
import { lessonQueue } from '../ordering/lesson-queue.js';
import { LessonRun } from './lesson-run.js';
import { LESSON_WRITER, type LessonWriter } from '../lesson/lesson-writer.js';
import { LESSON_POLICY, type LessonPolicy } from '../lessons.policy.js';

/** Writes the lessons that this process takes; leaves them to others when it ends. */
@Injectable()
export class LessonWorker implements OnModuleInit, BeforeApplicationShutdown {
  private readonly running = new Map<LessonRun, Promise<unknown>>();
  private isStopping = false;

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(JobQueue) private readonly queue: JobQueue,
    @Inject(LeaseRepository) private readonly store: LeaseRepository,
    @Inject(LessonPins) private readonly pins: LessonPins,
    @Inject(LESSON_WRITER) private readonly writer: LessonWriter,
    @Inject(LESSON_POLICY) private readonly policy: LessonPolicy,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(REPORT) private readonly report: Report,
  ) {}

  onModuleInit(): void {
    const { llm, lessons } = this.settings;
    this.queue.register<{ lessonId: string }>(lessonQueue, {
      // Without a key it would take lessons only to fail them.
      concurrency: llm.apiKey === null ? 0 : lessons.concurrency,
      work: ({ lessonId }) => this.take(lessonId),
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    await Promise.all([...this.running].map(([run, done]) => run.suspend(done)));
  }

  private async take(id: string): Promise<void> {
    const claimed = await this.store.claim(id, this.policy.leaseMs);
    if (claimed === null) return;
    if (this.isStopping) {
      await this.store.giveBack(claimed.lease);
      return;
    }
    const { store, writer, policy, clock, logger } = this;
    const run = new LessonRun(claimed, { store, writer, policy, clock, logger });
    logger.info({ lesson: id, run: claimed.lease.run }, 'a lesson was taken up');
    const since = clock.now();
    const done = run.go();
    this.running.set(run, done);
    const end = await done;
    this.running.delete(run);
    if (end === null) return;
    const outcome = end.status === 'done' ? end.result.outcome : end.status;
    this.report({ type: 'lesson-ended', outcome, durationMs: this.clock.now() - since });
    await this.pins.release(id);
  }
}
