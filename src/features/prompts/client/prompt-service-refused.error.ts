import { AppError } from '../../../core/index.js';

/** The prompt service does not take this caller or this request: asking again changes nothing. */
export class PromptServiceRefusedError extends AppError {
  readonly code = 'prompt-service-refused';
  readonly retryable = false;

  constructor(
    /** Of its answer, HTTP. */
    readonly status: number,
    /** Its own code, where it gave one. */
    readonly serviceCode: string | null,
  ) {
    const why = serviceCode === null ? '' : ` (${serviceCode})`;
    super(`The prompt service refused the request with ${status}${why}`, { status, serviceCode });
  }
}
