import { Inject, Injectable } from '@nestjs/common';
import { renderPoint, settlesWithin, type Clock } from '../../../core/index.js';
import { appendAudit, authorOf, type Call } from '../../../platform/audit/index.js';
import { cacheStream, CoherenceService } from '../../../platform/cache/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import { DatabaseService, streamPoint } from '../../../platform/database/index.js';
import { JobQueue } from '../../../platform/jobs/index.js';
import { NarrativeAnalytics } from '../analytics/narrative-analytics.service.js';
import { takeLock } from '../analytics/narrative-requests.sql.js';
import { describeErasure } from './describe-erasure.js';
import { deleteRequests, keepErasure } from './erasures.sql.js';
import type { ErasureAnswer } from './erasure.answers.js';
import { NarrativePurges } from './narrative-purges.service.js';
import { personHash, personScope } from './person-scope.js';

const flushedWithinMs = 500;
/** Of the job queue, in the first moments of a process. */
const readyWithinMs = 1_000;
/** How long an erasure waits for this process to have applied it. */
const appliedWithinMs = 2_000;
const reason = 'a person was erased';

interface AskedKey {
  readonly key: string;
  readonly requests: number;
  /** Somebody else asked for it too. */
  readonly isShared: boolean;
}

/** Forgets a person (NA-8): what they asked, and the narratives that nobody else asked for. */
@Injectable()
export class NarrativeErasure {
  constructor(
    @Inject(DatabaseService) private readonly database: DatabaseService,
    @Inject(CoherenceService) private readonly coherence: CoherenceService,
    @Inject(NarrativeAnalytics) private readonly analytics: Pick<NarrativeAnalytics, 'flush'>,
    @Inject(NarrativePurges) private readonly purges: NarrativePurges,
    @Inject(JobQueue) private readonly queue: Pick<JobQueue, 'whenReady'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * All of it or nothing. What this person asked for before, and any process tells of later, is not kept either. Again
   * finds nothing more, and is no error.
   * @throws DatabaseUnavailableError; then nothing was changed
   * @throws CommitInDoubtError
   */
  async erase(userId: string, call: Call): Promise<ErasureAnswer> {
    await this.queue.whenReady(readyWithinMs);
    await settlesWithin(this.clock, flushedWithinMs, this.analytics.flush());
    const by = { author: authorOf(call.actor), reason };
    const { asked, point } = await this.database.write(async (manager) => {
      await manager.query(takeLock);
      const found = (await manager.query(deleteRequests, [userId])) as AskedKey[];
      const alone = found.filter(({ isShared }) => !isShared).map(({ key }) => key);
      await this.purges.purge(manager, alone, by);
      await this.purges.purgeScopes(manager, [personScope(userId)], by);
      await manager.query(keepErasure, [personHash(userId)]);
      const reached = await streamPoint(manager, cacheStream);
      const target = 'narratives: the requests of a person';
      await appendAudit(manager, call, { target, reason, version: renderPoint(reached) });
      return { asked: found, point: reached };
    });
    await this.coherence.whenApplied(cacheStream, point.version, appliedWithinMs);
    const kept = asked.filter(({ isShared }) => isShared).length;
    const counts = {
      requests: asked.reduce((sum, { requests }) => sum + requests, 0),
      purged: asked.length - kept,
      kept,
    };
    return { ...counts, rationale: describeErasure(counts), version: renderPoint(point) };
  }
}
