import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { renderPoint } from '../../../core/index.js';
import { appendAudit } from '../../../platform/audit/index.js';
import { LOGGER } from '../../../platform/observability/index.js';
import type { PromptEdit } from './prompt-edit.js';
import { PromptWriter } from './prompt-writer.js';
import { PromptWrites } from './prompt-writes.js';

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
    @Inject(PromptWrites) private readonly writes: PromptWrites,
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
    const { result, minVersion } = await this.writes.write(async (manager) => {
      const writer = new PromptWriter(manager, edit);
      const { answer, audited } = await work(writer);
      if (audited === null) return { answer, audited, auditHash: null };
      const version = renderPoint(await writer.point());
      const change = { ...audited, reason: edit.reason, version };
      return { answer, audited, auditHash: await appendAudit(manager, edit.call, change) };
    });
    const { answer, audited, auditHash } = result;
    if (audited !== null) {
      const { actor, requestId } = edit.call;
      this.logger.info(
        { actor: actor.id, requestId, target: audited.target, version: minVersion, auditHash },
        'prompts changed',
      );
    }
    return { ...answer, minVersion };
  }

  /** What `make` would answer: everything is done, and undone again. */
  async rehearse<R extends object>(
    edit: PromptEdit,
    work: (writer: PromptWriter) => Promise<PromptWork<R>>,
  ): Promise<R> {
    let answer: R | null = null;
    try {
      await this.writes.write(async (manager) => {
        ({ answer } = await work(new PromptWriter(manager, edit)));
        throw new Undone();
      });
    } catch (error) {
      if (!(error instanceof Undone)) throw error;
    }
    return answer!;
  }
}
