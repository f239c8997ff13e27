import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../../../core/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import { DatabaseUnavailableError } from '../../../platform/database/index.js';
import type { LessonEvent } from '../lesson/lesson-event.js';
import { EventFeed, type FedEvent } from './event-feed.js';
import { LESSON_POLICY, type LessonPolicy } from '../lessons.policy.js';

/** Follows one lesson for somebody in this process. */
@Injectable()
export class LessonFollower {
  constructor(
    @Inject(EventFeed) private readonly feed: EventFeed,
    @Inject(LESSON_POLICY) private readonly policy: LessonPolicy,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** What the lesson told, and then whatever it tells, until it has ended. An outage of the database is waited for. */
  async *follow(id: string): AsyncGenerator<LessonEvent> {
    for (let after = 0; ;) {
      for (const { seq, data } of await this.look(id, after)) {
        after = seq;
        const event = data as LessonEvent;
        yield event;
        if (event.type === 'ended') return;
      }
      await new Promise<void>((resolve) => void this.clock.after(this.policy.lookForEventsEveryMs, resolve));
    }
  }

  private async look(id: string, after: number): Promise<FedEvent[]> {
    try {
      return await this.feed.after([{ id, after }]);
    } catch (error) {
      if (error instanceof DatabaseUnavailableError) return [];
      throw error;
    }
  }
}
