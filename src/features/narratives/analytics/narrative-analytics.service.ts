import { randomUUID } from 'node:crypto';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Logger } from 'pino';
import { settlesWithin, type Clock } from '../../../core/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import { Repeating } from '../../../platform/clock/repeating.js';
import { LOGGER, Throttle } from '../../../platform/observability/index.js';
import type { NarrativeRequest } from './narrative-request.js';
import { NarrativeRequestRepository, type RequestBatch } from './narrative-request.repository.js';
import { RequestBuffer } from './request-buffer.js';
import { sqlStateOf } from './sql-state-of.js';

const flushEveryMs = 1_000;
const leastBackOffMs = 1_000;
const mostBackOffMs = 30_000;
/** The end of a process does not wait longer for a database that may be away. */
const lastWriteWithinMs = 1_000;
const maxWaiting = 10_000;
const batchRows = 1_000;
const warnEveryMs = 60_000;

/** Something in a row is what Postgres cannot take, now or later. */
const isOfItsRows = (error: unknown): boolean => /^22|^23514$|^23502$/.test(sqlStateOf(error));

/**
 * Keeps a row of each request for a narrative (NA-9), written behind the answers. A database that is away delays them;
 * beyond what is held for it, they are counted as dropped.
 */
@Injectable()
export class NarrativeAnalytics implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly buffer = new RequestBuffer(maxWaiting);
  /** Taken, and not written yet. */
  private taken: RequestBatch[] = [];
  private refused = 0;
  private failures = 0;
  private retryAt = Number.NEGATIVE_INFINITY;
  private writing: Promise<void> = Promise.resolve();
  private next: Promise<void> | null = null;
  private readonly flushing = new Repeating(flushEveryMs, () => this.flushWhereDue());
  private readonly warnings: Throttle;

  constructor(
    @Inject(NarrativeRequestRepository)
    private readonly repository: Pick<NarrativeRequestRepository, 'insert'>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.warnings = new Throttle(clock, warnEveryMs);
  }

  /** Requests that no row tells of, and none will. */
  get dropped(): number {
    return this.buffer.dropped + this.refused;
  }

  /** Requests that no row tells of yet. */
  get waiting(): number {
    return this.buffer.size + this.takenRows;
  }

  onApplicationBootstrap(): void {
    this.flushing.start(this.clock);
  }

  /** Takes no time, and never fails. */
  record(request: NarrativeRequest): void {
    this.buffer.add(request, this.takenRows);
    // What costs and can be somebody's is known to an erasure as soon as can be.
    if (request.outcome === 'made' && request.userId !== null) void this.flushWhereDue();
  }

  /** Settles once all that waits was written, or could not be. Never rejects. */
  flush(): Promise<void> {
    this.next ??= this.writing.then(() => {
      this.next = null;
      this.writing = this.write();
      return this.writing;
    });
    return this.next;
  }

  async beforeApplicationShutdown(): Promise<void> {
    void this.flushing.stop();
    await settlesWithin(this.clock, lastWriteWithinMs, this.flush());
  }

  private get takenRows(): number {
    return this.taken.reduce((sum, { requests }) => sum + requests.length, 0);
  }

  private async flushWhereDue(): Promise<void> {
    if (this.clock.now() >= this.retryAt) await this.flush();
  }

  private async write(): Promise<void> {
    for (let batch = this.take(); batch !== undefined; batch = this.take()) {
      try {
        await this.repository.insert(batch, () => this.clock.now());
      } catch (error) {
        if (isOfItsRows(error)) this.split(batch, error);
        else return this.backOff(error);
        continue;
      }
      this.taken.shift();
      this.failures = 0;
    }
  }

  /** The batch that is to be written next; it stays taken. */
  private take(): RequestBatch | undefined {
    if (this.taken.length === 0 && this.buffer.size > 0)
      this.taken.push({ id: randomUUID(), requests: this.buffer.take(batchRows) });
    return this.taken[0];
  }

  /** One row that cannot be written takes no other with it. */
  private split({ requests }: RequestBatch, error: unknown): void {
    this.taken.shift();
    if (requests.length === 1) {
      this.refused++;
      this.warn(error, 'a narrative request could not be analysed');
      return;
    }
    const half = requests.length >> 1;
    const halves = [requests.slice(0, half), requests.slice(half)];
    this.taken.unshift(...halves.map((part) => ({ id: randomUUID(), requests: part })));
  }

  private backOff(error: unknown): void {
    if (this.failures === 0) this.warn(error, 'analytics of narratives wait for the database');
    const waitMs = Math.min(mostBackOffMs, leastBackOffMs * 2 ** this.failures++);
    this.retryAt = this.clock.now() + waitMs * (0.75 + Math.random() / 2);
  }

  /** What makes no sense in one row does not in the next ones, and a database may come and go. */
  private warn(error: unknown, message: string): void {
    const suppressed = this.warnings.pass(message);
    if (suppressed !== null) this.logger.warn({ error: (error as Error).message, suppressed }, message);
  }
}
