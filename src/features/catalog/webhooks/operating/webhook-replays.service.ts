import { Inject, Injectable } from '@nestjs/common';
import { renderPoint } from '../../../../core/index.js';
import { appendAudit, authorOf, type Call } from '../../../../platform/audit/index.js';
import { CoherenceService } from '../../../../platform/cache/index.js';
import { DatabaseService, streamPoint } from '../../../../platform/database/index.js';
import { catalogStream } from '../../catalog.policy.js';
import type { CatalogEvent } from '../../views/catalog-event.js';
import { makePending, markAgain } from '../keeping/webhook-events.sql.js';
import { WebhookLooks } from '../looking/webhook-looks.service.js';
import type { ReplayAnswer } from '../webhooks.answers.js';
import { WebhookNotFoundError } from './webhook-not-found.error.js';

const appliedWithinMs = 2_000;

interface EventRow {
  readonly event: CatalogEvent['event'];
  readonly subjectId: string;
  readonly publisherId: string | null;
  readonly lookedAt: number;
}

/** Has an event do once more what it did: everything it told of is stale again, and looked at (CT-5). */
@Injectable()
export class WebhookReplays {
  constructor(
    @Inject(DatabaseService) private readonly database: DatabaseService,
    @Inject(CoherenceService) private readonly coherence: CoherenceService,
    @Inject(WebhookLooks) private readonly looks: WebhookLooks,
  ) {}

  /**
   * @throws WebhookNotFoundError, DatabaseUnavailableError; nothing was changed
   * @throws CommitInDoubtError
   */
  async replay(id: string, reason: string, call: Call): Promise<ReplayAnswer> {
    const { row, point } = await this.database.write(async (manager) => {
      // The operations first: they lock the counter, as every writer does before anything else.
      const marked = (await manager.query(markAgain, [id, authorOf(call.actor), reason])) as unknown[];
      const [found] = (await manager.query(makePending, [id])) as EventRow[];
      if (found === undefined || marked.length === 0) throw new WebhookNotFoundError(id);
      const reached = await streamPoint(manager, catalogStream);
      const target = `catalog: replay webhook ${id}`;
      await appendAudit(manager, call, { target, reason, version: renderPoint(reached) });
      return { row: found, point: reached };
    });
    const { event, subjectId, publisherId, lookedAt } = row;
    this.looks.begin([{ id, event: { event, id: subjectId, publisherId }, point, lookedAt }]);
    await this.coherence.whenApplied(catalogStream, point.version, appliedWithinMs);
    return { id, status: 'pending', version: renderPoint(point) };
  }
}
