import type { ConditionalAnswer, ConditionalRequest } from '../../adapters/http/conditional-request.js';

/** Asks sources over HTTP, conditionally, within all limits of SI-5. */
export interface SourceClient {
  /** @throws SourceRequestError, and the signal's reason once it is aborted */
  ask(request: ConditionalRequest): Promise<ConditionalAnswer>;
}

/** Injects the `SourceClient` of the process. */
export const SOURCE_CLIENT = Symbol('SOURCE_CLIENT');
