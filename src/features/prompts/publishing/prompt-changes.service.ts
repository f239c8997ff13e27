import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { renderPoint, type Point } from '../../../core/index.js';
import { appendAudit } from '../../../platform/audit/index.js';
import { CoherenceService } from '../../../platform/cache/index.js';
import { DatabaseService } from '../../../platform/database/index.js';
import { LOGGER } from '../../../platform/observability/index.js';
import { promptsStream } from '../prompts.policy.js';
import type { PromptEdit } from './prompt-edit.js';
import { PromptWriter } from './prompt-writer.js';

/** How long an answer waits for this process to serve what it just committed. */
const servedWithinMs = 500;

/** Tells what was changed without a word of it. */
export interface AuditedPrompts {
  readonly target: string;
  readonly beforeSha256?: string;
  readonly afterSha256?: string;
}

export interface PromptWork<R> {
  readonly answer: R;
  /** `null`: nothing was changed. */
  readonly audited: AuditedPrompts | null;
}

/** What every change of prompts answers. */
export interface Published {
  /** `epoch:version`: a read that names it as its least version sees this change, on every instance. */
  readonly minVersion: string;
}

/** Rolls a rehearsal back. */
class Undone extends Error {}

/** Makes a change of prompts: one transaction, recorded with who and why, answered after its commit. */
@Injectable()
export class PromptChanges {
  constructor(
    @Inject(DatabaseService) private readonly database: DatabaseService,
    @Inject(CoherenceService) private readonly coherence: CoherenceService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * @param work is run again where the database asks for it
   * @throws DatabaseUnavailableError, and what `work` throws; then nothing was changed
   * @throws CommitInDoubtError
   */
  async make<R extends object>(
    edit: PromptEdit,
    work: (writer: PromptWriter) => Promise<PromptWork<R>>,
  ): Promise<R & Published> {
    const { answer, audited, auditHash, point } = await this.database.write(async (manager) => {
      const writer = await PromptWriter.begin(manager, edit);
      const done = await work(writer);
      const reached = await writer.point();
      const hash =
        done.audited &&
        (await appendAudit(manager, edit.call, {
          ...done.audited,
          reason: edit.reason,
          version: renderPoint(reached),
        }));
      return { ...done, auditHash: hash, point: reached };
    });
    if (audited !== null) {
      const { actor, requestId } = edit.call;
      const { version } = point;
      this.logger.info(
        { actor: actor.id, requestId, target: audited.target, version, auditHash },
        'prompts changed',
      );
      await this.applied(point);
    }
    return { ...answer, minVersion: renderPoint(point) };
  }

  /** What `make` would answer: everything is done, and undone again. */
  async rehearse<R extends object>(
    edit: PromptEdit,
    work: (writer: PromptWriter) => Promise<PromptWork<R>>,
  ): Promise<R> {
    let answer: R | null = null;
    try {
      await this.database.write(async (manager) => {
        ({ answer } = await work(await PromptWriter.begin(manager, edit)));
        throw new Undone();
      });
    } catch (error) {
      if (!(error instanceof Undone)) throw error;
    }
    return answer!;
  }

  /** A process that serves no prompts follows no changes of them. */
  private async applied({ version }: Point): Promise<void> {
    if (!this.coherence.streams().some(({ name }) => name === promptsStream)) return;
    await this.coherence.whenApplied(promptsStream, version, servedWithinMs);
  }
}
