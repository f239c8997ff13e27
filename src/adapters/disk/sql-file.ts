/** Bound to a statement. A moment or a size is an integer that JavaScript holds exactly. */
export type SqlValue = string | number | null | Uint8Array;

export interface SqlStatement {
  readonly sql: string;
  readonly values?: readonly SqlValue[];
}

/** By column. Text is never selected: the library ends the process over text that is not UTF-8. */
export type SqlRow = Readonly<Record<string, number | null | ArrayBuffer>>;

export const begin: SqlStatement = { sql: 'BEGIN IMMEDIATE' };
export const commit: SqlStatement = { sql: 'COMMIT' };

/** Empty for whatever is no blob. */
export const bytesOf = (value: SqlRow[string] | undefined): Buffer =>
  typeof value === 'object' && value !== null ? Buffer.from(value) : Buffer.alloc(0);

/** Port: one connection to one SQLite file, which works beside the event loop. Tests put faults between. */
export interface SqlFile {
  /**
   * Carries out the statements in order and gives the rows of each. Rejects with the first `SqlFileError`; what comes
   * after it is not carried out, and an open transaction is rolled back. Calls queue up behind each other.
   */
  run(statements: readonly SqlStatement[]): Promise<SqlRow[][]>;
  /** Settles once the file is closed, after all that was asked before. Never rejects. */
  close(): Promise<void>;
}

/** Opens, and makes, the file at a path or `file:` URI. Rejects with a `SqlFileError`. */
export type OpenSqlFile = (location: string) => Promise<SqlFile>;
