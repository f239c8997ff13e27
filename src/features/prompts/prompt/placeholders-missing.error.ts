import { AppError, capFaults } from '../../../core/index.js';

interface Missing {
  /** The moment's context has to give these. */
  readonly dynamic: readonly string[];
  /** The person has to set these. */
  readonly settings: readonly string[];
}

/** What a template asks for and nobody gives, all of it. Holds names alone. */
export class PlaceholdersMissingError extends AppError {
  readonly code = 'prompt-placeholders-missing';
  readonly retryable = false;
  readonly missing: readonly string[];
  readonly faults: readonly { readonly path: string; readonly message: string }[];

  constructor(nodeName: string, { dynamic, settings }: Missing) {
    const missing = [...dynamic, ...settings].toSorted();
    super(`Prompt "${nodeName}": missing ${missing.join(', ')}`, { nodeName, missing });
    this.missing = missing;
    this.faults = capFaults([
      ...dynamic.map((name) => ({ path: `context.${name}`, message: 'is missing' })),
      ...settings.map((name) => ({ path: `placeholders.${name}`, message: 'is not set by this person' })),
    ]);
  }
}
