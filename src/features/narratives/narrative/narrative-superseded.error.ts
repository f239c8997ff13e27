import { AppError } from '../../../core/index.js';

/** What a narrative was to be made by changed before a model was asked: it belongs under another key. */
export class NarrativeSupersededError extends AppError {
  readonly code = 'narrative-superseded';
  readonly retryable = true;

  constructor() {
    super('What this narrative is made by has just changed');
  }
}
