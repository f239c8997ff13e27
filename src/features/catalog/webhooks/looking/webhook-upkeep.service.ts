import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Logger } from 'pino';
import type { Clock } from '../../../../core/index.js';
import { CLOCK } from '../../../../platform/clock/clock.module.js';
import { Repeating } from '../../../../platform/clock/repeating.js';
import { SETTINGS, type Settings } from '../../../../platform/config/index.js';
import { LOGGER, Throttle } from '../../../../platform/observability/index.js';
import { WebhookEventRepository } from '../keeping/webhook-event.repository.js';
import { WebhookLooks } from './webhook-looks.service.js';

const everyMs = 60_000;
const pruneEveryMs = 3_600_000;
/** A process that lives has settled an event by then. */
const leftAfterMs = 60_000;
const mostAttempts = 5;
const takenAtOnce = 1_000;
const prunedAtOnce = 5_000;
const warnEveryMs = 600_000;

/** Takes over events whose process has died, and removes old ones: each minute, and each hour. */
@Injectable()
export class WebhookUpkeep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly repeating = new Repeating(everyMs, () => this.run());
  private prunedAt = Number.NEGATIVE_INFINITY;
  private readonly keepMs: number;
  private readonly warnings: Throttle;

  constructor(
    @Inject(WebhookEventRepository)
    private readonly events: Pick<WebhookEventRepository, 'takeOver' | 'prune'>,
    @Inject(WebhookLooks) private readonly looks: Pick<WebhookLooks, 'begin' | 'room'>,
    @Inject(SETTINGS) { catalog }: Pick<Settings, 'catalog'>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.keepMs = catalog.webhooks.keepMs;
    this.warnings = new Throttle(clock, warnEveryMs);
  }

  onApplicationBootstrap(): void {
    this.repeating.start(this.clock);
  }

  beforeApplicationShutdown(): void {
    void this.repeating.stop();
  }

  /** What fails is tried again a minute later. */
  private async run(): Promise<void> {
    try {
      await this.takeOver();
      if (this.clock.now() >= this.prunedAt + pruneEveryMs) await this.prune();
    } catch (error) {
      const suppressed = this.warnings.pass('upkeep');
      const message = 'upkeep of the log of webhooks is tried again';
      if (suppressed !== null) this.logger.warn({ error: (error as Error).message, suppressed }, message);
    }
  }

  private async takeOver(): Promise<void> {
    let taken = 0;
    let failed = 0;
    // Each is an attempt: what this process has no room for is left to others, or until a minute later.
    for (let rows = this.rowsToTake(); rows > 0; rows = this.rowsToTake()) {
      const some = await this.events.takeOver({ attempts: mostAttempts, afterMs: leftAfterMs, rows });
      this.looks.begin(some.taken);
      taken += some.taken.length;
      failed += some.failed;
      if (some.taken.length + some.failed < rows) break;
    }
    if (taken + failed > 0)
      this.logger.info({ taken, failed }, 'webhooks that nobody had settled were taken over');
  }

  private rowsToTake(): number {
    return this.repeating.isStopped ? 0 : Math.min(takenAtOnce, this.looks.room);
  }

  private async prune(): Promise<void> {
    let removed = 0;
    for (let deleted = prunedAtOnce; deleted >= prunedAtOnce && !this.repeating.isStopped; removed += deleted)
      deleted = await this.events.prune(this.keepMs, prunedAtOnce);
    this.prunedAt = this.clock.now();
    if (removed > 0) this.logger.info({ removed }, 'old webhooks were removed from the log');
  }
}
