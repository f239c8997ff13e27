import { AppError } from '../../../core/index.js';

/** Nobody could tell whose snapshot it is. */
export class SnapshotSecretMissingError extends AppError {
  readonly code = 'snapshot-secret-missing';
  readonly retryable = false;

  constructor() {
    super('Snapshots are neither made nor taken here: SNAPSHOT_SECRET is not set');
  }
}
