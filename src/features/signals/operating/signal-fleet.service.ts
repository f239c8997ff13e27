import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { settlesWithin, type CancelTimer, type Clock } from '../../../core/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import { InstancesService } from '../../../platform/cluster/index.js';
import { mergeStats } from './merge-stats.js';
import { SignalStatsRepository } from './signal-stats.repository.js';
import type { FleetStats, ProcessRow } from './signal-stats.schemas.js';
import { SignalStats } from './signal-stats.service.js';

const beatEveryMs = 15_000;
/** After a beat that the database did not take. */
const tryAgainMs = 1_000;
/** The end of a process does not wait longer for a database that may be away. */
const lastWriteWithinMs = 500;

/** Tells all processes of the signals of this one, and the other way round. What cannot be written is no error. */
@Injectable()
export class SignalFleet implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private cancelTimer: CancelTimer = () => undefined;
  private beating: Promise<void> = Promise.resolve();
  private isStopped = false;

  constructor(
    @Inject(SignalStats) private readonly stats: SignalStats,
    @Inject(SignalStatsRepository) private readonly rows: SignalStatsRepository,
    @Inject(InstancesService) private readonly instances: InstancesService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    void this.rows.deleteOld().catch(() => undefined);
    this.beatOn();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    this.cancelTimer();
    const leave = this.beating.then(() => this.rows.delete(this.instances.id)).catch(() => undefined);
    await settlesWithin(this.clock, lastWriteWithinMs, leave);
  }

  /** Of this process now, and of the others as they last told; of this one alone while the database is away. */
  async read(): Promise<FleetStats> {
    const own = await this.own();
    try {
      const others = (await this.rows.list()).filter(({ instance }) => instance !== own.instance);
      return mergeStats([own, ...others], true);
    } catch {
      return mergeStats([own], false);
    }
  }

  /**
   * Writes this process's row now.
   * @throws DatabaseUnavailableError
   */
  async beat(): Promise<void> {
    const { instance, name, stats } = await this.own();
    await this.rows.write(instance, name, stats);
  }

  private async own(): Promise<ProcessRow> {
    const { id: instance, name } = this.instances;
    const seenAt = new Date(this.clock.wall()).toISOString();
    return { instance, name, seenAt, stats: await this.stats.read() };
  }

  private beatOn(): void {
    this.beating = this.beat().then(
      () => this.beatIn(beatEveryMs),
      () => this.beatIn(tryAgainMs),
    );
  }

  private beatIn(ms: number): void {
    if (!this.isStopped) this.cancelTimer = this.clock.after(ms, () => this.beatOn());
  }
}
