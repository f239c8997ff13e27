// @ts-check
// Plain JavaScript because a thread starts from a file, and in tests nothing is compiled: this one, and sql-thread.mjs,
// run as they are in both worlds. They know nothing of caches.
import Database from 'libsql';

/** Extended codes that the library has no name for end with one of these. */
const primaryCodes = new Map([
  [8, 'SQLITE_READONLY'],
  [10, 'SQLITE_IOERR'],
  [11, 'SQLITE_CORRUPT'],
  [14, 'SQLITE_CANTOPEN'],
]);

/** One connection, as the library offers it: synchronous. */
export class SqlConnection {
  /** @type {import('libsql').Database} */
  #database;
  /** @type {Map<string, import('libsql').Statement>} */
  #prepared = new Map();
  #isClosed = false;

  /** @param {string} location */
  constructor(location) {
    this.#database = new Database(location);
  }

  /**
   * Carries out the statements in order and gives the rows of each; after an error the open transaction is rolled back.
   * @param {readonly { readonly sql: string, readonly values?: readonly unknown[] }[]} statements
   * @returns {any[][]}
   */
  run(statements) {
    // The library would end the process.
    if (this.#isClosed) throw new Error('the connection is closed');
    try {
      return statements.map(({ sql, values = [] }) => {
        const statement = this.#prepare(sql);
        // `all` runs a statement to its end; one that is left half way would hold a snapshot open.
        if (statement.reader) return statement.all([...values]);
        statement.run([...values]);
        return [];
      });
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  close() {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#prepared.clear();
    this.#database.close();
  }

  /**
   * What SQLite calls an error that any of this threw.
   * @param {unknown} error
   */
  static describe(error) {
    const {
      code = '',
      rawCode,
      message,
    } = /** @type {{ code?: string, rawCode?: number, message: string }} */ (error);
    if (code.startsWith('SQLITE_')) return { code, message };
    // Where a file can't be opened the code is at the end of the message only.
    const number = rawCode ?? Number(/: (\d+)"\)$/.exec(message)?.[1]);
    return { code: primaryCodes.get(number & 0xff) ?? 'SQLITE_UNKNOWN', message };
  }

  /** @param {string} sql */
  #prepare(sql) {
    const statement = this.#prepared.get(sql) ?? this.#database.prepare(sql);
    this.#prepared.set(sql, statement);
    return statement;
  }

  #rollBack() {
    try {
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
    } catch {
      // What went wrong first is what counts.
    }
  }
}
