import { AppError } from '../core/index.js';
import { describeCause } from './describe-cause.js';

/** Nothing answers at the address of the server. */
export class ServerUnreachableError extends AppError {
  readonly code = 'server-unreachable';
  readonly retryable = true;

  constructor(url: string, cause: unknown) {
    super(
      `${url} does not answer: ${describeCause(cause)}. Does the server run? Name another one by --url or LASTGOOD_URL`,
      { url },
      { cause },
    );
  }
}
