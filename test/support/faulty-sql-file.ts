import type { OpenSqlFile, SqlFile, SqlRow, SqlStatement } from '../../src/adapters/disk/sql-file.js';
import { SqlFileError } from '../../src/adapters/disk/sql-file.error.js';
import { ThreadedSqlFile } from '../../src/adapters/disk/threaded-sql-file.js';

/** What befalls the disk behind a real SQLite file; switch it while a rehearsal runs. */
export interface DiskFault {
  /** Each statement that writes fails with this code of SQLite, the file itself untouched. */
  writesFail?: string;
  /** Each statement that reads fails with this code. */
  readsFail?: string;
  /** Each commit takes this much longer (ms), as on a disk whose fsync hangs. */
  commitMs?: number;
  /** As many pages are all that the disk has room for. */
  maxPages?: number;
}

const commits = ({ sql }: SqlStatement) => sql.startsWith('COMMIT');
const writes = ({ sql }: SqlStatement) => /^(BEGIN IMMEDIATE|COMMIT|INSERT|UPDATE|DELETE|CREATE)/.test(sql);
const reads = ({ sql }: SqlStatement) => sql.startsWith('SELECT');

/** Opens real files and puts the fault of the moment before each statement. */
export function openFaulty(fault: DiskFault): OpenSqlFile {
  return async (location) => new FaultySqlFile(await ThreadedSqlFile.open(location), fault);
}

class FaultySqlFile implements SqlFile {
  private isClosed = false;

  constructor(
    private readonly file: SqlFile,
    private readonly fault: DiskFault,
  ) {}

  async run(statements: readonly SqlStatement[]): Promise<SqlRow[][]> {
    const { writesFail, readsFail, commitMs, maxPages } = this.fault;
    if (writesFail !== undefined && statements.some(writes))
      throw new SqlFileError('a rehearsal', writesFail);
    if (readsFail !== undefined && statements.some(reads)) throw new SqlFileError('a rehearsal', readsFail);
    const hasCommit = statements.some(commits);
    // Of each connection; as nobody else writes, the file grows no further.
    if (maxPages !== undefined && statements.some(writes)) await this.limit(maxPages);
    if (commitMs !== undefined && hasCommit) await new Promise((resolve) => setTimeout(resolve, commitMs));
    if (this.isClosed) throw new SqlFileError('closed meanwhile', 'THREAD');
    return this.file.run(statements);
  }

  close(): Promise<void> {
    this.isClosed = true;
    return this.file.close();
  }

  private async limit(pages: number): Promise<void> {
    await this.file.run([{ sql: `PRAGMA max_page_count = ${pages}` }]);
  }
}
