import type { CancelTimer, Clock } from '../../core/clock.js';
import type { CacheFile } from './cache-file.js';
import { Cleaning, type Cleaned } from './cleaning.js';
import { emptyLog } from './empty-log.js';
import { deleteRow, selectExpired, selectLeastRecent, touchEntry } from './entry-statements.js';
import { begin, commit, type SqlFile, type SqlRow } from './sql-file.js';
import { SqlFileError } from './sql-file.error.js';

export interface UpkeepOptions {
  readonly clock: Clock;
  /** Of pages in use; pinned entries count, and are never evicted. */
  readonly maxBytes: number;
  /** How often what has expired is deleted; `null`: whenever `clean` says so. */
  readonly everyMs: number | null;
}

/** What one transaction deletes at most, but one row: readers are not in its way, but later writes are. */
const batchRows = 128;
const batchBytes = 524_288;
/** What a row takes in indices and in pages that are not full. */
const rowBytes = 2_048;
const maxTouches = 10_000;
/** Reads move an entry forward in the order of eviction at most so often. */
const touchAfterMs = 60_000;
/** So many reads later they are written down, or at the next scheduled cleaning. */
const touchBatch = 512;

/** What the writer does besides writing: the order of eviction, room, expired entries, and the log. */
export class Upkeep {
  private readonly touches = new Map<number, number>();
  private isCleaningDue: boolean;
  private cleaning: Cleaning | null = null;
  private used: number | null = null;
  private isResting = false;
  private wake: () => void = () => undefined;
  private isOverfull = false;
  private isLogDue = false;
  private timer: CancelTimer | null = null;

  constructor(
    private readonly file: CacheFile,
    private readonly options: UpkeepOptions,
  ) {
    this.isCleaningDue = options.everyMs !== null;
  }

  get isDue(): boolean {
    const isCleaning = this.cleaning !== null && !this.isResting;
    return this.isCleaningDue || this.isOverfull || isCleaning || this.touches.size >= touchBatch;
  }

  /** Bytes of pages in use when this last looked, which is at every step; `null` before the first one. */
  get usedBytes(): number | null {
    return this.used;
  }

  /** From the next step on, until it is done or the time is over; who asks meanwhile waits for the same. */
  clean(withinMs: number): Promise<Cleaned> {
    if (this.cleaning === null || this.cleaning.isOver)
      this.cleaning = new Cleaning(this.options.clock, withinMs);
    return this.cleaning.outcome;
  }

  /** Calls `wake` whenever a scheduled cleaning is due, until `stop`. */
  schedule(wake: () => void): void {
    const { clock, everyMs } = this.options;
    this.wake = wake;
    if (everyMs === null) return;
    this.timer = clock.after(everyMs, () => {
      this.isCleaningDue = true;
      this.schedule(wake);
      wake();
    });
  }

  stop(): void {
    this.timer?.();
    this.cleaning?.end(false);
  }

  /** An entry was read; `lastAccess` is what the file says. */
  touch(id: number, lastAccess: number): void {
    const now = this.options.clock.now();
    if (now - lastAccess >= touchAfterMs && this.touches.size < maxTouches) this.touches.set(id, now);
  }

  /** The log holds what was deleted; where a reader is in the way, the next step tries again. */
  async emptyLog(sql: SqlFile): Promise<void> {
    this.isLogDue = true;
    this.isLogDue = !(await emptyLog(sql));
  }

  /** One step, of one short transaction or two. */
  async step(sql: SqlFile): Promise<void> {
    if (this.isLogDue) await this.emptyLog(sql);
    if (this.isCleaningDue) {
      await this.assertInPlace();
      await this.writeTouches(sql);
      this.isCleaningDue = (await this.deleteExpired(sql)) > 0;
    } else if (this.touches.size >= touchBatch) {
      await this.writeTouches(sql);
    }
    if (this.cleaning === null || this.isResting) return this.makeRoom(sql);
    const startedAt = this.options.clock.now();
    await this.cleanSome(sql, this.cleaning);
    this.rest(this.options.clock.now() - startedAt);
  }

  /** A cleaning leaves the machine to others for as long as each of its steps took. */
  private rest(ms: number): void {
    if (this.cleaning === null || ms < 1) return;
    this.isResting = true;
    this.options.clock.after(ms, () => {
      this.isResting = false;
      this.wake();
    });
  }

  /** Before so many bytes in so many rows are written. */
  async makeRoomFor(sql: SqlFile, bytes: number, rows: number): Promise<void> {
    const { maxBytes, everyMs } = this.options;
    // Where nothing looks each minute, what is written to a file that was removed would count as stored until a cleaning.
    if (everyMs === null) await this.assertInPlace();
    let excess = (this.used ?? 0) + bytes + rows * rowBytes - maxBytes;
    while (excess > 0) {
      const freed = await this.evict(sql, excess);
      if (freed === 0) return;
      excess -= freed;
    }
  }

  /** After something was written: no more is in use than may be, as far as what is not pinned can make room. */
  async makeRoomNow(sql: SqlFile): Promise<void> {
    do await this.makeRoom(sql);
    while (this.isOverfull);
  }

  /** One step further: what has expired, then what is too much. */
  private async cleanSome(sql: SqlFile, cleaning: Cleaning): Promise<void> {
    if (!cleaning.isOver) {
      await this.assertInPlace();
      const expired = await this.deleteExpired(sql);
      cleaning.expired += expired;
      await this.makeRoom(sql);
      if (expired > 0 || this.isOverfull) return;
      cleaning.end(true);
    }
    this.cleaning = null;
  }

  private async assertInPlace(): Promise<void> {
    if (!(await this.file.isInPlace())) throw new SqlFileError('the cache file was removed', 'MOVED');
  }

  private async makeRoom(sql: SqlFile): Promise<void> {
    const [size, pages, free] = await sql.run([
      { sql: 'PRAGMA page_size' },
      { sql: 'PRAGMA page_count' },
      { sql: 'PRAGMA freelist_count' },
    ]);
    const used = Number(pages?.[0]?.['page_count']) - Number(free?.[0]?.['freelist_count']);
    this.used = used * Number(size?.[0]?.['page_size']);
    const excess = this.used - this.options.maxBytes;
    this.isOverfull = excess > 0 && (await this.evict(sql, excess)) > 0;
  }

  /** The least recently read, as many as hold the excess, or as one transaction may delete. Answers their bytes. */
  private async evict(sql: SqlFile, excess: number): Promise<number> {
    await this.writeTouches(sql);
    const [rows = []] = await sql.run([selectLeastRecent(batchRows)]);
    const evicted = firstOf(rows, Math.min(excess, batchBytes));
    await deleteRows(sql, evicted);
    if (this.cleaning !== null) this.cleaning.evicted += evicted.length;
    return evicted.reduce((sum, row) => sum + sizeOf(row), 0);
  }

  /** Answers how many. */
  private async deleteExpired(sql: SqlFile): Promise<number> {
    const [rows = []] = await sql.run([selectExpired(this.options.clock.now(), batchRows)]);
    const expired = firstOf(rows, batchBytes);
    await deleteRows(sql, expired);
    return expired.length;
  }

  private async writeTouches(sql: SqlFile): Promise<void> {
    if (this.touches.size === 0) return;
    const updates = [...this.touches].map(([id, at]) => touchEntry(id, at));
    this.touches.clear();
    await sql.run([begin, ...updates, commit]);
  }
}

const sizeOf = (row: SqlRow): number => Number(row['size']);

/** As many rows from the first on as hold so many bytes. */
function firstOf(rows: readonly SqlRow[], bytes: number): SqlRow[] {
  let sum = 0;
  return rows.filter((row) => {
    const isNeeded = sum < bytes;
    sum += isNeeded ? sizeOf(row) : 0;
    return isNeeded;
  });
}

async function deleteRows(sql: SqlFile, rows: readonly SqlRow[]): Promise<void> {
  if (rows.length > 0) await sql.run([begin, ...rows.map(({ id }) => deleteRow(Number(id))), commit]);
}
