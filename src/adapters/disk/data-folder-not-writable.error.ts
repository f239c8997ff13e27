export class DataFolderNotWritableError extends Error {
  override readonly name = 'DataFolderNotWritableError';
  readonly code = 'data-folder-not-writable';

  constructor(
    readonly dataDir: string,
    cause: NodeJS.ErrnoException,
  ) {
    const why = cause.code === 'ENOSPC' ? 'no disk space is left' : cause.message;
    super(
      `The data folder ${dataDir} can't be written to (${why}). Mend that, or set DATA_DIR to another folder`,
      {
        cause,
      },
    );
  }
}
