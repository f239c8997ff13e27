import { Inject, Injectable } from '@nestjs/common';
import { ReadResult, type Clock, type Reader } from '../../../core/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import { ConfigNotFoundError } from '../reading/config-not-found.error.js';
import { ConfigQueryError } from '../reading/config-query.error.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import { checkJobId } from './job-id.js';
import type { JobPin } from './job-pin.js';
import { JOB_PINS_READER, PINNED_SNAPSHOTS_READER } from './pins.policy.js';

/** Two moments that are no further apart are taken for the same. */
const toTellApartMs = 1;

/**
 * What jobs were pinned to, through the one cache: memory, Redis, the disk, Postgres. A job that this process has read
 * once it answers from memory.
 * @throws ConfigQueryError, ConfigNotFoundError, UnavailableError
 */
@Injectable()
export class PinnedReads {
  constructor(
    @Inject(JOB_PINS_READER) private readonly pins: Reader<JobPin>,
    @Inject(PINNED_SNAPSHOTS_READER) private readonly snapshots: Reader<Snapshot>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async pin(jobId: string): Promise<ReadResult<JobPin>> {
    if (!this.pins.cache.has(jobId)) checkJobId(jobId);
    const askedAt = this.clock.now();
    let pin = await this.pins.get(jobId);
    // A load that ran already may have looked before the job was pinned: one that began since tells.
    const askedForMs = this.clock.now() - askedAt;
    if (pin.absent && pin.age > askedForMs - toTellApartMs) pin = await this.pins.get(jobId);
    if (pin.absent) throw ConfigNotFoundError.job(jobId);
    return pin;
  }

  /**
   * The job's snapshot. It is what was asked for, and nothing that is published makes it another: so it is never stale;
   * `source`, `reason` and `age` tell how this process came by it.
   */
  async snapshot(jobId: string, courseId?: string): Promise<ReadResult<Snapshot>> {
    let pin = await this.pinFor(jobId, courseId);
    let kept = await this.snapshots.get(pin.data.hash);
    if (kept.absent) {
      // The pin held here was pruned, and its snapshot with it; the job may be pinned anew.
      await this.pins.refresh(jobId);
      pin = await this.pinFor(jobId, courseId);
      kept = await this.snapshots.get(pin.data.hash);
      if (kept.absent) throw ConfigNotFoundError.job(jobId);
    }
    const { data } = kept;
    const { age, source, reason } = kept.source === 'memory' ? pin : kept;
    return new ReadResult(data, age, data.asOf, {
      isStale: false,
      band: 'fresh',
      absent: false,
      source,
      reason,
    });
  }

  private async pinFor(jobId: string, courseId: string | undefined): Promise<ReadResult<JobPin>> {
    const pin = await this.pin(jobId);
    const own = pin.data.courseId;
    if (own === null || courseId === undefined || courseId === own) return pin;
    throw new ConfigQueryError(
      'courseId',
      `job "${jobId}" is pinned for course "${own}" alone, got "${courseId}"`,
    );
  }
}
