import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { AppError } from '../../../core/index.js';
import { LOGGER } from '../../../platform/observability/index.js';
import { ModelConfigService } from '../../model-config/index.js';
import { lessonJobId } from './lesson-job-id.js';
import { LessonRepository } from './lesson.repository.js';

const notPinned = 'config-not-found';

/** Pins of lessons that have ended (MC-22). What cannot be released now is released by a later sweep. */
@Injectable()
export class LessonPins {
  constructor(
    @Inject(ModelConfigService) private readonly config: ModelConfigService,
    @Inject(LessonRepository) private readonly repository: LessonRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Never throws. */
  async release(id: string): Promise<void> {
    try {
      await this.config.release(lessonJobId(id)).catch((error: unknown) => {
        if (!(error instanceof AppError && error.code === notPinned)) throw error;
      });
      await this.repository.markReleased(id);
    } catch (error) {
      this.logger.debug({ lesson: id, error: (error as Error).message }, 'a pin is released later');
    }
  }

  /** @throws DatabaseUnavailableError */
  async releaseEnded(): Promise<void> {
    for (const id of await this.repository.unreleased()) await this.release(id);
  }
}
