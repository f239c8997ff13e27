import { AppError } from '../../../core/index.js';

/** `runtime.yml` names no such type. */
export class UnknownSignalTypeError extends AppError {
  readonly code = 'signal-type-unknown';
  readonly retryable = false;

  constructor(readonly type: string) {
    super(`There is no signal type ${JSON.stringify(type.slice(0, 64))}`, { type: type.slice(0, 64) });
  }
}
