import { Inject, Injectable } from '@nestjs/common';
import type { Report } from '../../../core/index.js';
import { SETTINGS, type Settings } from '../../../platform/config/index.js';
import { LlmCallError, LlmClient, type LlmAnswer, type LlmRequest } from '../../../platform/llm/index.js';
import { REPORT } from '../../../platform/observability/index.js';
import type { CallRecord } from '../lesson/call-record.js';
import type { Json } from '../lesson/steps.js';
import type { CallContext } from './call-context.js';
import type { Candidate } from './candidate.js';
import { ModelsExhaustedError } from './models-exhausted.error.js';
import { recordCall } from './record-call.js';

/** What is asked of each model alike. */
export type Question<T> = Pick<LlmRequest<T>, 'messages' | 'answer' | 'signal'>;

/** What a step keeps of its answer. */
export type ChainAnswer<T extends Json> = {
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
  ) {}

  /**
   * @param candidates asked in this order; the next one is looked up only when it is needed
   * @throws ModelsExhaustedError, LlmNotConfiguredError, and LlmCallError where it is the key that is refused
   */
  async ask<T extends Json>(
    context: CallContext,
    candidates: AsyncIterable<Candidate> | Iterable<Candidate>,
    question: Question<T>,
  ): Promise<ChainAnswer<T>> {
    const calls: CallRecord[] = [];
    const asked = new Set<string>();
    let cause: unknown;
    for await (const candidate of candidates) {
      const { modelId } = candidate;
      if (asked.has(modelId)) continue;
      asked.add(modelId);
      try {
        const answer = await this.complete(candidate, question);
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

  private complete<T>(candidate: Candidate, question: Question<T>): Promise<LlmAnswer<T>> {
    const { modelId, temperature, maxTokens, maxRetries } = candidate;
    const timeoutMs = candidate.timeoutMs ?? this.settings.llm.timeoutMs;
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
