import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DatabaseService } from '../../../platform/database/index.js';
import { NarrativePurges } from '../erasing/narrative-purges.service.js';
import type { NarrativeRequest } from './narrative-request.js';
import * as sql from './narrative-requests.sql.js';
import { sqlStateOf } from './sql-state-of.js';

/** Requests that are written in one transaction. */
export interface RequestBatch {
  /** A UUID: a batch is written once, however often it is tried. */
  readonly id: string;
  readonly requests: readonly NarrativeRequest[];
}

const by = { author: 'lastgood', reason: 'asked for by a person who was erased since' };

/** Requests in Postgres. */
@Injectable()
export class NarrativeRequestRepository {
  constructor(
    @Inject(DatabaseService) private readonly database: DatabaseService,
    @Inject(NarrativePurges) private readonly purges: NarrativePurges,
  ) {}

  /**
   * Writes what no erased person asked for before they were erased; what only such persons asked for is purged.
   * @param now the timeline that `askedAt` is on
   * @throws DatabaseUnavailableError, CommitInDoubtError
   */
  async insert(batch: RequestBatch, now: () => number): Promise<void> {
    try {
      await this.attempt(batch, now);
    } catch (error) {
      if (!isWithoutMonth(error)) throw error;
      const oldest = Math.min(...batch.requests.map(({ askedAt }) => askedAt));
      await this.database.write((manager) => manager.query(sql.keepMonthsSince, [now() - oldest]));
      await this.attempt(batch, now);
    }
  }

  private attempt({ id, requests }: RequestBatch, now: () => number): Promise<void> {
    return this.database.write(async (manager: EntityManager) => {
      await manager.query(sql.shareLock);
      const begun = (await manager.query(sql.beginBatch, [id])) as unknown[];
      if (begun.length === 0) return;
      const aheadMs = await this.databaseAhead(manager, now);
      const told = requests.map((request) => rowOf(request, aheadMs));
      const late = (await manager.query(sql.insertRequests, [JSON.stringify(told)])) as { key: string }[];
      const keys = late.map(({ key }) => key);
      await this.purges.purge(manager, keys, by);
    });
  }

  /** By how much the database's clock is ahead (ms), and a moment less: no request seems later than it was. */
  private async databaseAhead(manager: EntityManager, now: () => number): Promise<number> {
    const [row] = (await manager.query(sql.clockNow)) as [{ now: number }];
    return row.now - now();
  }
}

const rowOf = ({ askedAt, ...facts }: NarrativeRequest, aheadMs: number): object => ({
  ...facts,
  atMs: askedAt + aheadMs,
});

const isWithoutMonth = (error: unknown): boolean =>
  sqlStateOf(error) === '23514' && /no partition/.test((error as Error).message);
