import type { Report } from '../../../core/index.js';
import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CommitInDoubtError } from '../../../platform/database/index.js';
import { REPORT } from '../../../platform/observability/index.js';
import { SETTINGS, type Settings } from '../../../platform/config/index.js';
import { JobQueue } from '../../../platform/jobs/index.js';
import type { Identity } from '../../../platform/security/index.js';
import { ModelConfigService } from '../../model-config/index.js';
import type { LessonSpec } from '../lesson/lesson-spec.js';
import { lessonJobId } from './lesson-job-id.js';
import { LessonPins } from './lesson-pins.service.js';
import { progressOf, type LessonProgress } from './progress-of.js';
import { LessonRepository } from './lesson.repository.js';
import type { KeptLesson, LessonStatus } from './kept-lesson.js';
import { LESSON_WRITER, type LessonWriter } from '../lesson/lesson-writer.js';

/** A process that has only just started may still be setting it up. */
const queueWithinMs = 2_000;

export interface LessonView extends KeptLesson {
  readonly progress: LessonProgress;
}

/** Takes orders for lessons, and tells of them (LE-7). */
@Injectable()
export class LessonsService {
  constructor(
    @Inject(LESSON_WRITER) private readonly writer: LessonWriter,
    @Inject(ModelConfigService) private readonly config: ModelConfigService,
    @Inject(LessonRepository) private readonly repository: LessonRepository,
    @Inject(LessonPins) private readonly pins: LessonPins,
    @Inject(JobQueue) private readonly queue: JobQueue,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(REPORT) private readonly report: Report,
  ) {}

  /**
   * Queues a lesson that is written by the configuration of now; with the key of an earlier one, gives that.
   * @throws what `LessonWriter.assertReady` throws; ConfigUnavailableError, DatabaseUnavailableError; then nothing is
   * queued
   * @throws IdempotencyKeyReusedError, CommitInDoubtError
   */
  async order(
    spec: LessonSpec,
    { id: createdBy, name }: Identity,
    idempotencyKey: string | null = null,
  ): Promise<{ id: string; status: LessonStatus }> {
    this.writer.assertReady();
    await this.config.list();
    await this.queue.whenReady(queueWithinMs);
    const known = await this.repository.keyed({ createdBy, idempotencyKey, spec });
    if (known !== null) return known;
    const id = randomUUID();
    const { courseId } = spec;
    await this.config.pin(lessonJobId(id), { pinnedBy: name, ...(courseId !== undefined && { courseId }) });
    const { limits } = this.settings.lessons;
    try {
      const kept = await this.repository.insert({ id, spec, limits, createdBy, idempotencyKey });
      if (kept.id !== id) void this.pins.release(id);
      return kept;
    } catch (error) {
      if (!(error instanceof CommitInDoubtError)) void this.pins.release(id);
      throw error;
    }
  }

  /** @throws LessonNotFoundError, DatabaseUnavailableError */
  async get(id: string): Promise<LessonView> {
    const { events, ...lesson } = await this.repository.get(id);
    return { ...lesson, progress: progressOf(events) };
  }

  /** @throws LessonNotFoundError, LessonEndedError, DatabaseUnavailableError, CommitInDoubtError */
  async cancel(id: string): Promise<LessonStatus> {
    const status = await this.repository.cancel(id);
    if (status !== 'cancelled') return status;
    this.report({ type: 'lesson-ended', outcome: status, durationMs: 0 });
    await this.pins.release(id);
    return status;
  }
}
