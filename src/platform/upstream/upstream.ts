import type { UpstreamAnswer, UpstreamRequest } from '../../adapters/http/upstream-request.js';

/** The service that content is read from. */
export interface Upstream {
  /** @throws UpstreamRequestError, and the signal's reason where it was aborted too soon to tell anything */
  get(request: UpstreamRequest): Promise<UpstreamAnswer>;
  /** Calls `tell` whenever it answers again after it was left alone. */
  onRecovered(tell: () => void): void;
  /** It would not be asked now. */
  readonly isLeftAlone: boolean;
}

/** Injects the `Upstream` that `CATALOG_BASE_URL` names; `null` where it names none. */
export const CONTENT_UPSTREAM = Symbol('CONTENT_UPSTREAM');
