import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { renderPoint, type Point } from '../../../core/index.js';
import { CoherenceService } from '../../../platform/cache/index.js';
import { DatabaseService, streamPoint } from '../../../platform/database/index.js';
import { promptsStream } from '../prompts.policy.js';

/** How long an answer waits for this process to have applied what it just committed. */
const servedWithinMs = 500;

/** What a change came to. */
export interface Written<R> {
  readonly result: R;
  /** There was something to change. */
  readonly isChange: boolean;
  /** As `epoch:version`: a read that names it as its least version sees this change, on every instance. */
  readonly minVersion: string;
  /** This process serves it already; others follow by notification, or within a poll. */
  readonly served: boolean;
}

/** Changes what the stream `prompts` counts: one transaction, answered after its commit. */
@Injectable()
export class PromptWrites {
  constructor(
    @Inject(DatabaseService) private readonly database: DatabaseService,
    @Inject(CoherenceService) private readonly coherence: CoherenceService,
  ) {}

  /**
   * @param work what to change; done anew for each attempt of the transaction, one writer at a time
   * @throws DatabaseUnavailableError, and what `work` throws; then nothing was changed
   * @throws CommitInDoubtError
   */
  async write<R>(work: (manager: EntityManager) => Promise<R>): Promise<Written<R>> {
    const { result, before, point } = await this.database.write(async (manager) => {
      const version = await lockedVersion(manager);
      return {
        result: await work(manager),
        before: version,
        point: await streamPoint(manager, promptsStream),
      };
    });
    const served = await this.isServed(point);
    return { result, isChange: point.version > before, minVersion: renderPoint(point), served };
  }

  /** A process that serves no prompts follows no changes of them. */
  private async isServed({ version }: Point): Promise<boolean> {
    if (!this.coherence.streams().some(({ name }) => name === promptsStream)) return false;
    return this.coherence.whenApplied(promptsStream, version, servedWithinMs);
  }
}

/** Locks the counter first, as every writer does: what is read next cannot change under us. */
async function lockedVersion(manager: EntityManager): Promise<number> {
  const [{ version }] = (await manager.query(
    `SELECT version::float8 AS version FROM lastgood.change_counter WHERE stream = $1 FOR NO KEY UPDATE`,
    [promptsStream],
  )) as [{ version: number }];
  return version;
}
