import { Inject, Injectable } from '@nestjs/common';
import type { Point } from '../../../../core/index.js';
import { DatabaseService, streamPoint } from '../../../../platform/database/index.js';
import { catalogStream } from '../../catalog.policy.js';
import type { CatalogEvent } from '../../views/catalog-event.js';
import { scopesOfEvent } from '../../views/catalog-scopes.js';
import type { SignedEvent } from './kept-webhook.js';
import * as sql from './webhook-events.sql.js';

export interface SettledEvent {
  readonly id: string;
  readonly status: 'done' | 'failed';
  readonly error: string | null;
  /** Of the look that ends: a later one ends by itself. */
  readonly lookedAt: number;
}

export interface TakenOver {
  readonly id: string;
  readonly event: CatalogEvent;
  /** Whoever looks must have applied this. */
  readonly point: Point;
  /** By the clock of the database, in µs. */
  readonly lookedAt: number;
}

/** Senders wait meanwhile, and those whose events come next: so long and no longer, also where the network is gone. */
const keptWithinMs = 2_500;

interface LeftRow {
  readonly id: string;
  readonly event: CatalogEvent['event'];
  readonly subjectId: string;
  readonly publisherId: string | null;
  readonly status: 'pending' | 'failed';
  readonly lookedAt: number;
}

/** The log of webhooks (CT-5). Inserts alone count as changes. */
@Injectable()
export class WebhookEventRepository {
  constructor(@Inject(DatabaseService) private readonly database: DatabaseService) {}

  /**
   * Keeps these, whose ids are distinct, in one transaction and one version; tells which were new, when their looks
   * began, and the point that whoever has applied has applied them all.
   * @throws DatabaseUnavailableError, CommitInDoubtError
   */
  keep(events: readonly SignedEvent[]): Promise<{ kept: Map<string, number>; point: Point }> {
    const rows = events.map(({ id, event, sentAt }) => ({
      id,
      event: event.event,
      subject_id: event.id,
      publisher_id: event.publisherId,
      scopes: scopesOfEvent(event),
      sent_at: sentAt,
    }));
    return this.database.write(async (manager) => {
      const kept = (await manager.query(sql.keepEvents, [JSON.stringify(rows)])) as {
        id: string;
        lookedAt: number;
      }[];
      return {
        kept: new Map(kept.map(({ id, lookedAt }) => [id, lookedAt])),
        point: await streamPoint(manager, catalogStream),
      };
    }, keptWithinMs);
  }

  /** @throws DatabaseUnavailableError */
  async settle(events: readonly SettledEvent[]): Promise<void> {
    await this.database.query(sql.settleEvents, [JSON.stringify(events)]);
  }

  /**
   * What nobody has settled for so long, and is to be looked after now by this process.
   * @throws DatabaseUnavailableError, CommitInDoubtError
   */
  takeOver(limits: { attempts: number; afterMs: number; rows: number }): Promise<{
    taken: TakenOver[];
    /** Events that were given up. */
    failed: number;
  }> {
    const { attempts, afterMs, rows } = limits;
    return this.database.write(async (manager) => {
      const left = (await manager.query(sql.takeOver, [attempts, afterMs, rows])) as LeftRow[];
      const point = await streamPoint(manager, catalogStream);
      const taken = left
        .filter(({ status }) => status === 'pending')
        .map(({ id, event, subjectId, publisherId, lookedAt }) => ({
          id,
          event: { event, id: subjectId, publisherId },
          point,
          lookedAt,
        }));
      return { taken, failed: left.length - taken.length };
    });
  }

  /**
   * Deletes the oldest of those that are older than `keepMs`; how many that were.
   * @throws DatabaseUnavailableError
   */
  async prune(keepMs: number, rows: number): Promise<number> {
    const [row] = await this.database.query<{ deleted: number }>(sql.pruneEvents, [keepMs, rows]);
    return row!.deleted;
  }
}
