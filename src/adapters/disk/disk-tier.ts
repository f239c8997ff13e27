import type { Clock } from '../../core/clock.js';
import { TierUnavailableError } from '../../core/errors/tier-unavailable.error.js';
import type { LastgoodEvent, Report } from '../../core/events.js';
import { encodeEnvelope } from '../../core/tiers/envelope.js';
import { EnvelopeError } from '../../core/tiers/envelope.error.js';
import type { StoredEntry } from '../../core/tiers/stored-entry.js';
import type { SetOptions, SetOutcome, Tier, TierUsage } from '../../core/tiers/tier.js';
import { CacheFile } from './cache-file.js';
import type { Cleaned } from './cleaning.js';
import { DiskReader } from './disk-reader.js';
import type { DiskTierOptions } from './disk-tier.options.js';
import { DiskWriter } from './disk-writer.js';
import { selectEntry, selectUsage } from './entry-statements.js';
import { openRow } from './open-row.js';
import { PendingDelete } from './pending-delete.js';
import { PendingSet } from './pending-set.js';
import { resolveDiskTierOptions } from './resolve-disk-tier-options.js';
import { hasExpired } from './row-facts.js';
import type { SqlRow } from './sql-file.js';
import { TierHealth } from './tier-health.js';
import { Upkeep } from './upkeep.js';
import { overdue, within } from './within.js';
import { WriteQueue } from './write-queue.js';

type Failing = Extract<LastgoodEvent, { type: 'tier-failed' }>['operation'];

/** Entries in one SQLite file. Reads and writes run beside the event loop; writes are queued and committed in batches. */
export class DiskTier implements Tier {
  readonly name = 'disk';
  private readonly clock: Clock;
  private readonly report: Report;
  private readonly options: Required<DiskTierOptions>;
  private readonly file: CacheFile;
  private readonly queue: WriteQueue;
  private readonly upkeep: Upkeep;
  private readonly writer: DiskWriter;
  private readonly reader: DiskReader;
  /** Whose callers wait. */
  private readonly unsettled = new Set<Promise<unknown>>();
  private isClosing = false;

  constructor(options: DiskTierOptions) {
    this.options = resolveDiskTierOptions(options);
    const { folder, clock, report, openSqlFile: open, random, maxBytes, maxValueBytes } = this.options;
    this.clock = clock;
    this.report = report;
    const health = new TierHealth(report);
    const { overwritesDeleted } = this.options;
    this.file = new CacheFile({ folder, clock, report, open, overwritesDeleted });
    this.queue = new WriteQueue({
      maxEntries: this.options.maxQueueEntries,
      maxBytes: this.options.maxQueueBytes,
    });
    this.upkeep = new Upkeep(this.file, { clock, maxBytes, everyMs: this.options.cleanEveryMs });
    this.writer = new DiskWriter(this.file, this.queue, this.upkeep, health, {
      clock,
      report,
      random,
      maxValueBytes,
      timeoutMs: this.options.writeTimeoutMs,
    });
    this.reader = new DiskReader(this.file, health, {
      clock,
      timeoutMs: this.options.readTimeoutMs,
      replaceFile: (why, read) => this.writer.replaceFile(why, read),
    });
  }

  /** Opens the file; one that can't be opened is tried again and again, and start ends all the same. Never rejects. */
  async start(): Promise<void> {
    this.upkeep.schedule(() => this.writer.wake());
    this.writer.wake();
    await within(this.clock, this.options.startTimeoutMs, this.writer.opened());
  }

  get(namespace: string, key: string): Promise<StoredEntry | null> {
    return this.reporting('get', () =>
      this.reader.read(selectEntry(namespace, key), ([row]) =>
        row === undefined ? null : this.entryOf(row, namespace, key),
      ),
    );
  }

  /** Settles when the entry is committed: don't wait for it where somebody waits for an answer. */
  async set(namespace: string, key: string, entry: StoredEntry, options: SetOptions): Promise<SetOutcome> {
    const storedAt = this.clock.now();
    const expiresAt = options.ttlMs === null ? null : storedAt + options.ttlMs;
    const { pinned, currentFrom } = options;
    const moments = { storedAt, expiresAt };
    const write = new PendingSet(namespace, key, entry, moments, pinned, currentFrom ?? null);
    const outcome = await this.changing('set', () => this.encodeAndQueue(write, options.maxBytes));
    if (outcome === 'stored')
      this.report({ type: 'entry-stored', tier: 'disk', namespace, bytes: write.bytes });
    return outcome;
  }

  async delete(namespace: string, key: string): Promise<boolean> {
    return (await this.remove(new PendingDelete(namespace, key, false))) > 0;
  }

  deletePrefix(namespace: string, prefix: string): Promise<number> {
    return this.remove(new PendingDelete(namespace, prefix, true));
  }

  usage(namespace: string): Promise<TierUsage> {
    return this.reporting('scan', () =>
      this.reader.read(selectUsage(namespace), ([row]) => ({
        entries: Number(row?.['entries'] ?? 0),
        bytes: Number(row?.['bytes'] ?? 0),
      })),
    );
  }

  /**
   * Deletes what has expired, then, beyond the limit, what was read least recently, a short batch at a time, between
   * which others write. Never rejects.
   */
  async clean(withinMs: number): Promise<Cleaned> {
    if (this.isClosing) return { expired: 0, evicted: 0, isComplete: false, ms: 0 };
    const cleaned = this.upkeep.clean(withinMs);
    this.writer.wake();
    return cleaned;
  }

  /** Bytes of pages in use; `null` before the file was opened, and while it cannot be written to. */
  get usedBytes(): number | null {
    return this.writer.trouble === null ? this.upkeep.usedBytes : null;
  }

  /** Writes what is queued, as far as a second allows, and lets go of the file. Never rejects. */
  async close(): Promise<void> {
    this.isClosing = true;
    this.upkeep.stop();
    const flush = Promise.allSettled(this.unsettled).then(() => this.writer.close());
    await within(this.clock, this.options.closeTimeoutMs, flush);
    void this.writer.close();
    await this.file.close();
  }

  private async entryOf(row: SqlRow, namespace: string, key: string): Promise<StoredEntry | null> {
    try {
      const { facts, entry } = await openRow(row, namespace, key, this.options.maxValueBytes);
      if (hasExpired(facts, this.clock.now())) return null;
      if (!facts.pinned) this.upkeep.touch(Number(row['id']), Number(row['last_access']));
      return entry;
    } catch (error) {
      if (!(error instanceof EnvelopeError)) throw error;
      this.report({ type: 'entry-corrupt', tier: 'disk', namespace, fault: error.fault });
      this.writer.deleteDamaged(namespace, key);
      return null;
    }
  }

  private async encodeAndQueue(write: PendingSet, maxBytes: number | null): Promise<SetOutcome> {
    this.queue.announce(write);
    try {
      write.envelope = await encodeEnvelope(write.entry, this.options.compressFromBytes);
      const { bytes, pinned } = write;
      if (maxBytes !== null && bytes > maxBytes) return 'too-large';
      if (!pinned && bytes > this.options.maxBytes) return 'too-large';
      const { trouble } = this.writer;
      if (trouble !== null && !pinned) throw trouble;
      if (!this.queue.add(write)) throw new TierUnavailableError('disk', 'too much waits to be written');
      if (trouble !== null) throw trouble;
    } finally {
      this.queue.withdraw(write);
    }
    this.writer.wake();
    return this.inTime(write.outcome);
  }

  private remove(deletion: PendingDelete): Promise<number> {
    return this.changing('delete', async () => {
      if (!this.queue.addDelete(deletion))
        throw new TierUnavailableError('disk', 'too much waits to be deleted');
      const { trouble } = this.writer;
      if (trouble !== null) throw trouble;
      this.writer.wake();
      return this.inTime(deletion.outcome);
    });
  }

  private async inTime<T>(outcome: Promise<T>): Promise<T> {
    const { queueTimeoutMs } = this.options;
    const settled = await within(this.clock, queueTimeoutMs, outcome);
    if (settled === overdue)
      throw new TierUnavailableError('disk', `not written within ${queueTimeoutMs} ms`);
    return settled;
  }

  private async changing<T>(operation: Failing, work: () => Promise<T>): Promise<T> {
    if (this.isClosing) throw new TierUnavailableError('disk', 'it is closed');
    const change = this.reporting(operation, work);
    this.unsettled.add(change);
    try {
      return await change;
    } finally {
      this.unsettled.delete(change);
    }
  }

  private async reporting<T>(operation: Failing, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.report({ type: 'tier-failed', tier: 'disk', operation, error });
      throw error;
    }
  }
}
