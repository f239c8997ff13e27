import { Inject, Injectable } from '@nestjs/common';
import type { Clock, Report } from '../../../core/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import { SETTINGS, type Settings } from '../../../platform/config/index.js';
import { LlmCallError, LlmClient, type LlmAnswer, type LlmRequest } from '../../../platform/llm/index.js';
import { REPORT } from '../../../platform/observability/index.js';
import type { CallRecord } from './call-record.js';
import type { CallContext } from './call-context.js';
import type { Candidate } from './candidate.js';
import { lookAhead, type Placed } from './look-ahead.js';
import { ModelsExhaustedError } from './models-exhausted.error.js';
import { recordCall } from './record-call.js';

/** What is asked of each model alike. */
export type Question<T> = Pick<LlmRequest<T>, 'messages' | 'answer' | 'signal'> & {
  /**
   * When all of it ends, on the clock's timeline: then a model that hangs leaves time for the next one. By default each
   * model has its own time, however many there are. Who is ended by the signal instead does not learn what was asked.
   */
  readonly endsAt?: number;
};

/** Of the time that is left, what a model has that is not the last one. */
const shareOfEarlier = 0.6;

/** What a step keeps of its answer. */
export type ChainAnswer<T> = {
  readonly value: T;
  /** The model that was asked and answered. */
  readonly modelId: string;
  /** The same by its own word. */
  readonly servedModel: string;
  /** Every model that was asked, the one that answered last. */
  readonly calls: readonly CallRecord[];
};

/** Asks one model after the other until one answers (LE-1). */
@Injectable()
export class ModelChain {
  constructor(
    @Inject(LlmClient) private readonly llm: LlmClient,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(REPORT) private readonly report: Report,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * @param candidates asked in this order; the next one is looked up only when it is needed, or when this one has to
   *   leave time for it
   * @throws ModelsExhaustedError, LlmNotConfiguredError, and LlmCallError where it is the key that is refused
   */
  async ask<T>(
    context: CallContext,
    candidates: AsyncIterable<Candidate> | Iterable<Candidate>,
    question: Question<T>,
  ): Promise<ChainAnswer<T>> {
    const calls: CallRecord[] = [];
    let cause: unknown;
    for await (const { item: candidate, isLast } of placed(distinct(candidates), question)) {
      const { modelId } = candidate;
      try {
        const answer = await this.complete(candidate, question, isLast);
        const { servedModel, isCut, attempts } = answer;
        calls.push(this.record(context, candidate, { outcome: 'ok', attempts, servedModel, isCut }));
        return { value: answer.value, modelId, servedModel, calls };
      } catch (error) {
        if (!(error instanceof LlmCallError)) throw error;
        const { failure, attempts } = error;
        calls.push(
          this.record(context, candidate, { outcome: failure, attempts, servedModel: null, isCut: false }),
        );
        // Every other model would be asked with the same key.
        if (failure === 'unauthorized') throw error;
        cause = error;
      }
    }
    throw new ModelsExhaustedError(context.phase, calls, cause);
  }

  private complete<T>(
    candidate: Candidate,
    { endsAt, ...question }: Question<T>,
    isLast: boolean,
  ): Promise<LlmAnswer<T>> {
    const { modelId, temperature, maxTokens, maxRetries } = candidate;
    const ownMs = candidate.timeoutMs ?? this.settings.llm.timeoutMs;
    const leftMs = endsAt === undefined ? ownMs : Math.max(0, endsAt - this.clock.now());
    const timeoutMs = Math.min(ownMs, Math.ceil(isLast ? leftMs : leftMs * shareOfEarlier));
    return this.llm.complete({ ...question, modelId, temperature, maxTokens, maxRetries, timeoutMs });
  }

  private record(
    context: CallContext,
    candidate: Candidate,
    ending: Parameters<typeof recordCall>[2],
  ): CallRecord {
    const record = recordCall(context, candidate, ending);
    const { phase, modelId, rank, outcome, inputTokens, outputTokens, costUsd, durationMs } = record;
    this.report({
      type: 'llm-call',
      phase,
      modelId,
      rank,
      outcome,
      inputTokens,
      outputTokens,
      costUsd,
      durationMs,
    });
    return record;
  }
}

/** A model that did not answer is not asked again in another rank. */
async function* distinct(
  candidates: AsyncIterable<Candidate> | Iterable<Candidate>,
): AsyncGenerator<Candidate> {
  const given = new Set<string>();
  for await (const candidate of candidates) {
    if (given.has(candidate.modelId)) continue;
    given.add(candidate.modelId);
    yield candidate;
  }
}

async function* placed(
  candidates: AsyncGenerator<Candidate>,
  { endsAt }: Pick<Question<unknown>, 'endsAt'>,
): AsyncGenerator<Placed<Candidate>> {
  if (endsAt !== undefined) yield* lookAhead(candidates);
  else for await (const item of candidates) yield { item, isLast: true };
}
