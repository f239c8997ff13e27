import { AppError } from '../../../core/index.js';

/** What was asked for was for a person who has been erased meanwhile. */
export class NarrativeErasedError extends AppError {
  readonly code = 'narrative-erased';
  readonly retryable = false;

  constructor() {
    super('Whoever this was asked for was erased while it was being made');
  }
}
