import type { Logger } from 'pino';
import type { Clock } from '../../core/index.js';
import { Throttle } from '../observability/index.js';

const warnEveryMs = 60_000;
/** Remembered by id; beyond so many the oldest is forgotten. */
const maxFailing = 1_000;

/**
 * Warns of jobs of one queue that fail: when the first one does, and then once a minute, however many there are and
 * however often they come again. Says when none of them is left.
 */
export class FailingJobs {
  private readonly throttle: Throttle;
  private readonly failing = new Set<string>();

  constructor(
    private readonly queue: string,
    clock: Clock,
    private readonly logger: Logger,
  ) {
    this.throttle = new Throttle(clock, warnEveryMs);
  }

  failed(job: string, error: Error): void {
    this.failing.add(job);
    if (this.failing.size > maxFailing) this.failing.delete(this.failing.values().next().value!);
    const suppressed = this.throttle.pass(this.queue);
    if (suppressed === null) return;
    const fields = { queue: this.queue, job, error: error.message, failing: this.failing.size, suppressed };
    this.logger.warn(fields, 'a job failed and comes again');
  }

  done(job: string): void {
    if (!this.failing.delete(job) || this.failing.size > 0) return;
    this.throttle.forget(this.queue);
    this.logger.info({ queue: this.queue }, 'the jobs that had failed are done');
  }
}
