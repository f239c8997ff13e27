import { UnavailableError, type Clock, type Reader } from '../../../core/index.js';
import { promptLimits } from '../prompt/prompt-limits.js';
import type { PromptQuery } from '../prompt/prompt-query.js';
import { promptBatchAnswer, type PromptBatchAnswer } from '../prompt/prompt-wire.js';
import type { HeldPrompt } from './held-prompt.js';
import { keyOf } from './prompt-key.js';
import { dataBytes, toWire, type PromptOrigin } from './prompt-origin.js';
import type { ServiceClient } from './service-client.js';
import { toPromptError } from './to-prompt-error.js';

/** How many of what was asked for are held now; the others are loaded when they are asked for. */
export interface Warmed {
  readonly loaded: number;
  readonly failed: number;
}

interface Batch {
  readonly service: ServiceClient;
  readonly clock: Clock;
  readonly origin: PromptOrigin;
  readonly reader: Reader<HeldPrompt>;
  /** At most 100. */
  readonly queries: readonly PromptQuery[];
  readonly signal: AbortSignal;
}

type BatchResult = PromptBatchAnswer['results'][number];

/**
 * One call for many.
 * @throws UnavailableError, PromptServiceRefusedError where the call itself fails
 */
export async function warmPrompts(batch: Batch): Promise<Warmed> {
  const { service, clock, queries, signal } = batch;
  const confirmedAt = clock.now();
  const answer = await service.post({
    path: 'prompt-data/batch',
    body: { requests: queries.map(toWire) },
    maxBytes: (dataBytes / 8) * promptLimits.batch,
    signal,
  });
  if (answer.status !== 200) throw toPromptError(answer, queries[0]!);
  const results = promptBatchAnswer.safeParse(answer.body).data?.results;
  if (results?.length !== queries.length) {
    throw new UnavailableError('The prompt service answered something else than a batch', 0);
  }
  const kept = results.filter((result, index) => keep(batch, queries[index]!, result, confirmedAt));
  return { loaded: kept.length, failed: results.length - kept.length };
}

function keep(
  { origin, reader }: Batch,
  query: PromptQuery,
  result: BatchResult,
  confirmedAt: number,
): boolean {
  if (!('data' in result)) return false;
  const { maxAgeMs, ...loaded } = origin.loadedOf(result.data, result.etag, query);
  if (!('value' in loaded)) return false;
  reader.set(keyOf(query), loaded.value, { confirmedAt, maxAgeMs: maxAgeMs ?? null });
  return true;
}
