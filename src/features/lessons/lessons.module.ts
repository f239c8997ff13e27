import { Module } from '@nestjs/common';
import { ModelCallingModule, ModelConfigModule } from '../model-config/index.js';
import { PromptsModule } from '../prompts/index.js';
import { EventFeed } from './following/event-feed.js';
import { LeaseRepository } from './running/lease.repository.js';
import { LessonFollower } from './following/lesson-follower.js';
import { LessonPins } from './ordering/lesson-pins.service.js';
import { LessonRepository } from './ordering/lesson.repository.js';
import { LessonSweeper } from './running/lesson-sweeper.service.js';
import { LessonWorker } from './running/lesson-worker.service.js';
import { LESSON_POLICY, lessonPolicy } from './lessons.policy.js';
import { LessonsService } from './ordering/lessons.service.js';
import { writingProviders } from './writing/writing.providers.js';

/** Provides `LessonsService`, and writes the lessons that this process takes. */
@Module({
  imports: [ModelConfigModule, ModelCallingModule, PromptsModule],
  providers: [
    ...writingProviders,
    { provide: LESSON_POLICY, useFactory: () => ({ ...lessonPolicy }) },
    LessonRepository,
    LeaseRepository,
    LessonPins,
    EventFeed,
    LessonFollower,
    LessonWorker,
    LessonSweeper,
    LessonsService,
  ],
  exports: [LessonsService, LessonRepository, EventFeed, LessonFollower, LESSON_POLICY],
})
export class LessonsModule {}
