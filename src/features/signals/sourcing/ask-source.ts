import type { Clock } from '../../../core/index.js';
import {
  SourceRequestError,
  type ConditionalAnswer,
  type ConditionalRequest,
  type SourceClient,
} from '../../../platform/sources/index.js';
import { SignalSourceError } from '../reading/signal-source.error.js';
import type { SourceCounters } from './source-counters.js';

export interface Asking {
  readonly client: SourceClient;
  readonly clock: Clock;
  readonly counters: SourceCounters;
  /** Whose request it is, for the error. */
  readonly type: string;
  readonly id: string;
}

const kinds = { body: 'bodies', 'not-modified': 'notModified', absent: 'absent' } as const;

/**
 * Asks, and counts what came of it.
 * @throws SignalSourceError, and the signal's reason once it is aborted
 */
export async function askSource(asking: Asking, request: ConditionalRequest): Promise<ConditionalAnswer> {
  const { client, clock, counters, type, id } = asking;
  const startedAt = clock.now();
  try {
    const answer = await client.ask(request);
    counters[kinds[answer.kind]]++;
    return answer;
  } catch (error) {
    counters.failed++;
    if (!(error instanceof SourceRequestError)) throw error;
    throw new SignalSourceError(type, id, error.message, { retryAfterMs: error.retryAfterMs, cause: error });
  } finally {
    counters.totalMs += clock.now() - startedAt;
  }
}
