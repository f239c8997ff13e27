import type { Clock } from '../../core/clock.js';
import { TierUnavailableError } from '../../core/errors/tier-unavailable.error.js';
import type { CacheFile } from './cache-file.js';
import type { SqlFile, SqlRow, SqlStatement } from './sql-file.js';
import { SqlFileError } from './sql-file.error.js';
import type { TierHealth } from './tier-health.js';
import { overdue, within } from './within.js';

export interface DiskReaderOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** The file was found damaged; settles when there is another one, or can't be. */
  readonly replaceFile: (why: string, read: SqlFile) => Promise<void>;
}

/** Reads within a deadline, on a connection of its own. */
export class DiskReader {
  /** Reads that nobody waits for any more; until they are answered no other one is tried. */
  private hanging = 0;

  constructor(
    private readonly file: CacheFile,
    private readonly health: TierHealth,
    private readonly options: DiskReaderOptions,
  ) {}

  /**
   * What `interpret` makes of the rows. A damaged file, as SQLite or `interpret` says, is replaced, and the new one
   * asked once. Rejects with a `TierUnavailableError`.
   */
  async read<T>(statement: SqlStatement, interpret: (rows: SqlRow[]) => T | Promise<T>): Promise<T> {
    if (this.hanging > 0) throw new TierUnavailableError('disk', 'an earlier read hangs');
    const { clock, timeoutMs } = this.options;
    const work = this.attempt(statement, interpret);
    const answer = await within(clock, timeoutMs, work);
    if (answer !== overdue) return answer;
    this.hang(work);
    throw new TierUnavailableError('disk', `no answer within ${timeoutMs} ms`);
  }

  private async attempt<T>(
    statement: SqlStatement,
    interpret: (rows: SqlRow[]) => T | Promise<T>,
    isSecond = false,
  ): Promise<T> {
    const file = await this.file.reader();
    try {
      const [rows] = await file.run([statement]);
      return await interpret(rows ?? []);
    } catch (error) {
      if (!(error instanceof SqlFileError)) throw error;
      if (!SqlFileError.isCorruption(error) || isSecond)
        throw new TierUnavailableError('disk', 'the cache file cannot be read', error);
      await this.options.replaceFile(error.message, file);
      return this.attempt(statement, interpret, true);
    }
  }

  private hang(work: Promise<unknown>): void {
    this.hanging += 1;
    this.health.set('slow-read', true);
    const end = () => {
      this.hanging -= 1;
      if (this.hanging === 0) this.health.set('slow-read', false);
    };
    work.then(end, end);
  }
}
