import { AppError } from '../../../core/index.js';

/** The context names what the person set for themselves, and the template does not declare it dynamic. */
export class PlaceholderConflictError extends AppError {
  readonly code = 'prompt-placeholder-conflict';
  readonly retryable = false;
  readonly faults: readonly { readonly path: string; readonly message: string }[];

  constructor(
    nodeName: string,
    readonly names: readonly string[],
  ) {
    super(`Prompt "${nodeName}": the context would override what the person set: ${names.join(', ')}`, {
      nodeName,
      names,
    });
    this.faults = names.map((name) => ({ path: `context.${name}`, message: 'is set by this person' }));
  }
}
