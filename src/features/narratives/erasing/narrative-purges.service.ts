import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { keyScope } from '../../../core/index.js';
import { cacheStream, NamespaceRegistry } from '../../../platform/cache/index.js';
import { SETTINGS, type Settings } from '../../../platform/config/index.js';
import { DatabaseService } from '../../../platform/database/index.js';
import { JobQueue } from '../../../platform/jobs/index.js';
import { narrativesNamespace } from '../narratives.policy.js';
import { insertPurges } from './erasures.sql.js';
import { purgedAtOnce } from './purged-at-once.js';

const erasureQueue = 'narrative-erasures';
/** What a process that had not heard of it may have written meanwhile is deleted by then. */
const lookAgainAfterMs = 60_000;
/** A thousand keys, each as slow as a command to Redis may be (45 ms), take less. */
const takenForMs = 120_000;

/** Who purges, and why, as the record of operations tells it. */
export interface PurgedBy {
  readonly author: string;
  readonly reason: string;
}

interface ErasureJob {
  readonly keys: readonly string[];
  /** They are not purged yet. */
  readonly by?: PurgedBy;
}

/** Purges narratives in every process, and sees to it that Redis has none of them left, however long it is away. */
@Injectable()
export class NarrativePurges implements OnModuleInit {
  constructor(
    @Inject(DatabaseService) private readonly database: DatabaseService,
    @Inject(JobQueue) private readonly queue: JobQueue,
    @Inject(NamespaceRegistry) private readonly registry: NamespaceRegistry,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'cache'>,
  ) {}

  onModuleInit(): void {
    this.queue.register<ErasureJob>(erasureQueue, { concurrency: 1, work: (job) => this.work(job) });
  }

  /**
   * In the caller's transaction. The first 1,000 are purged with it; the others follow it, as many at a time.
   * @throws DatabaseUnavailableError until the job queue has been set up
   */
  async purge(manager: EntityManager, keys: readonly string[], by: PurgedBy): Promise<void> {
    const [first = [], ...others] = inParts(keys);
    for (const part of others) await this.send(manager, { keys: part, by });
    if (first.length > 0) await this.purgePart(manager, first, by);
  }

  private async purgePart(manager: EntityManager, keys: readonly string[], by: PurgedBy): Promise<void> {
    await this.send(manager, { keys });
    await this.send(manager, { keys }, lookAgainAfterMs);
    await this.purgeScopes(
      manager,
      keys.map((key) => keyScope(narrativesNamespace, key)),
      by,
    );
  }

  /** As a change of the stream that narratives are in, whose counter is locked until the transaction ends. */
  async purgeScopes(manager: EntityManager, scopes: readonly string[], by: PurgedBy): Promise<void> {
    await manager.query(insertPurges, [cacheStream, narrativesNamespace, by.author, by.reason, scopes]);
  }

  /** Until Redis has said that it has none of it left, or has forgotten all of it by itself. */
  private send(manager: EntityManager, job: ErasureJob, afterMs = 0): Promise<void> {
    const triedForMs = this.settings.cache.maxTtlMs;
    return this.queue.send(erasureQueue, job, manager, undefined, { afterMs, triedForMs, takenForMs });
  }

  private async work({ keys, by }: ErasureJob): Promise<void> {
    if (by !== undefined) return this.database.write((manager) => this.purgePart(manager, keys, by));
    const { mirrors } = this.registry.get(narrativesNamespace);
    for (const key of keys) await mirrors.deleteSurely(key);
  }
}

const inParts = (keys: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(keys.length / purgedAtOnce) }, (_, at) =>
    keys.slice(at * purgedAtOnce, (at + 1) * purgedAtOnce),
  );
