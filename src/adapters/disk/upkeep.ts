import type { CancelTimer, Clock } from '../../core/clock.js';
import type { CacheFile } from './cache-file.js';
import { emptyLog } from './empty-log.js';
import { deleteExpired, deleteRow, selectLeastRecent, touchEntry } from './entry-statements.js';
import { begin, commit, type SqlFile, type SqlStatement } from './sql-file.js';
import { SqlFileError } from './sql-file.error.js';

export interface UpkeepOptions {
  readonly clock: Clock;
  /** Of pages in use; pinned entries count, and are never evicted. */
  readonly maxBytes: number;
  readonly everyMs: number;
}

/** Rows per transaction: readers are not in its way, but later writes are. */
const batchRows = 128;
const maxTouches = 10_000;
/** Reads move an entry forward in the order of eviction at most so often. */
const touchAfterMs = 60_000;
/** So many reads later they are written down, or at the next scheduled cleaning. */
const touchBatch = 512;

/** What the writer does besides writing: the order of eviction, room, expired entries, and the log. */
export class Upkeep {
  private readonly touches = new Map<number, number>();
  private isCleaningDue = true;
  private isOverfull = false;
  private isLogDue = false;
  private timer: CancelTimer | null = null;

  constructor(
    private readonly file: CacheFile,
    private readonly options: UpkeepOptions,
  ) {}

  get isDue(): boolean {
    return this.isCleaningDue || this.isOverfull || this.touches.size >= touchBatch;
  }

  /** Calls `wake` whenever a scheduled cleaning is due, until `stop`. */
  schedule(wake: () => void): void {
    this.timer = this.options.clock.after(this.options.everyMs, () => {
      this.isCleaningDue = true;
      this.schedule(wake);
      wake();
    });
  }

  stop(): void {
    this.timer?.();
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
      if (!(await this.file.isInPlace())) throw new SqlFileError('the cache file was removed', 'MOVED');
      await this.writeTouches(sql);
      this.isCleaningDue = await this.deleted(sql, deleteExpired(this.options.clock.now(), batchRows));
    } else if (this.touches.size >= touchBatch) {
      await this.writeTouches(sql);
    }
    await this.makeRoom(sql);
  }

  private async makeRoom(sql: SqlFile): Promise<void> {
    const [size, pages, free] = await sql.run([
      { sql: 'PRAGMA page_size' },
      { sql: 'PRAGMA page_count' },
      { sql: 'PRAGMA freelist_count' },
    ]);
    const used = Number(pages?.[0]?.['page_count']) - Number(free?.[0]?.['freelist_count']);
    const excess = used * Number(size?.[0]?.['page_size']) - this.options.maxBytes;
    this.isOverfull = excess > 0 && (await this.evict(sql, excess));
  }

  /** As many as hold the excess, or as one transaction may delete. False when there are none. */
  private async evict(sql: SqlFile, excess: number): Promise<boolean> {
    await this.writeTouches(sql);
    const [rows = []] = await sql.run([selectLeastRecent(batchRows)]);
    let freed = 0;
    const evicted = rows.filter((row) => {
      const isNeeded = freed < excess;
      freed += isNeeded ? Number(row['size']) : 0;
      return isNeeded;
    });
    await sql.run([begin, ...evicted.map(({ id }) => deleteRow(Number(id))), commit]);
    return evicted.length > 0;
  }

  private async writeTouches(sql: SqlFile): Promise<void> {
    if (this.touches.size === 0) return;
    const updates = [...this.touches].map(([id, at]) => touchEntry(id, at));
    this.touches.clear();
    await sql.run([begin, ...updates, commit]);
  }

  /** True when there may be more. */
  private async deleted(sql: SqlFile, statement: SqlStatement): Promise<boolean> {
    const [rows] = await sql.run([statement]);
    return rows?.length === batchRows;
  }
}
