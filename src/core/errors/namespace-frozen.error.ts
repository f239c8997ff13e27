import { AppError } from './app-error.js';

/** What is held is frozen: nothing replaces it until an operator thaws the namespace. */
export class NamespaceFrozenError extends AppError {
  readonly code = 'namespace-frozen';
  readonly retryable = false;

  constructor(namespace: string) {
    super(`"${namespace}" is frozen in this process: what it holds is not replaced until it is thawed`, {
      namespace,
    });
  }
}
