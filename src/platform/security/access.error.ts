import { AppError } from '../../core/index.js';

/** No key or token, or none that is right: the same words for all, so that none can be told from another. */
export class UnauthorizedError extends AppError {
  readonly code = 'unauthorized';
  readonly retryable = false;

  constructor() {
    super('A valid API key or token is needed: send it as "Authorization: Bearer <key>"');
  }
}

/** The key is known and its role does not reach this far. */
export class ForbiddenError extends AppError {
  readonly code = 'forbidden';
  readonly retryable = false;

  constructor(required: string | null) {
    super(
      required === null
        ? 'Nobody may call this: it has no declared role'
        : `This needs the role "${required}"`,
      required === null ? {} : { required },
    );
  }
}
