import { AppError } from './app-error.js';

/** Another process has been loading this for as long as anybody waits for that; it is not loaded here as well. */
export class LoadedElsewhereError extends AppError {
  readonly code = 'loaded-elsewhere';
  readonly retryable = true;

  constructor(namespace: string, waitedMs: number) {
    super(`Another process has been loading this for ${waitedMs} ms`, { namespace, waitedMs });
  }
}
