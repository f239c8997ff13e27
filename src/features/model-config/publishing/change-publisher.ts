import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Logger } from 'pino';
import { parsePoint, renderPoint, type Clock, type Point, type Reader } from '../../../core/index.js';
import { appendAudit, sha256Of } from '../../../platform/audit/index.js';
import { CoherenceService } from '../../../platform/cache/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import { DatabaseService } from '../../../platform/database/index.js';
import { LOGGER } from '../../../platform/observability/index.js';
import { MODEL_CONFIG_READER, snapshotKey } from '../model-config.policy.js';
import { configStream } from '../snapshot/snapshot.repository.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import { ConfigInvalidError } from '../validation/config-invalid.error.js';
import type { ChangeRequest } from './change-request.js';
import { ConfigWriter } from './config-writer.js';
import type { RowChange } from './diff-config.js';
import type { Edit } from './edit.js';
import { Idempotency } from './idempotency.js';
import { planChange } from './plan-change.js';
import type { Publication } from './publication.js';
import { checkPrecondition } from '../../../platform/http/index.js';

/** How long an answer waits for this process to serve what it just committed. */
const servedWithinMs = 500;
const lookAgainMs = 10;

/** What is the same however often it is answered. */
type Written = Omit<Publication, 'served' | 'replayed'>;

/**
 * Changes the configuration: one transaction, validated as a whole, recorded with who and why, answered after its
 * commit.
 * @throws VersionConflictError, ConfigInvalidError, IdempotencyKeyReusedError, DatabaseUnavailableError; then nothing
 * was changed
 * @throws CommitInDoubtError when the answer to the commit was lost: asked again with the same Idempotency-Key, the
 * change is made once
 */
@Injectable()
export class ChangePublisher {
  constructor(
    @Inject(DatabaseService) private readonly database: DatabaseService,
    @Inject(CoherenceService) private readonly coherence: CoherenceService,
    @Inject(MODEL_CONFIG_READER) private readonly reader: Reader<Snapshot>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @param ask what to change; made anew for each attempt of the transaction */
  async publish(
    ask: ChangeRequest | ((manager: EntityManager) => ChangeRequest),
    edit: Edit,
  ): Promise<Publication> {
    const { written, replayed, auditHash } = await this.database.write(async (manager) => {
      const request = typeof ask === 'function' ? ask(manager) : ask;
      const { subject, expected, content } = request;
      const { reason, acceptLoss = false } = edit;
      const writer = await ConfigWriter.begin(manager, edit);
      const sameRequest = { subject, expected, content, reason, acceptLoss };
      const answers = new Idempotency<Written>(manager, edit, sameRequest);
      const before = await answers.answered();
      if (before !== null) return { written: before, replayed: true, auditHash: null };
      const { isChange, ...made } = await change(writer, request, edit, this.servedRows());
      const hash = isChange ? await audit(manager, request, made, edit) : null;
      await answers.remember(made);
      return { written: made, replayed: false, auditHash: hash };
    });
    const { version, changes } = written;
    const served = await this.isServed(parsePoint(written.minVersion)!);
    if (auditHash !== null) {
      const { actor, requestId } = edit.call;
      this.logger.info(
        { actor: actor.id, requestId, version, rows: changes.length, served, auditHash },
        'configuration published',
      );
    }
    return { ...written, served, replayed };
  }

  /** How many rows this process serves; 0 where it serves nothing. */
  private servedRows(): number {
    return this.reader.describe(snapshotKey)?.data.rowCount ?? 0;
  }

  /** A version may be applied and not served: what was loaded was refused, or has to be loaded again. */
  private async isServed({ epoch, version }: Point): Promise<boolean> {
    const until = this.clock.now() + servedWithinMs;
    await this.coherence.whenApplied(configStream, version, servedWithinMs);
    for (;;) {
      const held = this.reader.cache.entry(snapshotKey)?.asOf;
      if (held?.epoch === epoch && held.version >= version) return true;
      if (this.clock.now() >= until) return false;
      await new Promise<void>((resolve) => void this.clock.after(lookAgainMs, resolve));
    }
  }
}

async function change(
  writer: ConfigWriter,
  request: ChangeRequest,
  edit: Edit,
  servedRows: number,
): Promise<Written & { isChange: boolean }> {
  const { subject, expected, versionIn, propose, isRow } = request;
  const { current, approved } = writer;
  const standing = versionIn(current, (await writer.point()).version);
  if (expected !== null) checkPrecondition(expected, standing, subject);
  const { acceptLoss = false } = edit;
  // What the others serve is not known here; what this process serves tells, or else what was last found good.
  const rowsToExpect = servedRows > 0 ? servedRows : approved;
  const options = { expected: rowsToExpect, acceptLoss };
  const { diff, faults, count, isLoss } = planChange(current, await propose(current), options);
  if (faults.length > 0) throw new ConfigInvalidError(subject, faults);
  const { changes } = diff;
  const isChange = changes.length > 0 || isLoss;
  if (changes.length > 0) await writer.write(diff, count);
  else if (isLoss) await writer.accept(count, edit);
  const point = await writer.point();
  return {
    version: point.version,
    minVersion: renderPoint(point),
    rowVersion: isRow ? await rowVersionAfter(changes, standing, writer) : null,
    changes,
    isChange,
  };
}

async function rowVersionAfter(
  changes: readonly RowChange[],
  standing: number | null,
  writer: ConfigWriter,
): Promise<number | null> {
  if (changes.length === 0) return standing;
  return changes.some(({ kind }) => kind !== 'removed') ? writer.rowVersion() : null;
}

function audit(
  manager: EntityManager,
  { subject }: ChangeRequest,
  { changes, minVersion }: Written,
  { call, reason }: Edit,
): Promise<string> {
  const side = (which: 'before' | 'after') =>
    sha256Of(
      changes.map(({ row, fields }) => [
        row,
        Object.fromEntries(Object.entries(fields).map(([field, values]) => [field, values[which]])),
      ]),
    );
  return appendAudit(manager, call, {
    target: subject,
    reason,
    beforeSha256: side('before'),
    afterSha256: side('after'),
    version: minVersion,
  });
}
