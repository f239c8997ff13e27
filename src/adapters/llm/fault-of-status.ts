import { AttemptFault } from './attempt-fault.js';
import { noUsage } from './llm-answer.js';

export interface RefusedAnswer {
  readonly status: number;
  /** Of the URL that was asked. */
  readonly path: string;
  readonly body: string;
  readonly retryAfterMs: number | null;
}

/** What an answer other than 2xx means; nobody charges for one. Of its body nothing is told. */
export function faultOfStatus({ status, path, body, retryAfterMs }: RefusedAnswer): AttemptFault {
  const facts = { status, retryAfterMs, usage: noUsage };
  if (status === 429) return new AttemptFault('rate-limited', 'too many calls (429)', facts);
  if (status === 401)
    return new AttemptFault('unauthorized', 'the key was refused (401): check LLM_API_KEY', facts);
  // Gateways refuse single models so: it says nothing of the others.
  if (status === 403)
    return new AttemptFault('refused', 'the key may not ask this, or not this model (403)', facts);
  if (status === 404 && isApiError(body))
    return new AttemptFault('model-gone', `the upstream has no such model (404 of ${path})`, facts);
  if (status === 404 || (status >= 300 && status < 400))
    return new AttemptFault('refused', `nothing is at ${path} (${status}): check LLM_BASE_URL`, facts);
  // 408: the upstream has waited in vain, for us or for whom it asks.
  if (status >= 500 || status === 408)
    return new AttemptFault('upstream-failed', `the upstream failed (${status})`, facts);
  return new AttemptFault('refused', `the upstream refused the request (${status})`, facts);
}

/** An API that does not know a model says so in its own form; a path that leads nowhere is answered by something else. */
function isApiError(body: string): boolean {
  try {
    const { error, object } = (JSON.parse(body) ?? {}) as { error?: unknown; object?: unknown };
    return (typeof error === 'object' && error !== null) || object === 'error';
  } catch {
    return false;
  }
}
