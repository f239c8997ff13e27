import { AppError } from '../../core/index.js';

/** A stream of changes was named that the database does not have. */
export class StreamUnknownError extends AppError {
  readonly code = 'stream-unknown';
  readonly retryable = false;

  constructor(named: string, known: readonly string[]) {
    super(`stream: there is no "${named}"; there are ${known.join(', ')}`);
  }
}
