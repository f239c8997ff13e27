import { AppError, capFaults } from '../../core/index.js';

/** As Standard Schema tells it. */
interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** A request that does not have the form its schema asks for: every fault, by its path. */
export class RequestInvalidError extends AppError {
  readonly code = 'request-invalid';
  readonly retryable = false;
  readonly faults: readonly { path: string; message: string }[];

  constructor(issues: readonly Issue[]) {
    const faults = capFaults(
      issues.map(({ path, message }) => ({
        path: (path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
        message,
      })),
    );
    super(faults.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; '));
    this.faults = faults;
  }

  /** The same faults, in the part of the request that has this name. */
  inside(name: string): RequestInvalidError {
    return new RequestInvalidError(
      this.faults.map(({ path, message }) => ({ path: path ? [name, path] : [name], message })),
    );
  }
}
