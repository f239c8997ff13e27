import { AppError } from '../../../core/index.js';

interface Sought {
  readonly nodeName: string;
  readonly language?: string;
  readonly label?: string;
  readonly version?: number;
}

/** There is no such template, which the database said itself: nobody is told this because it is away. */
export class PromptNotFoundError extends AppError {
  readonly code = 'prompt-not-found';
  readonly retryable = false;

  constructor({ nodeName, language, label, version }: Sought) {
    const sought = Object.entries({ language, label, version }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    );
    const told = sought.map(([name, value]) => `${name} ${value}`).join(', ');
    super(
      `There is no prompt template for node "${nodeName}"${told && ` (${told})`}`,
      Object.fromEntries([['nodeName', nodeName], ...sought]),
    );
  }
}
