import { SqlConnection } from '../../src/adapters/disk/sql-connection.mjs';
import type { SqlFile, SqlRow, SqlStatement } from '../../src/adapters/disk/sql-file.js';
import { SqlFileError } from '../../src/adapters/disk/sql-file.error.js';

/** Nobody pulls the plug while hundreds of files are tried. */
const unsynced = (statement: SqlStatement): SqlStatement =>
  statement.sql.startsWith('PRAGMA synchronous') ? { sql: 'PRAGMA synchronous = OFF' } : statement;

/** A connection without a thread: for hundreds of files in one test. */
export class LocalSqlFile implements SqlFile {
  private readonly connection: SqlConnection;

  constructor(location: string) {
    this.connection = this.attempt(() => new SqlConnection(location));
  }

  async run(statements: readonly SqlStatement[]): Promise<SqlRow[][]> {
    return this.attempt(() => this.connection.run(statements.map(unsynced)));
  }

  async close(): Promise<void> {
    this.connection.close();
  }

  private attempt<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      const { code, message } = SqlConnection.describe(error);
      throw new SqlFileError(message, code);
    }
  }
}
