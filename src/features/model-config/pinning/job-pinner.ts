import { Inject, Injectable } from '@nestjs/common';
import type { Reader, ReadResult } from '../../../core/index.js';
import { ConfigNotFoundError } from '../reading/config-not-found.error.js';
import { ConfigQueryError } from '../reading/config-query.error.js';
import { courseIdSchema } from '../rows/config-document.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import { checkJobId } from './job-id.js';
import { toPinnedJob, type JobPin, type PinnedJob } from './job-pin.js';
import { PinPruner } from './pin-pruner.js';
import { PinRepository } from './pin.repository.js';
import { parseContent } from './pinned-content.js';
import { PinnedForms } from './pinned-forms.js';
import { JOB_PINS_READER, PINNED_SNAPSHOTS_READER } from './pins.policy.js';

export interface PinOptions {
  /** Only this course's overrides are kept with the rows of all courses. Default: those of every course. */
  readonly courseId?: string;
  /** Who pins. Default: the database's user. */
  readonly pinnedBy?: string;
}

/** Pins jobs and releases them; both are answered after their commit. */
@Injectable()
export class JobPinner {
  private readonly forms = new PinnedForms();

  constructor(
    @Inject(PinRepository) private readonly repository: PinRepository,
    @Inject(PinPruner) private readonly pruner: PinPruner,
    @Inject(JOB_PINS_READER) private readonly pins: Reader<JobPin>,
    @Inject(PINNED_SNAPSHOTS_READER) private readonly snapshots: Reader<Snapshot>,
  ) {}

  /**
   * Pins what was read, unless the job is pinned already: then that pin is the answer.
   * @throws ConfigQueryError, PinConflictError, DatabaseUnavailableError, CommitInDoubtError
   */
  async pin(
    jobId: string,
    { data, isStale }: ReadResult<Snapshot>,
    { courseId = null, pinnedBy = null }: Partial<Record<keyof PinOptions, string | null>> = {},
  ): Promise<{ job: PinnedJob; isNew: boolean }> {
    checkJobId(jobId);
    if (courseId !== null && !courseIdSchema.safeParse(courseId).success)
      throw new ConfigQueryError('courseId', 'must be 1 to 200 characters, none of them a control character');
    const form = this.forms.of(data, courseId);
    const facts = { jobId, courseId, pinnedBy, isStale, snapshotId: data.id, version: data.asOf.version };
    const { pin, isNew } = await this.repository.keep({ ...facts, form });
    // It is committed: that what this process holds of the job is frozen must not be told as a refusal.
    if (this.pins.cache.freeze.entry(jobId) === undefined) this.pins.set(jobId, pin);
    // What this process pinned it can serve at once, whatever becomes of the database.
    if (pin.hash === form.hash && !this.snapshots.cache.has(form.hash))
      this.snapshots.set(form.hash, parseContent(form.content()));
    this.pruner.pruneBehind();
    return { job: toPinnedJob(pin), isNew };
  }

  /** @throws ConfigQueryError, ConfigNotFoundError, DatabaseUnavailableError, CommitInDoubtError */
  async release(jobId: string): Promise<void> {
    checkJobId(jobId);
    if (!(await this.repository.release(jobId))) throw ConfigNotFoundError.job(jobId);
    this.pruner.pruneBehind();
  }
}
