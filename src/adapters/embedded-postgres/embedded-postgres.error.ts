export type EmbeddedPostgresErrorCode =
  | 'unsupported-platform'
  | 'cannot-switch-user'
  | 'unsafe-folder'
  | 'not-writable'
  | 'disk-full'
  | 'port-taken'
  | 'major-version'
  | 'wrong-owner'
  | 'unreachable'
  | 'shared-cluster'
  | 'password-missing'
  | 'password-wrong'
  | 'start-failed'
  | 'stop-failed';

const UNUSABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST']);

export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';

  constructor(
    readonly code: EmbeddedPostgresErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** Names what the operating system or Postgres only hints at. */
  static from(error: unknown, folder: string): EmbeddedPostgresError {
    if (error instanceof EmbeddedPostgresError) return error;
    const { code, message, path } = error as NodeJS.ErrnoException;
    const place = path ?? folder;
    if (
      code === 'ENOSPC' ||
      code === 'EDQUOT' ||
      /No space left on device|Disk quota exceeded/.test(message)
    ) {
      return new EmbeddedPostgresError(
        'disk-full',
        `No disk space is left for the embedded Postgres at ${place}: free some, or set DATA_DIR to another disk, then start again`,
        { cause: error },
      );
    }
    if (code !== undefined && UNUSABLE.has(code)) {
      return new EmbeddedPostgresError(
        'not-writable',
        `The embedded Postgres may not use ${place} (${code}): make it writable for this user, or set DATA_DIR to another folder`,
        { cause: error },
      );
    }
    if (/could not look up effective user ID/.test(message)) {
      return new EmbeddedPostgresError(
        'cannot-switch-user',
        `The embedded Postgres needs a user that the system knows by name (${message}): run as one, or set DATABASE_URL`,
        { cause: error },
      );
    }
    return new EmbeddedPostgresError('start-failed', `The embedded Postgres did not start: ${message}`, {
      cause: error,
    });
  }
}
