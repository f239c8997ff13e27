import { AppError } from '../errors/app-error.js';

/** What is wrong with stored bytes: not ours, another form, cut or too long, altered, or no JSON of ours. */
export type EnvelopeFault = 'foreign' | 'version' | 'length' | 'crc' | 'gzip' | 'json';

/** Bytes that hold no entry. Whoever meets them deletes them and goes on without. */
export class EnvelopeError extends AppError {
  readonly code = 'envelope-corrupt';
  readonly retryable = false;

  constructor(
    readonly fault: EnvelopeFault,
    cause?: unknown,
  ) {
    super(`What is stored is no entry: ${fault}`, { fault }, { cause });
  }
}
