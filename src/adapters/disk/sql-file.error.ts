/** What SQLite, or the thread it runs in, answered in place of rows. */
export class SqlFileError extends Error {
  override readonly name = 'SqlFileError';

  constructor(
    message: string,
    /** As SQLite names it, `SQLITE_CORRUPT`, `SQLITE_IOERR_FSYNC`; `THREAD` where there is no thread any more. */
    readonly code: string,
  ) {
    super(`${code}: ${message}`);
  }

  /**
   * The file itself is damaged, or is none of ours. A plain `SQLITE_ERROR` means that it can't make sense of our
   * statements, which are always the same: its schema is damaged.
   */
  static isCorruption(error: unknown): boolean {
    return error instanceof SqlFileError && /^SQLITE_(CORRUPT.*|NOTADB|ERROR)$/.test(error.code);
  }
}
