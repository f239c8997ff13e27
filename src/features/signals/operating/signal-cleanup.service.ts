import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Cron } from 'croner';
import type { Logger } from 'pino';
import type { Clock } from '../../../core/index.js';
import type { Cleaned } from '../../../platform/cache/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import { Repeating } from '../../../platform/clock/repeating.js';
import { LOGGER } from '../../../platform/observability/index.js';
import { SignalNamespaces } from '../keeping/signal-namespaces.service.js';
import { SIGNALS_RUNTIME, type SignalsRuntime } from '../types/runtime.js';

/** How often the time and the disk are looked at: a clock that is set, or a machine that slept, delays by no more. */
const lookEveryMs = 60_000;

/**
 * Cleans the disk of this process by its schedule, in UTC, and as soon as it is fuller than its threshold; one run at a
 * time (SI-7). What a run does not get to, the next one does.
 */
@Injectable()
export class SignalCleanup implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly schedule: Cron;
  private readonly looking = new Repeating(
    () => this.untilNextLookMs(),
    () => this.look(),
  );
  /** By the wall clock; `null`: never. */
  private dueAt: number | null = null;
  private isTooFull = false;
  private running: Promise<Cleaned> | null = null;

  constructor(
    @Inject(SignalNamespaces) private readonly namespaces: Pick<SignalNamespaces, 'disk'>,
    @Inject(SIGNALS_RUNTIME) private readonly runtime: Pick<SignalsRuntime, 'alarms' | 'cleanup'>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Pick<Logger, 'info' | 'warn'>,
  ) {
    this.schedule = new Cron(runtime.cleanup.schedule, { timezone: 'UTC', paused: true });
  }

  onApplicationBootstrap(): void {
    if (this.namespaces.disk === null) return;
    this.plan();
    this.looking.start(this.clock);
  }

  beforeApplicationShutdown(): void {
    void this.looking.stop();
  }

  /** Cleans now, or joins the run that is under way; `null` where this process keeps no signals on disk. */
  run(): Promise<Cleaned | null> {
    const { disk } = this.namespaces;
    if (disk === null) return Promise.resolve(null);
    this.running ??= disk.clean(this.runtime.cleanup.maxMs).then((cleaned) => {
      this.running = null;
      this.tell(cleaned);
      return cleaned;
    });
    return this.running;
  }

  private untilNextLookMs(): number {
    const untilDueMs = this.dueAt === null ? lookEveryMs : Math.max(0, this.dueAt - this.clock.wall());
    return Math.min(lookEveryMs, untilDueMs);
  }

  private look(): void {
    const isDue = this.dueAt !== null && this.clock.wall() >= this.dueAt;
    if (isDue) this.plan();
    const wasTooFull = this.isTooFull;
    this.isTooFull = this.isAboveThreshold();
    if (isDue || (this.isTooFull && !wasTooFull)) void this.run();
  }

  private isAboveThreshold(): boolean {
    const { usedBytes = null, maxBytes = 0 } = this.namespaces.disk ?? {};
    return usedBytes !== null && usedBytes > maxBytes * this.runtime.alarms.diskUsed;
  }

  private plan(): void {
    this.dueAt = this.schedule.nextRun(new Date(this.clock.wall()))?.getTime() ?? null;
  }

  private tell(cleaned: Cleaned): void {
    const fields = { ...cleaned, usedBytes: this.namespaces.disk?.usedBytes };
    if (cleaned.isComplete) this.logger.info(fields, 'the disk of the signals was cleaned');
    else
      this.logger.warn(fields, 'the disk of the signals could not be cleaned in time: it goes on next time');
  }
}
