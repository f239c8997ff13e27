import { AppError } from '../../../core/index.js';

/** It is no snapshot that this process may take; nothing was changed. */
export class SnapshotRefusedError extends AppError {
  readonly code = 'snapshot-refused';
  readonly retryable = false;

  constructor(because: string) {
    super(`The snapshot is refused: ${because}`);
  }
}
