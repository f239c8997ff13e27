import { AppError } from '../../core/index.js';

/** No key has this prefix, or the one that has it can no longer be used. */
export class KeyNotActiveError extends AppError {
  readonly code = 'api-key-not-active';
  readonly retryable = false;

  constructor(prefix: string, state: 'unknown' | 'expired' | 'revoked') {
    super(state === 'unknown' ? `There is no API key ${prefix}` : `The API key ${prefix} is ${state}`, {
      prefix,
      state,
    });
  }
}
