import { AppError, capFaults } from '../../../core/index.js';

/** A list of games that cannot be meant: every fault with its path. Nothing was loaded. */
export class GamesInvalidError extends AppError {
  readonly code = 'games-invalid';
  readonly retryable = false;
  readonly faults: readonly { readonly path: string; readonly message: string }[];

  constructor(faults: readonly { readonly path: string; readonly message: string }[]) {
    const told = capFaults(faults);
    const lines = told.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
    super(`The list of games is wrong:\n${lines.map((line) => `  ${line}`).join('\n')}`, { faults: lines });
    this.faults = told;
  }
}
