import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Logger } from 'pino';
import type { Clock } from '../../core/index.js';
import { CLOCK } from '../clock/clock.module.js';
import { Repeating } from '../clock/repeating.js';
import { SETTINGS, type Settings } from '../config/index.js';
import { DatabaseService, trimChangeLog } from '../database/index.js';
import { LOGGER } from '../observability/index.js';
import { logRetentionMs } from './log-retention.js';
import { NamespaceRegistry } from './namespace-registry.js';

const everyMs = 3_600_000;
/** Processes that live for a moment trim nothing, and those that start together do not do it together. */
const firstAfterMs = 300_000;
/** Writers wait for each transaction of it. */
const maxRows = 2_000;

/** Trims the change log of every stream, once an hour, one process at a time (CO-8). */
@Injectable()
export class LogTrimmer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly trimming = new Repeating(everyMs, () => this.trim());

  constructor(
    @Inject(DatabaseService) private readonly database: Pick<DatabaseService, 'query' | 'write'>,
    @Inject(NamespaceRegistry) private readonly registry: Pick<NamespaceRegistry, 'all'>,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.trimming.start(this.clock, firstAfterMs * (1 + Math.random()));
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.trimming.stop();
  }

  /** Never rejects: what is not trimmed now is trimmed next time. */
  async trim(): Promise<void> {
    try {
      const streams = await this.database.query<{ stream: string }>(
        'SELECT stream FROM lastgood.change_counter ORDER BY stream',
      );
      for (const { stream } of streams) await this.trimStream(stream);
    } catch (error) {
      this.logger.warn({ error: (error as Error).message }, 'the change log could not be trimmed');
    }
  }

  private async trimStream(stream: string): Promise<void> {
    const keptMs = logRetentionMs(stream, this.staleMsOf(stream), this.settings);
    let rows = 0;
    for (let deleted = 1; deleted > 0 && !this.trimming.isStopped; rows += deleted)
      deleted = await this.database.write((manager) => trimChangeLog(manager, { stream, keptMs, maxRows }));
    if (rows > 0) this.logger.info({ stream, rows }, 'the change log was trimmed');
  }

  /** An operator may have it served for longer than the feature meant, just where an outage lasts. */
  private staleMsOf(stream: string): number {
    const own = this.registry.all().filter((each) => each.stream === stream);
    return Math.max(0, ...own.map(({ cache }) => cache.policy.staleMs));
  }
}
