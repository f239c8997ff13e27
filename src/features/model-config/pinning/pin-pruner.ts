import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Clock } from '../../../core/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import { LOGGER } from '../../../platform/observability/index.js';
import { PinRepository } from './pin.repository.js';

const everyMs = 3_600_000;
const atMost = 5_000;

/** Prunes released jobs behind whatever else is done with pins: once an hour at most, and never in its way. */
@Injectable()
export class PinPruner {
  private dueAt = Number.NEGATIVE_INFINITY;

  constructor(
    @Inject(PinRepository) private readonly repository: Pick<PinRepository, 'prune'>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Starts a run where one is due. */
  pruneBehind(): void {
    const now = this.clock.now();
    if (now < this.dueAt) return;
    this.dueAt = now + everyMs;
    void this.prune();
  }

  private async prune(): Promise<void> {
    try {
      const { jobs, snapshots } = await this.repository.prune(atMost);
      if (jobs + snapshots > 0) this.logger.info({ jobs, snapshots }, 'released jobs were pruned');
    } catch (error) {
      this.logger.warn({ error: (error as Error).message }, 'released jobs could not be pruned');
    }
  }
}
