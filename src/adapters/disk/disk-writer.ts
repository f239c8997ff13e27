import type { CancelTimer, Clock } from '../../core/clock.js';
import { TierUnavailableError } from '../../core/errors/tier-unavailable.error.js';
import type { Report } from '../../core/events.js';
import { backOffMs } from '../../core/load/back-off.js';
import type { CacheFile } from './cache-file.js';
import { commitSets } from './commit-sets.js';
import { Deferred } from './deferred.js';
import { deleteDamaged } from './delete-damaged.js';
import { deleteSome } from './delete-some.js';
import type { SqlFile } from './sql-file.js';
import { SqlFileError } from './sql-file.error.js';
import type { TierHealth } from './tier-health.js';
import type { Upkeep } from './upkeep.js';
import { overdue, within } from './within.js';
import type { WriteQueue } from './write-queue.js';

export interface DiskWriterOptions {
  readonly clock: Clock;
  readonly report: Report;
  readonly random: () => number;
  /** After so long one transaction counts as hung: nobody waits for it any more. */
  readonly timeoutMs: number;
  readonly maxValueBytes: number;
}

/** Writes and frees more pages than a header: on a full disk it fails like any other write. */
const probe = [
  'BEGIN IMMEDIATE',
  'CREATE TABLE probe (room BLOB)',
  'INSERT INTO probe VALUES (zeroblob(131072))',
  'DROP TABLE probe',
  'COMMIT',
].map((sql) => ({ sql }));

/** One that is not noted down is found again when it is read again. */
const maxSuspects = 1_000;

/** Works off the queue in the background, one transaction at a time, and brings the file back when it fails. */
export class DiskWriter {
  private isWorking = false;
  private isClosed = false;
  private failures = 0;
  /** Why the file has to be replaced before the next step. */
  private damage: string | null = null;
  /** Rows that a reader found damaged. */
  private suspects: { readonly namespace: string; readonly key: string }[] = [];
  private retry: CancelTimer | null = null;
  private idle: Promise<void> = Promise.resolve();
  private readonly failed = new Deferred<void>();

  constructor(
    private readonly file: CacheFile,
    private readonly queue: WriteQueue,
    private readonly upkeep: Upkeep,
    private readonly health: TierHealth,
    private readonly options: DiskWriterOptions,
  ) {}

  /** What whoever wants to write now is told; `null` when there is nothing to tell. */
  get trouble(): TierUnavailableError | null {
    if (this.isClosed) return new TierUnavailableError('disk', 'it is closed');
    if (this.health.has('file'))
      return new TierUnavailableError('disk', 'the cache file cannot be written to');
    if (this.health.has('slow-write')) return new TierUnavailableError('disk', 'an earlier write hangs');
    return null;
  }

  /** Settles when the file is open, or could not be opened and that was told. */
  async opened(): Promise<void> {
    await this.file.settled();
    if (!this.file.isOpen) await this.failed.promise;
  }

  /** There is something to do. */
  wake(): void {
    if (this.isWorking || this.isClosed || this.retry !== null) return;
    this.isWorking = true;
    this.idle = this.work();
  }

  /** A reader found the file damaged that it `read` over; settles when there is a new one, or can't be one. */
  async replaceFile(why: string, read: SqlFile): Promise<void> {
    if (this.file.isCurrent(read)) this.damage = why;
    this.wake();
    while (this.damage !== null && this.isWorking) await this.idle;
  }

  /** A reader found the row of this key damaged. */
  deleteDamaged(namespace: string, key: string): void {
    if (this.suspects.length < maxSuspects) this.suspects.push({ namespace, key });
    this.wake();
  }

  /** Takes no further step; what is queued is lost. Settles when the last step has ended. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.retry?.();
    this.queue.fail(this.trouble);
    await this.idle;
  }

  private get hasWork(): boolean {
    const isFileWhole = this.file.isOpen && this.damage === null;
    return !isFileWhole || !this.queue.isEmpty || this.suspects.length > 0 || this.upkeep.isDue;
  }

  private async work(): Promise<void> {
    try {
      while (this.hasWork && !this.isClosed && this.retry === null)
        await this.step().then(
          () => this.succeed(),
          (error: unknown) => this.fail(error),
        );
    } finally {
      this.isWorking = false;
    }
  }

  /** While it takes too long nobody waits for it, but the next step. */
  private async watched<T>(work: Promise<T>): Promise<T> {
    const { clock, timeoutMs } = this.options;
    const done = await within(clock, timeoutMs, work);
    if (done !== overdue) return done;
    this.health.set('slow-write', true);
    this.queue.fail(new TierUnavailableError('disk', `a write takes more than ${timeoutMs} ms`));
    try {
      return await work;
    } finally {
      this.health.set('slow-write', false);
    }
  }

  private async step(): Promise<void> {
    if (this.damage !== null) {
      const why = this.damage;
      this.damage = null;
      await this.watched(this.file.replace(why));
    }
    const file = await this.watched(this.file.writer());
    const sql: SqlFile = { run: (all) => this.watched(file.run(all)), close: () => file.close() };
    if (this.failures > 0) await sql.run(probe);
    await this.delete(sql);
    await this.write(sql);
    for (const { namespace, key } of this.suspects.splice(0))
      await deleteDamaged(sql, namespace, key, this.options.maxValueBytes);
    await this.upkeep.step(sql);
  }

  private async delete(sql: SqlFile): Promise<void> {
    const complete = await deleteSome(sql, this.queue.pendingDeletes);
    if (complete.length === 0) return;
    await this.upkeep.emptyLog(sql);
    await this.file.dropSetAside();
    this.queue.deleted(complete);
    for (const each of complete) each.settle();
  }

  private async write(sql: SqlFile): Promise<void> {
    const batch = this.queue.takeBatch();
    if (batch.length === 0) return;
    try {
      const evicting = batch.filter(({ pinned }) => !pinned);
      const bytes = evicting.reduce((sum, each) => sum + each.bytes, 0);
      await this.upkeep.makeRoomFor(sql, bytes, evicting.length);
      const outcomes = await commitSets(sql, batch, this.options.clock.now());
      await this.upkeep.makeRoomNow(sql);
      this.queue.done(batch);
      batch.forEach((each, at) => each.settle(outcomes[at] ?? 'older'));
    } catch (error) {
      this.queue.putBack(batch);
      throw error;
    }
  }

  private succeed(): void {
    this.failures = 0;
    this.health.set('file', false);
  }

  private async fail(error: unknown): Promise<void> {
    if (this.isClosed) return;
    const { clock, random } = this.options;
    this.failures += 1;
    if (SqlFileError.isCorruption(error)) this.damage = (error as Error).message;
    else await this.file.dropWriter();
    // The first time there will be a new file in a moment, and what is queued goes there.
    if (this.damage !== null && this.failures === 1) return;
    this.health.set('file', true);
    this.options.report({ type: 'tier-failed', tier: 'disk', operation: 'start', error });
    this.queue.fail(new TierUnavailableError('disk', 'the cache file cannot be written to', error));
    this.failed.resolve();
    this.retry = clock.after(backOffMs(this.failures, random()), () => {
      this.retry = null;
      this.wake();
    });
  }
}
