import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Logger } from 'pino';
import type { CancelTimer, Clock, Reader } from '../../../core/index.js';
import { CoherenceService } from '../../../platform/cache/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import { SETTINGS, type Settings } from '../../../platform/config/index.js';
import { DatabaseService } from '../../../platform/database/index.js';
import { LOGGER } from '../../../platform/observability/index.js';
import { CATALOG_READER, catalogStream } from '../catalog.policy.js';
import { catalogKeys, parseCatalogKey } from '../views/catalog-keys.js';
import type { CatalogView } from '../views/catalog-view.js';
import { mostRead } from './read-counts.sql.js';
import { outcomeOf, WarmProgress, type WarmOutcome } from './warm-progress.js';

const lists: readonly string[] = [catalogKeys.publishers, catalogKeys.books];
const atOnce = 4;
const mostKeys = 100;
const ofDays = 7;
/** What was read most is in the database; without it the lists are all there is to load. */
const waitForDatabaseMs = 10_000;
const askEveryMs = 500;
/** A content service that gives neither list gives nothing else: it is asked for those alone until it does. */
const listsEveryMs = 30_000;

/**
 * Loads at the start what is likely to be read (CT-8): the lists, then what was read most. Through the reader, so that
 * what Redis, the disk or another process has is not asked for. Nothing waits for it, and nothing fails with it.
 */
@Injectable()
export class CatalogWarmup implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private isStopped = false;
  private cancelTimer: CancelTimer = () => undefined;
  private wake: () => void = () => undefined;

  constructor(
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'catalog'>,
    @Inject(CATALOG_READER) private readonly reader: Pick<Reader<CatalogView>, 'get'>,
    @Inject(DatabaseService) private readonly database: Pick<DatabaseService, 'query'>,
    @Inject(CoherenceService) private readonly coherence: Pick<CoherenceService, 'whenAsked'>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings.catalog.baseUrl !== null) void this.run();
  }

  beforeApplicationShutdown(): void {
    this.isStopped = true;
    this.cancelTimer();
    this.wake();
  }

  /** Settles when all is done with, or the process stops. Never rejects. */
  async run(): Promise<void> {
    const until = this.clock.now() + waitForDatabaseMs;
    // What is loaded before anybody knows how the stream stands would have to be loaded again.
    await this.coherence.whenAsked(catalogStream, waitForDatabaseMs);
    const keys = await this.findMostRead(until);
    if (this.isStopped) return;
    const progress = new WarmProgress(lists.length + keys.length, this.logger);
    for (const outcome of await this.loadLists()) progress.tell(outcome);
    await this.load(keys, (outcome) => progress.tell(outcome));
    progress.end();
  }

  private async loadLists(): Promise<readonly WarmOutcome[]> {
    for (let attempt = 1; ; attempt++) {
      const outcomes: WarmOutcome[] = [];
      await this.load(lists, (outcome) => outcomes.push(outcome));
      if (this.isStopped || outcomes.some((outcome) => outcome !== 'failed')) return outcomes;
      const message = 'the content service gives no list: the catalogue is loaded ahead when it does';
      if (attempt === 1) this.logger.warn(message);
      await this.pause(listsEveryMs);
    }
  }

  private async load(keys: readonly string[], tell: (outcome: WarmOutcome) => void): Promise<void> {
    const waiting = keys.values();
    const lane = async () => {
      for (const key of waiting) {
        if (this.isStopped) return;
        tell(await this.loadOne(key));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
  }

  private async loadOne(key: string): Promise<WarmOutcome> {
    try {
      return outcomeOf(await this.reader.get(key));
    } catch (error) {
      this.logger.debug({ key, error: (error as Error).message }, 'a view could not be loaded ahead');
      return 'failed';
    }
  }

  private async findMostRead(until: number): Promise<readonly string[]> {
    while (!this.isStopped) {
      try {
        const rows = await this.database.query<{ key: string }>(mostRead, [lists, ofDays, mostKeys]);
        return rows.map(({ key }) => key).filter((key) => parseCatalogKey(key) !== null);
      } catch (error) {
        if (this.clock.now() + askEveryMs > until) {
          const fields = { error: (error as Error).message };
          this.logger.warn(
            fields,
            'what was read most of the catalogue is unknown: its lists alone are loaded ahead',
          );
          return [];
        }
        await this.pause(askEveryMs);
      }
    }
    return [];
  }

  /** Ends early where the process does. */
  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
      this.cancelTimer = this.clock.after(ms, resolve);
    });
  }
}
