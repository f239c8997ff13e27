/** Facts that help whoever reads the error; never a secret, never prompt text. */
export type ErrorContext = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** The base of every error we raise on purpose. It knows nothing of HTTP: one table maps codes to statuses. */
export abstract class AppError extends Error {
  /** Stable and unique; what programs compare. */
  abstract readonly code: string;
  /** The same call may succeed later without anything being changed by the caller. */
  abstract readonly retryable: boolean;

  constructor(
    message: string,
    readonly context: ErrorContext = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}
