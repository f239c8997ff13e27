import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Logger } from 'pino';
import type { Clock } from '../../../core/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import { Repeating } from '../../../platform/clock/repeating.js';
import { LOGGER } from '../../../platform/observability/index.js';
import { LeaseRepository } from './lease.repository.js';
import { LessonPins } from '../ordering/lesson-pins.service.js';
import { LESSON_POLICY, type LessonPolicy } from '../lessons.policy.js';

/** Finds lessons whose run is gone, and has others go on with them. Every process does it. */
@Injectable()
export class LessonSweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly sweeping = new Repeating(
    () => this.policy.sweepEveryMs * (0.75 + Math.random() / 2),
    () => this.sweep(),
  );
  private mayTakeAt = Number.POSITIVE_INFINITY;

  constructor(
    @Inject(LeaseRepository) private readonly store: Pick<LeaseRepository, 'queueForsaken'>,
    @Inject(LessonPins) private readonly pins: Pick<LessonPins, 'releaseEnded'>,
    @Inject(LESSON_POLICY) private readonly policy: LessonPolicy,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.onlyLook();
    this.sweeping.start(this.clock);
  }

  beforeApplicationShutdown(): void {
    void this.sweeping.stop();
  }

  private async sweep(): Promise<void> {
    try {
      if (this.clock.now() >= this.mayTakeAt) {
        const ids = await this.store.queueForsaken(this.policy.resendAfterMs);
        if (ids.length > 0)
          this.logger.warn({ lessons: ids }, 'lessons that nobody works on are queued again');
      }
      await this.pins.releaseEnded();
    } catch {
      this.onlyLook();
    }
  }

  /** After an outage every lease has lapsed: those who live are given the time to notice it and to renew theirs. */
  private onlyLook(): void {
    this.mayTakeAt = this.clock.now() + this.policy.leaseMs;
  }
}
